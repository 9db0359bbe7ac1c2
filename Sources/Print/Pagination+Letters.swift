/// The fixed forms of administrative documents: letterhead and closing.
extension Pagination {
    mutating func place(_ letterhead: Letterhead, measuredBy canvas: borrowing Canvas) throws(PrintError) {
        for text in [letterhead.superior, letterhead.agency, letterhead.number, letterhead.placeAndDate] {
            try spend(StyledText(text ?? ""))
        }
        if !isAtTop, heightLeft < 120 { try breakPage() }
        let agency = TextStyle(size: 12, bold: true, alignment: .centre)
        let motto = TextStyle(size: 13, bold: true, alignment: .centre)
        // Half the page each, but the name of the state stays in one line.
        let name = StyledText(Letterhead.state)
        let rightWidth = max(sheet.bodyWidth / 2, canvas.width(of: name, agency, within: sheet.bodyWidth) + 4)
        let left = Lines(x: sheet.leftMargin, width: sheet.bodyWidth - rightWidth)
        let right = Lines(x: sheet.leftMargin + left.width, width: rightWidth)

        var leftY = y
        if let superior = letterhead.superior, !superior.isEmpty {
            leftY += add(
                StyledText(superior), TextStyle(size: 12, alignment: .centre), in: left, at: leftY, measuredBy: canvas)
        }
        leftY += add(StyledText(letterhead.agency), agency, in: left, at: leftY, measuredBy: canvas)
        // A third to a half as long as the name (mục II, khoản 2).
        let agencyWidth = canvas.width(of: StyledText(letterhead.agency), agency, within: left.width)
        leftY += addRule(length: agencyWidth * 0.4, in: left, at: leftY)

        var rightY = y
        rightY += add(name, agency, in: right, at: rightY, measuredBy: canvas)
        rightY += add(StyledText(Letterhead.motto), motto, in: right, at: rightY, measuredBy: canvas)
        // As long as the motto (mục II, khoản 1).
        let length = canvas.width(of: StyledText(Letterhead.motto), motto, within: right.width)
        rightY += addRule(length: length, in: right, at: rightY)

        let second = max(leftY, rightY) + 4
        let number = add(
            StyledText(letterhead.number ?? ""), TextStyle(size: 13, alignment: .centre), in: left, at: second,
            measuredBy: canvas)
        let date = add(
            StyledText(letterhead.placeAndDate ?? ""), TextStyle(size: 13, italic: true, alignment: .centre), in: right,
            at: second, measuredBy: canvas)
        y = second + max(number, date) + 12
    }

    mutating func place(_ closing: Closing, measuredBy canvas: borrowing Canvas) throws(PrintError) {
        let parts = ClosingParts(closing, on: sheet, measuredBy: canvas)
        for text in [parts.list, parts.position, parts.name] { try spend(text) }
        if !isAtTop, parts.height + Self.closingSpace > heightLeft { try breakPage() }
        let top = isAtTop ? y : y + Self.closingSpace
        let titleHeight = add(parts.title, ClosingParts.titleStyle, in: parts.left, at: top, measuredBy: canvas)
        _ = add(parts.list, ClosingParts.listStyle, in: parts.left, at: top + titleHeight, measuredBy: canvas)
        let positionHeight = add(
            parts.position, ClosingParts.signatureStyle, in: parts.right, at: top, measuredBy: canvas)
        _ = add(
            parts.name, ClosingParts.signatureStyle, in: parts.right,
            at: top + positionHeight + ClosingParts.handwriting, measuredBy: canvas)
        y = top + parts.height
    }

    /// With the space above it.
    func height(of closing: Closing, measuredBy canvas: borrowing Canvas) -> Double {
        ClosingParts(closing, on: sheet, measuredBy: canvas).height + Self.closingSpace
    }

    private static let closingSpace = 12.0

    /// - Returns: the height.
    private mutating func add(
        _ text: StyledText, _ style: TextStyle, in place: Lines, at y: Double, measuredBy canvas: borrowing Canvas
    ) -> Double {
        guard !text.isEmpty else { return 0 }
        add(.text(text, style, x: place.x, y: y, width: place.width))
        return canvas.lines(of: text, style, width: place.width).reduce(0, +)
    }

    /// A rule in the middle of a column. - Returns: the height with the room around it.
    private mutating func addRule(length: Double, in place: Lines, at y: Double) -> Double {
        let middle = place.x + place.width / 2
        add(.rule(fromX: middle - length / 2, fromY: y + 2, toX: middle + length / 2, toY: y + 2, thickness: 0.6))
        return 5
    }
}

/// A column of the page.
private struct Lines {
    let x: Double
    let width: Double
}

/// The texts of a closing, their places, and the height of the taller column.
private struct ClosingParts {
    static let titleStyle = TextStyle(size: 12)
    static let listStyle = TextStyle(size: 11)
    static let signatureStyle = TextStyle(size: 13, bold: true, alignment: .centre)
    /// Room for a signature and a seal.
    static let handwriting = points(25)

    let left: Lines
    let right: Lines
    let title: StyledText
    let list: StyledText
    let position: StyledText
    let name: StyledText
    let height: Double

    init(_ closing: Closing, on sheet: Sheet, measuredBy canvas: borrowing Canvas) {
        left = Lines(x: sheet.leftMargin, width: sheet.bodyWidth * 0.45)
        right = Lines(x: sheet.leftMargin + sheet.bodyWidth * 0.5, width: sheet.bodyWidth * 0.5)
        title = StyledText(closing.recipients.isEmpty ? "" : "Nơi nhận:", bold: true, italic: true)
        list = StyledText(closing.recipients.map { "- \($0)" }.joined(separator: "\n"))
        position = StyledText(closing.position)
        name = StyledText(closing.name)
        height = max(
            canvas.lines(of: title, Self.titleStyle, width: left.width).reduce(0, +)
                + canvas.lines(of: list, Self.listStyle, width: left.width).reduce(0, +),
            canvas.lines(of: position, Self.signatureStyle, width: right.width).reduce(0, +) + Self.handwriting
                + canvas.lines(of: name, Self.signatureStyle, width: right.width).reduce(0, +))
    }
}
