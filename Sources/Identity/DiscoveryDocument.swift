import Foundation

/// What a provider says of itself at /.well-known/openid-configuration (OpenID Connect Discovery 1.0 §3, §4).
struct DiscoveryDocument: Sendable, Equatable {
    let authorizationEndpoint: ProviderAddress
    let tokenEndpoint: ProviderAddress
    let keys: ProviderAddress
    let userInfoEndpoint: ProviderAddress?
    /// How the token endpoint wants our secret: in the form's body rather than by HTTP Basic, which is the default.
    let wantsSecretInBody: Bool

    /// Where the document of an issuer is (§4).
    static func address(of issuer: String) -> String {
        (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + "/.well-known/openid-configuration"
    }

    /// - Throws: `badAnswer` where it is not that issuer's, or lacks what the code flow needs, or names addresses that
    ///   are not https.
    init(json: [UInt8], settings: OIDCSettings) throws(OIDCError) {
        guard let fields = try? JSONDecoder().decode(Fields.self, from: Data(json)) else {
            throw .badAnswer("the discovery document cannot be read")
        }
        // Letter for letter (§4.3): otherwise one provider could speak for another.
        guard fields.issuer == settings.issuer else { throw .badAnswer("the discovery document has another issuer") }
        let allowsPlain = settings.allowsPlain
        guard let authorization = ProviderAddress(fields.authorization_endpoint, allowsPlain: allowsPlain),
            let token = ProviderAddress(fields.token_endpoint, allowsPlain: allowsPlain),
            let keys = ProviderAddress(fields.jwks_uri, allowsPlain: allowsPlain)
        else { throw .badAnswer("an address in the discovery document is not https") }
        authorizationEndpoint = authorization
        tokenEndpoint = token
        self.keys = keys
        userInfoEndpoint = fields.userinfo_endpoint.flatMap { ProviderAddress($0, allowsPlain: allowsPlain) }
        let methods = fields.token_endpoint_auth_methods_supported ?? ["client_secret_basic"]
        wantsSecretInBody = !methods.contains("client_secret_basic") && methods.contains("client_secret_post")
    }

    private struct Fields: Decodable {
        var issuer: String
        var authorization_endpoint: String
        var token_endpoint: String
        var jwks_uri: String
        var userinfo_endpoint: String?
        var token_endpoint_auth_methods_supported: [String]?
    }
}
