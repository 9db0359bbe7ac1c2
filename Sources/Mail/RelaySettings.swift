import Foundation

/// Where letters go out.
public struct RelaySettings: Hashable, Sendable, Codable {
    public enum Transport: String, Sendable, Codable {
        /// SMTP without encryption.
        case plain
        /// SMTP that must turn to TLS before anything else (RFC 3207).
        case startTLS
        /// SMTP inside TLS (RFC 8314 §3.3).
        case tls
        /// No relay: each letter is a file in a folder.
        case folder
    }

    public let transport: Transport
    public let host: String
    public let port: Int
    public let user: String?
    public let password: String?
    /// The name said in EHLO; where nil, the machine's own.
    public let helo: String?
    /// A file of certificates (PEM) that are trusted instead of the system's: for a province's own authority.
    public let authority: String?
    /// The folder of ``Transport/folder``.
    public let folder: String

    /// Reads `smtp://user:password@host:587`, `smtp+starttls://…`, `smtps://…` or `file:///folder`. User and password are
    /// percent-encoded; `/name` after the host is the name for EHLO, `?ca=/file.pem` the authority.
    ///
    /// - Throws: ``RelayError``; a password over `smtp://` is refused except to this machine.
    public init(_ text: String) throws(RelayError) {
        guard let url = URLComponents(string: text), let scheme = url.scheme?.lowercased() else { throw .unreadable }
        if scheme == "file" {
            guard url.host ?? "" == "", url.path.hasPrefix("/"), url.path.count > 1 else { throw .noFolder }
            transport = .folder
            folder = url.path
            host = ""
            port = 0
            user = nil
            password = nil
            helo = nil
            authority = nil
            return
        }
        let transports: [String: (Transport, Int)] = [
            "smtp": (.plain, 25), "smtp+starttls": (.startTLS, 587), "smtps": (.tls, 465),
        ]
        guard let (transport, usualPort) = transports[scheme] else { throw .unknownScheme(scheme) }
        guard let host = url.host, !host.isEmpty else { throw .noHost }
        let port = url.port ?? usualPort
        guard (1...65_535).contains(port) else { throw .unreadable }
        let local = ["localhost", "127.0.0.1", "[::1]", "::1"].contains(host.lowercased())
        guard transport != .plain || url.password == nil || local else { throw .passwordInTheOpen }
        let path = url.path.hasPrefix("/") ? String(url.path.dropFirst()) : url.path
        guard path.utf8.allSatisfy({ MailAddress.isHostByte($0) }) else { throw .unreadable }
        self.transport = transport
        self.host = host
        self.port = port
        user = url.user?.isEmpty == false ? url.user : nil
        password = url.password
        helo = path.isEmpty ? nil : path
        authority = url.queryItems?.first { $0.name == "ca" }?.value
        folder = ""
    }

    /// The URL without user and password, for pages and logs.
    public var shown: String {
        switch transport {
        case .plain: "smtp://\(host):\(port)"
        case .startTLS: "smtp+starttls://\(host):\(port)"
        case .tls: "smtps://\(host):\(port)"
        case .folder: "file://\(folder)"
        }
    }
}

/// Why a relay's URL is refused.
public enum RelayError: Error, Equatable, Sendable {
    case unreadable
    case unknownScheme(String)
    case noHost
    case noFolder
    /// A password would be sent without encryption to another machine.
    case passwordInTheOpen
}

extension RelayError {
    public var vietnamese: String {
        switch self {
        case .unreadable: "Địa chỉ máy chủ gửi thư không đọc được; ví dụ đúng: smtps://user:matkhau@mail.tinh.gov.vn"
        case .unknownScheme(let scheme):
            "Không biết kiểu máy chủ gửi thư “\(scheme)”; dùng smtp, smtp+starttls, smtps hoặc file."
        case .noHost: "Địa chỉ máy chủ gửi thư thiếu tên máy."
        case .noFolder: "Địa chỉ dạng file:/// phải có đường dẫn tuyệt đối của thư mục."
        case .passwordInTheOpen: "Mật khẩu sẽ bị gửi không mã hóa; dùng smtps:// hoặc smtp+starttls://."
        }
    }

    public var english: String {
        switch self {
        case .unreadable: "The relay's address cannot be read; write for example smtps://user:password@mail.tinh.gov.vn"
        case .unknownScheme(let scheme):
            "There is no kind of relay “\(scheme)”; use smtp, smtp+starttls, smtps or file."
        case .noHost: "The relay's address has no host name."
        case .noFolder: "An address file:/// needs the absolute path of a folder."
        case .passwordInTheOpen: "The password would travel in the open; use smtps:// or smtp+starttls://."
        }
    }
}
