/// Documents as Office Open XML texts (ECMA-376), as Word and LibreOffice open them.
public enum DOCX {
    /// The file's bytes. Equal documents give equal bytes.
    ///
    /// - Throws: ``PrintError/tooMuchText``, ``PrintError/columns``, ``PrintError/cells(row:found:expected:)``.
    public static func file(of document: PrintDocument) throws(PrintError) -> [UInt8] {
        try OfficeLayout.check(document)
        var archive = ZIPArchive()
        try archive.add("[Content_Types].xml", contentTypes)
        try archive.add("_rels/.rels", packageRelations)
        try archive.add("docProps/core.xml", core(of: document))
        try archive.add("word/_rels/document.xml.rels", documentRelations)
        try archive.add("word/styles.xml", styles)
        try archive.add("word/header1.xml", header(of: document))
        try archive.add("word/footer1.xml", footer(of: document))
        try archive.add("word/document.xml", DOCXContent(document).written())
        return try archive.finished()
    }

    static let namespaces: KeyValuePairs<String, String> = [
        "xmlns:w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "xmlns:r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ]

    private static let office = "application/vnd.openxmlformats-officedocument.wordprocessingml."
    private static let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

    private static var contentTypes: String {
        var xml = XMLText()
        xml.element("Types", ["xmlns": "http://schemas.openxmlformats.org/package/2006/content-types"]) { xml in
            xml.element(
                "Default",
                ["Extension": "rels", "ContentType": "application/vnd.openxmlformats-package.relationships+xml"])
            xml.element("Default", ["Extension": "xml", "ContentType": "application/xml"])
            for (part, type) in [
                ("/word/document.xml", "\(office)document.main+xml"), ("/word/styles.xml", "\(office)styles+xml"),
                ("/word/header1.xml", "\(office)header+xml"), ("/word/footer1.xml", "\(office)footer+xml"),
                ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
            ] {
                xml.element("Override", ["PartName": part, "ContentType": type])
            }
        }
        return xml.text
    }

    private static var packageRelations: String {
        relationships([
            ("rId1", "\(relations)officeDocument", "word/document.xml"),
            (
                "rId2", "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
                "docProps/core.xml"
            ),
        ])
    }

    private static var documentRelations: String {
        relationships([
            ("rId1", "\(relations)styles", "styles.xml"), ("rId2", "\(relations)header", "header1.xml"),
            ("rId3", "\(relations)footer", "footer1.xml"),
        ])
    }

    private static func relationships(_ list: [(id: String, type: String, target: String)]) -> String {
        var xml = XMLText()
        xml.element("Relationships", ["xmlns": "http://schemas.openxmlformats.org/package/2006/relationships"]) { xml in
            for one in list {
                xml.element("Relationship", ["Id": one.id, "Type": one.type, "Target": one.target])
            }
        }
        return xml.text
    }

    private static func core(of document: PrintDocument) -> String {
        var xml = XMLText()
        xml.element(
            "cp:coreProperties",
            [
                "xmlns:cp": "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
                "xmlns:dc": "http://purl.org/dc/elements/1.1/", "xmlns:dcterms": "http://purl.org/dc/terms/",
                "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            ]
        ) { xml in
            xml.element("dc:title") { $0.write(document.title) }
            xml.element("dc:creator") { $0.write(document.author) }
            if let created = document.created {
                xml.element("dcterms:created", ["xsi:type": "dcterms:W3CDTF"]) { $0.write(created) }
            }
        }
        return xml.text
    }

    private static var styles: String {
        var xml = XMLText()
        xml.element("w:styles", namespaces) { xml in
            xml.element("w:docDefaults") { xml in
                xml.element("w:rPrDefault") { xml in
                    xml.element("w:rPr") { xml in
                        let font = OfficeLayout.font
                        xml.element(
                            "w:rFonts",
                            ["w:ascii": font, "w:hAnsi": font, "w:eastAsia": font, "w:cs": font])
                        xml.element("w:sz", ["w:val": "26"])
                        xml.element("w:lang", ["w:val": "vi-VN"])
                    }
                }
                xml.element("w:pPrDefault") { xml in
                    xml.element("w:pPr") { xml in
                        xml.element(
                            "w:spacing", ["w:before": "0", "w:after": "0", "w:line": "240", "w:lineRule": "auto"])
                    }
                }
            }
            xml.element("w:style", ["w:type": "paragraph", "w:default": "1", "w:styleId": "Normal"]) { xml in
                xml.element("w:name", ["w:val": "Normal"])
            }
        }
        return xml.text
    }

    /// The number in the upper margin, which the first page does not bear.
    private static func header(of document: PrintDocument) -> String {
        var xml = XMLText()
        xml.element("w:hdr", namespaces) { xml in
            xml.element("w:p") { xml in
                xml.element("w:pPr") { $0.element("w:jc", ["w:val": "center"]) }
                if document.pageNumbers == .top { field("PAGE", size: 13, italic: false, to: &xml) }
            }
        }
        return xml.text
    }

    private static func footer(of document: PrintDocument) -> String {
        var xml = XMLText()
        xml.element("w:ftr", namespaces) { xml in
            xml.element("w:p") { xml in
                xml.element("w:pPr") { xml in
                    xml.element("w:tabs") { xml in
                        let width = twips(OfficeLayout.bodyWidth(document.orientation))
                        xml.element("w:tab", ["w:val": "right", "w:pos": width])
                    }
                }
                run(document.footer, size: 10, italic: true, to: &xml)
                guard document.pageNumbers == .footer else { return }
                xml.element("w:r") { $0.element("w:tab") }
                run("Trang ", size: 10, italic: true, to: &xml)
                field("PAGE", size: 10, italic: true, to: &xml)
                run("/", size: 10, italic: true, to: &xml)
                field("NUMPAGES", size: 10, italic: true, to: &xml)
            }
        }
        return xml.text
    }

    private static func field(_ code: String, size: Double, italic: Bool, to xml: inout XMLText) {
        xml.element("w:fldSimple", ["w:instr": code]) { run("1", size: size, italic: italic, to: &$0) }
    }

    /// Text in one style; a line feed is a break (ECMA-376 part 1, §17.3.3.1).
    static func run(_ text: String, size: Double, bold: Bool = false, italic: Bool = false, to xml: inout XMLText) {
        guard !text.isEmpty else { return }
        xml.element("w:r") { xml in
            xml.element("w:rPr") { xml in
                if bold { xml.element("w:b") }
                if italic { xml.element("w:i") }
                xml.element("w:sz", ["w:val": decimal((size * 2).rounded())])
            }
            var isFirst = true
            for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
                if !isFirst { xml.element("w:br") }
                isFirst = false
                if !line.isEmpty { xml.element("w:t", ["xml:space": "preserve"]) { $0.write(line) } }
            }
        }
    }

    /// Millimetres in twentieths of a point.
    static func twips(_ millimetres: Double) -> String { decimal((millimetres * 1440 / 25.4).rounded()) }
}
