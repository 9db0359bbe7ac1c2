/// XML 1.0 as it is written: elements nest by closures, and every text and value is escaped.
struct XMLText {
    fileprivate(set) var text = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

    /// An element with what `content` writes; without that, an empty one.
    mutating func element(
        _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ content: (inout XMLText) -> Void
    ) {
        open(name, attributes)
        text += ">"
        content(&self)
        text += "</\(name)>"
    }

    mutating func element(_ name: String, _ attributes: KeyValuePairs<String, String> = [:]) {
        open(name, attributes)
        text += "/>"
    }

    mutating func write(_ words: some StringProtocol) { text += Self.escaped(words) }

    /// What another has written, without its declaration.
    mutating func append(_ other: XMLText) { text += other.text.dropFirst(XMLText().text.count) }

    private mutating func open(_ name: String, _ attributes: KeyValuePairs<String, String>) {
        text += "<\(name)"
        // What has no value is left out.
        for (key, value) in attributes where !value.isEmpty { text += " \(key)=\"\(Self.escaped(value))\"" }
    }

    /// Characters that XML 1.0 §2.2 does not allow become spaces; what has a meaning in markup is written as entities.
    static func escaped(_ words: some StringProtocol) -> String {
        var escaped = ""
        for scalar in words.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\t", "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": escaped += " "
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

/// A length as both formats write it: `13pt`, `70.5mm`; two decimals at most, without a locale.
func decimal(_ number: Double) -> String {
    let hundredths = Int((min(max(number, -100_000), 100_000) * 100).rounded())
    let (whole, rest) = (abs(hundredths) / 100, abs(hundredths) % 100)
    let sign = hundredths < 0 ? "-" : ""
    guard rest > 0 else { return "\(sign)\(whole)" }
    return rest % 10 == 0 ? "\(sign)\(whole).\(rest / 10)" : "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
}
