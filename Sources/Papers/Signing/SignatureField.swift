/// A field of a file that is or takes a signature (ISO 32000-1 §12.7.4.5).
struct SignatureField {
    /// Its name in full (§12.7.3.2).
    var name: String
    var reference: PDFReference
    var dictionary: PDFDictionary
    /// The signature (§12.8.1); nil where the field is empty.
    var value: PDFDictionary?
    /// The number of the object in which the signature stands.
    var holder: Int
}

extension PDFFile {
    /// The file's form (§12.7.2), and the object in which it stands; nil where the catalog holds it.
    func form() throws(SigningError) -> (reference: PDFReference?, dictionary: PDFDictionary) {
        let entry = try catalog().dictionary["AcroForm"]
        return (entry?.reference, try dictionary(entry) ?? [:])
    }

    /// All fields for signatures, in their order in the form.
    func signatureFields() throws(SigningError) -> [SignatureField] {
        var fields: [SignatureField] = []
        var seen: Set<PDFReference> = []
        var waiting: [(reference: PDFReference, name: String, kind: PDFName?)] = []
        for entry in (try array(form().dictionary["Fields"]) ?? []).reversed() {
            if let reference = entry.reference { waiting.append((reference, "", nil)) }
        }
        while let next = waiting.popLast() {
            guard seen.insert(next.reference).inserted, let field = try object(next.reference).dictionary else {
                continue
            }
            guard seen.count <= SigningLimits.pages else { throw .tooLarge }
            var name = next.name
            if let part = try resolve(field["T"]).string {
                let text = PDFWriting.text(of: part)
                name = name.isEmpty ? text : "\(name).\(text)"
            }
            let kind = try resolve(field["FT"]).name ?? next.kind
            let value = try dictionary(field["V"])
            if kind == "Sig", value != nil || field["Kids"] == nil {
                guard fields.count < SigningLimits.signatures else { throw .tooLarge }
                fields.append(
                    SignatureField(
                        name: name, reference: next.reference, dictionary: field, value: value,
                        holder: field["V"]?.reference?.number ?? next.reference.number))
            } else {
                for kid in (try array(field["Kids"]) ?? []).reversed() {
                    if let kid = kid.reference { waiting.append((kid, name, kind)) }
                }
            }
        }
        return fields
    }
}
