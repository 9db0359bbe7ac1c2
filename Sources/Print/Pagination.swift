/// Places blocks below one another, page after page. Tables are in `Pagination+Tables`.
struct Pagination {
    let sheet: Sheet
    private(set) var pages: [[Mark]] = [[]]
    /// Where the next block begins.
    var y: Double
    private var textLeft = PDF.textLimit

    init(sheet: Sheet) {
        self.sheet = sheet
        y = sheet.topMargin
    }

    var isAtTop: Bool { y <= sheet.topMargin }
    var heightLeft: Double { sheet.bodyBottom - y }

    mutating func add(_ mark: Mark) { pages[pages.count - 1].append(mark) }

    mutating func breakPage() throws(PrintError) {
        guard pages.count < PDF.pageLimit else { throw .tooManyPages }
        pages.append([])
        y = sheet.topMargin
    }

    /// Counts text against the limit before it is measured.
    mutating func spend(_ text: StyledText) throws(PrintError) {
        let count = text.utf8Count
        textLeft -= count
        guard textLeft >= 0, count <= PDF.runLimit else { throw .tooMuchText }
    }

    /// - Parameter following: the height of what shall stand on one page with the block's end.
    mutating func place(
        _ block: PrintBlock, before following: Double = 0, measuredBy canvas: borrowing Canvas
    ) throws(PrintError) {
        switch block {
        case .letterhead(let letterhead): try place(letterhead, measuredBy: canvas)
        case .heading(let text, let size): try placeHeading(text, size: size, measuredBy: canvas)
        case .title(let title): try place(title, measuredBy: canvas)
        case .paragraph(let paragraph): try place(paragraph, before: following, measuredBy: canvas)
        case .table(let table): try place(table, before: following, measuredBy: canvas)
        case .closing(let closing): try place(closing, measuredBy: canvas)
        case .space(let millimetres):
            guard !isAtTop, millimetres > 0 else { return }
            y = min(y + points(millimetres), sheet.bodyBottom)
        case .pageBreak: try breakPage()
        }
    }

    /// What of the text below a heading stands on its page at least, in points.
    private static let headingFollowing = 60.0

    private mutating func placeHeading(
        _ text: StyledText, size: Double, measuredBy canvas: borrowing Canvas
    ) throws(PrintError) {
        try spend(text)
        let style = TextStyle(size: size, bold: true, alignment: .centre)
        let lines = canvas.lines(of: text, style, width: sheet.bodyWidth)
        if !isAtTop, lines.reduce(Self.headingFollowing, +) > heightLeft { try breakPage() }
        try place(text, style, lines: lines)
        y += 3
    }

    private mutating func place(
        _ paragraph: Paragraph, before following: Double, measuredBy canvas: borrowing Canvas
    ) throws(PrintError) {
        try spend(paragraph.text)
        let style = TextStyle(
            size: paragraph.size, alignment: paragraph.alignment, indent: points(paragraph.indent))
        let lines = canvas.lines(of: paragraph.text, style, width: sheet.bodyWidth)
        let together = lines.reduce(following + 6, +)
        if !isAtTop, following > 0, together > heightLeft, together <= sheet.bodyHeight { try breakPage() }
        if paragraph.keepsWithNext, !isAtTop, lines.reduce(Self.headingFollowing, +) > heightLeft { try breakPage() }
        // No single first line at the foot of a page.
        if !isAtTop, lines.count > 1, lines.prefix(2).reduce(0, +) > heightLeft { try breakPage() }
        try place(paragraph.text, style, lines: lines)
        // Between paragraphs 6 pt at least (Phụ lục I, phần I, mục II, khoản 6).
        y += 6
    }

    private mutating func place(_ text: StyledText, _ style: TextStyle, lines: [Double]) throws(PrintError) {
        var first = 0
        while first < lines.count {
            var taken = TakenLines(from: lines, first: first, height: heightLeft)
            if taken.range.isEmpty {
                if !isAtTop {
                    try breakPage()
                    continue
                }
                // A line taller than a page stands alone on one.
                taken = TakenLines(from: lines, first: first, height: .infinity, limit: 1)
            }
            add(.text(text, style, x: sheet.leftMargin, y: y, width: sheet.bodyWidth, lines: taken.range))
            y += taken.height
            first = taken.range.upperBound
        }
    }
}

/// The lines from `first` on that fit into a height.
struct TakenLines {
    let range: Range<Int>
    let height: Double

    init(from lines: [Double], first: Int, height available: Double, limit: Int = .max) {
        var end = min(first, lines.count)
        let start = end
        var sum = 0.0
        while end < lines.count, end - start < limit, sum + lines[end] <= available + 0.01 {
            sum += lines[end]
            end += 1
        }
        range = start..<end
        height = sum
    }
}
