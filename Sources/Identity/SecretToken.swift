/// 256 random bits that vouch for their bearer: sessions, devices, calendar feeds, answer links, app passwords, links to
/// set a password.
///
/// The text is given to the bearer once. The server keeps only `hash`: whoever reads the database cannot use what he
/// finds. A fast hash is enough, since 256 random bits cannot be guessed.
public struct SecretToken: Sendable, Hashable {
    /// SHA-256 of a token's 32 bytes: what is kept and looked up.
    ///
    /// Looking it up by an index is safe against timing: what can be learnt is the beginning of a hash, which does not
    /// help to find a token that has it.
    public struct Hash: Sendable, Hashable {
        /// 32 bytes.
        public let bytes: [UInt8]

        /// - Returns: nil where it is not 32 bytes.
        public init?(bytes: some Sequence<UInt8>) {
            let bytes = Array(bytes)
            guard bytes.count == 32 else { return nil }
            self.bytes = bytes
        }

        /// In constant time.
        public static func == (left: Hash, right: Hash) -> Bool { constantTimeEqual(left.bytes, right.bytes) }
    }

    private let bytes: [UInt8]

    /// A new one.
    public init() { bytes = randomBytes(32) }

    /// Reads what a bearer sent.
    ///
    /// - Returns: nil where it is not the text of a token: 43 characters of base64url.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count == 43, let bytes = Base64.url.bytes(text), bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// 43 characters of base64url, fit for cookies, headers, addresses and, as an app password, for typing.
    public var text: String { Base64.url.text(bytes) }

    public var hash: Hash {
        // sha256 gives 32 bytes.
        Hash(digest: sha256(bytes))
    }

    /// In constant time.
    public func matches(_ hash: Hash) -> Bool { self.hash == hash }

    /// In constant time.
    public static func == (left: SecretToken, right: SecretToken) -> Bool {
        constantTimeEqual(left.bytes, right.bytes)
    }

    /// A second secret for one purpose that only the bearer and who is shown the token can make, and from which the token
    /// cannot be found: HMAC-SHA256 with the token as its key. 43 characters of base64url.
    ///
    /// - Parameter purpose: a constant, `csrf` for example.
    public func derived(for purpose: String) -> String {
        Base64.url.text(hmacSHA256(Array(purpose.utf8), key: bytes))
    }

    /// Whether a text is what `derived` gives, in constant time.
    public func isDerived(_ text: String, for purpose: String) -> Bool {
        constantTimeEqual(text, derived(for: purpose))
    }
}

extension SecretToken.Hash {
    fileprivate init(digest: [UInt8]) { bytes = digest }
}

/// A token that is printed by mistake says nothing.
extension SecretToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "SecretToken(…)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
