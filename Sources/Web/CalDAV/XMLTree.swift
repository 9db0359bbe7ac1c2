import Foundation
import FoundationXML
import HTTPTypes

/// The name of an element, in its namespace (Namespaces in XML 1.0 §2).
struct XMLName: Hashable, Sendable {
    var namespace: String
    var local: String

    /// RFC 4918 §14.
    static func dav(_ local: String) -> XMLName { XMLName(namespace: "DAV:", local: local) }
    /// RFC 4791 §9.
    static func caldav(_ local: String) -> XMLName {
        XMLName(namespace: "urn:ietf:params:xml:ns:caldav", local: local)
    }
    /// Apple's calendar server extensions, of which programs ask for one: getctag.
    static func calendarServer(_ local: String) -> XMLName {
        XMLName(namespace: "http://calendarserver.org/ns/", local: local)
    }
}

/// One element of a request's body.
struct XMLTree: Sendable {
    var name: XMLName
    var attributes: [String: String]
    var children: [XMLTree] = []
    var text = ""

    func child(_ name: XMLName) -> XMLTree? { children.first { $0.name == name } }

    /// Octets of a body.
    static let largestBody = 64 << 10
    private static let mostElements = 4000
    private static let deepest = 32

    /// Why a body is no XML that is read here.
    enum Failure: Error, Hashable, Sendable {
        case notUTF8
        /// A document type declaration: the only way to entities, which no DAV client needs.
        case declaresEntities
        case tooDeep
        case tooMany
        case malformed(line: Int)
    }

    /// Reads a body that anyone may have sent.
    ///
    /// A declaration of a document type is refused before the parser sees it, and the parser cannot be told another
    /// encoding to see one in: the XML declaration, which alone could name it, is cut off, and what has none is UTF-8
    /// (XML 1.0 §4.3.3).
    static func reading(_ body: Data) throws(Failure) -> XMLTree {
        guard var text = String(validating: body, as: UTF8.self), !text.unicodeScalars.contains("\0") else {
            throw .notUTF8
        }
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        if text.hasPrefix("<?xml"), let end = text.range(of: "?>") { text.removeSubrange(..<end.upperBound) }
        guard !declares(text.utf8) else { throw .declaresEntities }
        let parser = XMLParser(data: Data(text.utf8))
        parser.shouldProcessNamespaces = true
        parser.shouldResolveExternalEntities = false
        let builder = Builder()
        parser.delegate = builder
        // `parse` says yes to what libxml2 recovered from: what counts is whether an error was told.
        _ = parser.parse()
        if let failure = builder.failure { throw failure }
        guard parser.parserError == nil, let root = builder.root else {
            throw .malformed(line: max(1, parser.lineNumber))
        }
        return root
    }

    /// Whether there is a markup declaration (XML 1.0 §2.8, §4.2): `<!` and a letter, even where a comment only speaks of
    /// one.
    private static func declares(_ bytes: String.UTF8View) -> Bool {
        var state = 0
        for byte in bytes {
            switch (state, byte) {
            case (2, UInt8(ascii: "A")...UInt8(ascii: "Z")), (2, UInt8(ascii: "a")...UInt8(ascii: "z")): return true
            case (_, UInt8(ascii: "<")): state = 1
            case (1, UInt8(ascii: "!")): state = 2
            default: state = 0
            }
        }
        return false
    }

    /// Puts the elements together, within the bounds.
    private final class Builder: NSObject, XMLParserDelegate {
        private var open: [XMLTree] = []
        private var count = 0
        private(set) var root: XMLTree?
        private(set) var failure: Failure?

        private func stop(_ failure: Failure, _ parser: XMLParser) {
            if self.failure == nil { self.failure = failure }
            parser.abortParsing()
        }

        func parser(
            _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
            qualifiedName qName: String?, attributes attributeDict: [String: String]
        ) {
            guard failure == nil else { return }
            count += 1
            guard count <= mostElements else { return stop(.tooMany, parser) }
            guard open.count < deepest else { return stop(.tooDeep, parser) }
            let local = elementName.split(separator: ":").last.map(String.init) ?? elementName
            open.append(
                XMLTree(name: XMLName(namespace: namespaceURI ?? "", local: local), attributes: attributeDict))
        }

        func parser(
            _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?, qualifiedName qName: String?
        ) {
            guard failure == nil, let done = open.popLast() else { return }
            if open.isEmpty { root = done } else { open[open.count - 1].children.append(done) }
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) {
            guard failure == nil, !open.isEmpty else { return }
            open[open.count - 1].text += string
        }

        func parser(_ parser: XMLParser, foundCDATA CDATABlock: Data) {
            self.parser(parser, foundCharacters: String(decoding: CDATABlock, as: UTF8.self))
        }

        func parser(_ parser: XMLParser, parseErrorOccurred parseError: any Error) {
            stop(.malformed(line: max(1, parser.lineNumber)), parser)
        }

        func parser(_ parser: XMLParser, foundInternalEntityDeclarationWithName name: String, value: String?) {
            stop(.declaresEntities, parser)
        }

        func parser(
            _ parser: XMLParser, foundExternalEntityDeclarationWithName name: String, publicID: String?,
            systemID: String?
        ) {
            stop(.declaresEntities, parser)
        }
    }
}

extension XMLTree.Failure {
    /// In the words of whoever asked.
    var refusal: Refusal {
        let (vietnamese, english) =
            switch self {
            case .notUTF8: ("Nội dung XML phải dùng bảng mã UTF-8.", "The XML must be UTF-8.")
            case .declaresEntities:
                (
                    "Nội dung XML không được khai báo DOCTYPE hay ENTITY.",
                    "The XML must not declare a DOCTYPE or an ENTITY."
                )
            case .tooDeep: ("Nội dung XML lồng quá sâu.", "The XML is nested too deeply.")
            case .tooMany: ("Nội dung XML có quá nhiều phần tử.", "The XML has too many elements.")
            case .malformed(let line):
                ("Nội dung không phải XML đúng, lỗi ở dòng \(line).", "The body is no valid XML: see line \(line).")
            }
        return Refusal(status: .badRequest, code: "bad-xml", vietnamese: vietnamese, english: english)
    }
}
