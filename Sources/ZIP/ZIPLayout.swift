/// Where everything stands in a container of some files: PKWARE APPNOTE 6.3.10, with ZIP64 (§4.5.3) where 32 bits do not do.
///
/// The same files give the same bytes: names are UTF-8, every date is the format's first day, and sizes stand before the
/// contents, never behind them.
public struct ZIPLayout: Sendable {
    public let entries: [ZIPEntry]
    /// What stands before each file's contents.
    public let headers: [[UInt8]]
    /// Where each file's header begins.
    public let offsets: [UInt64]
    /// The central directory and what ends it.
    public let directory: [UInt8]
    /// Bytes of the whole container.
    public let length: UInt64

    private static let large: UInt64 = 0xFFFF_FFFF
    private static let manyFiles: UInt64 = 0xFFFF

    /// - Throws: ``ZIPError/name(_:)``
    public init(_ entries: [ZIPEntry]) throws(ZIPError) {
        var seen: Set<String> = []
        for entry in entries {
            guard ZIPEntry.isName(entry.name), seen.insert(entry.name.lowercased()).inserted else {
                throw .name(entry.name)
            }
        }
        var headers: [[UInt8]] = []
        var offsets: [UInt64] = []
        var directory = Bytes()
        var place: UInt64 = 0
        for entry in entries {
            let header = Self.header(of: entry)
            offsets.append(place)
            headers.append(header)
            Self.add(entry, at: place, to: &directory)
            let (next, isTooMuch) = place.addingReportingOverflow(UInt64(header.count))
            let (end, isMore) = next.addingReportingOverflow(entry.packedSize)
            guard !isTooMuch, !isMore, end < 1 << 62 else { throw .tooLarge(entry.name) }
            place = end
        }
        let size = UInt64(directory.bytes.count)
        Self.end(&directory, count: UInt64(entries.count), size: size, at: place)
        self.entries = entries
        self.headers = headers
        self.offsets = offsets
        self.directory = directory.bytes
        length = place + UInt64(directory.bytes.count)
    }

    /// The local file header (§4.3.7).
    static func header(of entry: ZIPEntry) -> [UInt8] {
        let isLarge = entry.size >= large || entry.packedSize >= large
        var out = Bytes()
        out.add32(0x0403_4B50)
        common(entry, isLarge: isLarge, extra: isLarge ? 20 : 0, to: &out)
        out.bytes += Array(entry.name.utf8)
        if isLarge {
            out.add16(1)
            out.add16(16)
            out.add64(entry.size)
            out.add64(entry.packedSize)
        }
        return out.bytes
    }

    /// What the local header and the central directory say alike.
    private static func common(_ entry: ZIPEntry, isLarge: Bool, extra: Int, to out: inout Bytes) {
        out.add16(isLarge ? 45 : 20)
        // Bit 11: the name is UTF-8 (§4.4.4).
        out.add16(0x0800)
        out.add16(entry.method.rawValue)
        out.add16(0)
        out.add16(0x21)
        out.add32(entry.checksum)
        out.add32(isLarge ? UInt32.max : UInt32(truncatingIfNeeded: entry.packedSize))
        out.add32(isLarge ? UInt32.max : UInt32(truncatingIfNeeded: entry.size))
        out.add16(UInt16(truncatingIfNeeded: entry.name.utf8.count))
        out.add16(UInt16(truncatingIfNeeded: extra))
    }

    /// A line of the central directory (§4.3.12).
    private static func add(_ entry: ZIPEntry, at place: UInt64, to out: inout Bytes) {
        let isLarge = entry.size >= large || entry.packedSize >= large
        let isFar = place >= large
        let extra = (isLarge ? 16 : 0) + (isFar ? 8 : 0)
        out.add32(0x0201_4B50)
        out.add16(45)
        common(entry, isLarge: isLarge, extra: extra == 0 ? 0 : extra + 4, to: &out)
        // Comment, disk, internal and external attributes.
        out.bytes += [UInt8](repeating: 0, count: 10)
        out.add32(isFar ? UInt32.max : UInt32(truncatingIfNeeded: place))
        out.bytes += Array(entry.name.utf8)
        guard extra > 0 else { return }
        out.add16(1)
        out.add16(UInt16(truncatingIfNeeded: extra))
        if isLarge {
            out.add64(entry.size)
            out.add64(entry.packedSize)
        }
        if isFar { out.add64(place) }
    }

    /// What ends the directory (§4.3.14–16).
    private static func end(_ out: inout Bytes, count: UInt64, size: UInt64, at place: UInt64) {
        if count >= manyFiles || size >= large || place >= large {
            out.add32(0x0606_4B50)
            out.add64(44)
            out.add16(45)
            out.add16(45)
            out.add32(0)
            out.add32(0)
            out.add64(count)
            out.add64(count)
            out.add64(size)
            out.add64(place)
            // The locator.
            out.add32(0x0706_4B50)
            out.add32(0)
            out.add64(place + size)
            out.add32(1)
        }
        out.add32(0x0605_4B50)
        out.add32(0)
        out.add16(UInt16(clamping: count))
        out.add16(UInt16(clamping: count))
        out.add32(UInt32(clamping: size))
        out.add32(UInt32(clamping: place))
        out.add16(0)
    }

    /// Numbers with their lowest byte first.
    private struct Bytes {
        var bytes: [UInt8] = []

        mutating func add16(_ number: UInt16) { add(UInt64(number), 2) }
        mutating func add32(_ number: UInt32) { add(UInt64(number), 4) }
        mutating func add64(_ number: UInt64) { add(number, 8) }

        private mutating func add(_ number: UInt64, _ count: Int) {
            for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * UInt64(index)))) }
        }
    }
}
