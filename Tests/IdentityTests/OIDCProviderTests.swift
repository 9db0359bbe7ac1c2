import Foundation
import Testing

@testable import Identity

/// A provider without a network: it answers as it is told, by virtual time.
private actor ScriptedProvider: ProviderTransport {
    let issuer = "https://id.backan.gov.vn"
    var keys: [SigningKey] = []
    var signer: SigningKey
    var claims: [String: Any] = [:]
    var userInfo: [String: Any]?
    var metadata: [String: Any] = [:]
    /// While it is true no answer comes.
    var isHeld: @Sendable () -> Bool = { false }
    var tokenStatus = 200
    var tokenError: String?
    private(set) var asked: [ProviderQuestion] = []

    init(_ signer: SigningKey) {
        self.signer = signer
        keys = [signer]
    }

    func change(_ body: @Sendable (isolated ScriptedProvider) -> Void) { body(self) }

    func count(_ ending: String) -> Int { asked.count { $0.address.text.hasSuffix(ending) } }

    func ask(_ question: ProviderQuestion) async throws(OIDCError) -> ProviderAnswer {
        asked.append(question)
        while isHeld() { await Task.yield() }
        switch question.address.text.dropFirst(issuer.count) {
        case "/.well-known/openid-configuration":
            let honest: [String: Any] = [
                "issuer": issuer, "authorization_endpoint": issuer + "/auth", "token_endpoint": issuer + "/token",
                "jwks_uri": issuer + "/keys", "userinfo_endpoint": issuer + "/userinfo",
            ]
            return json(honest.merging(metadata) { $1 })
        case "/keys": return ProviderAnswer(status: 200, body: keySetJSON(keys.map(\.jwk)))
        case "/userinfo":
            return userInfo.map { json($0) } ?? ProviderAnswer(status: 404, body: [])
        case "/token":
            if let tokenError {
                return ProviderAnswer(status: tokenStatus, body: Array("{\"error\":\"\(tokenError)\"}".utf8))
            }
            let token = (try? signer.token(claims)) ?? ""
            return json(["id_token": token, "access_token": "abc.def", "token_type": "Bearer"])
        default: return ProviderAnswer(status: 404, body: [])
        }
    }

    private func json(_ value: [String: Any]) -> ProviderAnswer {
        ProviderAnswer(status: 200, body: Array((try? JSONSerialization.data(withJSONObject: value)) ?? Data()))
    }
}

private final class Clock: @unchecked Sendable {
    // Read and written under the lock.
    private let lock = NSLock()
    private var value: Int64 = 1_800_000_000
    var now: Int64 { lock.withLock { value } }
    func advance(by seconds: Int64) { lock.withLock { value += seconds } }
}

private final class Count: @unchecked Sendable {
    // Read and written under the lock.
    private let lock = NSLock()
    private var kept = 0
    var value: Int { lock.withLock { kept } }
    func increase() { lock.withLock { kept += 1 } }
}

struct OIDCProviderTests {
    private let clock = Clock()
    private let back = "https://giaoban.backan.gov.vn/auth/oidc/callback"

    private func make(
        secret: String? = "mật khẩu: của ứng dụng", algorithm: SignatureAlgorithm = .es256
    ) throws -> (OIDCProvider, ScriptedProvider) {
        let scripted = ScriptedProvider(try SigningKey(algorithm, identifier: "k1"))
        let settings = try OIDCSettings(
            issuer: scripted.issuer, clientID: "giao:ban", clientSecret: secret, name: "Tỉnh")
        return (OIDCProvider(settings, transport: scripted, now: { [clock] in clock.now }), scripted)
    }

