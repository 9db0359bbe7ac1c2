/// One letter for the courier: what SMTP's envelope says, and the file that holds the message.
public struct DeliveryJob: Hashable, Sendable, Codable {
    /// The caller's own id of the letter: 1 to 200 of letters, digits and `. _ @ -`.
    public var id: String
    /// The how-manieth try, from 1. With `id` it names one delivery: a delivery whose outcome is known is never made again.
    public var attempt: Int
    /// The envelope's sender; empty for the null reverse-path of RFC 5321 §4.5.5.
    public var from: String
    /// The envelope's recipients. One, where each recipient's state is to be known.
    public var to: [String]
    /// The file of the message, with CRLF line ends.
    public var path: String

    public init(id: String, attempt: Int, from: String, to: [String], path: String) {
        self.id = id
        self.attempt = attempt
        self.from = from
        self.to = to
        self.path = path
    }

    /// Whether an id can stand in a line of the journal.
    public static func isID(_ text: String) -> Bool {
        (1...200).contains(text.utf8.count)
            && text.utf8.allSatisfy { MailAddress.isHostByte($0) || $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "_") }
    }
}

/// How a delivery ended.
public enum DeliveryOutcome: Hashable, Sendable {
    /// The relay took the letter; its words.
    case sent(reply: String)
    /// The relay refuses the letter for good (5yz of RFC 5321 §4.2.1), or it cannot be sent at all; the reply code, 0
    /// where there was none, and the words.
    case refused(code: Int, text: String)
    /// Not now: try again after ``retryDelay(attempt:)``; the reply code, 0 where there was none, and the words.
    case delayed(code: Int, text: String)
    /// The courier was stopped before the end was known. Nothing is to be recorded: the next start tells.
    case stopped
}

/// What the journal holds of a delivery that the server has not settled yet.
public struct RecordedDelivery: Hashable, Sendable {
    public let id: String
    public let attempt: Int
    /// nil where the courier died in the middle: the relay may have the letter or not. It is sent again under the same
    /// Message-ID (at least once).
    public let outcome: DeliveryOutcome?

    public init(id: String, attempt: Int, outcome: DeliveryOutcome?) {
        self.id = id
        self.attempt = attempt
        self.outcome = outcome
    }
}

/// Seconds from a failed try to the next: 1, 2, 5, 15, 30 and 60 minutes, then every hour, until three days have passed.
///
/// - Parameter attempt: The try that failed, from 1.
/// - Returns: nil when it is time to give up (RFC 5321 §4.5.4.1 asks for four to five days of a relay; a briefing would
///   have passed).
public func retryDelay(attempt: Int) -> Int64? {
    let minutes: [Int64] = [1, 2, 5, 15, 30, 60]
    guard attempt >= 1 else { return 60 }
    // The first six waits take 113 minutes; 71 hours of hourly tries complete the three days.
    guard attempt <= minutes.count + 70 else { return nil }
    return (attempt <= minutes.count ? minutes[attempt - 1] : 60) * 60
}
