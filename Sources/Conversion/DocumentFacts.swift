import Foundation

/// What pdfinfo(1) says of a PDF.
struct DocumentFacts: Equatable, Sendable {
    var pages: Int
    /// Each page's width and height as it is seen, in points, as far as they were asked for.
    var sizes: [Int: (width: Double, height: Double)]

    static func == (one: DocumentFacts, other: DocumentFacts) -> Bool {
        one.pages == other.pages && one.sizes.count == other.sizes.count
            && one.sizes.allSatisfy { number, size in other.sizes[number].map { $0 == size } ?? false }
    }

    /// Writes them to descriptor 3. What a PDF says of itself, its title or its author, comes before the number of pages, so
    /// that nothing of it is taken for a fact: only lines from `Pages:` on are kept.
    static let script = """
        pdfinfo -f 1 -l "$1" -enc UTF-8 /in/paper.pdf >/tmp/facts || exit $?
        sed -n '/^Pages:/,$p' /tmp/facts >&3
        """

    /// - Parameter text: lines as `Page    1 size:  595.3 x 841.9 pts (A4)`, `Page    1 rot:   90`.
    init?(_ text: String) {
        var pages: Int?
        var sizes: [Int: (width: Double, height: Double)] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.first == "Pages:", words.count == 2, pages == nil {
                pages = Int(words[1])
            } else if words.first == "Page", words.count > 3, let number = Int(words[1]) {
                if words[2] == "size:", words.count > 5, let width = Double(words[3]), let height = Double(words[5]) {
                    sizes[number] = (width, height)
                } else if words[2] == "rot:", ["90", "270"].contains(words[3]), let size = sizes[number] {
                    sizes[number] = (size.height, size.width)
                }
            }
        }
        guard let pages, pages >= 0 else { return nil }
        self.pages = pages
        self.sizes = sizes
    }
}
