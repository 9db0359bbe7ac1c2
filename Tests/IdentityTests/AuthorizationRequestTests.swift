import Testing

@testable import Identity

struct AuthorizationRequestTests {
    private let back = "https://giaoban.backan.gov.vn/auth/oidc/callback"
    private let issuer = "https://id.backan.gov.vn"

    private func code(_ query: String, _ request: AuthorizationRequest) -> Result<String, OIDCError> {
        Result { () throws(OIDCError) in try request.code(in: query, issuer: issuer) }
    }

    /// RFC 7636 appendix B.
    @Test func `the challenge is that of RFC 7636`() {
        #expect(
            AuthorizationRequest.challenge(of: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
                == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    }

    @Test func `the address asks for all that the flow needs`() throws {
        let request = AuthorizationRequest(redirectURI: back)
        for endpoint in ["https://id.backan.gov.vn/auth", "https://id.backan.gov.vn/auth?realm=tinh"] {
            let address = request.address(at: endpoint, clientID: "giao ban")
            #expect(address.hasPrefix(endpoint))
            let query = try #require(address.split(separator: "?", maxSplits: 1).last)
            let fields = try #require(FormEncoding.fields(String(query)))
            #expect(fields["realm"] == (endpoint.contains("realm") ? "tinh" : nil))
            #expect(fields["response_type"] == "code")
            #expect(fields["scope"] == "openid email profile")
            #expect(fields["client_id"] == "giao ban")
            #expect(fields["redirect_uri"] == back)
            #expect(fields["state"] == request.state)
            #expect(fields["nonce"] == request.nonce)
            #expect(fields["code_challenge"] == AuthorizationRequest.challenge(of: request.verifier))
            #expect(fields["code_challenge_method"] == "S256")
            // What only the browser's cookie and the server may know.
            #expect(!address.contains(request.secret.text) && !address.contains(request.verifier))
        }
    }

    @Test func `each request has values of its own, and the cookie's secret takes up the same again`() {
        let (one, two) = (AuthorizationRequest(redirectURI: back), AuthorizationRequest(redirectURI: back))
        #expect(Set([one.state, one.nonce, one.verifier, two.state, two.nonce, two.verifier]).count == 6)
        let again = AuthorizationRequest(secret: one.secret, redirectURI: back)
        #expect([again.state, again.nonce, again.verifier] == [one.state, one.nonce, one.verifier])
        #expect(one.verifier.utf8.count == 43)
    }

    @Test func `only the answer to this browser's own request counts`() {
        let request = AuthorizationRequest(redirectURI: back)
        let state = "state=" + request.state
        #expect(code("code=a%2Bb+c&" + state, request) == .success("a+b c"))
        #expect(code("code=abc&iss=https%3A%2F%2Fid.backan.gov.vn&" + state, request) == .success("abc"))
        for query in [
            "", "code=abc", "code=abc&state=", "code=abc&state=" + AuthorizationRequest(redirectURI: back).state,
            "code=abc&\(state)&\(state)", "code=abc&code=abd&" + state, "code=abc&\(state)&x=%FF%FE", "code=%&" + state,
            "code=\(String(repeating: "a", count: 9000))&" + state, "error=access_denied",
        ] {
            #expect(code(query, request) == .failure(.notAsked), "\(query.prefix(80))")
        }
        #expect(code("error=access_denied&" + state, request) == .failure(.refused("access_denied")))
        #expect(code("error=%0ainjected+line&" + state, request) == .failure(.refused("unknown")))
        for query in ["code=&", "", "code=abc&iss=https%3A%2F%2Fevil.example&"] {
            guard case .failure(.badAnswer) = code(query + state, request) else {
                Issue.record("taken: \(query)")
                continue
            }
        }
    }

    @Test func `form encoding keeps every character`() {
        let text = "Bắc Kạn & a=b+c%/?~ \n\0"
        #expect(FormEncoding.fields(FormEncoding.text([("tên", text)])) == ["tên": text])
    }

    @Test(arguments: [
        "https://id.example.vn", "https://id.example.vn:8443/a/b", "http://127.0.0.1:9400", "http://localhost:1/x",
        "http://[::1]:80", "https://[2001:db8::1]/",
    ])
    func `an address that may be asked is taken`(text: String) {
        #expect(ProviderAddress(text, allowsPlain: true)?.text == text)
    }

    @Test(arguments: [
        "", "id.example.vn", "http://id.example.vn", "ftp://id.example.vn", "file:///etc/passwd", "https://",
        "https:///x", "https://user@id.example.vn", "http://127.0.0.1@evil.example", "http://127.0.0.1.evil.example",
        "http://localhost\\@evil.example", "https://id.example.vn/ a", "https://id.example.vn/#a", "https://[::1",
        "https://id.example.vn:0", "https://id.example.vn:99999", "https://id.example.vn:x", "https://định.vn",
        "https://id.example.vn/\r\nHost: x", "HTTPS://id.example.vn",
    ])
    func `an address that may not be asked is refused`(text: String) {
        #expect(ProviderAddress(text, allowsPlain: true) == nil)
    }

    @Test func `http is for providers on this machine alone`() throws {
        #expect(ProviderAddress("http://127.0.0.1:9400", allowsPlain: false) == nil)
        let settings = try OIDCSettings(issuer: issuer, clientID: "giaoban", clientSecret: "", name: "Tỉnh")
        #expect(!settings.allowsPlain && settings.clientSecret == nil)
        #expect(throws: OIDCSettings.Invalid.issuer) {
            try OIDCSettings(issuer: issuer + "?a=b", clientID: "giaoban", clientSecret: nil, name: "Tỉnh")
        }
        #expect(throws: OIDCSettings.Invalid.clientID) {
            try OIDCSettings(issuer: issuer, clientID: "", clientSecret: nil, name: "Tỉnh")
        }
        #expect(throws: OIDCSettings.Invalid.name) {
            try OIDCSettings(issuer: issuer, clientID: "giaoban", clientSecret: nil, name: "")
        }
    }
}
