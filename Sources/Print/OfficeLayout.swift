/// What the two writers of text-processor files lay out alike. Lengths in millimetres.
enum OfficeLayout {
    static let font = "Times New Roman"
    static let leftMargin = 30.0
    static let rightMargin = 15.0
    static let verticalMargin = 20.0

    static func pageWidth(_ orientation: PrintDocument.Orientation) -> Double {
        orientation == .portrait ? 210 : 297
    }

    static func pageHeight(_ orientation: PrintDocument.Orientation) -> Double {
        orientation == .portrait ? 297 : 210
    }

    static func bodyWidth(_ orientation: PrintDocument.Orientation) -> Double {
        pageWidth(orientation) - leftMargin - rightMargin
    }

    /// The left column of the head: what the name of the state, in one line, leaves.
    static func letterheadWidths(_ orientation: PrintDocument.Orientation) -> [Double] {
        let width = bodyWidth(orientation)
        return [width - 98, 98]
    }

    /// Rules stand in the middle of their column: as long as the motto, and some 40 % of the agency's line.
    static let mottoRule = 60.0
    static let agencyRule = 24.0
    static let titleRule = 50.0

    /// Checks what a document may hold, as ``PDF`` does.
    static func check(_ document: PrintDocument) throws(PrintError) {
        var left = PDF.textLimit
        func spend(_ text: StyledText) throws(PrintError) {
            left -= text.utf8Count
            guard left >= 0 else { throw .tooMuchText }
        }
        for block in document.blocks {
            switch block {
            case .heading(let text, _): try spend(text)
            case .title(let title): try spend(StyledText(title.kind + title.subject))
            case .paragraph(let paragraph): try spend(paragraph.text)
            case .table(let table): try check(table, spend)
            case .letterhead, .closing, .space, .pageBreak: continue
            }
        }
    }

    private static func check(
        _ table: PrintTable, _ spend: (StyledText) throws(PrintError) -> Void
    ) throws(PrintError) {
        guard (1...40).contains(table.columns.count),
            table.columns.allSatisfy({ $0.fraction > 0 && $0.fraction.isFinite })
        else { throw .columns }
        for column in table.columns { try spend(column.title) }
        for (index, row) in table.rows.enumerated() {
            switch row {
            case .group(let text): try spend(text)
            case .cells(let texts), .total(let texts):
                guard texts.count == table.columns.count else {
                    throw .cells(row: index, found: texts.count, expected: table.columns.count)
                }
                for text in texts { try spend(text) }
            }
        }
    }

    /// Columns' widths in all of the body.
    static func widths(of table: PrintTable, in orientation: PrintDocument.Orientation) -> [Double] {
        let sum = table.columns.reduce(0) { $0 + $1.fraction }
        return table.columns.map { $0.fraction / sum * bodyWidth(orientation) }
    }
}

/// How a paragraph of an office file looks.
struct OfficeParagraph: Hashable {
    var size = 13.0
    var alignment = TextAlignment.left
    /// The first line's, in millimetres.
    var indent = 0.0
    /// Below it, in points.
    var after = 0.0
    var keepsWithNext = false
    /// The length of a rule in the middle of a column, and that column's width; nil: text.
    var rule: Rule?

    struct Rule: Hashable {
        var length: Double
        var column: Double

        var margin: Double { max(0, (column - length) / 2) }
    }

    static func rule(_ length: Double, in column: Double, after: Double = 0) -> OfficeParagraph {
        OfficeParagraph(
            size: 2, after: after, keepsWithNext: true, rule: Rule(length: length, column: column))
    }
}

extension Letterhead {
    /// Two lines of two cells: agency and state; number and day.
    func cells(widths: [Double]) -> [[OfficeCell]] {
        let (left, right) = (widths.first ?? 0, widths.last ?? 0)
        let line = OfficeParagraph(size: 12, alignment: .centre)
        let large = OfficeParagraph(size: 13, alignment: .centre)
        var agencyCell = OfficeCell()
        if let superior, !superior.isEmpty { agencyCell.paragraphs.append((line, StyledText(superior))) }
        agencyCell.paragraphs.append((line, .bold(agency)))
        agencyCell.paragraphs.append((.rule(OfficeLayout.agencyRule, in: left, after: 4), ""))
        let state = OfficeCell(paragraphs: [
            (line, .bold(Self.state)), (large, .bold(Self.motto)),
            (.rule(OfficeLayout.mottoRule, in: right, after: 4), ""),
        ])
        return [
            [agencyCell, state],
            [
                OfficeCell(paragraphs: [(large, StyledText(number ?? ""))]),
                OfficeCell(paragraphs: [(large, .italic(placeAndDate ?? ""))]),
            ],
        ]
    }
}

extension Closing {
    /// The lines of a table of two cells: who receives and who signs.
    var cells: [[OfficeCell]] {
        let sign = OfficeParagraph(size: 13, alignment: .centre, keepsWithNext: true)
        // Room for a signature and a seal.
        let room: [(OfficeParagraph, StyledText)] = Array(repeating: (sign, ""), count: 4)
        func signing(_ position: String, _ name: String) -> OfficeCell {
            OfficeCell(paragraphs: [(sign, .bold(position))] + room + [(sign, .bold(name))])
        }
        let signer = signing(position, name)
        guard let left else { return [[receivers, signer]] }
        let signatures = [signing(left.position, left.name), signer]
        return recipients.isEmpty ? [signatures] : [signatures, [receivers, OfficeCell(paragraphs: [(sign, "")])]]
    }

    private var receivers: OfficeCell {
        guard !recipients.isEmpty else { return OfficeCell(paragraphs: [(OfficeParagraph(), "")]) }
        let gap: [(OfficeParagraph, StyledText)] = left == nil ? [] : [(OfficeParagraph(size: 8), StyledText(""))]
        return OfficeCell(
            paragraphs: gap + [(OfficeParagraph(size: 12), StyledText("Nơi nhận:", bold: true, italic: true))]
                + recipients.map { (OfficeParagraph(size: 11), StyledText("- \($0)")) })
    }
}
