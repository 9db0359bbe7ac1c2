/// The central directory of a ZIP file (PKWARE APPNOTE 6.3.10 §4.3): what is in it, without unpacking any of it.
struct ZIPDirectory {
    struct Entry: Hashable {
        var name: String
        var isEncrypted: Bool
        /// 0: stored as it is.
        var method: Int
        var packedBytes: Int
        /// Of its local header.
        var offset: Int
    }

    /// An office file has some dozen entries, one with many pictures some thousand.
    private static let largestDirectory = 4 << 20
    private static let endLength = 22

    let entries: [Entry]

    /// - Returns: nil where the file is no whole ZIP file, or its directory is beyond what an office file has.
    init?(of file: FileContent) {
        // The end record stands behind everything but a comment of at most 65,535 bytes (§4.3.16).
        let tail = file.bytes(at: max(0, file.count - Self.endLength - 65_535), Self.endLength + 65_535)
        guard tail.count >= Self.endLength,
            let end = (0...tail.count - Self.endLength).last(where: { tail.has([0x50, 0x4B, 5, 6], at: $0) }),
            let length = tail.number(at: end + 12, 4), let start = tail.number(at: end + 16, 4),
            length <= Self.largestDirectory
        else { return nil }
        let directory = file.bytes(at: start, length)
        guard directory.count == length else { return nil }
        var found: [Entry] = []
        var place = 0
        while directory.has([0x50, 0x4B, 1, 2], at: place) {
            guard let flags = directory.number(at: place + 8, 2), let method = directory.number(at: place + 10, 2),
                let packed = directory.number(at: place + 20, 4), let name = directory.number(at: place + 28, 2),
                let extra = directory.number(at: place + 30, 2), let comment = directory.number(at: place + 32, 2),
                let offset = directory.number(at: place + 42, 4), place + 46 + name <= directory.count
            else { return nil }
            found.append(
                Entry(
                    name: String(decoding: directory[place + 46..<place + 46 + name], as: UTF8.self),
                    isEncrypted: flags & 1 == 1, method: method, packedBytes: packed, offset: offset))
            place += 46 + name + extra + comment
        }
        guard !found.isEmpty else { return nil }
        entries = found
    }

    /// The bytes of a small entry that is stored as it is; nil for any other.
    func stored(_ name: String, of file: FileContent) -> [UInt8]? {
        guard let entry = entries.first(where: { $0.name == name }), entry.method == 0, !entry.isEncrypted,
            entry.packedBytes <= 256
        else { return nil }
        let header = file.bytes(at: entry.offset, 30)
        guard header.has([0x50, 0x4B, 3, 4]), let name = header.number(at: 26, 2), let extra = header.number(at: 28, 2)
        else { return nil }
        let bytes = file.bytes(at: entry.offset + 30 + name + extra, entry.packedBytes)
        return bytes.count == entry.packedBytes ? bytes : nil
    }
}
