/// A page, with what it has from the nodes above it (ISO 32000-1 §7.7.3).
struct PDFPage {
    var reference: PDFReference
    var dictionary: PDFDictionary
    /// What of it is shown, in its own space: left, bottom, right, top.
    var box: PDFBox
    /// Degrees by which it is turned clockwise to be shown: 0, 90, 180 or 270.
    var rotation: Int
}

/// A rectangle (§7.9.5) in points.
struct PDFBox: Hashable, Sendable {
    var left: Double
    var bottom: Double
    var right: Double
    var top: Double

    var width: Double { right - left }
    var height: Double { top - bottom }

    func overlaps(_ other: PDFBox) -> Bool {
        left < other.right && other.left < right && bottom < other.top && other.bottom < top
    }

    func intersection(_ other: PDFBox) -> PDFBox? {
        let common = PDFBox(
            left: max(left, other.left), bottom: max(bottom, other.bottom), right: min(right, other.right),
            top: min(top, other.top))
        return common.width > 0 && common.height > 0 ? common : nil
    }

    var object: PDFObject { .array([.number(left), .number(bottom), .number(right), .number(top)]) }
}

extension PDFFile {
    /// The catalog (§7.7.2).
    func catalog() throws(SigningError) -> (reference: PDFReference, dictionary: PDFDictionary) {
        guard let reference = references.trailer["Root"]?.reference, let catalog = try object(reference).dictionary
        else {
            throw .damaged(at: references.start)
        }
        return (reference, catalog)
    }

    /// The first pages, in order, at most `limit`.
    func pages(limit: Int) throws(SigningError) -> [PDFPage] {
        let catalog = try catalog()
        guard let root = catalog.dictionary["Pages"]?.reference else { throw .damaged(at: references.start) }
        var pages: [PDFPage] = []
        var seen: Set<PDFReference> = []
        // The next node is the last of the list.
        var waiting: [(PDFReference, PDFDictionary)] = [(root, [:])]
        while let (reference, inherited) = waiting.popLast(), pages.count < limit {
            guard seen.insert(reference).inserted, seen.count <= 2 * SigningLimits.pages,
                let node = try object(reference).dictionary
            else { throw .damaged(at: references.start) }
            var passed = inherited
            for key: PDFName in ["MediaBox", "CropBox", "Rotate"] where node[key] != nil { passed[key] = node[key] }
            if let kids = try array(node["Kids"]) {
                for kid in kids.reversed() {
                    guard let kid = kid.reference else { throw .damaged(at: references.start) }
                    waiting.append((kid, passed))
                }
            } else {
                pages.append(try page(reference, node, passed))
            }
        }
        return pages
    }

    private func page(_ reference: PDFReference, _ node: PDFDictionary, _ passed: PDFDictionary) throws(SigningError)
        -> PDFPage
    {
        // A4, where nothing sensible is said.
        let media = try box(passed["MediaBox"]) ?? PDFBox(left: 0, bottom: 0, right: 595.28, top: 841.89)
        let shown = try box(passed["CropBox"])?.intersection(media) ?? media
        let turned = try integer(passed["Rotate"]) ?? 0
        let rotation = ((turned % 360) + 360) % 360
        return PDFPage(reference: reference, dictionary: node, box: shown, rotation: rotation / 90 * 90)
    }

    /// A rectangle; nil for anything else, or one without a surface.
    func box(_ value: PDFObject?) throws(SigningError) -> PDFBox? {
        guard let corners = try array(value), corners.count == 4 else { return nil }
        var numbers: [Double] = []
        for corner in corners {
            guard let number = try resolve(corner).number, abs(number) < 1e6 else { return nil }
            numbers.append(number)
        }
        let box = PDFBox(
            left: min(numbers[0], numbers[2]), bottom: min(numbers[1], numbers[3]), right: max(numbers[0], numbers[2]),
            top: max(numbers[1], numbers[3]))
        return box.width > 0 && box.height > 0 ? box : nil
    }
}
