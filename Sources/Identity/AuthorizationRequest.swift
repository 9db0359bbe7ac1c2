import Foundation

/// One sign-in by the identity provider, from the page's leaving to its return (OpenID Connect Core 1.0 §3.1.2, PKCE of
/// RFC 7636).
///
/// Its state, nonce and code verifier are all derived from one secret, which the browser keeps in a cookie of its own for
/// the few minutes: the server stores nothing that a flood of begun sign-ins could fill, and an answer counts only in the
/// browser that asked.
public struct AuthorizationRequest: Sendable {
    /// For the cookie (HttpOnly, Secure, SameSite=Lax, 10 minutes).
    public let secret: SecretToken
    /// Where the provider sends the browser back: absolute, and registered there letter for letter.
    public let redirectURI: String

    /// Begins one, or takes up the one whose secret came back in the cookie.
    public init(secret: SecretToken = SecretToken(), redirectURI: String) {
        self.secret = secret
        self.redirectURI = redirectURI
    }

    /// Binds the answer to the browser (RFC 6749 §10.12).
    public var state: String { secret.derived(for: "oidc state") }
    /// Binds the ID token to this request.
    public var nonce: String { secret.derived(for: "oidc nonce") }
    /// 43 characters (RFC 7636 §4.1).
    public var verifier: String { secret.derived(for: "oidc verifier") }
    public var challenge: String { Self.challenge(of: verifier) }

    /// The S256 challenge of a verifier (RFC 7636 §4.2).
    static func challenge(of verifier: String) -> String { Base64.url.text(sha256(Array(verifier.utf8))) }

    /// Where to send the browser. The provider's address may have a query of its own, which is kept (RFC 6749 §3.1).
    func address(at endpoint: String, clientID: String) -> String {
        let parameters = FormEncoding.text([
            ("response_type", "code"), ("scope", "openid email profile"), ("client_id", clientID),
            ("redirect_uri", redirectURI), ("state", state), ("nonce", nonce), ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
        ])
        return endpoint + (endpoint.contains("?") ? "&" : "?") + parameters
    }

    /// The code in the query with which the browser came back.
    ///
    /// - Throws: `notAsked` where the state is not this request's, `refused` where the provider says so, `badAnswer`.
    func code(in query: String, issuer: String) throws(OIDCError) -> String {
        guard query.utf8.count <= 8192, let fields = FormEncoding.fields(query) else { throw .notAsked }
        guard let given = fields["state"], secret.isDerived(given, for: "oidc state") else { throw .notAsked }
        // Where the provider names itself, it must be the one that was asked (RFC 9207 §2.4).
        if let named = fields["iss"], named != issuer { throw .badAnswer("the answer's iss is another provider's") }
        if let error = fields["error"] { throw .refused(Self.errorCode(error)) }
        guard let code = fields["code"], !code.isEmpty else { throw .badAnswer("the answer has no code") }
        return code
    }

    /// An error code as it may stand in a log: whoever wrote the address of the page wrote it.
    static func errorCode(_ text: String) -> String {
        let isCode =
            (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0 == UInt8(ascii: "_") || (0x61...0x7A).contains($0) }
        return isCode ? text : "unknown"
    }
}

/// application/x-www-form-urlencoded, in UTF-8 (RFC 6749 appendix B).
enum FormEncoding {
    static func text(_ fields: [(String, String)]) -> String {
        fields.map { value($0) + "=" + value($1) }.joined(separator: "&")
    }

    static func value(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                out.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                out += digits.utf8.count == 1 ? "%0" + digits : "%" + digits
            }
        }
        return out
    }

    /// - Returns: nil where a name comes twice, which RFC 6749 §3.1 forbids, or what is written is not UTF-8.
    static func fields(_ query: String) -> [String: String]? {
        var fields: [String: String] = [:]
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = plain(parts[0]), let value = plain(parts.count > 1 ? parts[1] : ""),
                fields.updateValue(value, forKey: name) == nil
            else { return nil }
        }
        return fields
    }

    private static func plain(_ text: Substring) -> String? {
        text.replacingOccurrences(of: "+", with: " ").removingPercentEncoding
    }
}
