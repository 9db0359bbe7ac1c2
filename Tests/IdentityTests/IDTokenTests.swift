import Foundation
import Testing

@testable import Identity

struct IDTokenTests {
    private static let now: Int64 = 1_800_000_000
    private let issuer = "https://dangnhap.backan.gov.vn/realms/tinh"

    private var claims: [String: Any] {
        [
            "iss": issuer, "sub": "248289761001", "aud": "giaoban", "nonce": "n-0S6_WzA2Mj", "exp": Self.now + 300,
            "iat": Self.now, "email": "hoa@backan.gov.vn", "email_verified": true, "name": "Nguyễn Thị Hòa",
        ]
    }

    private func token(
        _ changes: [String: Any] = [:], header: [String: Any] = [:], key: SigningKey? = nil, keys: [SigningKey]? = nil
    ) throws -> Result<IDToken, IDToken.Failure> {
        let key = try key ?? SigningKey(.es256, identifier: "k1")
        let text = try key.token(claims.merging(changes) { $1 }.filter { !($0.value is NSNull) }, header: header)
        let set = try #require(JSONWebKeySet(json: keySetJSON((keys ?? [key]).map(\.jwk))))
        return verify(text, set)
    }

    private func verify(_ text: String, _ set: JSONWebKeySet) -> Result<IDToken, IDToken.Failure> {
        Result { () throws(IDToken.Failure) in
            try IDToken(
                verifying: text, keys: set, issuer: issuer, audience: "giaoban", nonce: "n-0S6_WzA2Mj", now: Self.now)
        }
    }

    @Test(arguments: [SignatureAlgorithm.rs256, .es256])
    func `an honest token is believed`(algorithm: SignatureAlgorithm) throws {
        let token = try token(key: SigningKey(algorithm, identifier: "2026-11")).get()
        #expect(token.subject == "248289761001")
        #expect(token.email == "hoa@backan.gov.vn")
        #expect(token.emailVerified)
        #expect(token.name == "Nguyễn Thị Hòa")
    }

    @Test func `each claim that is wrong has its refusal`() throws {
        let now = Self.now
        let cases: [([String: Any], IDToken.Failure)] = [
            (["iss": "https://dangnhap.backan.gov.vn/realms/khac"], .issuer), (["iss": issuer + "/"], .issuer),
            (["iss": NSNull()], .malformed), (["aud": "other"], .audience), (["aud": [String]()], .audience),
            (["aud": ["giaoban", "other"]], .audience), (["aud": ["giaoban", "other"], "azp": "other"], .audience),
            (["azp": "other"], .audience), (["aud": 5], .malformed), (["nonce": "other"], .nonce),
            (["nonce": ""], .nonce), (["nonce": NSNull()], .nonce), (["exp": now - 60], .expired),
            (["exp": NSNull()], .malformed), (["exp": "soon"], .malformed), (["exp": 1e300], .malformed),
            (["exp": -5], .malformed), (["iat": now + 61], .notYetValid), (["iat": NSNull()], .malformed),
            (["nbf": now + 61], .notYetValid), (["nbf": 1e300], .malformed), (["sub": ""], .malformed),
            (["sub": NSNull()], .malformed), (["sub": String(repeating: "s", count: 256)], .malformed),
            (["sub": 17], .malformed),
        ]
        for (change, failure) in cases {
            #expect(try token(change) == .failure(failure), "\(change)")
        }
    }

    @Test func `clocks may differ by a minute, and lists and fractions are read`() throws {
        for change: [String: Any] in [
            ["exp": Self.now - 59], ["iat": Self.now + 60], ["nbf": Self.now + 60], ["exp": Double(Self.now) + 0.5],
            ["aud": ["giaoban"]], ["azp": "giaoban"], ["aud": ["other", "giaoban"], "azp": "giaoban"],
        ] {
            #expect(throws: Never.self) { try token(change).get() }
        }
    }

