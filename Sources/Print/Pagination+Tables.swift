/// Tables: rows down the page, the header again on each page.
extension Pagination {
    mutating func place(
        _ table: PrintTable, before following: Double, measuredBy canvas: borrowing Canvas
    ) throws(PrintError) {
        for column in table.columns { try spend(column.title) }
        for row in table.rows {
            switch row {
            case .cells(let texts), .total(let texts): for text in texts { try spend(text) }
            case .group(let text): try spend(text)
            }
        }
        let layout = try TableLayout(table, on: sheet, measuredBy: canvas)
        let headerHeight = layout.header.height(onNewPage: true)
        // A header that leaves no room for rows is drawn once and not again.
        let repeatsHeader = headerHeight < sheet.bodyHeight / 2

        let first = layout.rows.first?.height(onNewPage: true) ?? 0
        if !isAtTop, headerHeight + min(first, sheet.bodyHeight / 2) > heightLeft { try breakPage() }
        try place(layout.header, of: layout, isNewPage: true)
        var isNewPage = true
        for (index, row) in layout.rows.enumerated() {
            var needed = row.height(onNewPage: isNewPage)
            if row.keepsWithNext, index + 1 < layout.rows.count {
                needed += layout.rows[index + 1].height(onNewPage: true)
            }
            if index == layout.rows.count - 1 { needed += following == 0 ? 0 : following + 6 }
            let fitsAPage = needed <= sheet.bodyHeight - (repeatsHeader ? headerHeight : 0)
            if !isNewPage, needed > heightLeft + 0.01, fitsAPage || heightLeft < 60 {
                try continueOnNewPage(layout, header: repeatsHeader)
                isNewPage = true
            }
            try place(row, of: layout, isNewPage: isNewPage, header: repeatsHeader)
            isNewPage = false
        }
        closeMergedCells(of: layout)
        y += 6
    }

    private mutating func continueOnNewPage(_ layout: TableLayout, header: Bool) throws(PrintError) {
        closeMergedCells(of: layout)
        try breakPage()
        if header { try place(layout.header, of: layout, isNewPage: true) }
    }

    /// Draws a row here; one that does not fit, though it has a page to itself, by lines over several pages.
    private mutating func place(
        _ row: TableLayout.Row, of layout: TableLayout, isNewPage: Bool, header: Bool = false
    ) throws(PrintError) {
        let shown = row.cells.filter { isNewPage || !$0.isContinued }
        var firstLines = shown.map { _ in 0 }
        var isFirstPart = true
        while true {
            let room = heightLeft - 2 * TableLayout.padding
            var taken = zip(shown, firstLines).map { TakenLines(from: $0.lines, first: $1, height: room) }
            let isMore = zip(shown, taken).contains { $1.range.upperBound < $0.lines.count }
            if isMore, taken.allSatisfy({ $0.range.isEmpty }) {
                // Not one line has room: on the next page; on a page without anything else, it is drawn nevertheless.
                if isFirstPart, !isAtTop, !isNewPage {
                    try continueOnNewPage(layout, header: header)
                    return try place(row, of: layout, isNewPage: true, header: header)
                }
                taken = zip(shown, firstLines).map {
                    TakenLines(from: $0.lines, first: $1, height: .infinity, limit: 1)
                }
            }
            let height = taken.reduce(0) { max($0, $1.height) } + 2 * TableLayout.padding
            draw(row, shown: zip(shown, taken).map { ($0, $1.range) }, of: layout, height: height, isNewPage: isNewPage)
            y += height
            guard zip(shown, taken).contains(where: { $1.range.upperBound < $0.lines.count }) else { return }
            firstLines = taken.map(\.range.upperBound)
            isFirstPart = false
            try continueOnNewPage(layout, header: header)
        }
    }

    private mutating func draw(
        _ row: TableLayout.Row, shown: [(TableLayout.Cell, Range<Int>)], of layout: TableLayout, height: Double,
        isNewPage: Bool
    ) {
        let (left, right) = (layout.edges.first ?? 0, layout.edges.last ?? 0)
        if let shade = row.shade {
            add(.fill(x: left, y: y, width: right - left, height: height, shade: shade))
        }
        for cell in row.cells {
            let (from, to) = (layout.edges[cell.column], layout.edges[cell.column + cell.span])
            // A merged cell has no line between its rows.
            if isNewPage || !cell.isContinued { addRule(from, y, to, y) }
            addRule(from, y, from, y + height)
        }
        addRule(right, y, right, y + height)
        for (cell, lines) in shown where !lines.isEmpty {
            let spare = height - 2 * TableLayout.padding - cell.lines[lines].reduce(0, +)
            add(
                .text(
                    cell.text, cell.style, x: layout.left(of: cell),
                    y: y + TableLayout.padding + (row.isCentred ? max(0, spare / 2) : 0),
                    width: layout.width(of: cell), lines: lines))
        }
    }

    private mutating func closeMergedCells(of layout: TableLayout) {
        addRule(layout.edges.first ?? 0, y, layout.edges.last ?? 0, y)
    }

    private mutating func addRule(_ fromX: Double, _ fromY: Double, _ toX: Double, _ toY: Double) {
        add(.rule(fromX: fromX, fromY: fromY, toX: toX, toY: toY, thickness: 0.5))
    }
}
