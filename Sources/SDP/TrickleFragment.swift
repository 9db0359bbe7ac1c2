/// An application/trickle-ice-sdpfrag body (RFC 8840 §9), as WHIP clients PATCH it (RFC 9725 §4.3). Candidates of the
/// peer are of no use to an ICE-lite agent; new credentials are a restart.
public struct TrickleFragment: Sendable {
    public private(set) var iceUfrag: String?
    public private(set) var icePassword: String?

    /// - Throws: ``SDPError`` with the line that is wrong.
    public init(parsing text: String) throws(SDPError) {
        guard text.utf8.count <= SessionDescription.byteLimit else {
            throw SDPError(line: 0, text: "", reason: "longer than \(SessionDescription.byteLimit) bytes")
        }
        var number = 0
        for bytes in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let content = Substring(bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes)
            if content.isEmpty { continue }
            if content.hasPrefix("a=ice-ufrag:") {
                let value = content.dropFirst("a=ice-ufrag:".count)
                guard isICEText(value, 4...256) else {
                    throw SDPError(line: number, text: content, reason: "an ICE user name is 4 to 256 ice-chars")
                }
                iceUfrag = String(value)
            } else if content.hasPrefix("a=ice-pwd:") {
                let value = content.dropFirst("a=ice-pwd:".count)
                guard isICEText(value, 22...256) else {
                    throw SDPError(line: number, text: content, reason: "an ICE password is 22 to 256 ice-chars")
                }
                icePassword = String(value)
            } else if !content.hasPrefix("a="), !content.hasPrefix("m=") {
                throw SDPError(line: number, text: content, reason: "a fragment has only a= and m= lines")
            }
        }
    }

    /// The answer to a restart.
    public static func restart(ufrag: String, password: String) -> String {
        "a=ice-lite\r\na=ice-ufrag:\(ufrag)\r\na=ice-pwd:\(password)\r\na=end-of-candidates\r\n"
    }
}
