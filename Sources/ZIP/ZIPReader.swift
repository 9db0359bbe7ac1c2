/// Bytes of a file, from anywhere.
public protocol ZIPSource {
    var length: UInt64 { get }
    /// - Returns: just so many bytes; nil where they are not there.
    func bytes(at offset: UInt64, count: Int) throws -> [UInt8]?
}

/// A container that was written by ``ZIPLayout``: each byte of its headers and its directory is as it would be written
/// again, files follow one another without a gap, and no name leads out of a folder. Anything else is refused.
public struct ZIPReader {
    public let layout: ZIPLayout
    private let source: any ZIPSource

    /// Bytes of the largest directory that is read, and what ends it at the most.
    static let largestDirectory = 64 << 20
    private static let endLength = 22
    private static let lineLength = 46

    /// Reads the directory and all headers; no contents.
    ///
    /// - Parameter limit: no more files.
    /// - Throws: ``ZIPError``, or what the source throws.
    public init(_ source: any ZIPSource, limit: Int) throws {
        self.source = source
        let (start, size) = try Self.directory(of: source)
        guard let count = Int(exactly: size), count <= Self.largestDirectory,
            let bytes = try source.bytes(at: start, count: count)
        else { throw ZIPError.notAContainer(offset: start) }
        var entries: [ZIPEntry] = []
        var fields = Fields(bytes)
        while !fields.isAtEnd {
            guard entries.count < limit else { throw ZIPError.tooLarge("") }
            let place = start + UInt64(fields.place)
            guard let entry = Self.entry(&fields) else { throw ZIPError.notAContainer(offset: place) }
            entries.append(entry)
        }
        layout = try ZIPLayout(entries)
        guard layout.length == source.length,
            let end = try source.bytes(at: start, count: layout.directory.count), end == layout.directory
        else { throw ZIPError.notAContainer(offset: start) }
        for (index, entry) in entries.enumerated() {
            let header = layout.headers[index]
            guard try source.bytes(at: layout.offsets[index], count: header.count) == header else {
                throw ZIPError.damaged(entry.name)
            }
        }
    }

    /// Where the central directory begins, and its bytes.
    private static func directory(of source: any ZIPSource) throws -> (start: UInt64, size: UInt64) {
        let length = source.length
        guard length >= endLength, let bytes = try source.bytes(at: length - UInt64(endLength), count: endLength) else {
            throw ZIPError.notAContainer(offset: 0)
        }
        var end = Fields(bytes)
        guard end.next(4) == 0x0605_4B50, end.next(4) == 0, let count = end.next(2), end.next(2) == count,
            let size = end.next(4), let start = end.next(4), end.next(2) == 0
        else { throw ZIPError.notAContainer(offset: length - UInt64(endLength)) }
        let before = length - UInt64(endLength)
        guard count == 0xFFFF || size == 0xFFFF_FFFF || start == 0xFFFF_FFFF else {
            guard start <= before, size == before - start else { throw ZIPError.notAContainer(offset: before) }
            return (start, size)
        }
        // ZIP64: 56 bytes of its own end, 20 of the locator.
        guard before >= 76, let more = try source.bytes(at: before - 76, count: 56) else {
            throw ZIPError.notAContainer(offset: before)
        }
        var large = Fields(more)
        guard large.next(4) == 0x0606_4B50, large.skip(36), let size = large.next(8), let start = large.next(8),
            start <= before - 76, size == before - 76 - start
        else { throw ZIPError.notAContainer(offset: before - 76) }
        return (start, size)
    }

    private static func entry(_ fields: inout Fields) -> ZIPEntry? {
        guard fields.next(4) == 0x0201_4B50, fields.skip(6), let raw = fields.next(2),
            let method = ZIPEntry.Method(rawValue: UInt16(truncatingIfNeeded: raw)), fields.skip(4),
            let checksum = fields.next(4), var packed = fields.next(4), var size = fields.next(4),
            let nameLength = fields.next(2), let extraLength = fields.next(2), fields.skip(14),
            let name = fields.bytes(Int(nameLength)), let extra = fields.bytes(Int(extraLength)),
            let text = String(validating: name, as: UTF8.self)
        else { return nil }
        if size == 0xFFFF_FFFF {
            var more = Fields(Array(extra))
            guard more.next(2) == 1, more.next(2) != nil, let large = more.next(8), let largePacked = more.next(8)
            else {
                return nil
            }
            (size, packed) = (large, largePacked)
        }
        guard method == .deflated || packed == size else { return nil }
        return ZIPEntry(
            name: text, method: method, checksum: UInt32(truncatingIfNeeded: checksum), size: size, packedSize: packed)
    }

    // MARK: Contents

    /// A file's bytes as they stand in the container, in pieces.
    public func packed(_ index: Int, _ take: ([UInt8]) throws -> Void) throws {
        guard layout.entries.indices.contains(index) else { throw ZIPError.damaged("") }
        let entry = layout.entries[index]
        var place = layout.offsets[index] + UInt64(layout.headers[index].count)
        let end = place + entry.packedSize
        while place < end {
            let count = Int(min(end - place, 1 << 18))
            guard let bytes = try source.bytes(at: place, count: count) else { throw ZIPError.damaged(entry.name) }
            try take(bytes)
            place += UInt64(count)
        }
    }

    /// A file's contents in pieces, the checksum checked at the end.
    ///
    /// - Parameter limit: bytes of the largest content that is unpacked; stored ones are never held as a whole.
    public func content(_ index: Int, limit: Int, _ take: ([UInt8]) throws -> Void) throws {
        guard layout.entries.indices.contains(index) else { throw ZIPError.damaged("") }
        let entry = layout.entries[index]
        var checksum = Checksum()
        switch entry.method {
        case .stored:
            try packed(index) { bytes in
                checksum.update(bytes)
                try take(bytes)
            }
        case .deflated:
            guard let size = Int(exactly: entry.size), size <= limit, entry.packedSize <= UInt64(limit) else {
                throw ZIPError.tooLarge(entry.name)
            }
            var bytes: [UInt8] = []
            try packed(index) { bytes += $0 }
            guard let content = Deflate.unpacked(bytes, size: size) else { throw ZIPError.damaged(entry.name) }
            checksum.update(content)
            try take(content)
        }
        guard checksum.value == entry.checksum else { throw ZIPError.damaged(entry.name) }
    }

    /// Numbers of a directory, each read once.
    private struct Fields {
        private let all: [UInt8]
        private(set) var place = 0

        init(_ bytes: [UInt8]) { all = bytes }

        var isAtEnd: Bool { place >= all.count }

        mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
            guard count >= 0, count <= all.count - place else { return nil }
            defer { place += count }
            return all[place..<(place + count)]
        }

        mutating func skip(_ count: Int) -> Bool { bytes(count) != nil }

        mutating func next(_ count: Int) -> UInt64? {
            bytes(count)?.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
    }
}
