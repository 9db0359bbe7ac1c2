/// The names in an OLE2 file, in which Office kept its documents before 2007 ([MS-CFB]).
struct OLEDirectory {
    static let signature: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]

    /// Four entries of 128 bytes in each sector of 512: far more than a document has.
    private static let mostSectors = 1024

    let names: Set<String>

    /// - Returns: nil where the file is none, or its directory cannot be followed.
    init?(of file: FileContent) {
        let header = file.bytes(at: 0, 512)
        guard header.count == 512, header.has(Self.signature), let shift = header.number(at: 30, 2),
            shift == 9 || shift == 12, let first = header.number(at: 48, 4)
        else { return nil }
        let size = 1 << shift
        // Sectors that hold the allocation table: the first 109 stand in the header (§2.2), enough for 7 MB with small
        // sectors; of a larger file the others hang on a chain of their own (§2.5).
        var table = (0..<109).compactMap { header.number(at: 76 + 4 * $0, 4) }.filter { $0 < 0xFFFF_FFFA }
        var next = header.number(at: 68, 4) ?? 0xFFFF_FFFE
        // A chain that comes back to itself ends there.
        var seen: Set<Int> = []
        while next < 0xFFFF_FFFA, table.count < 1 << 16, seen.insert(next).inserted {
            let sector = file.bytes(at: (next + 1) << shift, size)
            guard sector.count == size else { break }
            table += (0..<size / 4 - 1).compactMap { sector.number(at: 4 * $0, 4) }.filter { $0 < 0xFFFF_FFFA }
            next = sector.number(at: size - 4, 4) ?? 0xFFFF_FFFE
        }
        var names: Set<String> = []
        var place = first
        seen = []
        while place < 0xFFFF_FFFA, seen.count < Self.mostSectors, seen.insert(place).inserted {
            let sector = file.bytes(at: (place + 1) << shift, size)
            guard sector.count >= 128 else { break }
            for start in stride(from: 0, through: sector.count - 128, by: 128) {
                if let name = Self.name(in: sector, at: start) { names.insert(name) }
            }
            let row = place / (size / 4)
            guard table.indices.contains(row),
                let link = file.bytes(at: (table[row] + 1) << shift + place % (size / 4) * 4, 4).number(at: 0, 4)
            else { break }
            place = link
        }
        guard !names.isEmpty else { return nil }
        self.names = names
    }

    /// Of an entry that is a storage, a stream or the root (§2.6.1).
    private static func name(in sector: [UInt8], at start: Int) -> String? {
        guard let length = sector.number(at: start + 64, 2), (4...64).contains(length), length % 2 == 0,
            let kind = sector.number(at: start + 66, 1), [1, 2, 5].contains(kind)
        else { return nil }
        let units = (0..<length / 2 - 1).compactMap { sector.number(at: start + 2 * $0, 2).map(UInt16.init) }
        return String(decoding: units, as: UTF16.self)
    }
}
