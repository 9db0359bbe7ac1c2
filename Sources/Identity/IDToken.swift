import Foundation

/// What an identity provider says of who signed in: an ID token (OpenID Connect Core 1.0 §2), believed only after all
/// checks of §3.1.3.7.
public struct IDToken: Sendable, Equatable {
    public enum Failure: Error, Equatable, Sendable {
        /// Not three parts of base64url with JSON in them, or longer than 64 kB, or without what it must have.
        case malformed
        /// Neither RS256 nor ES256.
        case algorithm
        /// None of the provider's keys has the name that it gives: the provider may have changed its keys.
        case unknownKey
        case signature
        /// Somebody else's.
        case issuer
        /// For somebody else.
        case audience
        /// Not the answer to this request.
        case nonce
        case expired
        /// From the future by more than a minute: one of the two clocks is wrong.
        case notYetValid
    }

    /// Differences between the provider's clock and ours that are forgiven, in seconds.
    public static let leeway: Int64 = 60

    /// Who: with the issuer, the only name of a person that never changes and is never given to another (§5.7).
    public let subject: String
    public let email: String?
    /// Whether the provider has made sure that the address is the person's.
    public let emailVerified: Bool
    public let name: String?

    /// - Parameters:
    ///   - text: a JWT in compact form (RFC 7519 §3).
    ///   - audience: our client's id.
    ///   - nonce: that of the request that this answers.
    ///   - now: Unix seconds.
    public init(
        verifying text: String, keys: JSONWebKeySet, issuer: String, audience: String, nonce: String, now: Int64
    ) throws(Failure) {
        let payload = try Self.verifiedPayload(text, keys: keys)
        guard let claims = try? JSONDecoder().decode(ClaimsDocument.self, from: Data(payload)) else { throw .malformed }
        guard claims.iss == issuer else { throw .issuer }
        guard claims.aud.contains(audience) else { throw .audience }
        // Audiences beside us are trusted only in a token that says that it was issued to us.
        guard claims.azp == audience || (claims.azp == nil && claims.aud.count == 1) else { throw .audience }
        guard let given = claims.nonce, constantTimeEqual(given, nonce) else { throw .nonce }
        guard let expires = claims.exp.seconds, let issued = claims.iat.seconds else { throw .malformed }
        guard now < expires + Self.leeway else { throw .expired }
        guard issued <= now + Self.leeway else { throw .notYetValid }
        if let notBefore = claims.nbf {
            guard let notBefore = notBefore.seconds else { throw .malformed }
            guard notBefore <= now + Self.leeway else { throw .notYetValid }
        }
        guard (1...255).contains(claims.sub.utf8.count) else { throw .malformed }
        subject = claims.sub
        email = claims.person.email
        emailVerified = claims.person.emailVerified
        name = claims.person.name
    }

    /// The bytes that a key of the provider has signed (RFC 7515 §5.2).
    static func verifiedPayload(_ text: String, keys: JSONWebKeySet) throws(Failure) -> [UInt8] {
        guard text.utf8.count <= 64 << 10 else { throw .malformed }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let headerBytes = Base64.url.bytes(parts[0]),
            let payload = Base64.url.bytes(parts[1]), let signature = Base64.url.bytes(parts[2]),
            let header = try? JSONDecoder().decode(HeaderDocument.self, from: Data(headerBytes))
        else { throw .malformed }
        guard let algorithm = SignatureAlgorithm(rawValue: header.alg) else { throw .algorithm }
        // Extensions that must be understood (§4.1.11): we have none. Keys that the token itself brings are not read.
        guard !header.isCritical else { throw .malformed }
        let candidates = keys.candidates(identifier: header.kid, algorithm: algorithm)
        guard !candidates.isEmpty else { throw .unknownKey }
        let message = Array(parts[0].utf8) + [UInt8(ascii: ".")] + Array(parts[1].utf8)
        guard candidates.contains(where: { $0.verifies(signature, of: message) }) else { throw .signature }
        return payload
    }
}

private struct HeaderDocument: Decodable {
    enum CodingKeys: CodingKey { case alg, kid, crit }

    var alg: String
    var kid: String?
    var isCritical: Bool

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        alg = try fields.decode(String.self, forKey: .alg)
        kid = try fields.decodeIfPresent(String.self, forKey: .kid)
        isCritical = fields.contains(.crit)
    }
}

private struct ClaimsDocument: Decodable {
    enum CodingKeys: CodingKey { case iss, sub, aud, azp, nonce, exp, iat, nbf }

    var iss: String
    var sub: String
    var aud: [String]
    var azp: String?
    var nonce: String?
    var exp: NumericDate
    var iat: NumericDate
    var nbf: NumericDate?
    var person: PersonClaims

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        iss = try fields.decode(String.self, forKey: .iss)
        sub = try fields.decode(String.self, forKey: .sub)
        // One text or a list of them (RFC 7519 §4.1.3).
        if let one = try? fields.decode(String.self, forKey: .aud) {
            aud = [one]
        } else {
            aud = try fields.decode([String].self, forKey: .aud)
        }
        azp = try fields.decodeIfPresent(String.self, forKey: .azp)
        nonce = try fields.decodeIfPresent(String.self, forKey: .nonce)
        exp = try fields.decode(NumericDate.self, forKey: .exp)
        iat = try fields.decode(NumericDate.self, forKey: .iat)
        nbf = try fields.decodeIfPresent(NumericDate.self, forKey: .nbf)
        person = try PersonClaims(from: decoder)
    }
}

/// Seconds since 1970 as a JSON number, with or without a fraction (RFC 7519 §2).
private struct NumericDate: Decodable {
    /// Whole ones; nil beyond the year 5138, where sums could overflow.
    var seconds: Int64?

    init(from decoder: any Decoder) throws {
        let number = try decoder.singleValueContainer().decode(Double.self)
        seconds = number >= 0 && number <= 1e11 ? Int64(number) : nil
    }
}

/// The claims of scopes `email` and `profile` that we use (OpenID Connect Core 1.0 §5.1), in an ID token or in a UserInfo
/// answer. One that is not of its type counts as absent.
struct PersonClaims: Decodable, Equatable {
    enum CodingKeys: CodingKey { case email, email_verified, name }

    var email: String?
    var emailVerified: Bool
    var name: String?

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let address = try? fields.decode(String.self, forKey: .email)
        email = address.flatMap { $0.contains("@") && $0.utf8.count <= 320 ? $0 : nil }
        let isTrue = try? fields.decode(Bool.self, forKey: .email_verified)
        // Some providers write the truth as text.
        let text = try? fields.decode(String.self, forKey: .email_verified)
        emailVerified = email != nil && (isTrue ?? (text == "true"))
        let full = (try? fields.decode(String.self, forKey: .name))?.trimmingCharacters(in: .whitespacesAndNewlines)
        name = full.flatMap { $0.isEmpty ? nil : String(String.UnicodeScalarView($0.unicodeScalars.prefix(200))) }
    }
}
