/// Text in runs that are upright or bold, italic or both. A line feed begins a new line.
public struct StyledText: Hashable, Sendable, ExpressibleByStringInterpolation {
    public struct Run: Hashable, Sendable {
        public var text: String
        public var bold: Bool
        public var italic: Bool
    }

    public private(set) var runs: [Run]

    public init(_ text: String, bold: Bool = false, italic: Bool = false) {
        runs = text.isEmpty ? [] : [Run(text: text, bold: bold, italic: italic)]
    }

    public init(stringLiteral text: String) { self.init(text) }

    public static func bold(_ text: String) -> StyledText { StyledText(text, bold: true) }
    public static func italic(_ text: String) -> StyledText { StyledText(text, italic: true) }

    public static func + (left: StyledText, right: StyledText) -> StyledText {
        var joined = left
        joined.runs += right.runs
        return joined
    }

    public static func += (left: inout StyledText, right: StyledText) { left.runs += right.runs }

    /// The same in bold.
    var bold: StyledText {
        var text = self
        for index in text.runs.indices { text.runs[index].bold = true }
        return text
    }

    public var isEmpty: Bool { runs.isEmpty }

    /// The text without its styles.
    public var plain: String { runs.map(\.text).joined() }

    var utf8Count: Int { runs.reduce(0) { $0 + $1.text.utf8.count } }
}
