/// What is wrong with a session description, and where.
public struct SDPError: Error, Sendable, Equatable {
    /// 1-based; 0 when it is the description as a whole.
    public var line: Int
    /// The line, cut to 120 characters.
    public var text: String
    public var reason: String

    init(line: Int, text: some StringProtocol, reason: String) {
        self.line = line
        self.text = String(text.prefix(120))
        self.reason = reason
    }
}
