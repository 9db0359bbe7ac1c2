/// Where a file's objects are (ISO 32000-1 §7.5.4, §7.5.8): all sections, from the newest to the oldest.
struct PDFCrossReferences {
    enum Entry: Hashable, Sendable {
        case free
        case offset(Int, generation: Int)
        /// Within an object stream, at which of its places.
        case packed(in: Int, index: Int)
    }

    private(set) var entries: [Int: Entry] = [:]
    /// The newest section's.
    private(set) var trailer: PDFDictionary = [:]
    /// Where the newest section begins.
    let start: Int
    /// Whether the newest section is a stream.
    private(set) var isStream = false
    private var read = 0

    /// - Parameter budget: bytes that may still be unpacked.
    init(of bytes: [UInt8], budget: inout Int) throws(SigningError) {
        start = try Self.newest(in: bytes)
        var next: [Int] = [start]
        var seen: Set<Int> = []
        var isFirst = true
        while let offset = next.popLast() {
            guard seen.insert(offset).inserted, seen.count <= SigningLimits.sections else {
                throw .damaged(at: offset)
            }
            guard bytes.indices.contains(offset) else { throw .damaged(at: min(max(offset, 0), bytes.count)) }
            var scanner = PDFScanner(bytes, at: offset)
            let dictionary: PDFDictionary
            let isTable = scanner.take("xref")
            if isTable {
                dictionary = try table(&scanner, budget: &budget)
            } else {
                dictionary = try stream(&scanner, budget: &budget)
            }
            if isFirst {
                trailer = dictionary
                isStream = !isTable
                isFirst = false
            }
            if dictionary["Encrypt"].map({ $0 != .null }) ?? false { throw .encrypted }
            if let older = dictionary["Prev"] {
                guard let older = older.integer else { throw scanner.damage }
                next.append(older)
            }
        }
    }

    /// Numbers below it are taken.
    var size: Int { max(trailer["Size"]?.integer ?? 0, (entries.keys.max() ?? 0) + 1) }

    /// The place that the file's end names (§7.5.5).
    private static func newest(in bytes: [UInt8]) throws(SigningError) -> Int {
        let word = Array("startxref".utf8)
        var place = bytes.count - word.count
        let lowest = max(0, bytes.count - 2048)
        while place >= lowest {
            if bytes[place] == word[0], bytes[place..<place + word.count].elementsEqual(word) {
                var scanner = PDFScanner(bytes, at: place + word.count)
                guard let offset = scanner.takeInteger(), offset >= 0 else { throw scanner.damage }
                return offset
            }
            place -= 1
        }
        throw .damaged(at: bytes.count)
    }

    private mutating func add(_ entry: Entry, for number: Int) throws(SigningError) {
        read += 1
        guard read <= SigningLimits.entries else { throw .tooLarge }
        // Sections come from the newest to the oldest: what was said first holds.
        if entries[number] == nil { entries[number] = entry }
    }

    private mutating func table(_ scanner: inout PDFScanner, budget: inout Int) throws(SigningError) -> PDFDictionary {
        var free: [Int] = []
        while !scanner.take("trailer") {
            guard let first = scanner.takeInteger(), let count = scanner.takeInteger(), first >= 0, count >= 0,
                first <= PDFReference.highest, count <= PDFReference.highest
            else { throw scanner.damage }
            for index in 0..<count {
                guard let offset = scanner.takeInteger(), let generation = scanner.takeInteger() else {
                    throw scanner.damage
                }
                let isUsed = scanner.take("n")
                guard isUsed || scanner.take("f") else { throw scanner.damage }
                // No object begins where the file does: some programs write that for one that is not there.
                if isUsed, offset != 0 {
                    try add(.offset(offset, generation: generation), for: first + index)
                } else {
                    free.append(first + index)
                }
            }
        }
        guard case .dictionary(let dictionary) = try scanner.object() else { throw scanner.damage }
        // A hybrid file (§7.5.8.4): what the table says to be free for old readers is in a stream.
        if let place = dictionary["XRefStm"]?.integer {
            guard scanner.bytes.indices.contains(place) else { throw scanner.damage }
            var hidden = PDFScanner(scanner.bytes, at: place)
            _ = try stream(&hidden, budget: &budget)
        }
        for number in free { try add(.free, for: number) }
        return dictionary
    }

    private mutating func stream(_ scanner: inout PDFScanner, budget: inout Int) throws(SigningError) -> PDFDictionary {
        let place = scanner.position
        // The length stands in the dictionary itself (§7.5.8.2): nothing could be looked up yet.
        let object = try PDFFile.object(&scanner) { _ throws(SigningError) in nil }
        guard let stream = object.value.stream, stream.dictionary["Type"] == .name("XRef"),
            let widths = stream.dictionary["W"]?.array?.compactMap(\.integer), widths.count == 3,
            widths.allSatisfy({ (0...8).contains($0) }), let size = stream.dictionary["Size"]?.integer
        else { throw .damaged(at: place) }
        let rowLength = widths.reduce(0, +)
        let index = stream.dictionary["Index"]?.array?.compactMap(\.integer) ?? [0, size]
        guard rowLength > 0, index.count % 2 == 0 else { throw .damaged(at: place) }
        let plain = try PDFUnpacking.bytes(of: stream, budget: &budget)
        var row = 0
        for pair in stride(from: 0, to: index.count, by: 2) {
            let (first, count) = (index[pair], index[pair + 1])
            guard first >= 0, count >= 0, first <= PDFReference.highest, count <= plain.count / rowLength - row else {
                throw .damaged(at: place)
            }
            for step in 0..<count {
                let fields = Self.fields(plain, from: (row + step) * rowLength, widths)
                guard let entry = fields else { throw .damaged(at: place) }
                if let entry = entry { try add(entry, for: first + step) }
            }
            row += count
        }
        return stream.dictionary
    }

    /// - Returns: nil for what does not fit a number; an empty one for a kind of entry that is to be passed by (§7.5.8.3).
    private static func fields(_ plain: [UInt8], from start: Int, _ widths: [Int]) -> Entry?? {
        var place = start
        var values = [1, 0, 0]
        for (field, width) in widths.enumerated() where width > 0 {
            var value: UInt64 = 0
            for byte in plain[place..<place + width] { value = value << 8 | UInt64(byte) }
            guard let value = Int(exactly: value) else { return nil }
            values[field] = value
            place += width
        }
        switch values[0] {
        case 0: return .some(.free)
        case 1: return .some(.offset(values[1], generation: values[2]))
        case 2: return .some(.packed(in: values[1], index: values[2]))
        default: return .some(nil)
        }
    }
}
