import Foundation

/// The bytes of a password as they are hashed.
enum PasswordText {
    /// Most Unicode scalars that are hashed; more would only be work.
    static let longest = 128

    /// By the OpaqueString profile (RFC 8265 §4.2): every space is U+0020, then Normalization Form C, so that "ệ" is one
    /// thing whether the keyboard sends one scalar or three; upper and lower case stay different.
    ///
    /// - Returns: nil where it is empty, longer than 128 scalars, or has control characters.
    static func prepared(_ password: String) -> String? {
        // An early bound: no scalar of NFC comes from more than a few, and normalising megabytes takes time.
        guard password.utf8.count <= 16 * longest else { return nil }
        var spaced = String.UnicodeScalarView()
        for scalar in password.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .spaceSeparator: spaced.append(" ")
            case .control, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator: return nil
            default: spaced.append(scalar)
            }
        }
        let text = String(spaced).precomposedStringWithCanonicalMapping
        return (1...longest).contains(text.unicodeScalars.count) ? text : nil
    }

    /// Without case, marks and spaces, for comparisons: "Mật Khẩu" is "matkhau".
    static func folded(_ text: String) -> String {
        text.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
            .replacingOccurrences(of: "đ", with: "d").replacingOccurrences(of: "Đ", with: "d")
            .filter { !$0.isWhitespace }.lowercased()
    }
}
