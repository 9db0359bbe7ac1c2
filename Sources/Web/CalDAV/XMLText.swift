/// XML as an answer has it: elements in the three namespaces that CalDAV needs, every text escaped.
struct XMLText: Sendable {
    private(set) var text = #"<?xml version="1.0" encoding="utf-8"?>"# + "\n"

    private static let prefixes = [
        "DAV:": "D", "urn:ietf:params:xml:ns:caldav": "C", "http://calendarserver.org/ns/": "CS",
    ]
    private static let declarations =
        #" xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:CS="http://calendarserver.org/ns/""#

    /// The outermost element and what is in it.
    init(root: XMLName, _ content: (inout XMLText) -> Void) {
        let tag = Self.tag(root)
        text += "<\(tag.name)\(Self.declarations)\(tag.declaration)>"
        content(&self)
        text += "</\(tag.name)>\n"
    }

    mutating func element(
        _ name: XMLName, _ attributes: KeyValuePairs<String, String> = [:], content: (inout XMLText) -> Void
    ) {
        let tag = Self.tag(name)
        text += "<\(tag.name)\(tag.declaration)\(Self.written(attributes))>"
        content(&self)
        text += "</\(tag.name)>"
    }

    mutating func element(_ name: XMLName, _ attributes: KeyValuePairs<String, String> = [:]) {
        let tag = Self.tag(name)
        text += "<\(tag.name)\(tag.declaration)\(Self.written(attributes))/>"
    }

    mutating func element(_ name: XMLName, text content: String) {
        element(name) { $0.append(content) }
    }

    /// Text of the element that is open.
    mutating func append(_ content: String) { text += Self.escaped(content) }

    mutating func href(_ path: String) { element(.dav("href"), text: path) }

    private static func written(_ attributes: KeyValuePairs<String, String>) -> String {
        attributes.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined()
    }

    /// A name of a namespace that a client brought is declared where it stands. Its local part has passed a parser.
    private static func tag(_ name: XMLName) -> (name: String, declaration: String) {
        if let prefix = prefixes[name.namespace] { return ("\(prefix):\(name.local)", "") }
        if name.namespace.isEmpty { return (name.local, "") }
        return ("x:\(name.local)", " xmlns:x=\"\(escaped(name.namespace))\"")
    }

    /// What is no character of XML 1.0 (§2.2) is left out; a carriage return is written so that it outlives the parser's
    /// ends of lines (§2.11).
    static func escaped(_ text: String) -> String {
        var out = ""
        out.reserveCapacity(text.utf8.count + 16)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "\r": out += "&#13;"
            case "\t", "\n": out.unicodeScalars.append(scalar)
            default:
                if scalar.value >= 32, scalar.value != 0xFFFE, scalar.value != 0xFFFF {
                    out.unicodeScalars.append(scalar)
                }
            }
        }
        return out
    }
}
