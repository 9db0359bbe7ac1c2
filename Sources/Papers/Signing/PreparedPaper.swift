/// A paper with a place that waits for a signature.
public struct PreparedPaper: Sendable {
    /// The file.
    public let bytes: [UInt8]
    /// SHA-256 of all of it but the place itself: what is to be signed (ISO 32000-1 §12.8.1, `ByteRange`).
    public let digest: [UInt8]
    /// The place: `<`, digits, `>`.
    let gap: Range<Int>

    /// Bytes that a signature may have: certificates of its chain and a time-stamp take about 10,000.
    static let room = 16 << 10

    /// Reads a file that has been prepared before: by this or another program, as the last thing that was done to it.
    public init(reading bytes: [UInt8]) throws(SigningError) {
        let file = try PDFFile(bytes)
        for field in try file.signatureFields().reversed() {
            guard let value = field.value, let contents = value["Contents"]?.string, contents.allSatisfy({ $0 == 0 }),
                let range = SignedRange(value["ByteRange"], in: bytes), range.coversAll
            else { continue }
            self.init(bytes: bytes, gap: range.gap)
            return
        }
        throw .notPrepared
    }

    init(bytes: [UInt8], gap: Range<Int>) {
        self.bytes = bytes
        self.gap = gap
        digest = Digest.sha256(bytes[..<gap.lowerBound], bytes[gap.upperBound...])
    }

    /// Adds a place for a signature to a paper (ETSI EN 319 142-1 §5.3, §6.3), behind the end of the file: signatures that
    /// it has stay valid.
    ///
    /// Takes about as long as reading the file; draws text, so call it off an event loop.
    public init(_ paper: [UInt8], form: SignatureForm) throws(SigningError) {
        try form.check()
        let file = try PDFFile(paper)
        try Self.checkThatChangesAreAllowed(in: file)
        let limit = form.isShown && form.place == .bottomOfLastPage ? SigningLimits.pages : 1
        guard let page = try file.pages(limit: limit).last else { throw .damaged(at: file.references.start) }
        var update = try PDFUpdate(of: file)
        let signature = update.add(.dictionary(Self.dictionary(form)))
        let fields = try file.signatureFields()
        let widget = update.reserve()
        var field: PDFDictionary = [
            "Type": .name("Annot"), "Subtype": .name("Widget"), "FT": .name("Sig"), "P": .reference(page.reference),
            "T": PDFWriting.text(Self.name(besides: fields.map(\.name))), "V": .reference(signature),
            // Printed, and not to be moved (ISO 32000-1 §12.5.3).
            "F": .integer(4 | 128), "Rect": PDFBox(left: 0, bottom: 0, right: 0, top: 0).object,
        ]
        if form.isShown {
            let (drawn, size) = try SignatureForm.drawing.page(of: form.lines)
            var taken: [PDFBox] = []
            for other in fields {
                if other.dictionary["P"]?.reference == page.reference, let box = try file.box(other.dictionary["Rect"])
                {
                    taken.append(box)
                }
            }
            let place = AppearancePlace(
                width: size.width, height: size.height, on: page, beside: taken, place: form.place)
            let shape = PDFBox(left: 0, bottom: 0, right: size.width, top: size.height)
            let appearance = try update.importPage(of: PDFFile(drawn), box: shape, matrix: place.matrix)
            field["Rect"] = place.box.object
            field["AP"] = .dictionary(["N": .reference(appearance)])
        }
        update.put(.dictionary(field), at: widget)
        try Self.enter(widget, intoPage: page, of: file, &update)
        try Self.enter(widget, intoFormOf: file, &update)
        let (bytes, places) = try update.written()
        guard let start = places[signature.number] else { throw .notPrepared }
        self = try Self.filled(bytes, signatureAt: start)
    }

    private static func checkThatChangesAreAllowed(in file: PDFFile) throws(SigningError) {
        let form = try file.form().dictionary
        // An XFA form is shown instead of the pages that would be signed.
        guard form["XFA"].map({ $0 == .null }) ?? true else { throw .unsupported("XFA") }
        let permissions = try file.dictionary(file.catalog().dictionary["Perms"])
        guard let certification = try file.dictionary(permissions?["DocMDP"]) else { return }
        for reference in try file.array(certification["Reference"]) ?? [] {
            let parameters = try file.dictionary(file.dictionary(reference)?["TransformParams"])
            if try file.integer(parameters?["P"]) == 1 { throw .changesForbidden }
        }
    }

