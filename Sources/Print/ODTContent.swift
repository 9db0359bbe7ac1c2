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
        for element in document.officeElements { write(element, to: &body) }
        var xml = XMLText()
        xml.element("office:document-content", ODT.namespaces) { xml in
            xml.element("office:automatic-styles") { writeStyles(to: &$0) }
            xml.element("office:body") { xml in
                xml.element("office:text") { $0.append(body) }
            }
        }
        return xml.text
    }

    // MARK: Elements

    private mutating func write(_ element: OfficeElement, to xml: inout XMLText) {
        switch element {
        case .paragraph(let look, let text): write(look, text, to: &xml)
        case .table(let table): write(table, to: &xml)
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

    private mutating func write(_ table: OfficeTable, to xml: inout XMLText) {
        let columns = table.widths.map { column($0) }
        tables += 1
        xml.element("table:table", ["table:name": "T\(tables)", "table:style-name": "Table"]) { xml in
            for column in columns { xml.element("table:table-column", ["table:style-name": column]) }
            let header = table.rows.prefix { $0.isHeader }
            if !header.isEmpty {
                xml.element("table:table-header-rows") { xml in
                    for row in header { write(row, hasBorders: table.hasBorders, to: &xml) }
                }
            }
            for row in table.rows[header.endIndex...] { write(row, hasBorders: table.hasBorders, to: &xml) }
        }
    }

    private mutating func write(_ row: OfficeTable.Row, hasBorders: Bool, to xml: inout XMLText) {
        xml.element("table:table-row", ["table:style-name": "Row"]) { xml in
            for cell in row.cells {
                let style = !hasBorders ? "Bare" : cell.ground == .none ? "Cell" : "Head"
                let span = cell.span > 1 ? "\(cell.span)" : ""
                xml.element(
                    "table:table-cell", ["table:style-name": style, "table:number-columns-spanned": span]
                ) { xml in
                    for (look, text) in cell.paragraphs { write(look, text, to: &xml) }
                }
                for _ in 1..<max(cell.span, 1) { xml.element("table:covered-table-cell") }
            }
        }
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
