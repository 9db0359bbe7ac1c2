/// One VEVENT (RFC 5545 §3.6.1): a meeting, a whole series, or one changed meeting of a series.
public struct CalendarEvent: Hashable, Sendable {
    public var uid: String
    /// Rises with every change that matters to who is invited (RFC 5546 §2.1.4).
    public var sequence: Int
    /// DTSTAMP: seconds since 1970, UTC.
    public var stamp: Int
    public var start: LocalDateTime
    /// After the start, or equal to it.
    public var end: LocalDateTime
    public var summary: String
    public var description: String
    public var location: String
    public var url: String?
    public var organizer: CalendarOrganizer?
    public var attendees: [CalendarAttendee]
    public var rule: RecurrenceRule?
    /// EXDATE: the rule's times at which there is no meeting.
    public var exclusions: [LocalDateTime]
    /// RDATE: starts besides the rule's.
    public var additions: [LocalDateTime]
    /// The meeting of the series that this event replaces, by the time that the rule gave it.
    public var recurrenceID: LocalDateTime?
    /// Whether `recurrenceID` means that meeting and all that follow (RANGE=THISANDFUTURE).
    public var coversFollowing: Bool
    public var status: CalendarStatus
    /// Alarms, in minutes before the start, 0 or more.
    public var alarms: [Int]
    /// Addresses of papers.
    public var attachments: [String]
    public var categories: [String]
    /// What the sender of a reply wrote.
    public var comment: String
    /// A rule that was read in another's text and that `RecurrenceRule` does not carry. Never written.
    public var foreignRule: String?
    /// Whether the text named days without times. Never written.
    public var isAllDay: Bool

    public init(
        uid: String, sequence: Int = 0, stamp: Int, start: LocalDateTime, end: LocalDateTime, summary: String,
        description: String = "", location: String = "", url: String? = nil, organizer: CalendarOrganizer? = nil,
        attendees: [CalendarAttendee] = [], rule: RecurrenceRule? = nil, exclusions: [LocalDateTime] = [],
        additions: [LocalDateTime] = [], recurrenceID: LocalDateTime? = nil, coversFollowing: Bool = false,
        status: CalendarStatus = .confirmed, alarms: [Int] = [], attachments: [String] = [],
        categories: [String] = [], comment: String = ""
    ) {
        self.uid = uid
        self.sequence = sequence
        self.stamp = stamp
        self.start = start
        self.end = end
        self.summary = summary
        self.description = description
        self.location = location
        self.url = url
        self.organizer = organizer
        self.attendees = attendees
        self.rule = rule
        self.exclusions = exclusions
        self.additions = additions
        self.recurrenceID = recurrenceID
        self.coversFollowing = coversFollowing
        self.status = status
        self.alarms = alarms
        self.attachments = attachments
        self.categories = categories
        self.comment = comment
        foreignRule = nil
        isAllDay = false
    }
}

/// RFC 5545 §3.8.1.11.
public enum CalendarStatus: String, Hashable, Sendable, CaseIterable {
    case confirmed = "CONFIRMED"
    case tentative = "TENTATIVE"
    case cancelled = "CANCELLED"
}

/// Who invites (RFC 5545 §3.8.4.3). A mail address is without `mailto:`.
public struct CalendarOrganizer: Hashable, Sendable {
    public var name: String
    public var mail: String

    public init(name: String, mail: String) {
        self.name = name
        self.mail = mail
    }
}

/// Who is invited (RFC 5545 §3.8.4.1). Mail addresses are without `mailto:`.
public struct CalendarAttendee: Hashable, Sendable {
    /// RFC 5545 §3.2.12, as events use it.
    public enum Participation: String, Hashable, Sendable, CaseIterable {
        case needsAction = "NEEDS-ACTION"
        case accepted = "ACCEPTED"
        case declined = "DECLINED"
        case tentative = "TENTATIVE"
        case delegated = "DELEGATED"
    }

    /// RFC 5545 §3.2.16.
    public enum Role: String, Hashable, Sendable, CaseIterable {
        case chair = "CHAIR"
        case required = "REQ-PARTICIPANT"
        case optional = "OPT-PARTICIPANT"
        case informed = "NON-PARTICIPANT"
    }

    /// CUTYPE (RFC 5545 §3.2.3).
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case individual = "INDIVIDUAL"
        case group = "GROUP"
        case resource = "RESOURCE"
        case room = "ROOM"
        case unknown = "UNKNOWN"
    }

    public var name: String
    public var mail: String
    public var participation: Participation
    public var role: Role
    /// RSVP: whether an answer is asked for.
    public var answerWanted: Bool
    public var kind: Kind
    public var delegatedTo: String?
    public var delegatedFrom: String?

    public init(
        name: String, mail: String, participation: Participation = .needsAction, role: Role = .required,
        answerWanted: Bool = false, kind: Kind = .individual, delegatedTo: String? = nil, delegatedFrom: String? = nil
    ) {
        self.name = name
        self.mail = mail
        self.participation = participation
        self.role = role
        self.answerWanted = answerWanted
        self.kind = kind
        self.delegatedTo = delegatedTo
        self.delegatedFrom = delegatedFrom
    }
}
