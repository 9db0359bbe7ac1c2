/// A PDF file as far as it is needed to add a signature and to check one: its objects, by their numbers.
///
/// Strict: a file that other programs would have to repair is refused, since they might repair it differently.
struct PDFFile {
    let bytes: [UInt8]
    let references: PDFCrossReferences
    /// What object streams hold (ISO 32000-1 §7.5.7): their plain bytes, and where each object is in them.
    private var packed: [Int: Packed] = [:]

    private struct Packed {
        var plain: [UInt8]
        var objects: [(number: Int, offset: Int)]
    }

    /// An indirect object and the bytes from its number to its `endobj`.
    struct Placed {
        var reference: PDFReference
        var value: PDFObject
        var range: Range<Int>
    }

    init(_ bytes: [UInt8]) throws(SigningError) {
        guard bytes.count <= SigningLimits.fileBytes else { throw .tooLarge }
        guard bytes.starts(with: "%PDF-".utf8) else { throw .notPDF }
        self.bytes = bytes
        var budget = SigningLimits.unpackedBytes
        references = try PDFCrossReferences(of: bytes, budget: &budget)
        var streams: Set<Int> = []
        for case .packed(let stream, _) in references.entries.values { streams.insert(stream) }
        for number in streams.sorted() {
            packed[number] = try unpack(number, budget: &budget)
        }
    }

    private func unpack(_ number: Int, budget: inout Int) throws(SigningError) -> Packed {
        guard let placed = try placed(number), let stream = placed.value.stream,
            stream.dictionary["Type"] == .name("ObjStm"), let count = try integer(stream.dictionary["N"]),
            let first = try integer(stream.dictionary["First"]), count >= 0, first >= 0
        else { throw .damaged(at: 0) }
        let plain = try PDFUnpacking.bytes(of: stream, budget: &budget)
        guard count <= plain.count, first <= plain.count else { throw .damaged(at: placed.range.lowerBound) }
        var scanner = PDFScanner(plain)
        var objects: [(Int, Int)] = []
        for _ in 0..<count {
            guard let number = scanner.takeInteger(), let offset = scanner.takeInteger(), offset >= 0,
                offset <= plain.count - first
            else { throw .damaged(at: placed.range.lowerBound) }
            objects.append((number, first + offset))
        }
        return Packed(plain: plain, objects: objects)
    }

    /// The value of an object; null where there is none (§7.3.10).
    func object(_ reference: PDFReference) throws(SigningError) -> PDFObject {
        switch references.entries[reference.number] {
        case nil, .free: return .null
        case .offset(_, let generation):
            guard generation == reference.generation else { return .null }
            return try placed(reference.number)?.value ?? .null
        case .packed(let stream, let index):
            guard reference.generation == 0 else { return .null }
            guard let packed = packed[stream], packed.objects.indices.contains(index),
                packed.objects[index].number == reference.number
            else { throw .damaged(at: 0) }
            var scanner = PDFScanner(packed.plain, at: packed.objects[index].offset)
            return try scanner.object()
        }
    }

    /// The object as the newest section knows it, of whichever generation it is.
    func current(_ number: Int) throws(SigningError) -> PDFObject {
        switch references.entries[number] {
        case nil, .free: .null
        case .offset: try placed(number)?.value ?? .null
        case .packed: try object(PDFReference(number: number, generation: 0))
        }
    }

    /// An object that stands in the file itself, and where; nil where there is none or it is within an object stream.
    func placed(_ number: Int) throws(SigningError) -> Placed? {
        guard case .offset(let offset, let generation) = references.entries[number] else { return nil }
        guard bytes.indices.contains(offset) else { throw .damaged(at: bytes.count) }
        var scanner = PDFScanner(bytes, at: offset)
        let placed = try Self.object(&scanner) { reference throws(SigningError) in try self.length(reference) }
        guard placed.reference == PDFReference(number: number, generation: generation) else {
            throw .damaged(at: offset)
        }
        return placed
    }

    /// A stream's length that stands elsewhere: a number by itself.
    private func length(_ reference: PDFReference) throws(SigningError) -> Int? {
        guard case .offset(let offset, let generation) = references.entries[reference.number],
            generation == reference.generation, bytes.indices.contains(offset)
        else { return nil }
        var scanner = PDFScanner(bytes, at: offset)
        guard scanner.takeInteger() == reference.number, scanner.takeInteger() == generation, scanner.take("obj") else {
            return nil
        }
        return scanner.takeInteger()
    }

    /// Reads `12 0 obj … endobj`.
    static func object(
        _ scanner: inout PDFScanner, length: (PDFReference) throws(SigningError) -> Int?
    ) throws(SigningError) -> Placed {
        scanner.skipSpace()
        let start = scanner.position
        guard let number = scanner.takeInteger(), (1...PDFReference.highest).contains(number),
            let generation = scanner.takeInteger(), (0...65_535).contains(generation), scanner.take("obj")
        else { throw scanner.damage }
        var value = try scanner.object()
        if case .dictionary(let dictionary) = value, scanner.take("stream") {
            // A line feed, or a carriage return and a line feed (§7.3.8.1).
            if scanner.byte() == 13 { scanner.position += 1 }
            guard scanner.byte() == 10 else { throw scanner.damage }
            scanner.position += 1
            let count: Int?
            switch dictionary["Length"] {
            case .integer(let value): count = value
            case .reference(let reference): count = try length(reference)
            default: count = nil
            }
            guard let count, count >= 0, count <= scanner.bytes.count - scanner.position else { throw scanner.damage }
            let data = scanner.bytes[scanner.position..<scanner.position + count]
            scanner.position += count
            guard scanner.take("endstream") else { throw scanner.damage }
            value = .stream(PDFStream(dictionary: dictionary, data: data))
        }
        guard scanner.take("endobj") else { throw scanner.damage }
        return Placed(
            reference: PDFReference(number: number, generation: generation), value: value,
            range: start..<scanner.position)
    }

    /// The value, or the object to which it refers.
    func resolve(_ value: PDFObject?) throws(SigningError) -> PDFObject {
        var value = value ?? .null
        for _ in 0..<16 {
            guard case .reference(let reference) = value else { return value }
            value = try object(reference)
        }
        throw .damaged(at: 0)
    }

    func integer(_ value: PDFObject?) throws(SigningError) -> Int? { try resolve(value).integer }
    func dictionary(_ value: PDFObject?) throws(SigningError) -> PDFDictionary? { try resolve(value).dictionary }
    func array(_ value: PDFObject?) throws(SigningError) -> [PDFObject]? { try resolve(value).array }
}
