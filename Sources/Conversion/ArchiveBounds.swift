import CZlib

/// What a ZIP archive (APPNOTE.TXT 6.3) says of its content before any of it is unpacked: office files are such.
public struct ArchiveBounds: Sendable, Equatable {
    public enum Fault: Error, Sendable, Equatable {
        /// It is no archive, or a torn one.
        case damaged
        /// It would unpack to more than it may.
        case tooLarge
    }

    /// Bytes to which all entries unpack.
    public static let mostBytes = 1 << 30
    /// To how many times its size a large archive may unpack: XML of words and numbers shrinks to a tenth.
    public static let mostGrowth = 200
    public static let mostEntries = 20_000

    /// An entry as the central directory names it.
    struct Entry: Sendable, Equatable {
        var name: [UInt8]
        var isDeflated: Bool
        var packedBytes: Int
        var bytes: Int
        /// Where its local header is.
        var offset: Int
    }

    private let file: [UInt8]
    let entries: [Entry]

    /// Reads the central directory (APPNOTE.TXT §4.3.12).
    ///
    /// - Throws: ``Fault/damaged`` where there is none, ``Fault/tooLarge`` where it names too much.
    public init(_ file: [UInt8]) throws(Fault) {
        self.file = file
        guard let end = Self.end(of: file) else { throw .damaged }
        let count = Self.number(file, end + 10, 2)
        let start = Self.number(file, end + 16, 4)
        // What needs 64 bits is larger than anything that becomes pages.
        guard count != 0xFFFF, start != 0xFFFF_FFFF, count <= Self.mostEntries else { throw .tooLarge }
        var entries: [Entry] = []
        var total = 0
        var place = start
        for _ in 0..<count {
            guard Self.number(file, place, 4) == 0x0201_4B50, place + 46 <= file.count else { throw .damaged }
            let nameBytes = Self.number(file, place + 28, 2)
            guard place + 46 + nameBytes <= file.count else { throw .damaged }
            let entry = Entry(
                name: Array(file[(place + 46)..<(place + 46 + nameBytes)]),
                isDeflated: Self.number(file, place + 10, 2) == 8, packedBytes: Self.number(file, place + 20, 4),
                bytes: Self.number(file, place + 24, 4), offset: Self.number(file, place + 42, 4))
            total += entry.bytes
            guard total <= Self.mostBytes else { throw .tooLarge }
            entries.append(entry)
            place += 46 + nameBytes + Self.number(file, place + 30, 2) + Self.number(file, place + 32, 2)
        }
        guard total <= max(64 << 20, file.count * Self.mostGrowth) else { throw .tooLarge }
        self.entries = entries
    }

    /// Whether parts of an OpenDocument file are encrypted (OpenDocument 1.3 part 2 §3.4).
    public var asksForPassword: Bool {
        guard let manifest = content(of: "META-INF/manifest.xml", most: 1 << 20) else { return false }
        return manifest.contains(bytesOf: "encryption-data")
    }

    /// - Returns: an entry's bytes; nil where it is not there, is broken or has more than `most`.
    func content(of name: String, most: Int) -> [UInt8]? {
        guard let entry = entries.first(where: { $0.name.elementsEqual(name.utf8) }), entry.bytes <= most,
            Self.number(file, entry.offset, 4) == 0x0403_4B50
        else { return nil }
        let start =
            entry.offset + 30 + Self.number(file, entry.offset + 26, 2) + Self.number(file, entry.offset + 28, 2)
        guard start <= file.count, entry.packedBytes <= file.count - start else { return nil }
        let packed = file[start..<(start + entry.packedBytes)]
        return entry.isDeflated ? Self.inflate(packed, most: most) : Array(packed)
    }

    /// Raw DEFLATE (RFC 1951).
    private static func inflate(_ packed: ArraySlice<UInt8>, most: Int) -> [UInt8]? {
        var stream = z_stream()
        guard shim_inflate_init(&stream) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        var input = Array(packed)
        var output = [UInt8](repeating: 0, count: most)
        let inputBytes = UInt32(clamping: input.count)
        let outputBytes = UInt32(clamping: most)
        // Neither array moves while zlib has its address: it is called inside of both closures only.
        let status = input.withUnsafeMutableBufferPointer { from in
            output.withUnsafeMutableBufferPointer { to in
                (stream.next_in, stream.avail_in) = (from.baseAddress, inputBytes)
                (stream.next_out, stream.avail_out) = (to.baseAddress, outputBytes)
                return CZlib.inflate(&stream, Z_FINISH)
            }
        }
        guard status == Z_STREAM_END else { return nil }
        return Array(output.prefix(most - Int(stream.avail_out)))
    }

    /// Where the end record is: 22 bytes and a comment of up to 65,535 (APPNOTE.TXT §4.3.16).
    private static func end(of file: [UInt8]) -> Int? {
        guard file.count >= 22 else { return nil }
        for place in stride(from: file.count - 22, through: max(0, file.count - 22 - 65_535), by: -1)
        where number(file, place, 4) == 0x0605_4B50 {
            return place
        }
        return nil
    }

    /// A little-endian number; 0 beyond the end.
    private static func number(_ file: [UInt8], _ place: Int, _ count: Int) -> Int {
        guard place >= 0, place <= file.count - count else { return 0 }
        return (0..<count).reduce(0) { $0 | Int(file[place + $1]) << (8 * $1) }
    }
}

extension [UInt8] {
    /// Whether a text's bytes are somewhere in these.
    func contains(bytesOf text: String) -> Bool { contains(Array(text.utf8)) }

    func contains(_ part: [UInt8]) -> Bool {
        guard let first = part.first, count >= part.count else { return false }
        return withUnsafeBufferPointer { bytes in
            var place = 0
            while place <= bytes.count - part.count {
                guard let next = bytes[place...(bytes.count - part.count)].firstIndex(of: first) else { return false }
                if bytes[next..<(next + part.count)].elementsEqual(part) { return true }
                place = next + 1
            }
            return false
        }
    }
}
