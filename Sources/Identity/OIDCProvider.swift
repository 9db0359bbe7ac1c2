import Foundation

/// Signing in by an identity provider: OpenID Connect Core 1.0, authorization code flow (§3.1) with PKCE.
public actor OIDCProvider {
    /// Who signed in, all checks passed.
    public struct Claims: Sendable, Equatable {
        /// With the issuer, what an account is bound to: e-mail addresses change and are given to others (§5.7).
        public var subject: String
        public var email: String?
        /// Only such an address may find an account that is not yet bound.
        public var emailVerified: Bool
        public var name: String?
    }

    private struct Kept<Value: Sendable> {
        var value: Value
        /// Unix seconds.
        var since: Int64
    }

    /// For how long what the provider says of itself holds, in seconds.
    private static let keeping: Int64 = 600

    public nonisolated let settings: OIDCSettings
    private let transport: any ProviderTransport
    private let now: @Sendable () -> Int64
    private var discovery: Kept<DiscoveryDocument>?
    private var discovering: Task<Result<DiscoveryDocument, OIDCError>, Never>?
    private var keys: Kept<JSONWebKeySet>?

    public init(_ settings: OIDCSettings) {
        self.init(
            settings, transport: ProviderConnection(authorities: settings.authorities),
            now: { Int64(Date().timeIntervalSince1970) })
    }

    /// - Parameter now: Unix seconds.
    init(_ settings: OIDCSettings, transport: any ProviderTransport, now: @escaping @Sendable () -> Int64) {
        self.settings = settings
        self.transport = transport
        self.now = now
    }

    /// Begins a sign-in.
    ///
    /// - Parameter redirectURI: the absolute address of our callback page, as registered at the provider.
    /// - Returns: the request, whose secret goes into the browser's cookie, and the address to send the browser to.
    /// - Throws: `unreachable`, `badAnswer`, `tooBusy`.
    public func begin(redirectURI: String) async throws(OIDCError) -> (request: AuthorizationRequest, address: String) {
        let endpoint = try await discovered().authorizationEndpoint.text
        let request = AuthorizationRequest(redirectURI: redirectURI)
        return (request, request.address(at: endpoint, clientID: settings.clientID))
    }

    /// Ends it: trades the code for an ID token and checks that.
    ///
    /// - Parameters:
    ///   - query: what stands behind `?` in the address with which the browser came back, undecoded.
    ///   - request: the one that the cookie's secret takes up again.
    public func finish(query: String, request: AuthorizationRequest) async throws(OIDCError) -> Claims {
        let code = try request.code(in: query, issuer: settings.issuer)
        let provider = try await discovered()
        let tokens = try await exchange(code, request: request, provider: provider)
        let token = try await verified(tokens.id_token, nonce: request.nonce, provider: provider)
        var claims = Claims(
            subject: token.subject, email: token.email, emailVerified: token.emailVerified, name: token.name)
        // A provider may tell address and name at its UserInfo endpoint only (§5.4).
        if claims.email == nil, let endpoint = provider.userInfoEndpoint, let access = tokens.access_token {
            let person = try await userInfo(at: endpoint, access: access, subject: token.subject)
            claims.email = person.email
            claims.emailVerified = person.emailVerified
            claims.name = claims.name ?? person.name
        }
        return claims
    }

    /// What the provider says of itself. All who ask while it is being asked wait for the one answer: when it is away, a
    /// hundred people wait ten seconds each, and not one after another.
    private func discovered() async throws(OIDCError) -> DiscoveryDocument {
        if let discovery, now() - discovery.since < Self.keeping { return discovery.value }
        if let discovering { return try await discovering.value.get() }
        let asking = Task { await self.discover() }
        discovering = asking
        let result = await asking.value
        discovering = nil
        let document = try result.get()
        discovery = Kept(value: document, since: now())
        return document
    }

    private func discover() async -> Result<DiscoveryDocument, OIDCError> {
        do throws(OIDCError) {
            let text = DiscoveryDocument.address(of: settings.issuer)
            guard let address = ProviderAddress(text, allowsPlain: settings.allowsPlain) else {
                throw .badAnswer("the issuer is no address")
            }
            let json = try await body(of: ProviderQuestion(address: address))
            return .success(try DiscoveryDocument(json: json, settings: settings))
        } catch {
            return .failure(error)
        }
    }

    private func keySet(_ provider: DiscoveryDocument) async throws(OIDCError) -> JSONWebKeySet {
        guard let set = JSONWebKeySet(json: try await body(of: ProviderQuestion(address: provider.keys))) else {
            throw .badAnswer("the keys cannot be read")
        }
        keys = Kept(value: set, since: now())
        return set
    }

    private func verified(
        _ text: String, nonce: String, provider: DiscoveryDocument
    ) async throws(OIDCError) -> IDToken {
        if let keys, now() - keys.since < Self.keeping {
            do throws(IDToken.Failure) {
                return try token(text, nonce: nonce, keys: keys.value)
            } catch {
                // No key at hand has the name that the token gives: the provider may have changed them (§10.1.1). Only
                // a token that came from the provider itself gets here, so nobody else can make us ask.
                guard error == .unknownKey else { throw .badToken(error) }
            }
        }
        let fresh = try await keySet(provider)
        do throws(IDToken.Failure) {
            return try token(text, nonce: nonce, keys: fresh)
        } catch {
            throw .badToken(error)
        }
    }

    private func token(_ text: String, nonce: String, keys: JSONWebKeySet) throws(IDToken.Failure) -> IDToken {
        try IDToken(
            verifying: text, keys: keys, issuer: settings.issuer, audience: settings.clientID, nonce: nonce, now: now())
    }

    private struct TokenDocument: Decodable {
        var id_token: String
        var access_token: String?
    }

    private struct ErrorDocument: Decodable { var error: String }

    private func exchange(
        _ code: String, request: AuthorizationRequest, provider: DiscoveryDocument
    ) async throws(OIDCError) -> TokenDocument {
        var fields = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", request.redirectURI),
            ("code_verifier", request.verifier),
        ]
        var authorization: String?
        if let secret = settings.clientSecret, !provider.wantsSecretInBody {
            // Both are form-encoded first (RFC 6749 §2.3.1).
            let pair = FormEncoding.value(settings.clientID) + ":" + FormEncoding.value(secret)
            authorization = "Basic " + Data(pair.utf8).base64EncodedString()
        } else {
            fields.append(("client_id", settings.clientID))
            if let secret = settings.clientSecret { fields.append(("client_secret", secret)) }
        }
        let answer = try await transport.ask(
            ProviderQuestion(
                address: provider.tokenEndpoint, form: FormEncoding.text(fields), authorization: authorization))
        if answer.status == 400 || answer.status == 401,
            let refusal = try? JSONDecoder().decode(ErrorDocument.self, from: Data(answer.body))
        {
            throw .refused(AuthorizationRequest.errorCode(refusal.error))
        }
        guard answer.status == 200, let tokens = try? JSONDecoder().decode(TokenDocument.self, from: Data(answer.body))
        else { throw .badAnswer("the token endpoint answers \(answer.status) without an ID token") }
        return tokens
    }

    private struct UserInfoDocument: Decodable {
        enum CodingKeys: CodingKey { case sub }

        var sub: String
        var person: PersonClaims

        init(from decoder: any Decoder) throws {
            sub = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .sub)
            person = try PersonClaims(from: decoder)
        }
    }

    private func userInfo(
        at endpoint: ProviderAddress, access: String, subject: String
    ) async throws(OIDCError) -> PersonClaims {
        // b64token of RFC 6750 §2.1: a line end in it would begin another header.
        guard access.utf8.count <= 16 << 10, access.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .badAnswer("the access token has characters that it may not have")
        }
        let answer = try await body(of: ProviderQuestion(address: endpoint, authorization: "Bearer " + access))
        guard let document = try? JSONDecoder().decode(UserInfoDocument.self, from: Data(answer)) else {
            throw .badAnswer("the UserInfo answer cannot be read")
        }
        // Otherwise it may be about another person (§5.3.2).
        guard document.sub == subject else { throw .badAnswer("the UserInfo answer is about another person") }
        return document.person
    }

    /// The body of an answer that has to be 200.
    private func body(of question: ProviderQuestion) async throws(OIDCError) -> [UInt8] {
        let answer = try await transport.ask(question)
        guard answer.status == 200 else { throw .badAnswer("\(question.address.text) answers \(answer.status)") }
        return answer.body
    }
}
