/// The text of an Office Open XML file; looks stand at each paragraph.
struct DOCXContent {
    private let document: PrintDocument

    init(_ document: PrintDocument) { self.document = document }

    func written() -> String {
        var xml = XMLText()
        xml.element("w:document", DOCX.namespaces) { xml in
            xml.element("w:body") { xml in
                for block in document.blocks { write(block, to: &xml) }
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

    // MARK: Blocks

    private func write(_ block: PrintBlock, to xml: inout XMLText) {
        switch block {
        case .letterhead(let letterhead):
            let widths = OfficeLayout.letterheadWidths(document.orientation)
            write(letterhead.cells(widths: widths), widths: widths, to: &xml)
            write(OfficeParagraph(), "", to: &xml)
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
        case .table(let table):
            write(table, to: &xml)
            // Two tables without a paragraph between them would be one.
            write(OfficeParagraph(size: 6), "", to: &xml)
        case .closing(let closing):
            let width = OfficeLayout.bodyWidth(document.orientation) / 2
            write(OfficeParagraph(size: 6, keepsWithNext: true), "", to: &xml)
            write(closing.cells, widths: [width, width], to: &xml)
            // A section's last block is a paragraph (ECMA-376 part 1, §17.4.66 wants one after a table).
            write(OfficeParagraph(size: 2), "", to: &xml)
        case .space(let millimetres):
            guard millimetres > 0 else { return }
            write(OfficeParagraph(size: 1, after: min(millimetres, 250) * 72 / 25.4), "", to: &xml)
        case .pageBreak:
            xml.element("w:p") { xml in xml.element("w:r") { $0.element("w:br", ["w:type": "page"]) } }
        }
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

    /// A table without borders.
    private func write(_ rows: [[OfficeCell]], widths: [Double], to xml: inout XMLText) {
        xml.element("w:tbl") { xml in
            writeHead(widths, hasBorders: false, to: &xml)
            for row in rows {
                xml.element("w:tr") { xml in
                    xml.element("w:trPr") { $0.element("w:cantSplit") }
                    for (cell, width) in zip(row, widths) {
                        xml.element("w:tc") { xml in
                            writeCellHead(width, to: &xml)
                            for (look, text) in cell.paragraphs { write(look, text, to: &xml) }
                        }
                    }
                }
            }
        }
    }

    private func write(_ table: PrintTable, to xml: inout XMLText) {
        let widths = OfficeLayout.widths(of: table, in: document.orientation)
        xml.element("w:tbl") { xml in
            writeHead(widths, hasBorders: true, to: &xml)
            writeRow(
                table.columns.map { ($0.title.bold, .centre) }, widths, size: table.size, ground: "E6E6E6",
                isHeader: true, to: &xml)
            for row in table.rows {
                switch row {
                case .cells(let texts):
                    writeRow(
                        zip(texts, table.columns).map { ($0, $1.alignment) }, widths, size: table.size, to: &xml)
                case .total(let texts):
                    writeRow(
                        zip(texts, table.columns).map { ($0.bold, $1.alignment) }, widths, size: table.size,
                        ground: "E6E6E6", to: &xml)
                case .group(let text):
                    writeRow(
                        [(text.bold, .left)], [widths.reduce(0, +)], size: table.size, ground: "F5F5F5",
                        span: widths.count, to: &xml)
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

    private func writeCellHead(_ width: Double, span: Int = 1, ground: String = "", to xml: inout XMLText) {
        xml.element("w:tcPr") { xml in
            xml.element("w:tcW", ["w:w": DOCX.twips(width), "w:type": "dxa"])
            if span > 1 { xml.element("w:gridSpan", ["w:val": "\(span)"]) }
            if !ground.isEmpty {
                xml.element("w:shd", ["w:val": "clear", "w:color": "auto", "w:fill": ground])
            }
        }
    }

    private func writeRow(
        _ texts: [(StyledText, TextAlignment)], _ widths: [Double], size: Double, ground: String = "",
        isHeader: Bool = false, span: Int = 1, to xml: inout XMLText
    ) {
        xml.element("w:tr") { xml in
            xml.element("w:trPr") { xml in
                xml.element("w:cantSplit")
                if isHeader { xml.element("w:tblHeader") }
            }
            for ((text, alignment), width) in zip(texts, widths) {
                xml.element("w:tc") { xml in
                    writeCellHead(width, span: span, ground: ground, to: &xml)
                    write(OfficeParagraph(size: size, alignment: alignment), text, to: &xml)
                }
            }
        }
    }
}
