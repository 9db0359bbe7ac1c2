/// One letter to one recipient, before it is written as a message.
public struct Letter: Hashable, Sendable, Codable {
    /// A calendar object that goes with a letter (RFC 6047).
    public struct Calendar: Hashable, Sendable, Codable {
        /// The iTIP method, as the object's METHOD property says: REQUEST, CANCEL, REPLY.
        public var method: String
        /// The iCalendar text.
        public var text: String

        public init(method: String, text: String) {
            self.method = method
            self.text = text
        }
    }

    /// A file that goes with a letter.
    public struct Attachment: Hashable, Sendable, Codable {
        /// The name the recipient sees.
        public var filename: String
        /// For example `application/pdf`.
        public var contentType: String
        /// Where the bytes lie on this machine.
        public var path: String
        /// Whose copy it is, where that is to stand on it; nil for a file that leaves as it is.
        public var owner: String?

        public init(filename: String, contentType: String, path: String, owner: String? = nil) {
            self.filename = filename
            self.contentType = contentType
            self.path = path
            self.owner = owner
        }
    }

    /// A header beyond those that every letter has.
    public struct Header: Hashable, Sendable, Codable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The Message-ID without angle brackets, `uuid@domain`. The same letter sent again keeps it, so that mail programs
    /// show it once.
    public var id: String
    public var from: MailAddress
    public var to: MailAddress
    /// Where answers go, when not to `from`.
    public var replyTo: MailAddress?
    public var subject: String
    /// The letter in plain text.
    public var text: String
    /// The same in HTML.
    public var html: String?
    public var calendar: Calendar?
    public var attachments: [Attachment]
    /// For example `Auto-Submitted: auto-generated` (RFC 3834 §5).
    public var headers: [Header]
    /// Seconds since 1970.
    public var date: Int64

    public init(
        id: String, from: MailAddress, to: MailAddress, replyTo: MailAddress? = nil, subject: String, text: String,
        html: String? = nil, calendar: Calendar? = nil, attachments: [Attachment] = [],
        headers: [Header] = [Header("Auto-Submitted", "auto-generated")], date: Int64
    ) {
        self.id = id
        self.from = from
        self.to = to
        self.replyTo = replyTo
        self.subject = subject
        self.text = text
        self.html = html
        self.calendar = calendar
        self.attachments = attachments
        self.headers = headers
        self.date = date
    }

    /// The most that a letter's attachments may hold together, before they are encoded. Larger papers go as links.
    public static let attachmentLimit = 64 << 20
}

/// Why a letter cannot be written.
public enum LetterError: Error, Equatable, Sendable {
    /// A header field holds a line break or another control character: it could add headers of its own.
    case controlCharacter(field: String)
    /// Not an address that can be written to.
    case badAddress(String)
    /// Not of the form `uuid@domain`.
    case badMessageID(String)
    /// Not a header that a caller may add.
    case badHeader(String)
    /// Not of the form `type/subtype`.
    case badContentType(String)
    /// Not a calendar method.
    case badMethod(String)
    /// An attachment is not there or cannot be read.
    case unreadableAttachment(filename: String)
    /// The attachments hold more than ``Letter/attachmentLimit`` bytes.
    case tooLarge
    /// The message could not be put together.
    case failed
}

extension LetterError {
    public var vietnamese: String {
        switch self {
        case .controlCharacter(let field): "Mục “\(field)” của thư có ký tự xuống dòng hoặc ký tự điều khiển."
        case .badAddress(let text): "“\(text)” không phải là địa chỉ thư điện tử hợp lệ."
        case .badMessageID(let text): "“\(text)” không phải là mã thư hợp lệ."
        case .badHeader(let text): "Không được thêm trường “\(text)” vào đầu thư."
        case .badContentType(let text): "“\(text)” không phải là kiểu nội dung hợp lệ."
        case .badMethod(let text): "“\(text)” không phải là phương thức lịch hợp lệ."
        case .unreadableAttachment(let name): "Không đọc được tệp đính kèm “\(name)”."
        case .tooLarge: "Tổng dung lượng tệp đính kèm vượt quá 64 MB; hãy gửi bằng đường dẫn."
        case .failed: "Không tạo được thư."
        }
    }

    public var english: String {
        switch self {
        case .controlCharacter(let field): "The letter's field “\(field)” has a line break or a control character."
        case .badAddress(let text): "“\(text)” is not a valid mail address."
        case .badMessageID(let text): "“\(text)” is not a valid message id."
        case .badHeader(let text): "The header “\(text)” cannot be added to a letter."
        case .badContentType(let text): "“\(text)” is not a valid content type."
        case .badMethod(let text): "“\(text)” is not a valid calendar method."
        case .unreadableAttachment(let name): "The attachment “\(name)” cannot be read."
        case .tooLarge: "The attachments hold more than 64 MB together; send links instead."
        case .failed: "The letter could not be made."
        }
    }
}
