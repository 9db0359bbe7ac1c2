/// What is added behind a file's end (ISO 32000-1 §7.5.6): the bytes before it stay as they are, so that signatures in
/// them stay valid.
struct PDFUpdate {
    let file: PDFFile
    private var objects: [Int: (generation: Int, value: PDFObject)] = [:]
    private var next: Int

    init(of file: PDFFile) throws(SigningError) {
        self.file = file
        next = file.references.size
        guard next > 0, next < PDFReference.highest - 10_000 else { throw .damaged(at: file.references.start) }
    }

    /// A new object's name. Its value follows.
    mutating func reserve() -> PDFReference {
        defer { next += 1 }
        return PDFReference(number: next, generation: 0)
    }

    mutating func add(_ value: PDFObject) -> PDFReference {
        let reference = reserve()
        put(value, at: reference)
        return reference
    }

    mutating func put(_ value: PDFObject, at reference: PDFReference) {
        objects[reference.number] = (reference.generation, value)
    }

    /// The file with what was added, and where in it each new object begins.
    func written() throws(SigningError) -> (bytes: [UInt8], offsets: [Int: Int]) {
        var out = file.bytes
        if out.last != 10 { out.append(10) }
        var places: [Int: (offset: Int, generation: Int)] = [:]
        for (number, object) in objects.sorted(by: { $0.key < $1.key }) {
            places[number] = (out.count, object.generation)
            out += "\(number) \(object.generation) obj\n".utf8
            PDFWriting.write(object.value, into: &out)
            out += "\nendobj\n".utf8
        }
        let start = out.count
        guard start <= SigningLimits.fileBytes else { throw .tooLarge }
        if file.references.isStream {
            writeStream(places, into: &out)
        } else {
            writeTable(places, into: &out)
        }
        out += "startxref\n\(start)\n%%EOF\n".utf8
        return (out, places.mapValues(\.offset))
    }

    /// What the new section says of the file beside its objects (§7.5.5).
    private func trailer(size: Int, digestOf content: [UInt8]) -> PDFDictionary {
        var trailer: PDFDictionary = [
            "Size": .integer(size), "Prev": .integer(file.references.start),
        ]
        for key: PDFName in ["Root", "Info"] { trailer[key] = file.references.trailer[key] }
        // The first half stays the file's for ever; the second changes with its content (§14.4).
        let changed = PDFObject.string(Array(Digest.sha256(content).prefix(16)))
        let lasting = file.references.trailer["ID"]?.array?.first ?? changed
        trailer["ID"] = .array([lasting, changed])
        return trailer
    }

    private func writeTable(_ places: [Int: (offset: Int, generation: Int)], into out: inout [UInt8]) {
        let trailer = trailer(size: next, digestOf: out)
        out += "xref\n".utf8
        for run in Self.runs(of: places.keys.sorted()) {
            out += "\(run.lowerBound) \(run.count)\n".utf8
            for number in run {
                let place = places[number] ?? (0, 0)
                out += "\(Self.digits(place.offset, 10)) \(Self.digits(place.generation, 5)) n\r\n".utf8
            }
        }
        out += "trailer\n".utf8
        PDFWriting.write(.dictionary(trailer), into: &out)
        out.append(10)
    }

    /// A file whose sections are streams gets a stream (§7.5.8.4 mixes them only for old readers' sake).
    private func writeStream(_ places: [Int: (offset: Int, generation: Int)], into out: inout [UInt8]) {
        var places = places
        places[next] = (out.count, 0)
        let runs = Self.runs(of: places.keys.sorted())
        var rows: [UInt8] = []
        for number in runs.joined() {
            let place = places[number] ?? (0, 0)
            rows.append(1)
            for shift in [24, 16, 8, 0] { rows.append(UInt8(truncatingIfNeeded: place.offset >> shift)) }
            for shift in [8, 0] { rows.append(UInt8(truncatingIfNeeded: place.generation >> shift)) }
        }
        var dictionary = trailer(size: next + 1, digestOf: out)
        dictionary["Type"] = .name("XRef")
        dictionary["W"] = .array([.integer(1), .integer(4), .integer(2)])
        dictionary["Index"] = .array(runs.flatMap { [.integer($0.lowerBound), .integer($0.count)] })
        out += "\(next) 0 obj\n".utf8
        PDFWriting.write(.stream(PDFStream(dictionary: dictionary, data: rows[...])), into: &out)
        out += "\nendobj\n".utf8
    }

    private static func runs(of numbers: [Int]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for number in numbers {
            if let last = runs.last, last.upperBound == number {
                runs[runs.count - 1] = last.lowerBound..<number + 1
            } else {
                runs.append(number..<number + 1)
            }
        }
        return runs
    }

    private static func digits(_ value: Int, _ count: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
}
