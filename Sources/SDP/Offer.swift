/// Who opens the DTLS association (RFC 5763 §5).
public enum Setup: String, Sendable { case actpass, active, passive, holdconn }

/// What an offer says, as far as the relay needs to know (RFC 9429 §5.8).
public struct Offer: Sendable {
    public private(set) var iceUfrag = ""
    public private(set) var icePassword = ""
    public private(set) var fingerprints: [(algorithm: String, bytes: [UInt8])] = []
    public private(set) var setup = Setup.actpass
    /// The mids of the BUNDLE group (RFC 9143), in order; empty without one.
    public private(set) var bundle: [String] = []
    public private(set) var extmapAllowMixed = false
    public private(set) var media: [OfferedMedia] = []

    /// - Throws: ``SDPError`` with the line that is wrong.
    public init(parsing text: String) throws(SDPError) {
        let description = try SessionDescription(parsing: text)
        for line in description.session { try take(line) }
        for section in description.media {
            let parsed = try OfferedMedia(section, position: media.count)
            for line in section.lines { try takeTransport(line) }
            if media.contains(where: { $0.mid == parsed.mid }) {
                throw section.header.wrong("two media sections have the mid \(parsed.mid)")
            }
            media.append(parsed)
        }
        guard !media.isEmpty else { throw SDPError(line: 0, text: "", reason: "there is no media section (m=)") }
    }

    private mutating func take(_ line: SessionDescription.Line) throws(SDPError) {
        try takeTransport(line)
        guard let (name, value) = line.attribute else { return }
        if name == "group", value.hasPrefix("BUNDLE"), bundle.isEmpty {
            bundle = value.split(separator: " ").dropFirst().map(String.init)
        } else if name == "extmap-allow-mixed" {
            extmapAllowMixed = true
        }
    }

    /// With BUNDLE all sections share one transport: the first values count.
    private mutating func takeTransport(_ line: SessionDescription.Line) throws(SDPError) {
        guard let (name, value) = line.attribute else { return }
        switch name {
        case "ice-ufrag":
            guard isICEText(value, 4...256) else { throw line.wrong("an ICE user name is 4 to 256 ice-chars") }
            if iceUfrag.isEmpty { iceUfrag = String(value) }
        case "ice-pwd":
            guard isICEText(value, 22...256) else { throw line.wrong("an ICE password is 22 to 256 ice-chars") }
            if icePassword.isEmpty { icePassword = String(value) }
        case "fingerprint":
            let fingerprint = try readFingerprint(value, line)
            if fingerprints.count < 8, !fingerprints.contains(where: { $0 == fingerprint }) {
                fingerprints.append(fingerprint)
            }
        case "setup":
            guard let setup = Setup(rawValue: String(value)) else {
                throw line.wrong("setup is actpass, active, passive or holdconn")
            }
            self.setup = setup
        case "extmap-allow-mixed": extmapAllowMixed = true
        default: break
        }
    }

    /// RFC 8122 §5: a hash name and hexadecimal pairs with colons between.
    private func readFingerprint(
        _ value: Substring, _ line: SessionDescription.Line
    ) throws(SDPError) -> (algorithm: String, bytes: [UInt8]) {
        let parts = value.split(separator: " ")
        guard parts.count == 2 else { throw line.wrong("a fingerprint is a hash name and hexadecimal pairs") }
        var bytes: [UInt8] = []
        for pair in parts[1].split(separator: ":", omittingEmptySubsequences: false) {
            guard pair.utf8.count == 2, pair.first != "+", let byte = UInt8(pair, radix: 16), bytes.count < 64 else {
                throw line.wrong("a fingerprint is at most 64 hexadecimal pairs with colons between")
            }
            bytes.append(byte)
        }
        return (parts[0].lowercased(), bytes)
    }
}

/// ice-char = ALPHA / DIGIT / "+" / "/" (RFC 8839 §5.1); some clients use - and _ as well.
func isICEText(_ text: Substring, _ length: ClosedRange<Int>) -> Bool {
    length.contains(text.utf8.count)
        && text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "-"),
                UInt8(ascii: "_"), UInt8(ascii: "="):
                true
            default: false
            }
        }
}
