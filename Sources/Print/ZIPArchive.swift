import ZIP

/// A container in memory, as ODT and DOCX files are.
///
/// OpenDocument 1.3 part 2, §3.3, wants `mimetype` first, stored, and without an extra field.
struct ZIPArchive {
    private var entries: [ZIPEntry] = []
    private var contents: [[UInt8]] = []
    /// Bytes of the contents so far.
    private var size = 0

    mutating func add(_ name: String, _ text: String, isStored: Bool = false) throws(PrintError) {
        let content = Array(text.utf8)
        size += content.count
        guard size <= PDF.fileLimit else { throw .tooMuchText }
        var checksum = Checksum()
        checksum.update(content)
        let packed: [UInt8]
        do throws(ZIPError) {
            packed = isStored ? content : try Deflate.packed(content)
        } catch {
            throw .drawing("zlib")
        }
        entries.append(
            ZIPEntry(
                name: name, method: isStored ? .stored : .deflated, checksum: checksum.value,
                size: UInt64(content.count), packedSize: UInt64(packed.count)))
        contents.append(packed)
    }

    /// The file, with its directory at the end.
    func finished() throws(PrintError) -> [UInt8] {
        do throws(ZIPError) {
            let layout = try ZIPLayout(entries)
            return zip(layout.headers, contents).flatMap { $0 + $1 } + layout.directory
        } catch {
            throw .drawing("zip")
        }
    }
}
