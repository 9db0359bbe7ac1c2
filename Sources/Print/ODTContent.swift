/// The text of an OpenDocument file. Each look of a paragraph or column gets a style when it is first used, so the body
/// is written before the styles that stand above it.
struct ODTContent {
    private let document: PrintDocument
    private var paragraphs: [OfficeParagraph] = []
    private var names: [OfficeParagraph: String] = [:]
    /// Columns' widths in millimetres.
    private var columns: [Double] = []
    private var tables = 0
    /// Whether the next paragraph begins a page.
    private var breaksPage = false

    init(_ document: PrintDocument) { self.document = document }

    mutating func written() -> String {
        var body = XMLText()
        for block in document.blocks { write(block, to: &body) }
        let text = body.text.dropFirst(XMLText().text.count)
        var xml = XMLText()
        xml.element("office:document-content", ODT.namespaces) { xml in
            xml.element("office:automatic-styles") { writeStyles(to: &$0) }
            xml.element("office:body") { xml in
                xml.element("office:text") { $0.append(written: text) }
            }
        }
        return xml.text
    }

    // MARK: Blocks

    private mutating func write(_ block: PrintBlock, to xml: inout XMLText) {
        switch block {
        case .letterhead(let letterhead):
            let widths = OfficeLayout.letterheadWidths(document.orientation)
            write(letterhead.cells(widths: widths), widths: widths, to: &xml)
            write(OfficeParagraph(size: 13), "", to: &xml)
        case .heading(let text, let size):
            write(OfficeParagraph(size: size, alignment: .centre, after: 3, keepsWithNext: true), text.bold, to: &xml)
        case .title(let title):
            let line = OfficeParagraph(size: 14, alignment: .centre, keepsWithNext: true)
            write(line, .bold(title.kind), to: &xml)
            write(line, .bold(title.subject), to: &xml)
            write(
                .rule(OfficeLayout.titleRule, in: OfficeLayout.bodyWidth(document.orientation), after: 10), "", to: &xml
            )
        case .paragraph(let paragraph):
            write(
                OfficeParagraph(
                    size: paragraph.size, alignment: paragraph.alignment, indent: paragraph.indent, after: 6,
                    keepsWithNext: paragraph.keepsWithNext), paragraph.text, to: &xml)
        case .table(let table): write(table, to: &xml)
        case .closing(let closing):
            let width = OfficeLayout.bodyWidth(document.orientation) / 2
            write(OfficeParagraph(size: 6, keepsWithNext: true), "", to: &xml)
            write(closing.cells, widths: [width, width], to: &xml)
        case .space(let millimetres):
            guard millimetres > 0 else { return }
            write(OfficeParagraph(size: 1, after: min(millimetres, 250) * 72 / 25.4), "", to: &xml)
        case .pageBreak: breaksPage = true
        }
    }

    private mutating func write(_ look: OfficeParagraph, _ text: StyledText, to xml: inout XMLText) {
        let name = style(look)
        xml.element("text:p", ["text:style-name": breaksPage ? "\(name)b" : name]) { xml in
            for run in text.runs {
                let style = run.bold ? (run.italic ? "BI" : "B") : run.italic ? "I" : ""
                if style.isEmpty {
                    write(run.text, to: &xml)
                } else {
                    xml.element("text:span", ["text:style-name": style]) { write(run.text, to: &$0) }
                }
            }
        }
        breaksPage = false
    }

