/// What an office file is made of, one after the other.
enum OfficeElement {
    case paragraph(OfficeParagraph, StyledText)
    case table(OfficeTable)
    case pageBreak
}

struct OfficeTable {
    struct Row {
        var cells: [OfficeCell]
        /// Whether it stands again on each page.
        var isHeader = false
    }

    /// Of its columns, in millimetres.
    var widths: [Double]
    var hasBorders: Bool
    var rows: [Row]
}

struct OfficeCell {
    enum Ground { case none, head, group }

    var paragraphs: [(OfficeParagraph, StyledText)] = []
    var ground = Ground.none
    /// Columns that it takes up.
    var span = 1
}

extension PrintDocument {
    /// The document's blocks as they stand in an office file, whichever format it has.
    var officeElements: [OfficeElement] {
        blocks.flatMap { block -> [OfficeElement] in
            switch block {
            case .letterhead(let letterhead):
                let widths = OfficeLayout.letterheadWidths(orientation)
                return [.table(bare(letterhead.cells(widths: widths), widths)), .paragraph(OfficeParagraph(), "")]
            case .heading(let text, let size):
                let look = OfficeParagraph(size: size, alignment: .centre, after: 3, keepsWithNext: true)
                return [.paragraph(look, text.bold)]
            case .title(let title):
                let line = OfficeParagraph(size: 14, alignment: .centre, keepsWithNext: true)
                return [
                    .paragraph(line, .bold(title.kind)), .paragraph(line, .bold(title.subject)),
                    .paragraph(
                        .rule(OfficeLayout.titleRule, in: OfficeLayout.bodyWidth(orientation), after: 10), ""),
                ]
            case .paragraph(let paragraph):
                let look = OfficeParagraph(
                    size: paragraph.size, alignment: paragraph.alignment, indent: paragraph.indent, after: 6,
                    keepsWithNext: paragraph.keepsWithNext)
                return [.paragraph(look, paragraph.text)]
            case .table(let table):
                // Two tables without a paragraph between them would be one.
                return [
                    .table(OfficeTable(table, widths: OfficeLayout.widths(of: table, in: orientation))),
                    .paragraph(OfficeParagraph(size: 6), ""),
                ]
            case .closing(let closing):
                let width = OfficeLayout.bodyWidth(orientation) / 2
                return [
                    .paragraph(OfficeParagraph(size: 6, keepsWithNext: true), ""),
                    .table(bare(closing.cells, [width, width])),
                ]
            case .space(let millimetres):
                guard millimetres > 0 else { return [] }
                return [.paragraph(OfficeParagraph(size: 1, after: min(millimetres, 250) * 72 / 25.4), "")]
            case .pageBreak: return [.pageBreak]
            }
        }
    }

    /// A table without borders.
    private func bare(_ rows: [[OfficeCell]], _ widths: [Double]) -> OfficeTable {
        OfficeTable(widths: widths, hasBorders: false, rows: rows.map { OfficeTable.Row(cells: $0) })
    }
}

extension OfficeTable {
    fileprivate init(_ table: PrintTable, widths: [Double]) {
        func cell(
            _ text: StyledText, _ alignment: TextAlignment, _ ground: OfficeCell.Ground = .none, span: Int = 1
        ) -> OfficeCell {
            OfficeCell(
                paragraphs: [(OfficeParagraph(size: table.size, alignment: alignment), text)], ground: ground,
                span: span)
        }
        let head = Row(cells: table.columns.map { cell($0.title.bold, .centre, .head) }, isHeader: true)
        let body = table.rows.map { row in
            switch row {
            case .cells(let texts): Row(cells: zip(texts, table.columns).map { cell($0, $1.alignment) })
            case .total(let texts): Row(cells: zip(texts, table.columns).map { cell($0.bold, $1.alignment, .head) })
            case .group(let text): Row(cells: [cell(text.bold, .left, .group, span: widths.count)])
            }
        }
        self.init(widths: widths, hasBorders: true, rows: [head] + body)
    }

    /// A row's cells, each with the width of the columns that it takes up.
    func measured(_ row: Row) -> [(cell: OfficeCell, width: Double)] {
        var rest = widths[...]
        return row.cells.map { cell in
            defer { rest = rest.dropFirst(cell.span) }
            return (cell, rest.prefix(cell.span).reduce(0, +))
        }
    }
}