    private func signIn(
        _ provider: OIDCProvider, _ scripted: ScriptedProvider, claims changes: [String: String] = [:]
    ) async throws -> OIDCProvider.Claims {
        let (request, _) = try await provider.begin(redirectURI: back)
        await scripted.change { [clock] in
            $0.claims = [
                "iss": $0.issuer, "sub": "s1", "aud": "giao:ban", "nonce": request.nonce, "iat": clock.now,
                "exp": clock.now + 300, "email": "hoa@backan.gov.vn", "email_verified": true, "name": "Hòa",
            ]
            for (name, value) in changes { $0.claims[name] = value.isEmpty ? nil : value }
        }
        let again = AuthorizationRequest(secret: request.secret, redirectURI: back)
        return try await provider.finish(query: "code=c0de&state=\(request.state)", request: again)
    }

    @Test func `a sign-in goes through, and tells the token endpoint what it must`() async throws {
        let (provider, scripted) = try make()
        let claims = try await signIn(provider, scripted)
        #expect(
            claims == .init(subject: "s1", email: "hoa@backan.gov.vn", emailVerified: true, name: "Hòa"))
        let question = try #require(await scripted.asked.first { $0.form != nil })
        let fields = try #require(FormEncoding.fields(question.form ?? ""))
        #expect(fields["grant_type"] == "authorization_code" && fields["code"] == "c0de")
        #expect(fields["redirect_uri"] == back && fields["code_verifier"]?.utf8.count == 43)
        #expect(fields["client_secret"] == nil && fields["client_id"] == nil)
        // RFC 6749 §2.3.1: the colon in the name must not divide.
        let basic = try #require(question.authorization?.dropFirst("Basic ".count))
        let pair = try #require(Data(base64Encoded: String(basic)).map { String(decoding: $0, as: UTF8.self) })
        #expect(pair.hasPrefix("giao%3Aban:m%E1%BA%ADt"))
        #expect(await scripted.count("/userinfo") == 0)
    }

    @Test func `the secret goes where the provider wants it, and a client without one names itself`() async throws {
        let (posting, first) = try make(secret: "s3cret")
        await first.change { $0.metadata["token_endpoint_auth_methods_supported"] = ["client_secret_post"] }
        _ = try await signIn(posting, first)
        let form = FormEncoding.fields(await first.asked.compactMap(\.form).first ?? "") ?? [:]
        #expect(form["client_secret"] == "s3cret" && form["client_id"] == "giao:ban")
        #expect(await first.asked.allSatisfy { $0.authorization == nil })
        let (open, second) = try make(secret: nil)
        _ = try await signIn(open, second)
        let bare = FormEncoding.fields(await second.asked.compactMap(\.form).first ?? "") ?? [:]
        #expect(bare["client_id"] == "giao:ban" && bare["client_secret"] == nil)
    }

    @Test func `keys are kept for ten minutes`() async throws {
        let (provider, scripted) = try make()
        for _ in 0..<5 { _ = try await signIn(provider, scripted) }
        #expect(await scripted.count("/keys") == 1)
        #expect(await scripted.count("/openid-configuration") == 1)
        clock.advance(by: 601)
        _ = try await signIn(provider, scripted)
        #expect(await scripted.count("/keys") == 2)
        #expect(await scripted.count("/openid-configuration") == 2)
    }

    @Test func `a hundred who begin at once ask the provider once, also when it does not answer`() async throws {
        let (provider, scripted) = try make()
        for issuer in ["https://evil.example", "https://id.backan.gov.vn"] {
            // The provider answers when all hundred are on their way.
            let asking = Count()
            await scripted.change {
                $0.metadata["issuer"] = issuer
                $0.isHeld = { asking.value < 100 }
            }
            let begun = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        asking.increase()
                        return (try? await provider.begin(redirectURI: back)) != nil
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(begun == (issuer == scripted.issuer ? 100 : 0))
        }
        #expect(await scripted.count("/openid-configuration") < 20)
    }

    @Test func `a provider that changes its keys is followed at once, and asked once for a key that is not there`()
        async throws
    {
        let (provider, scripted) = try make()
        _ = try await signIn(provider, scripted)
        clock.advance(by: 30)
        let new = try SigningKey(.rs256, identifier: "k2")
        await scripted.change {
            $0.keys.append(new)
            $0.signer = new
        }
        _ = try await signIn(provider, scripted)
        #expect(await scripted.count("/keys") == 2)
        let unpublished = try SigningKey(.es256, identifier: "k3")
        await scripted.change { $0.signer = unpublished }
        await #expect(throws: OIDCError.badToken(.unknownKey)) { try await signIn(provider, scripted) }
        #expect(await scripted.count("/keys") == 3)
        await #expect(throws: OIDCError.badToken(.nonce)) {
            await scripted.change { $0.signer = new }
            return try await signIn(provider, scripted, claims: ["nonce": "other"])
        }
        #expect(await scripted.count("/keys") == 3, "asked again for a token whose key is known")
    }

    @Test func `tokens that are not for this sign-in are refused`() async throws {
        let (provider, scripted) = try make()
        for (change, failure) in [
            (["nonce": "other"], IDToken.Failure.nonce), (["aud": "other"], .audience),
            (["iss": "https://x.vn"], .issuer),
        ] {
            await #expect(throws: OIDCError.badToken(failure)) {
                try await signIn(provider, scripted, claims: change)
            }
        }
    }

    @Test func `an answer with another's state asks the provider nothing`() async throws {
        let (provider, scripted) = try make()
        let (request, _) = try await provider.begin(redirectURI: back)
        let before = await scripted.asked.count
        let state = AuthorizationRequest(redirectURI: back).state
        await #expect(throws: OIDCError.notAsked) {
            try await provider.finish(query: "code=c&state=\(state)", request: request)
        }
        #expect(await scripted.asked.count == before)
    }

    @Test func `what the token does not tell is asked of UserInfo, about the same person only`() async throws {
        let (provider, scripted) = try make()
        await scripted.change { $0.userInfo = ["sub": "s1", "email": "hoa@backan.gov.vn", "email_verified": true] }
        let claims = try await signIn(provider, scripted, claims: ["email": "", "email_verified": ""])
        #expect(claims == .init(subject: "s1", email: "hoa@backan.gov.vn", emailVerified: true, name: "Hòa"))
        #expect(await scripted.asked.last?.authorization == "Bearer abc.def")
        await scripted.change { $0.userInfo?["sub"] = "s2" }
        await #expect(throws: OIDCError.self) { try await signIn(provider, scripted, claims: ["email": ""]) }
    }

    @Test func `UserInfo does not make an unverified address of the token a verified one`() async throws {
        let (provider, scripted) = try make()
        await scripted.change {
            $0.userInfo = ["sub": "s1", "email": "chu.tich@backan.gov.vn", "email_verified": true]
        }
        let claims = try await signIn(provider, scripted, claims: ["email_verified": "", "name": ""])
        #expect(claims == .init(subject: "s1", email: "hoa@backan.gov.vn", emailVerified: false, name: nil))
    }

    @Test func `a refusal of the token endpoint is told as one`() async throws {
        let (provider, scripted) = try make()
        await scripted.change {
            $0.tokenStatus = 400
            $0.tokenError = "invalid_grant"
        }
        await #expect(throws: OIDCError.refused("invalid_grant")) { try await signIn(provider, scripted) }
        await scripted.change { $0.tokenStatus = 500 }
        await #expect(throws: OIDCError.self) { try await signIn(provider, scripted) }
    }

    @Test(arguments: [
        ["issuer": "https://id.backan.gov.vn/"], ["issuer": "https://evil.example"],
        ["token_endpoint": "http://id.backan.gov.vn/token"], ["jwks_uri": "file:///etc/passwd"],
        ["authorization_endpoint": "javascript:alert(1)"],
    ])
    func `a discovery document that is not the issuer's, or leaves https, is refused`(change: [String: String])
        async throws
    {
        let (provider, scripted) = try make()
        await scripted.change { provider in for (name, value) in change { provider.metadata[name] = value } }
        await #expect(throws: OIDCError.self) { try await provider.begin(redirectURI: back) }
    }
}
