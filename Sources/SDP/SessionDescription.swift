/// A session description as lines (RFC 8866 §5): what stands before the first media section, and each section.
///
/// Limits, against endless input: 1 MB, 40,000 lines, 4,096 bytes a line, 600 media sections. A browser says 6 kB of each
/// video section, and names all sections in one a=group line.
public struct SessionDescription: Sendable {
    public static let byteLimit = 1 << 20
    public static let lineLimit = 40_000
    public static let lineLengthLimit = 4_096
    public static let mediaLimit = 600

    /// `type=value`, with its place in the text.
    public struct Line: Sendable {
        public var number: Int
        public var type: Character
        public var value: Substring

        /// For `a=name:value` or `a=name`.
        var attribute: (name: Substring, value: Substring)? {
            guard type == "a" else { return nil }
            guard let colon = value.utf8.firstIndex(of: UInt8(ascii: ":")) else { return (value, "") }
            return (value[..<colon], value[value.utf8.index(after: colon)...])
        }

        func wrong(_ reason: String) -> SDPError { SDPError(line: number, text: "\(type)=\(value)", reason: reason) }
    }

    public struct Media: Sendable {
        /// The m= line.
        public var header: Line
        public var lines: [Line] = []
    }

    public private(set) var session: [Line] = []
    public private(set) var media: [Media] = []

    /// - Throws: ``SDPError`` with the line that is wrong.
    public init(parsing text: String) throws(SDPError) {
        guard text.utf8.count <= Self.byteLimit else {
            throw SDPError(line: 0, text: "", reason: "longer than \(Self.byteLimit) bytes")
        }
        var number = 0
        for bytes in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            guard number <= Self.lineLimit else {
                throw SDPError(line: number, text: "", reason: "more than \(Self.lineLimit) lines")
            }
            let content = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
            if content.isEmpty { continue }
            try append(Substring(content), number: number)
        }
        guard session.first?.type == "v" else {
            throw SDPError(
                line: 1, text: session.first.map { "\($0.type)=\($0.value)" } ?? "",
                reason: "a session description begins with v=0")
        }
    }

    private mutating func append(_ text: Substring, number: Int) throws(SDPError) {
        guard text.utf8.count <= Self.lineLengthLimit else {
            throw SDPError(line: number, text: text, reason: "longer than \(Self.lineLengthLimit) bytes")
        }
        let bytes = text.utf8
        guard let first = bytes.first, first >= UInt8(ascii: "a"), first <= UInt8(ascii: "z"),
            bytes.dropFirst().first == UInt8(ascii: "=")
        else { throw SDPError(line: number, text: text, reason: "not of the form type=value") }
        let line = Line(number: number, type: Character(UnicodeScalar(first)), value: Substring(bytes.dropFirst(2)))
        if line.type == "v", line.value != "0" { throw line.wrong("the only version is 0") }
        if line.type == "m" {
            guard media.count < Self.mediaLimit else { throw line.wrong("more than \(Self.mediaLimit) media sections") }
            media.append(Media(header: line))
        } else if media.isEmpty {
            session.append(line)
        } else {
            media[media.count - 1].lines.append(line)
        }
    }
}
