/// Which passwords people may choose: after NIST SP 800-63B §5.1.1.2, long ones, with no rule on which characters, and
/// none that everybody tries first.
public enum PasswordPolicy {
    /// Why a password is refused.
    public enum Refusal: Error, Equatable, Sendable, CaseIterable {
        case tooShort
        case tooLong
        case controlCharacters
        case nameOrEmail
        case tooCommon

        public var vietnamese: String {
            switch self {
            case .tooShort: "Mật khẩu phải có ít nhất 10 ký tự."
            case .tooLong: "Mật khẩu không được dài quá 128 ký tự."
            case .controlCharacters:
                "Mật khẩu có ký tự không dùng được (ký tự điều khiển hoặc xuống dòng). Vui lòng nhập lại."
            case .nameOrEmail: "Mật khẩu không được trùng với họ tên hoặc địa chỉ thư điện tử."
            case .tooCommon: "Mật khẩu này quá phổ biến, dễ bị đoán. Vui lòng chọn mật khẩu khác."
            }
        }

        public var english: String {
            switch self {
            case .tooShort: "The password must have at least 10 characters."
            case .tooLong: "The password must not be longer than 128 characters."
            case .controlCharacters:
                "The password has characters that cannot be used (control characters or line ends). Type it again."
            case .nameOrEmail: "The password must not be your name or e-mail address."
            case .tooCommon: "This password is too common and easily guessed. Choose another."
            }
        }
    }

    /// Unicode scalars after normalisation.
    public static let length = 10...PasswordText.longest

    /// - Throws: the first reason to refuse a new password.
    public static func check(_ password: String, email: String, name: String) throws(Refusal) {
        guard let text = PasswordText.prepared(password) else {
            if password.isEmpty { throw .tooShort }
            throw password.unicodeScalars.count > length.upperBound ? .tooLong : .controlCharacters
        }
        guard text.unicodeScalars.count >= length.lowerBound else { throw .tooShort }
        let folded = PasswordText.folded(text)
        let own = [email, String(email.prefix { $0 != "@" }), name].map(PasswordText.folded)
        guard !own.contains(folded) else { throw .nameOrEmail }
        guard !isCommon(folded) else { throw .tooCommon }
    }

    private static func isCommon(_ folded: String) -> Bool {
        // One or two different characters, or what remains once the digits and signs at the end are gone is on the
        // list, however many there are of them: "matkhau2026!".
        if Set(folded).count <= 2 { return true }
        if commonPasswords.contains(folded) { return true }
        let letters = String(folded.reversed().drop { !$0.isLetter }.reversed())
        return !letters.isEmpty && commonWords.contains(letters)
    }
}
