import Foundation

/// Whose copy of a paper it is, thin and grey across each page.
public enum Watermark {
    public enum Outcome: Hashable, Sendable {
        case marked([UInt8])
        /// It has signatures: every byte stays as it is.
        case signed
    }

    /// The name of the mark among a page's own resources.
    private static let name: PDFName = "GiaobanDauBanSao"
    /// Grey, and mostly let through: what it lies on is to be read.
    private static let drawing = DrawnText(
        fonts: "Noto Sans,DejaVu Sans,sans-serif", points: 16,
        colour: DrawnText.Colour(red: 0.35, green: 0.35, blue: 0.35, opacity: 0.22))
    /// Letters of a mark: names are not that long.
    private static let letters = 200

    /// Adds a mark behind the end of a file (ISO 32000-1 §7.5.6), on each of its pages.
    ///
    /// Takes about as long as reading the file; draws text, so call it off an event loop.
    /// - Parameter text: one line: unit and name.
    /// - Throws: where the file cannot be added to: damaged, encrypted, too large.
    public static func mark(_ paper: [UInt8], with text: String) throws(SigningError) -> Outcome {
        let file = try PDFFile(paper)
        guard try file.signatureFields().allSatisfy({ $0.value == nil }),
            try file.dictionary(file.catalog().dictionary["Perms"]) == nil
        else { return .signed }
        let (drawn, size) = try drawing.page(of: [String(text.prefix(letters))])
        var update = try PDFUpdate(of: file)
        let box = PDFBox(left: 0, bottom: 0, right: size.width, top: size.height)
        let one: [PDFObject] = [1, 0, 0, 1, 0, 0].map { .integer($0) }
        let form = try update.importPage(of: PDFFile(drawn), box: box, matrix: one)
        // What a page draws before may leave the space turned and clipped (§8.4.2): it stands between these two.
        let before = update.add(stream("q\n"))
        var after: [String: PDFReference] = [:]
        for page in try file.pages(limit: SigningLimits.pages) {
            let drawing = "\nQ\n" + lines(on: page, size)
            let end = after[drawing] ?? update.add(stream(drawing))
            after[drawing] = end
            var dictionary = page.dictionary
            var contents: [PDFObject]
            switch try file.resolve(dictionary["Contents"]) {
            case .array(let parts): contents = parts
            case .stream: contents = dictionary["Contents"].map { [$0] } ?? []
            default: contents = []
            }
            contents.insert(.reference(before), at: 0)
            contents.append(.reference(end))
            dictionary["Contents"] = .array(contents)
            var resources = try resources(of: page, in: file)
            var forms = try file.dictionary(resources["XObject"]) ?? [:]
            forms[name] = .reference(form)
            resources["XObject"] = .dictionary(forms)
            dictionary["Resources"] = .dictionary(resources)
            update.put(.dictionary(dictionary), at: page.reference)
        }
        return .marked(try update.written().bytes)
    }

    private static func stream(_ text: String) -> PDFObject {
        .stream(PDFStream(dictionary: [:], data: Array(text.utf8)[...]))
    }

    /// A page's resources, its own or those of the nearest node above it that has some (§7.7.3.4).
    private static func resources(of page: PDFPage, in file: PDFFile) throws(SigningError) -> PDFDictionary {
        var node = page.dictionary
        for _ in 0..<SigningLimits.depth {
            if let found = try file.dictionary(node["Resources"]) { return found }
            guard let parent = try file.dictionary(node["Parent"]) else { break }
            node = parent
        }
        return [:]
    }

    /// Draws the mark three times, rising to the right as the page is shown, over its height.
    private static func lines(on page: PDFPage, _ size: (width: Double, height: Double)) -> String {
        let isTurned = page.rotation % 180 != 0
        let shownWidth = isTurned ? page.box.height : page.box.width
        let slope = 30.0 * .pi / 180
        let angle = slope + Double(page.rotation) * .pi / 180
        let scale = min(1.4, 0.8 * shownWidth / (size.width * cos(slope)))
        let (x, y) = (scale * cos(angle), scale * sin(angle))
        var text = ""
        for share in [0.2, 0.5, 0.8] {
            let across = isTurned ? share : 0.5
            let up = isTurned ? 0.5 : share
            let left = page.box.left + across * page.box.width - (size.width * x - size.height * y) / 2
            let bottom = page.box.bottom + up * page.box.height - (size.width * y + size.height * x) / 2
            let matrix = [x, y, -y, x, left, bottom].map(digits).joined(separator: " ")
            text += "q \(matrix) cm /\(name.text) Do Q\n"
        }
        return text
    }

    private static func digits(_ value: Double) -> String {
        let thousandths = Int((min(max(value, -1e6), 1e6) * 1000).rounded())
        let rest = String(abs(thousandths % 1000))
        let zeros = String(repeating: "0", count: 3 - rest.count)
        return "\(thousandths < 0 ? "-" : "")\(abs(thousandths / 1000)).\(zeros)\(rest)"
    }
}
