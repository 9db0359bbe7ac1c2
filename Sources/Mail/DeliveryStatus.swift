import Foundation

/// The machine-readable part of a delivery notice (RFC 3464 §2): fields about the letter, then a group of fields for each
/// recipient, parted by empty lines.
struct DeliveryStatus {
    /// Field names in lower case.
    private let groups: [[String: String]]

    init(_ text: String) {
        var groups: [[String: String]] = []
        var fields: [String: String] = [:]
        var last: String?
        for line in text.replacingOccurrences(of: "\r\n", with: "\n").split(
            separator: "\n", omittingEmptySubsequences: false)
        {
            if line.allSatisfy(\.isWhitespace) {
                if !fields.isEmpty { groups.append(fields) }
                fields = [:]
                last = nil
            } else if line.first == " " || line.first == "\t" {
                // A folded line goes on (RFC 5322 §2.2.3).
                if let last { fields[last, default: ""] += " " + line.trimmingCharacters(in: .whitespaces) }
            } else if let colon = line.firstIndex(of: ":") {
                let name = line[..<colon].lowercased().trimmingCharacters(in: .whitespaces)
                fields[name] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                last = name
            }
            if groups.count > 100 { break }
        }
        if !fields.isEmpty { groups.append(fields) }
        self.groups = groups
    }

    /// The first recipient's fate; nil where the notice names no action.
    func bounce(originalID: String?) -> ReceivedLetter.Bounce? {
        guard let group = groups.first(where: { $0["action"] != nil }), let action = group["action"] else { return nil }
        let recipient = (group["original-recipient"] ?? group["final-recipient"]).map(Self.afterType)
        let reason = group["diagnostic-code"].map(Self.afterType) ?? group["status"] ?? ""
        return ReceivedLetter.Bounce(
            originalID: originalID, recipient: recipient?.lowercased(),
            status: group["status"].map { String($0.prefix(20)) }, action: action.lowercased(),
            reason: String(reason.prefix(500)))
    }

    /// The value of `rfc822; babe@backan.gov.vn`.
    private static func afterType(_ text: String) -> String {
        guard let semicolon = text.firstIndex(of: ";") else { return text }
        return text[text.index(after: semicolon)...].trimmingCharacters(in: .whitespaces)
    }
}