    /// Runs of spaces and line ends have elements of their own (ODF 1.3 part 3, §6.1.2–6.1.5).
    private func write(_ text: String, to xml: inout XMLText) {
        var isFirst = true
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if !isFirst { xml.element("text:line-break") }
            isFirst = false
            var wasSpace = true
            for word in line.split(separator: " ", omittingEmptySubsequences: false) {
                if !wasSpace { xml.write(" ") }
                if word.isEmpty { xml.element("text:s") }
                xml.write(word)
                wasSpace = word.isEmpty
            }
        }
    }

    /// A table without borders.
    private mutating func write(_ rows: [[OfficeCell]], widths: [Double], to xml: inout XMLText) {
        let columns = widths.map { column($0) }
        let name = nextTable()
        let body = rows.map { row in
            row.map { cell in
                var text = XMLText()
                for (look, words) in cell.paragraphs { write(look, words, to: &text) }
                return text
            }
        }
        xml.element("table:table", ["table:name": name, "table:style-name": "Table"]) { xml in
            for column in columns { xml.element("table:table-column", ["table:style-name": column]) }
            for row in body {
                xml.element("table:table-row", ["table:style-name": "Row"]) { xml in
                    for cell in row {
                        xml.element("table:table-cell", ["table:style-name": "Bare"]) { $0.append(cell) }
                    }
                }
            }
        }
    }

    private mutating func write(_ table: PrintTable, to xml: inout XMLText) {
        let columns = OfficeLayout.widths(of: table, in: document.orientation).map { column($0) }
        let name = nextTable()
        let head = cells(table.columns.map { ($0.title.bold, .centre) }, style: "Head", size: table.size)
        var body: [[XMLText]] = []
        for row in table.rows {
            switch row {
            case .cells(let texts):
                body.append(
                    cells(zip(texts, table.columns).map { ($0, $1.alignment) }, style: "Cell", size: table.size))
            case .total(let texts):
                body.append(
                    cells(zip(texts, table.columns).map { ($0.bold, $1.alignment) }, style: "Head", size: table.size))
            case .group(let text):
                body.append([cell(text.bold, .left, style: "Head", size: table.size, span: table.columns.count)])
            }
        }
        xml.element("table:table", ["table:name": name, "table:style-name": "Table"]) { xml in
            for column in columns { xml.element("table:table-column", ["table:style-name": column]) }
            xml.element("table:table-header-rows") { xml in
                xml.element("table:table-row", ["table:style-name": "Row"]) { xml in
                    for cell in head { xml.append(cell) }
                }
            }
            for row in body {
                xml.element("table:table-row", ["table:style-name": "Row"]) { xml in
                    for cell in row { xml.append(cell) }
                }
            }
        }
        // Two tables without a paragraph between them would be one.
        write(OfficeParagraph(size: 6), "", to: &xml)
    }

    private mutating func cells(
        _ texts: [(StyledText, TextAlignment)], style: String, size: Double
    ) -> [XMLText] {
        var cells: [XMLText] = []
        for (text, alignment) in texts { cells.append(cell(text, alignment, style: style, size: size, span: 1)) }
        return cells
    }

    private mutating func cell(
        _ text: StyledText, _ alignment: TextAlignment, style: String, size: Double, span: Int
    ) -> XMLText {
        var paragraph = XMLText()
        write(OfficeParagraph(size: size, alignment: alignment), text, to: &paragraph)
        var xml = XMLText()
        let spanned = span > 1 ? "\(span)" : ""
        xml.element("table:table-cell", ["table:style-name": style, "table:number-columns-spanned": spanned]) {
            $0.append(paragraph)
        }
        for _ in 1..<max(span, 1) { xml.element("table:covered-table-cell") }
        return xml
    }

    // MARK: Styles

    private mutating func style(_ look: OfficeParagraph) -> String {
        if let name = names[look] { return name }
        let name = "P\(paragraphs.count + 1)"
        paragraphs.append(look)
        names[look] = name
        return name
    }

    private mutating func column(_ width: Double) -> String {
        if let index = columns.firstIndex(of: width) { return "C\(index + 1)" }
        columns.append(width)
        return "C\(columns.count)"
    }

    private mutating func nextTable() -> String {
        tables += 1
        return "T\(tables)"
    }

    private func writeStyles(to xml: inout XMLText) {
        for (name, bold, italic) in [("B", true, false), ("I", false, true), ("BI", true, true)] {
            xml.element("style:style", ["style:name": name, "style:family": "text"]) { xml in
                xml.element(
                    "style:text-properties",
                    ["fo:font-weight": bold ? "bold" : "", "fo:font-style": italic ? "italic" : ""])
            }
        }
        for (look, name) in paragraphs.map({ ($0, names[$0] ?? "") }) {
            for (ending, page) in [("", ""), ("b", "page")] { write(look, name + ending, breakBefore: page, to: &xml) }
        }
        for (index, width) in columns.enumerated() {
            xml.element("style:style", ["style:name": "C\(index + 1)", "style:family": "table-column"]) { xml in
                xml.element("style:table-column-properties", ["style:column-width": "\(decimal(width))mm"])
            }
        }
        let width = "\(decimal(OfficeLayout.bodyWidth(document.orientation)))mm"
        xml.element("style:style", ["style:name": "Table", "style:family": "table"]) { xml in
            xml.element("style:table-properties", ["style:width": width, "table:align": "left"])
        }
        xml.element("style:style", ["style:name": "Row", "style:family": "table-row"]) { xml in
            xml.element("style:table-row-properties", ["fo:keep-together": "always"])
        }
        for (name, border, ground, padding) in [
            ("Bare", "none", "", "0mm"), ("Cell", "0.5pt solid #000000", "", "1mm"),
            ("Head", "0.5pt solid #000000", "#e6e6e6", "1mm"),
        ] {
            xml.element("style:style", ["style:name": name, "style:family": "table-cell"]) { xml in
                xml.element(
                    "style:table-cell-properties",
                    ["fo:border": border, "fo:background-color": ground, "fo:padding": padding])
            }
        }
    }

    private func write(_ look: OfficeParagraph, _ name: String, breakBefore: String, to xml: inout XMLText) {
        let alignment =
            switch look.alignment {
            case .left: "start"
            case .centre: "center"
            case .right: "end"
            case .justified: "justify"
            }
        let margin = look.rule.map { "\(decimal($0.margin))mm" } ?? "0mm"
        xml.element(
            "style:style",
            ["style:name": name, "style:family": "paragraph", "style:parent-style-name": "Standard"]
        ) { xml in
            xml.element(
                "style:paragraph-properties",
                [
                    "fo:text-align": alignment, "fo:text-indent": "\(decimal(look.indent))mm",
                    "fo:margin-bottom": "\(decimal(look.after))pt", "fo:margin-left": margin, "fo:margin-right": margin,
                    "fo:border-bottom": look.rule == nil ? "" : "0.6pt solid #000000",
                    "fo:keep-with-next": look.keepsWithNext ? "always" : "", "fo:break-before": breakBefore,
                ])
            xml.element("style:text-properties", ["fo:font-size": "\(decimal(look.size))pt"])
        }
    }
}
