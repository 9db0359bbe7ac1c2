/// What is kept of a password: scrypt (RFC 7914) with N = 2^15, r = 8, p = 1, a salt of 16 bytes and a key of 32, as the
/// text `$scrypt$ln=15,r=8,p=1$salt$key` (base64 without padding).
///
/// Making and verifying take about 80 ms of a core and 32 MiB: `PasswordWorker` does both away from the event loop.
public struct PasswordHash: Sendable, Equatable {
    public enum Failure: Error, Equatable, Sendable {
        /// Empty, longer than 128 characters, or with control characters: `PasswordPolicy` says it in words.
        case unusablePassword
        /// Not the text of a hash, or its parameters are out of bounds.
        case notAHash
        /// No memory for a hash.
        case noMemory
    }

    private let scrypt: Scrypt
    private let salt: [UInt8]
    private let key: [UInt8]

    /// Hashes a password with a new salt.
    ///
    /// - Throws: `unusablePassword`, `noMemory`.
    public static func make(password: String) throws(Failure) -> PasswordHash {
        guard let text = PasswordText.prepared(password) else { throw .unusablePassword }
        let salt = randomBytes(16)
        guard let key = Scrypt.current.key(password: Array(text.utf8), salt: salt, count: 32) else { throw .noMemory }
        return PasswordHash(scrypt: .current, salt: salt, key: key)
    }

    /// Reads a hash that was kept.
    ///
    /// - Throws: `notAHash`, also for parameters that would take more than 256 MiB.
    public init(_ text: String) throws(Failure) {
        guard text.utf8.count <= 512 else { throw .notAHash }
        let fields = text.split(separator: "$", omittingEmptySubsequences: false)
        guard fields.count == 5, fields[0].isEmpty, fields[1] == "scrypt" else { throw .notAHash }
        let parameters = fields[2].split(separator: ",", omittingEmptySubsequences: false)
        guard parameters.count == 3, let logN = Self.number(parameters[0], "ln="),
            let r = Self.number(parameters[1], "r="), let p = Self.number(parameters[2], "p="),
            let scrypt = Scrypt(checkedLogN: logN, r: r, p: p),
            let salt = Base64.standard.bytes(fields[3]), (8...64).contains(salt.count),
            let key = Base64.standard.bytes(fields[4]), (16...64).contains(key.count)
        else { throw .notAHash }
        self.init(scrypt: scrypt, salt: salt, key: key)
    }

    init(scrypt: Scrypt, salt: [UInt8], key: [UInt8]) {
        self.scrypt = scrypt
        self.salt = salt
        self.key = key
    }

    public var text: String {
        "$scrypt$ln=\(scrypt.logN),r=\(scrypt.r),p=\(scrypt.p)$\(Base64.standard.text(salt))$\(Base64.standard.text(key))"
    }

    /// Whether this is the password, in a time that does not depend on how much of it is right. Without memory for the
    /// check it is not.
    public func verify(_ password: String) -> Bool {
        guard let text = PasswordText.prepared(password),
            let found = scrypt.key(password: Array(text.utf8), salt: salt, count: key.count)
        else { return false }
        return constantTimeEqual(found, key)
    }

    /// False where it was made with other parameters than are used now: make a new one at the next sign-in.
    public var isCurrent: Bool { scrypt == .current && salt.count == 16 && key.count == 32 }

    /// Is nobody's, and takes as long to verify as anybody's: whoever asks for an unknown e-mail address cannot tell by
    /// the time that it is unknown.
    static let decoy = PasswordHash(
        scrypt: .current, salt: [UInt8](repeating: 0, count: 16), key: [UInt8](repeating: 0, count: 32))

    private static func number(_ field: Substring, _ name: String) -> Int? {
        guard field.hasPrefix(name) else { return nil }
        let digits = field.dropFirst(name.count)
        // No signs, no leading zeros: one text for each hash.
        guard (1...2).contains(digits.utf8.count), digits.utf8.first != UInt8(ascii: "0"),
            digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int(digits)
    }
}
