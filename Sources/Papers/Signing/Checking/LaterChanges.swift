/// What was added to a file behind a signature, object by object: only what further signatures bring is harmless.
///
/// Nothing that was there may change but the lists into which a signature is entered; so what is new can be reached
/// through a signature's own field only.
struct LaterChanges {
    private let old: PDFFile
    private let new: PDFFile

    static func since(_ end: Int, in file: PDFFile) -> SignatureReport.Later {
        // What was signed is a whole file by itself (ISO 32000-1 §7.5.6).
        guard let old = try? PDFFile(Array(file.bytes[..<end])),
            let harmless = try? LaterChanges(old: old, new: file).areHarmless(), harmless
        else { return .changes }
        return .signatures
    }

    private func areHarmless() throws(SigningError) -> Bool {
        guard old.references.trailer["Root"] == new.references.trailer["Root"],
            old.references.trailer["Info"] == nil
                || old.references.trailer["Info"] == new.references.trailer["Info"]
        else { return false }
        let roles = try roles()
        let awaited = try awaited()
        for number in Set(old.references.entries.keys).union(new.references.entries.keys) {
            if try isUntouched(number) { continue }
            let (before, after) = (try old.current(number), try new.current(number))
            if before == after { continue }
            if before == .null {
                if awaited.contains(number) { return false }
                continue
            }
            guard let role = roles[number], try allows(role, before, after) else { return false }
        }
        return true
    }

    /// The objects to which something refers although they are not there: what came in their place would be shown.
    private func awaited() throws(SigningError) -> Set<Int> {
        var awaited: Set<Int> = []
        var waiting: [PDFObject] = [.dictionary(old.references.trailer)]
        for number in old.references.entries.keys { waiting.append(try old.current(number)) }
        while let value = waiting.popLast() {
            switch value {
            case .reference(let reference):
                if try old.current(reference.number) == .null { awaited.insert(reference.number) }
            case .array(let values): waiting += values
            case .dictionary, .stream: waiting += (value.dictionary ?? [:]).values
            default: break
            }
        }
        return awaited
    }

    /// The same entry, in the part of the file that is the same: the same object.
    private func isUntouched(_ number: Int) throws(SigningError) -> Bool {
        guard let entry = old.references.entries[number], entry == new.references.entries[number] else { return false }
        guard case .packed(let stream, _) = entry else { return true }
        return old.references.entries[stream] == new.references.entries[stream]
    }

    private enum Role { case catalog, form, fields, page, annotations, information, emptyField }

    private func roles() throws(SigningError) -> [Int: Role] {
        var roles: [Int: Role] = [:]
        for page in try old.pages(limit: SigningLimits.pages) {
            roles[page.reference.number] = .page
            if let list = page.dictionary["Annots"]?.reference { roles[list.number] = .annotations }
        }
        for field in try old.signatureFields() where field.value == nil {
            roles[field.reference.number] = .emptyField
        }
        let (place, form) = try old.form()
        if let list = form["Fields"]?.reference { roles[list.number] = .fields }
        if let place { roles[place.number] = .form }
        let catalog = try old.catalog()
        roles[catalog.reference.number] = .catalog
        if let information = old.references.trailer["Info"]?.reference { roles[information.number] = .information }
        return roles
    }

    private func allows(_ role: Role, _ before: PDFObject, _ after: PDFObject) throws(SigningError) -> Bool {
        switch role {
        case .information:
            // Texts about the file. An object with more than texts could be shown, too.
            return [before, after].allSatisfy {
                guard case .dictionary(let entries) = $0 else { return false }
                return entries.values.allSatisfy { $0.string != nil || $0.name != nil }
            }
        case .fields, .annotations: return try grows(before, after)
        case .catalog:
            // The document security store (ETSI EN 319 142-1 §5.4.2) and what announces it; nothing of that is shown.
            guard
                let (before, after) = dictionaries(
                    before, after, but: ["AcroForm", "DSS", "Extensions", "Metadata", "Version"])
            else {
                return false
            }
            if before["AcroForm"] == after["AcroForm"] { return true }
            return try allows(.form, old.resolve(before["AcroForm"]), new.resolve(after["AcroForm"]))
        case .form:
            let earlier = before == .null ? PDFObject.dictionary([:]) : before
            guard let (before, after) = dictionaries(earlier, after, but: ["Fields", "SigFlags"]) else { return false }
            return try grows(old.resolve(before["Fields"]), new.resolve(after["Fields"]))
        case .page:
            guard let (before, after) = dictionaries(before, after, but: ["Annots"]) else { return false }
            return try grows(old.resolve(before["Annots"]), new.resolve(after["Annots"]))
        case .emptyField:
            guard let (_, after) = dictionaries(before, after, but: ["V", "AP", "M"]) else { return false }
            return after["V"] != nil
        }
    }

    /// Both as dictionaries, where they differ in these keys at most.
    private func dictionaries(_ before: PDFObject, _ after: PDFObject, but keys: Set<PDFName>) -> (
        PDFDictionary, PDFDictionary
    )? {
        guard case .dictionary(let before) = before, case .dictionary(let after) = after,
            before.filter({ !keys.contains($0.key) }) == after.filter({ !keys.contains($0.key) })
        else { return nil }
        return (before, after)
    }

    /// Whether a list has only got signatures behind what it had.
    private func grows(_ before: PDFObject, _ after: PDFObject) throws(SigningError) -> Bool {
        let (before, after) = (before.array ?? [], after.array ?? [])
        guard after.starts(with: before) else { return false }
        for added in after.dropFirst(before.count) {
            guard let reference = added.reference, old.references.entries[reference.number] ?? .free == .free,
                let field = try new.object(reference).dictionary, try new.resolve(field["FT"]) == .name("Sig"),
                try new.dictionary(field["V"]) != nil
            else { return false }
        }
        return true
    }
}
