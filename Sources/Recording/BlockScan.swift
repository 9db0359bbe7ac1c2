/// Finds blocks in a segment's bytes, whatever is between them.
struct BlockScan {
    struct Found {
        var header: BlockHeader
        /// Where it begins.
        var offset: Int
        var body: ArraySlice<UInt8>
    }

    private let bytes: [UInt8]
    /// Where the search goes on.
    private(set) var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next block whose header and body are whole.
    mutating func next() -> Found? {
        while offset <= bytes.count - BlockHeader.bytes {
            let start = offset + BlockHeader.bytes
            if let header = BlockHeader(bytes[offset...]), Int(header.length) <= bytes.count - start {
                let body = bytes[start..<start + Int(header.length)]
                if Checksum.crc32(body) == header.bodySum {
                    defer { offset = start + body.count }
                    return Found(header: header, offset: offset, body: body)
                }
            }
            offset = bytes[(offset + 1)...].firstIndex(of: BlockHeader.magic[0]) ?? bytes.count
        }
        return nil
    }
}
