/// Which identity provider people may sign in by, and as whom we ask it.
public struct OIDCSettings: Sendable {
    /// What is wrong with settings; each says how to mend it.
    public enum Invalid: Error, Equatable, Sendable {
        case issuer
        case clientID
        case name

        public var vietnamese: String {
            switch self {
            case .issuer:
                "Địa chỉ nhà cung cấp định danh phải bắt đầu bằng https:// và không có phần truy vấn, ví dụ "
                    + "https://dangnhap.backan.gov.vn/realms/tinh."
            case .clientID: "Mã ứng dụng (client id) do nhà cung cấp định danh cấp không được để trống."
            case .name: "Tên nút đăng nhập phải có từ 1 đến 100 ký tự."
            }
        }

        public var english: String {
            switch self {
            case .issuer:
                "The identity provider's address must begin with https:// and have no query, for example "
                    + "https://dangnhap.backan.gov.vn/realms/tinh."
            case .clientID: "The client id that the identity provider gave must not be empty."
            case .name: "The name on the sign-in button must have 1 to 100 characters."
            }
        }
    }

    /// As the provider writes it, letter for letter: its tokens are compared with it.
    public let issuer: String
    public let clientID: String
    /// nil for a client without one, which PKCE alone protects.
    public let clientSecret: String?
    /// What the page calls it: "Đăng nhập bằng …".
    public let name: String
    /// PEM file of the authorities that vouch for the provider's certificate; nil for the system's.
    public let authorities: String?

    /// - Throws: `Invalid`. An issuer is https; http is taken on this machine only (127.0.0.1, ::1, localhost).
    public init(
        issuer: String, clientID: String, clientSecret: String?, name: String, authorities: String? = nil
    ) throws(Invalid) {
        guard let address = ProviderAddress(issuer, allowsPlain: true), !address.hasQuery else { throw .issuer }
        guard (1...255).contains(clientID.utf8.count) else { throw .clientID }
        guard (1...100).contains(name.count) else { throw .name }
        self.issuer = issuer
        self.clientID = clientID
        self.clientSecret = clientSecret.flatMap { $0.isEmpty ? nil : $0 }
        self.name = name
        self.authorities = authorities
    }

    /// Whether http is taken: where the provider itself is on this machine.
    var allowsPlain: Bool { issuer.hasPrefix("http:") }
}

/// An address that we are willing to ask: https, or http on this machine.
struct ProviderAddress: Sendable, Equatable {
    let text: String
    let isOnThisMachine: Bool
    var hasQuery: Bool { text.contains("?") }

    init?(_ text: String, allowsPlain: Bool) {
        // Only what every reader of addresses takes for the same: no user before the host, no fragment, ASCII.
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !text.contains(where: { "\\@#\"<>^`{|}".contains($0) })
        else { return nil }
        let isPlain = text.hasPrefix("http://")
        guard isPlain || text.hasPrefix("https://") else { return nil }
        let authority = text.dropFirst(isPlain ? 7 : 8).prefix { $0 != "/" && $0 != "?" }
        let host: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[...end]
        } else {
            host = authority.prefix { $0 != ":" }
        }
        let port = authority.dropFirst(host.count)
        guard !host.isEmpty,
            port.isEmpty || (port.first == ":" && UInt16(port.dropFirst()).map { $0 > 0 } == true)
        else { return nil }
        isOnThisMachine = ["localhost", "127.0.0.1", "[::1]"].contains(host)
        guard !isPlain || (allowsPlain && isOnThisMachine) else { return nil }
        self.text = text
    }
}
