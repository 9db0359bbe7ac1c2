/// A table's columns on the page and the heights of its rows, measured once.
struct TableLayout {
    struct Cell {
        let text: StyledText
        let style: TextStyle
        /// The column it begins in, and how many it spans.
        let column: Int
        let span: Int
        /// In points, by ``Pagination``'s canvas.
        let lines: [Double]
        /// Whether the row above shows it already, in a merging column.
        let isContinued: Bool
    }

    struct Row {
        let cells: [Cell]
        /// Black to white: the ground.
        let shade: Double?
        let keepsWithNext: Bool
        /// Whether texts stand in the middle of the row's height.
        var isCentred = false

        /// In points with padding; `onNewPage`: with the texts that the page before has shown.
        func height(onNewPage: Bool) -> Double {
            cells.reduce(0) { onNewPage || !$1.isContinued ? max($0, $1.lines.reduce(0, +)) : $0 }
                + 2 * TableLayout.padding
        }
    }

    static let padding = 2.5
    /// Columns' left edges, and the right edge of the last.
    let edges: [Double]
    let header: Row
    let rows: [Row]

    func left(of cell: Cell) -> Double { edges[cell.column] + Self.padding + 1 }
    func width(of cell: Cell) -> Double { Self.width(edges, column: cell.column, span: cell.span) }

    private static func width(_ edges: [Double], column: Int, span: Int) -> Double {
        max(1, edges[column + span] - edges[column] - 2 * (padding + 1))
    }

    init(_ table: PrintTable, on sheet: Sheet, measuredBy canvas: borrowing Canvas) throws(PrintError) {
        let columns = table.columns
        let sum = columns.reduce(0) { $0 + $1.fraction }
        guard (1...40).contains(columns.count), sum.isFinite,
            columns.allSatisfy({ $0.fraction > 0 && $0.fraction / sum * sheet.bodyWidth > 4 * Self.padding })
        else { throw .columns }
        var edges = [sheet.leftMargin]
        var part = 0.0
        for column in columns {
            part += column.fraction
            edges.append(sheet.leftMargin + part / sum * sheet.bodyWidth)
        }
        self.edges = edges

        header = Row(
            cells: columns.enumerated().map { index, column in
                let style = TextStyle(size: table.size, bold: true, alignment: .centre)
                return Cell(
                    text: column.title, style: style, column: index, span: 1,
                    lines: canvas.lines(of: column.title, style, width: Self.width(edges, column: index, span: 1)),
                    isContinued: false)
            }, shade: 0.9, keepsWithNext: true, isCentred: true)

        var rows: [Row] = []
        rows.reserveCapacity(table.rows.count)
        var above: [StyledText] = []
        for (index, row) in table.rows.enumerated() {
            switch row {
            case .group(let text):
                let style = TextStyle(size: table.size, bold: true)
                let lines = canvas.lines(of: text, style, width: Self.width(edges, column: 0, span: columns.count))
                let cell = Cell(
                    text: text, style: style, column: 0, span: columns.count, lines: lines, isContinued: false)
                rows.append(Row(cells: [cell], shade: 0.96, keepsWithNext: true))
                above = []
            case .cells(let texts), .total(let texts):
                guard texts.count == columns.count else {
                    throw .cells(row: index, found: texts.count, expected: columns.count)
                }
                let isTotal = if case .total = row { true } else { false }
                var continues = !isTotal && above.count == texts.count
                var cells: [Cell] = []
                for (column, text) in texts.enumerated() {
                    let isMerging = columns[column].merging
                    if isMerging { continues = continues && above[column] == text }
                    let style = TextStyle(size: table.size, bold: isTotal, alignment: columns[column].alignment)
                    cells.append(
                        Cell(
                            text: text, style: style, column: column, span: 1,
                            lines: canvas.lines(of: text, style, width: Self.width(edges, column: column, span: 1)),
                            isContinued: isMerging && continues))
                }
                rows.append(Row(cells: cells, shade: isTotal ? 0.9 : nil, keepsWithNext: false))
                above = isTotal ? [] : texts
            }
        }
        self.rows = rows
    }
}
