/// The text of an Office Open XML file; looks stand at each paragraph.
struct DOCXContent {
    private let document: PrintDocument

    init(_ document: PrintDocument) { self.document = document }

    func written() -> String {
        var xml = XMLText()
        xml.element("w:document", DOCX.namespaces) { xml in
            xml.element("w:body") { xml in
                write(document.officeElements, to: &xml)
                writeSection(to: &xml)
            }
        }
        return xml.text
    }

    private func writeSection(to xml: inout XMLText) {
        xml.element("w:sectPr") { xml in
            xml.element("w:headerReference", ["w:type": "default", "r:id": "rId2"])
            xml.element("w:footerReference", ["w:type": "default", "r:id": "rId3"])
            // The first page bears no number, but the same foot.
            xml.element("w:footerReference", ["w:type": "first", "r:id": "rId3"])
            xml.element(
                "w:pgSz",
                [
                    "w:w": DOCX.twips(OfficeLayout.pageWidth(document.orientation)),
                    "w:h": DOCX.twips(OfficeLayout.pageHeight(document.orientation)),
                    "w:orient": document.orientation == .landscape ? "landscape" : "",
                ])
            xml.element(
                "w:pgMar",
                [
                    "w:top": DOCX.twips(OfficeLayout.verticalMargin), "w:right": DOCX.twips(OfficeLayout.rightMargin),
                    "w:bottom": DOCX.twips(OfficeLayout.verticalMargin), "w:left": DOCX.twips(OfficeLayout.leftMargin),
                    "w:header": DOCX.twips(10), "w:footer": DOCX.twips(10), "w:gutter": "0",
                ])
            if document.pageNumbers == .top { xml.element("w:titlePg") }
        }
    }

    // MARK: Elements

    private func write(_ elements: [OfficeElement], to xml: inout XMLText) {
        var endsWithTable = false
        // A paragraph between two tables, and after the last one (ECMA-376 part 1, §17.4.66).
        func separate(_ xml: inout XMLText) {
            if endsWithTable { write(OfficeParagraph(size: 2), "", to: &xml) }
            endsWithTable = false
        }
        for element in elements {
            switch element {
            case .paragraph(let look, let text):
                write(look, text, to: &xml)
                endsWithTable = false
            case .table(let table):
                separate(&xml)
                write(table, to: &xml)
                endsWithTable = true
            case .pageBreak:
                xml.element("w:p") { xml in xml.element("w:r") { $0.element("w:br", ["w:type": "page"]) } }
                endsWithTable = false
            }
        }
        separate(&xml)
    }

    private func write(_ look: OfficeParagraph, _ text: StyledText, to xml: inout XMLText) {
        xml.element("w:p") { xml in
            // In the order of the schema (CT_PPr).
            xml.element("w:pPr") { xml in
                if look.keepsWithNext { xml.element("w:keepNext") }
                if look.rule != nil {
                    xml.element("w:pBdr") { xml in
                        xml.element(
                            "w:bottom", ["w:val": "single", "w:sz": "6", "w:space": "0", "w:color": "000000"])
                    }
                }
                if look.after > 0 {
                    xml.element("w:spacing", ["w:after": decimal((look.after * 20).rounded())])
                }
                if let rule = look.rule {
                    let margin = DOCX.twips(rule.margin)
                    xml.element("w:ind", ["w:left": margin, "w:right": margin])
                } else if look.indent > 0 {
                    xml.element("w:ind", ["w:firstLine": DOCX.twips(look.indent)])
                }
                xml.element("w:jc", ["w:val": Self.alignment(look.alignment)])
                // The height of a line without text.
                xml.element("w:rPr") { $0.element("w:sz", ["w:val": decimal((look.size * 2).rounded())]) }
            }
            for run in text.runs {
                DOCX.run(run.text, size: look.size, bold: run.bold, italic: run.italic, to: &xml)
            }
        }
    }

    private static func alignment(_ alignment: TextAlignment) -> String {
        switch alignment {
        case .left: "left"
        case .centre: "center"
        case .right: "right"
        case .justified: "both"
        }
    }

    // MARK: Tables

    private func write(_ table: OfficeTable, to xml: inout XMLText) {
        xml.element("w:tbl") { xml in
            writeHead(table.widths, hasBorders: table.hasBorders, to: &xml)
            for row in table.rows {
                xml.element("w:tr") { xml in
                    xml.element("w:trPr") { xml in
                        xml.element("w:cantSplit")
                        if row.isHeader { xml.element("w:tblHeader") }
                    }
                    for (cell, width) in table.measured(row) {
                        xml.element("w:tc") { xml in
                            writeHead(of: cell, width, to: &xml)
                            for (look, text) in cell.paragraphs { write(look, text, to: &xml) }
                        }
                    }
                }
            }
        }
    }

    private func writeHead(_ widths: [Double], hasBorders: Bool, to xml: inout XMLText) {
        xml.element("w:tblPr") { xml in
            xml.element("w:tblW", ["w:w": DOCX.twips(widths.reduce(0, +)), "w:type": "dxa"])
            if hasBorders {
                xml.element("w:tblBorders") { xml in
                    for side in ["top", "left", "bottom", "right", "insideH", "insideV"] {
                        xml.element(
                            "w:\(side)", ["w:val": "single", "w:sz": "4", "w:space": "0", "w:color": "000000"])
                    }
                }
            }
            xml.element("w:tblLayout", ["w:type": "fixed"])
            xml.element("w:tblCellMar") { xml in
                let margin = hasBorders ? DOCX.twips(1) : "0"
                for side in ["left", "right"] { xml.element("w:\(side)", ["w:w": margin, "w:type": "dxa"]) }
            }
        }
        xml.element("w:tblGrid") { xml in
            for width in widths { xml.element("w:gridCol", ["w:w": DOCX.twips(width)]) }
        }
    }

    private func writeHead(of cell: OfficeCell, _ width: Double, to xml: inout XMLText) {
        let ground =
            switch cell.ground {
            case .none: ""
            case .head: "E6E6E6"
            case .group: "F5F5F5"
            }
        xml.element("w:tcPr") { xml in
            xml.element("w:tcW", ["w:w": DOCX.twips(width), "w:type": "dxa"])
            if cell.span > 1 { xml.element("w:gridSpan", ["w:val": "\(cell.span)"]) }
            if !ground.isEmpty {
                xml.element("w:shd", ["w:val": "clear", "w:color": "auto", "w:fill": ground])
            }
        }
    }
}
