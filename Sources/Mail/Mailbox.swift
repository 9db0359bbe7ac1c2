import Foundation

/// Where answers come in: an IMAP mailbox over TLS, or a Maildir.
public struct Mailbox: Sendable {
    enum Place: Sendable, Hashable {
        case imap(host: String, port: Int, user: String, password: String, folder: String, authority: String?)
        case maildir(String)
    }

    let place: Place

    /// The largest letter that is read whole; of a larger one, the beginning.
    public static let letterBytes = 8 << 20

    /// Reads `imaps://user:password@host/INBOX` (`?ca=/file.pem` for one's own authority) or `maildir:///folder`.
    public init(_ text: String) throws(MailboxError) {
        guard let url = URLComponents(string: text), let scheme = url.scheme?.lowercased() else { throw .unreadable }
        switch scheme {
        case "maildir":
            guard url.host ?? "" == "", url.path.hasPrefix("/"), url.path.count > 1 else { throw .noFolder }
            place = .maildir(url.path)
        case "imaps":
            guard let host = url.host, !host.isEmpty, let user = url.user, let password = url.password else {
                throw .noUser
            }
            let port = url.port ?? 993
            guard (1...65_535).contains(port) else { throw .unreadable }
            let folder = url.path.hasPrefix("/") ? String(url.path.dropFirst()) : url.path
            place = .imap(
                host: host, port: port, user: user, password: password, folder: folder.isEmpty ? "INBOX" : folder,
                authority: url.queryItems?.first { $0.name == "ca" }?.value)
        default: throw .unknownScheme(scheme)
        }
    }

    /// The URL without user and password, for pages and logs.
    public var shown: String {
        switch place {
        case .imap(let host, let port, _, _, let folder, _): "imaps://\(host):\(port)/\(folder)"
        case .maildir(let path): "maildir://\(path)"
        }
    }

    /// The oldest letters that were not acknowledged yet. Blocks (network or disk): call it off the event loops.
    ///
    /// - Parameter limit: How many at most.
    public func fetch(limit: Int) throws(MailboxError) -> [ReceivedLetter] {
        switch place {
        case .maildir(let path): try Maildir(path: path).fetch(limit: limit)
        case .imap: try open().fetch(limit: limit)
        }
    }

    /// Marks letters as read, once what they say has been stored: until then they come again. Blocks.
    public func acknowledge(_ letters: [ReceivedLetter]) throws(MailboxError) {
        let handles = letters.map(\.handle).filter { !$0.isEmpty }
        guard !handles.isEmpty else { return }
        switch place {
        case .maildir(let path): try Maildir(path: path).acknowledge(handles)
        case .imap: try open().acknowledge(handles)
        }
    }

    private func open() throws(MailboxError) -> IMAPMailbox {
        guard case .imap(let host, let port, let user, let password, let folder, let authority) = place else {
            throw .unreadable
        }
        return try IMAPMailbox(
            host: host, port: port, user: user, password: password, folder: folder, authority: authority)
    }
}

/// Why a mailbox cannot be read.
public enum MailboxError: Error, Equatable, Sendable {
    case unreadable
    case unknownScheme(String)
    case noUser
    case noFolder
    /// The folder of letters cannot be read or written; the system's words.
    case folder(String)
    /// No connection, or no trust in it; libcurl's words.
    case connection(String)
    /// The server said no; its words.
    case refused(String)
    /// The server spoke no IMAP.
    case protocolViolation
}

extension MailboxError {
    public var vietnamese: String {
        switch self {
        case .unreadable: "Địa chỉ hộp thư không đọc được; ví dụ đúng: imaps://user:matkhau@mail.tinh.gov.vn/INBOX"
        case .unknownScheme(let scheme): "Không biết kiểu hộp thư “\(scheme)”; dùng imaps hoặc maildir."
        case .noUser: "Địa chỉ hộp thư thiếu tên máy, tên người dùng hoặc mật khẩu."
        case .noFolder: "Địa chỉ dạng maildir:/// phải có đường dẫn tuyệt đối của thư mục."
        case .folder(let words): "Không đọc được thư mục thư: \(words)"
        case .connection(let words): "Không kết nối được tới hộp thư: \(words)"
        case .refused(let words): "Máy chủ hộp thư từ chối: \(words)"
        case .protocolViolation: "Máy chủ hộp thư trả lời không đúng giao thức IMAP."
        }
    }

    public var english: String {
        switch self {
        case .unreadable: "The mailbox's address cannot be read; write imaps://user:password@mail.tinh.gov.vn/INBOX"
        case .unknownScheme(let scheme): "There is no kind of mailbox “\(scheme)”; use imaps or maildir."
        case .noUser: "The mailbox's address lacks the host, the user or the password."
        case .noFolder: "An address maildir:/// needs the absolute path of a folder."
        case .folder(let words): "The folder of letters cannot be read: \(words)"
        case .connection(let words): "The mailbox cannot be reached: \(words)"
        case .refused(let words): "The mailbox's server refuses: \(words)"
        case .protocolViolation: "The mailbox's server does not speak IMAP."
        }
    }
}
