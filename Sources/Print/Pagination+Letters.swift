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

    mutating func place(_ title: DocumentTitle, measuredBy canvas: borrowing Canvas) throws(PrintError) {
        let style = TextStyle(size: 14, bold: true, alignment: .centre)
        let subject = StyledText(title.subject)
        let whole = Lines(x: sheet.leftMargin, width: sheet.bodyWidth)
        for text in [StyledText(title.kind), subject] { try spend(text) }
        if !isAtTop, heightLeft < 120 { try breakPage() }
        y += add(StyledText(title.kind), style, in: whole, at: y, measuredBy: canvas)
        y += add(subject, style, in: whole, at: y, measuredBy: canvas)
        // A third to a half as long as the line (mục II, khoản 5).
        y +=
            addRule(
                length: canvas.width(of: subject, style, within: whole.width) * 0.4, in: whole, at: y) + 10
    }

    mutating func place(_ closing: Closing, measuredBy canvas: borrowing Canvas) throws(PrintError) {
        let parts = ClosingParts(closing, on: sheet, measuredBy: canvas)
        for text in [parts.list, parts.position, parts.name, parts.leftPosition, parts.leftName] { try spend(text) }
        if !isAtTop, parts.height + Self.closingSpace > heightLeft { try breakPage() }
        let top = isAtTop ? y : y + Self.closingSpace
        let listTop = top + parts.listTop
        let titleHeight = add(parts.title, ClosingParts.titleStyle, in: parts.left, at: listTop, measuredBy: canvas)
        _ = add(parts.list, ClosingParts.listStyle, in: parts.left, at: listTop + titleHeight, measuredBy: canvas)
        let signatures = [(parts.position, parts.name, parts.right), (parts.leftPosition, parts.leftName, parts.left)]
        for (position, name, place) in signatures {
            let height = add(position, ClosingParts.signatureStyle, in: place, at: top, measuredBy: canvas)
            _ = add(
                name, ClosingParts.signatureStyle, in: place, at: top + height + ClosingParts.handwriting,
                measuredBy: canvas)
        }
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
    let leftPosition: StyledText
    let leftName: StyledText
    /// Where the recipients begin: below a signature at the left.
    let listTop: Double
    let height: Double

    init(_ closing: Closing, on sheet: Sheet, measuredBy canvas: borrowing Canvas) {
        left = Lines(x: sheet.leftMargin, width: sheet.bodyWidth * 0.45)
        right = Lines(x: sheet.leftMargin + sheet.bodyWidth * 0.5, width: sheet.bodyWidth * 0.5)
        title = StyledText(closing.recipients.isEmpty ? "" : "Nơi nhận:", bold: true, italic: true)
        list = StyledText(closing.recipients.map { "- \($0)" }.joined(separator: "\n"))
        position = StyledText(closing.position)
        name = StyledText(closing.name)
        leftPosition = StyledText(closing.left?.position ?? "")
        leftName = StyledText(closing.left?.name ?? "")
        func height(_ text: StyledText, _ style: TextStyle, _ place: Lines) -> Double {
            canvas.lines(of: text, style, width: place.width).reduce(0, +)
        }
        func signed(_ position: StyledText, _ name: StyledText, _ place: Lines) -> Double {
            height(position, Self.signatureStyle, place) + Self.handwriting + height(name, Self.signatureStyle, place)
        }
        let signatures = max(
            signed(position, name, right), closing.left == nil ? 0 : signed(leftPosition, leftName, left))
        listTop = closing.left == nil ? 0 : signatures + 12
        let recipients =
            list.isEmpty ? 0 : height(title, Self.titleStyle, left) + height(list, Self.listStyle, left)
        self.height = max(signatures, listTop + recipients)
    }
}
