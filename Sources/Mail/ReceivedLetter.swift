/// A letter that came in, as far as the scheduler reads it.
public struct ReceivedLetter: Sendable, Hashable {
    /// A notice that a letter of ours did not arrive (RFC 3464).
    public struct Bounce: Sendable, Hashable {
        /// The Message-ID of the letter that did not arrive, without brackets; nil where the notice does not say.
        public let originalID: String?
        /// Who did not get it.
        public let recipient: String?
        /// The enhanced status (RFC 3463), for example `5.1.1`.
        public let status: String?
        /// failed, delayed, delivered, relayed or expanded (RFC 3464 §2.3.3).
        public let action: String
        /// The words of the relay that refused it.
        public let reason: String

        /// Whether the letter will not arrive any more.
        public var isFinal: Bool { action == "failed" }
    }

    /// Which letter of the mailbox this is; empty when it did not come from one.
    public var handle: String
    /// The first address of From, lower-case; empty where there is none.
    public let from: String
    public let fromName: String
    /// The addresses of To and Cc, lower-case.
    public let to: [String]
    public let subject: String
    /// Without brackets; empty where there is none.
    public let messageID: String
    /// The Message-IDs of In-Reply-To and References, nearest first, without brackets.
    public let references: [String]
    /// Whether a program sent it (RFC 3834 §5), so that nothing answers it.
    public let isAutomatic: Bool
    /// The calendar objects in it, as text.
    public let calendars: [String]
    /// The beginning of the plain text.
    public let text: String
    public let bounce: Bounce?

    /// At most this many calendar objects of a letter are read,
    public static let calendarLimit = 8
    /// each of at most this many bytes,
    public static let calendarBytes = 1 << 20
    /// and this much of the text.
    public static let textBytes = 8 << 10

    /// Reads a message. Whatever the bytes are, what can be read is read.
    public init(parsing bytes: [UInt8], handle: String = "") {
        self = LetterReader.read(bytes, handle: handle)
    }

    init(
        handle: String, from: String, fromName: String, to: [String], subject: String, messageID: String,
        references: [String], isAutomatic: Bool, calendars: [String], text: String, bounce: Bounce?
    ) {
        self.handle = handle
        self.from = from
        self.fromName = fromName
        self.to = to
        self.subject = subject
        self.messageID = messageID
        self.references = references
        self.isAutomatic = isAutomatic
        self.calendars = calendars
        self.text = text
        self.bounce = bounce
    }
}
