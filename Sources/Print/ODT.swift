/// Documents as OpenDocument texts (ODF 1.3), as LibreOffice and Word open them.
public enum ODT {
    /// The file's bytes. Equal documents give equal bytes.
    ///
    /// - Throws: ``PrintError/tooMuchText``, ``PrintError/columns``, ``PrintError/cells(row:found:expected:)``.
    public static func file(of document: PrintDocument) throws(PrintError) -> [UInt8] {
        try OfficeLayout.check(document)
        var archive = ZIPArchive()
        try archive.add("mimetype", mediaType, isStored: true)
        try archive.add("META-INF/manifest.xml", manifest)
        try archive.add("meta.xml", meta(of: document))
        try archive.add("styles.xml", styles(of: document))
        var content = ODTContent(document)
        try archive.add("content.xml", content.written())
        return try archive.finished()
    }

    static let mediaType = "application/vnd.oasis.opendocument.text"

    private static var manifest: String {
        var xml = XMLText()
        xml.element(
            "manifest:manifest",
            ["xmlns:manifest": "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0", "manifest:version": "1.3"]
        ) { xml in
            for (path, type) in [
                ("/", mediaType), ("content.xml", "text/xml"), ("styles.xml", "text/xml"), ("meta.xml", "text/xml"),
            ] {
                xml.element("manifest:file-entry", ["manifest:full-path": path, "manifest:media-type": type])
            }
        }
        return xml.text
    }

    private static func meta(of document: PrintDocument) -> String {
        var xml = XMLText()
        xml.element(
            "office:document-meta",
            [
                "xmlns:office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
                "xmlns:meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
                "xmlns:dc": "http://purl.org/dc/elements/1.1/", "office:version": "1.3",
            ]
        ) { xml in
            xml.element("office:meta") { xml in
                xml.element("meta:generator") { $0.write("Giaoban") }
                xml.element("dc:title") { $0.write(document.title) }
                xml.element("dc:creator") { $0.write(document.author) }
                if let created = document.created {
                    xml.element("meta:creation-date") { $0.write(created) }
                }
            }
        }
        return xml.text
    }

    static let namespaces: KeyValuePairs<String, String> = [
        "xmlns:office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "xmlns:style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
        "xmlns:text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "xmlns:table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "xmlns:fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
        "xmlns:svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0", "office:version": "1.3",
    ]

    /// The font, the page, and what stands in its margins.
    private static func styles(of document: PrintDocument) -> String {
        var xml = XMLText()
        xml.element("office:document-styles", namespaces) { xml in
            xml.element("office:font-face-decls") { xml in
                xml.element(
                    "style:font-face",
                    [
                        "style:name": OfficeLayout.font, "svg:font-family": "'\(OfficeLayout.font)'",
                        "style:font-family-generic": "roman",
                    ])
            }
            xml.element("office:styles") { xml in
                xml.element("style:default-style", ["style:family": "paragraph"]) { xml in
                    xml.element("style:paragraph-properties", ["fo:orphans": "2", "fo:widows": "2"])
                    xml.element(
                        "style:text-properties",
                        [
                            "style:font-name": OfficeLayout.font, "fo:font-size": "13pt", "fo:language": "vi",
                            "fo:country": "VN",
                        ])
                }
                xml.element("style:style", ["style:name": "Standard", "style:family": "paragraph"])
            }
            xml.element("office:automatic-styles") { pageLayout(document, &$0) }
            xml.element("office:master-styles") { masterPage(document, &$0) }
        }
        return xml.text
    }

    private static func pageLayout(_ document: PrintDocument, _ xml: inout XMLText) {
        for (name, alignment) in [("Middle", "center"), ("Foot", "start")] {
            xml.element("style:style", ["style:name": name, "style:family": "paragraph"]) { xml in
                xml.element("style:paragraph-properties", ["fo:text-align": alignment]) { xml in
                    // The page number of a footer stands at the right.
                    guard name == "Foot" else { return }
                    xml.element("style:tab-stops") { xml in
                        xml.element(
                            "style:tab-stop",
                            [
                                "style:position": "\(decimal(OfficeLayout.bodyWidth(document.orientation)))mm",
                                "style:type": "right",
                            ])
                    }
                }
                xml.element(
                    "style:text-properties",
                    ["fo:font-size": name == "Foot" ? "10pt" : "13pt", "fo:font-style": name == "Foot" ? "italic" : ""])
            }
        }
        xml.element("style:page-layout", ["style:name": "Page"]) { xml in
            xml.element(
                "style:page-layout-properties",
                [
                    "fo:page-width": "\(decimal(OfficeLayout.pageWidth(document.orientation)))mm",
                    "fo:page-height": "\(decimal(OfficeLayout.pageHeight(document.orientation)))mm",
                    "style:print-orientation": document.orientation == .portrait ? "portrait" : "landscape",
                    // A header takes its height off the text: the margin above it is as much smaller.
                    "fo:margin-top": document.pageNumbers == .top
                        ? "10mm" : "\(decimal(OfficeLayout.verticalMargin))mm",
                    "fo:margin-bottom": hasFooter(document) ? "12mm" : "\(decimal(OfficeLayout.verticalMargin))mm",
                    "fo:margin-left": "\(decimal(OfficeLayout.leftMargin))mm",
                    "fo:margin-right": "\(decimal(OfficeLayout.rightMargin))mm",
                ])
            if document.pageNumbers == .top {
                xml.element("style:header-style") { xml in
                    xml.element(
                        "style:header-footer-properties", ["svg:height": "10mm", "fo:margin-bottom": "4mm"])
                }
            }
            if hasFooter(document) {
                xml.element("style:footer-style") { xml in
                    xml.element("style:header-footer-properties", ["fo:min-height": "8mm", "fo:margin-top": "3mm"])
                }
            }
        }
    }

    private static func hasFooter(_ document: PrintDocument) -> Bool {
        !document.footer.isEmpty || document.pageNumbers == .footer
    }

    private static func masterPage(_ document: PrintDocument, _ xml: inout XMLText) {
        xml.element("style:master-page", ["style:name": "Standard", "style:page-layout-name": "Page"]) { xml in
            if document.pageNumbers == .top {
                xml.element("style:header") { xml in
                    xml.element("text:p", ["text:style-name": "Middle"]) { xml in
                        xml.element("text:page-number", ["text:select-page": "current"]) { $0.write("2") }
                    }
                }
                // The first page bears no number.
                xml.element("style:header-first") { $0.element("text:p", ["text:style-name": "Middle"]) }
            }
            guard hasFooter(document) else { return }
            for name in document.pageNumbers == .top ? ["style:footer", "style:footer-first"] : ["style:footer"] {
                xml.element(name) { xml in
                    xml.element("text:p", ["text:style-name": "Foot"]) { xml in
                        xml.write(document.footer)
                        guard document.pageNumbers == .footer else { return }
                        xml.element("text:tab")
                        xml.write("Trang ")
                        xml.element("text:page-number", ["text:select-page": "current"]) { $0.write("1") }
                        xml.write("/")
                        xml.element("text:page-count") { $0.write("1") }
                    }
                }
            }
        }
    }
}
