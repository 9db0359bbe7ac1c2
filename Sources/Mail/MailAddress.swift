/// A mailbox as it stands in a header: `Huyện Ba Bể <babe@backan.gov.vn>`.
public struct MailAddress: Hashable, Sendable, Codable {
    /// What people read; empty where there is none.
    public var name: String
    /// The addr-spec (RFC 5322 §3.4.1), in ASCII: relays without SMTPUTF8 (RFC 6531) take no other.
    public var address: String

    public init(name: String = "", address: String) {
        self.name = name
        self.address = address
    }

    /// Whether a text can be written to: a dot-atom, `@`, and a domain of letters, digits, hyphens and dots, within the
    /// lengths of RFC 5321 §4.5.3.1. Quoted local parts and address literals are refused: no office uses them, and they
    /// are where injections hide.
    public static func isAddress(_ text: some StringProtocol) -> Bool {
        let parts = Array(text.utf8).split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, let local = parts.first, let domain = parts.last,
            (1...64).contains(local.count), (1...255).contains(domain.count)
        else { return false }
        let dot = UInt8(ascii: ".")
        let atoms = local.split(separator: dot, omittingEmptySubsequences: false)
        let labels = domain.split(separator: dot, omittingEmptySubsequences: false)
        return atoms.allSatisfy { !$0.isEmpty && $0.allSatisfy(isAtomText) }
            && labels.allSatisfy { label in
                (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
                    && label.allSatisfy { isLetterOrDigit($0) || $0 == hyphen }
            }
    }

    private static let hyphen = UInt8(ascii: "-")
    private static let atomSpecials = Set("!#$%&'*+-/=?^_`{|}~".utf8)

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private static func isAtomText(_ byte: UInt8) -> Bool { isLetterOrDigit(byte) || atomSpecials.contains(byte) }
}

extension MailAddress {
    /// Letters, digits, dot and hyphen.
    static func isHostByte(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || byte == hyphen || byte == UInt8(ascii: ".")
    }
}