    @Test func `an address that the provider has not verified, or that is none, is no proof`() throws {
        for verified: Any in [false, NSNull(), "false", 1, "TRUE"] {
            let token = try token(["email_verified": verified]).get()
            #expect(token.email == "hoa@backan.gov.vn" && !token.emailVerified, "\(verified)")
        }
        #expect(try token(["email_verified": "true"]).get().emailVerified)
        for address: Any in [NSNull(), 5, "hoa", String(repeating: "a", count: 400) + "@x.vn"] {
            let token = try token(["email": address]).get()
            #expect(token.email == nil && !token.emailVerified)
        }
        #expect(try token(["name": "  "]).get().name == nil)
        #expect(try token(["name": String(repeating: "ạ", count: 9000)]).get().name?.count == 200)
    }

    @Test func `no algorithm but two is taken, whatever the token says`() throws {
        for algorithm in ["none", "None", "HS256", "RS384", "PS256", "ES512", "EdDSA", ""] {
            #expect(try token(header: ["alg": algorithm]) == .failure(.algorithm), "\(algorithm)")
        }
        #expect(try token(header: ["alg": NSNull()]) == .failure(.malformed))
        #expect(try token(header: ["crit": ["b64"], "b64": false]) == .failure(.malformed))
    }

    /// The classic forgery: HMAC with the public key, which everybody has, as its secret.
    @Test func `a token signed with the public key as a secret is refused`() throws {
        let key = try SigningKey(.rs256, identifier: "k1")
        let set = try #require(JSONWebKeySet(json: keySetJSON([key.jwk])))
        let body = Base64.url.text(try JSONSerialization.data(withJSONObject: claims))
        let message = Base64.url.text(Array(#"{"alg":"HS256","kid":"k1"}"#.utf8)) + "." + body
        let code = hmacSHA256(Array(message.utf8), key: set.keys.first?.subjectPublicKeyInfo ?? [])
        #expect(verify(message + "." + Base64.url.text(code), set) == .failure(.algorithm))
        let plain = Base64.url.text(Array(#"{"alg":"none"}"#.utf8)) + "." + body + "."
        #expect(verify(plain, set) == .failure(.algorithm))
    }

    @Test func `a key that the token brings, or of another name, or another's key of that name, is not believed`()
        throws
    {
        let (ours, theirs) = (try SigningKey(.es256, identifier: "k1"), try SigningKey(.es256, identifier: "k1"))
        #expect(try token(key: theirs, keys: [ours]) == .failure(.signature))
        #expect(try token(header: ["jwk": theirs.jwk], key: theirs, keys: [ours]) == .failure(.signature))
        #expect(try token(header: ["kid": "k2"], key: ours) == .failure(.unknownKey))
        let rsa = try SigningKey(.rs256, identifier: "k1")
        #expect(try token(key: rsa, keys: [ours]) == .failure(.unknownKey))
        #expect(throws: Never.self) { try token(header: ["kid": NSNull()], key: ours, keys: [ours, rsa]).get() }
    }

    @Test func `broken tokens are refused and nothing else happens`() throws {
        let key = try SigningKey(.es256, identifier: "k1")
        let set = try #require(JSONWebKeySet(json: keySetJSON([key.jwk])))
        let good = try key.token(claims)
        #expect(throws: Never.self) { try verify(good, set).get() }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var bytes = Array(good.utf8)
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: bytes.removeLast(Int.random(in: 1...bytes.count, using: &generator))
            case 1:
                bytes.insert(
                    UInt8.random(in: 0...127, using: &generator), at: Int.random(in: 0...bytes.count, using: &generator)
                )
            default:
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[place] = bytes[place] == 65 ? 66 : 65
            }
            let text = String(decoding: bytes, as: UTF8.self)
            if case .success = verify(text, set) { Issue.record("believed: \(text)") }
        }
        for text in ["", ".", "..", "...", "a.b.c", good + ".", good + "=", good + " ", "\(good).\(good)"] {
            if case .success = verify(text, set) { Issue.record("believed: \(text)") }
        }
        #expect(verify(String(repeating: "A", count: 70_000), set) == .failure(.malformed))
    }
}
