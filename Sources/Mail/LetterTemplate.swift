/// A text with places to fill, in the part of Mustache that letters need: `{{name}}`, `{{#name}}…{{/name}}` for each of a
/// list or where there is something, `{{^name}}…{{/name}}` where there is nothing, `{{> name}}` for another file,
/// `{{! remark}}`.
struct LetterTemplate: Sendable {
    indirect enum Node: Sendable {
        case text(String)
        case value(String)
        case section(String, [Node])
        case inverted(String, [Node])
    }

    let nodes: [Node]

    /// Fills the places.
    ///
    /// - Parameter escape: Applied to each value.
    func fill(_ values: [String: TemplateValue], escape: (String) -> String) -> String {
        var output = ""
        Self.fill(nodes, [values], escape, into: &output)
        return output
    }

    private static func fill(
        _ nodes: [Node], _ scopes: [[String: TemplateValue]], _ escape: (String) -> String, into output: inout String
    ) {
        func find(_ name: String) -> TemplateValue? {
            for scope in scopes.reversed() { if let value = scope[name] { return value } }
            return nil
        }
        for node in nodes {
            switch node {
            case .text(let text): output += text
            case .value(let name):
                if case .text(let text) = find(name) { output += escape(text) }
            case .section(let name, let inner):
                switch find(name) {
                case .text(let text) where !text.isEmpty: fill(inner, scopes, escape, into: &output)
                case .list(let items):
                    for item in items { fill(inner, scopes + [item], escape, into: &output) }
                default: break
                }
            case .inverted(let name, let inner):
                switch find(name) {
                case .text(let text) where !text.isEmpty: break
                case .list(let items) where !items.isEmpty: break
                default: fill(inner, scopes, escape, into: &output)
                }
            }
        }
    }
}

/// What fills a place.
enum TemplateValue: Sendable, Hashable {
    case text(String)
    case list([[String: TemplateValue]])
}