    /// As long as what will stand in their place.
    private static let rangePlaceholder = "[0 0000000000 0000000000 0000000000]"

    /// The signature dictionary (ETSI EN 319 142-1 §6.3 table 1).
    private static func dictionary(_ form: SignatureForm) -> PDFDictionary {
        var dictionary: PDFDictionary = [
            "Type": .name("Sig"), "Filter": .name("Adobe.PPKLite"), "SubFilter": .name("ETSI.CAdES.detached"),
            "ByteRange": .real(Array(rangePlaceholder.utf8)),
            "Contents": .string([UInt8](repeating: 0, count: room)),
            "M": .string(Array(form.time.pdf.utf8)),
        ]
        if let name = form.signer ?? form.agency { dictionary["Name"] = PDFWriting.text(name) }
        if let reason = form.reason { dictionary["Reason"] = PDFWriting.text(reason) }
        if let location = form.location { dictionary["Location"] = PDFWriting.text(location) }
        return dictionary
    }

    private static func name(besides taken: [String]) -> String {
        var number = taken.count + 1
        while taken.contains("ChuKySo\(number)") { number += 1 }
        return "ChuKySo\(number)"
    }

    private static func enter(
        _ widget: PDFReference, intoPage page: PDFPage, of file: PDFFile, _ update: inout PDFUpdate
    ) throws(SigningError) {
        let entry = page.dictionary["Annots"]
        let annotations = (try file.array(entry) ?? []) + [.reference(widget)]
        if let reference = entry?.reference {
            update.put(.array(annotations), at: reference)
        } else {
            var dictionary = page.dictionary
            dictionary["Annots"] = .array(annotations)
            update.put(.dictionary(dictionary), at: page.reference)
        }
    }

    private static func enter(
        _ widget: PDFReference, intoFormOf file: PDFFile, _ update: inout PDFUpdate
    ) throws(SigningError) {
        var (place, form) = try file.form()
        let fields = (try file.array(form["Fields"]) ?? []) + [.reference(widget)]
        if let reference = form["Fields"]?.reference {
            update.put(.array(fields), at: reference)
        } else {
            form["Fields"] = .array(fields)
        }
        // There are signatures, and the file is only to be added to (ISO 32000-1 §12.7.2).
        form["SigFlags"] = .integer(3)
        if let place {
            update.put(.dictionary(form), at: place)
        } else {
            var catalog = try file.catalog()
            catalog.dictionary["AcroForm"] = .dictionary(form)
            update.put(.dictionary(catalog.dictionary), at: catalog.reference)
        }
    }

    /// Puts the real range into a written file.
    private static func filled(_ bytes: [UInt8], signatureAt start: Int) throws(SigningError) -> PreparedPaper {
        var bytes = bytes
        guard let range = position(of: "/ByteRange ", in: bytes, from: start),
            let contents = position(of: "/Contents ", in: bytes, from: start)
        else { throw .notPrepared }
        let gap = contents..<contents + 2 * room + 2
        let values = "[0 \(gap.lowerBound) \(gap.upperBound) \(bytes.count - gap.upperBound)"
        let length = rangePlaceholder.utf8.count
        let text = values + String(repeating: " ", count: max(0, length - 1 - values.utf8.count)) + "]"
        guard text.utf8.count == length, range + length <= bytes.count, gap.upperBound <= bytes.count else {
            throw .tooLarge
        }
        bytes.replaceSubrange(range..<range + length, with: text.utf8)
        return PreparedPaper(bytes: bytes, gap: gap)
    }

    /// Where the bytes behind a word begin.
    private static func position(of word: String, in bytes: [UInt8], from start: Int) -> Int? {
        let word = Array(word.utf8)
        var place = start
        while place + word.count <= bytes.count {
            if bytes[place] == word[0], bytes[place..<place + word.count].elementsEqual(word) {
                return place + word.count
            }
            place += 1
        }
        return nil
    }
}
