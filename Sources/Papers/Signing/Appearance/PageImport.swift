extension PDFUpdate {
    /// Takes over the first page of another file as a form XObject (ISO 32000-1 §8.10): what it draws, with its fonts.
    mutating func importPage(of other: PDFFile, box: PDFBox, matrix: [PDFObject]) throws(SigningError) -> PDFReference {
        guard let page = try other.pages(limit: 1).first,
            var content = try other.resolve(page.dictionary["Contents"]).stream
        else { throw .noFont }
        var copied: [PDFReference: PDFReference] = [:]
        var waiting: [(from: PDFReference, to: PDFReference)] = []
        let resources = try other.resolve(page.dictionary["Resources"])
        content.dictionary = content.dictionary.filter { ["Filter", "DecodeParms"].contains($0.key) }
        content.dictionary["Type"] = .name("XObject")
        content.dictionary["Subtype"] = .name("Form")
        content.dictionary["BBox"] = box.object
        content.dictionary["Matrix"] = .array(matrix)
        content.dictionary["Resources"] = copy(resources, &copied, &waiting)
        let form = add(.stream(content))
        while let next = waiting.popLast() {
            put(copy(try other.object(next.from), &copied, &waiting), at: next.to)
        }
        return form
    }

    /// A value in which other names of objects stand; those that are new are noted in `waiting`.
    private mutating func copy(
        _ value: PDFObject, _ copied: inout [PDFReference: PDFReference],
        _ waiting: inout [(from: PDFReference, to: PDFReference)]
    ) -> PDFObject {
        switch value {
        case .reference(let reference):
            if let known = copied[reference] { return .reference(known) }
            let new = reserve()
            copied[reference] = new
            waiting.append((reference, new))
            return .reference(new)
        case .array(let values):
            var result: [PDFObject] = []
            for value in values { result.append(copy(value, &copied, &waiting)) }
            return .array(result)
        case .dictionary(let dictionary): return .dictionary(copy(dictionary, &copied, &waiting))
        case .stream(var stream):
            stream.dictionary["Length"] = nil
            stream.dictionary = copy(stream.dictionary, &copied, &waiting)
            return .stream(stream)
        default: return value
        }
    }

    private mutating func copy(
        _ dictionary: PDFDictionary, _ copied: inout [PDFReference: PDFReference],
        _ waiting: inout [(from: PDFReference, to: PDFReference)]
    ) -> PDFDictionary {
        var result: PDFDictionary = [:]
        // In one order, so that equal papers become equal files.
        for (key, value) in dictionary.sorted(by: { $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) }) {
            result[key] = copy(value, &copied, &waiting)
        }
        return result
    }
}
