import CZlib

/// A ZIP container (PKWARE APPNOTE 6.3) in memory, as ODT and DOCX files are: names in ASCII, no extra fields, no data
/// descriptors.
///
/// OpenDocument 1.3 part 2, §3.3, wants `mimetype` first, stored, and without an extra field; libarchive always writes
/// one.
struct ZIPArchive {
    private var bytes: [UInt8] = []
    private var directory: [UInt8] = []
    private var count: UInt16 = 0

    private static let storedMethod: UInt16 = 0
    private static let deflateMethod: UInt16 = 8
    /// 1 January 1980, the format's first day: equal documents are equal files.
    private static let date: UInt16 = 0x21

    mutating func add(_ name: String, _ text: String, isStored: Bool = false) throws(PrintError) {
        let content = Array(text.utf8)
        guard let size = UInt32(exactly: content.count), size <= UInt32(PDF.fileLimit),
            let offset = UInt32(exactly: bytes.count), count < UInt16.max
        else { throw .tooMuchText }
        let packed = isStored ? content : try Self.deflated(content)
        guard let packedSize = UInt32(exactly: packed.count) else { throw .tooMuchText }
        let checksum = UInt32(truncatingIfNeeded: crc32(0, content, size))
        let nameBytes = Array(name.utf8)
        // What the local header (§4.3.7) and the central directory (§4.3.12) say alike.
        var common: [UInt8] = []
        Self.append(20, to: &common)
        Self.append(0, to: &common)
        Self.append(isStored ? Self.storedMethod : Self.deflateMethod, to: &common)
        Self.append(0, to: &common)
        Self.append(Self.date, to: &common)
        for number in [checksum, packedSize, size] { Self.append32(number, to: &common) }
        Self.append(UInt16(truncatingIfNeeded: nameBytes.count), to: &common)
        Self.append(0, to: &common)

        Self.append32(0x0403_4b50, to: &bytes)
        bytes += common + nameBytes + packed

        Self.append32(0x0201_4b50, to: &directory)
        Self.append(20, to: &directory)
        directory += common
        // Comment, disk, internal and external attributes.
        directory += [UInt8](repeating: 0, count: 10)
        Self.append32(offset, to: &directory)
        directory += nameBytes
        count += 1
    }

    /// The file, with its central directory at the end (§4.3.16).
    func finished() throws(PrintError) -> [UInt8] {
        guard let offset = UInt32(exactly: bytes.count), let size = UInt32(exactly: directory.count),
            bytes.count + directory.count <= PDF.fileLimit
        else { throw .tooMuchText }
        var file = bytes + directory
        Self.append32(0x0605_4b50, to: &file)
        Self.append32(0, to: &file)
        Self.append(count, to: &file)
        Self.append(count, to: &file)
        Self.append32(size, to: &file)
        Self.append32(offset, to: &file)
        Self.append(0, to: &file)
        return file
    }

    private static func append(_ number: UInt16, to bytes: inout [UInt8]) {
        bytes += [UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)]
    }

    private static func append32(_ number: UInt32, to bytes: inout [UInt8]) {
        append(UInt16(truncatingIfNeeded: number), to: &bytes)
        append(UInt16(truncatingIfNeeded: number >> 16), to: &bytes)
    }

    /// Raw DEFLATE (RFC 1951).
    private static func deflated(_ content: [UInt8]) throws(PrintError) -> [UInt8] {
        var stream = z_stream()
        guard shim_deflate_init(&stream) == Z_OK else { throw .drawing("zlib") }
        defer { deflateEnd(&stream) }
        // zlib's own bound: one call is enough, and nothing is written beyond it.
        var packed = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(content.count))))
        var input = content
        let status = input.withUnsafeMutableBufferPointer { source in
            packed.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(truncatingIfNeeded: source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(truncatingIfNeeded: target.count)
                return deflate(&stream, Z_FINISH)
            }
        }
        guard status == Z_STREAM_END else { throw .drawing("zlib") }
        packed.removeLast(Int(stream.avail_out))
        return packed
    }
}
