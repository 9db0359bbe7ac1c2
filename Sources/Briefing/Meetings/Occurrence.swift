import ICalendar

/// One meeting of a series (phiên). What it has of its own stands before what its series says.
public struct Occurrence: Hashable, Sendable {
    public var id: OccurrenceID
    public var series: SeriesID
    /// The time that the rule gave it (RFC 5545 §3.8.4.4): what it is called by, wherever it is moved.
    public var recurrenceID: LocalDateTime
    public var start: LocalDateTime
    public var end: LocalDateTime
    public var state: State
    /// Why it is not at the rule's time; empty otherwise.
    public var movedFor: String
    /// Whether an edit of this one meeting has given it something of its own.
    public var isEdited: Bool
    /// Whether it stands beside the rule (RFC 5545 §3.8.5.2).
    public var isAddition: Bool
    public var version: Int
    public var sequence: Int
    public var answersSince: Int
    public var own: Own
    /// The name of its call.
    public var room: String

    public enum State: String, Sendable, Codable { case planned, cancelled, skipped, held }

    /// What an edit of this one meeting has set.
    public struct Own: Hashable, Sendable {
        public var title: String?
        public var chair: PersonID?
        public var venue: SiteID?
        public var form: MeetingForm?
        public var notes: String?
        public var hasAgenda = false

        public init() {}
    }

    public init(
        id: OccurrenceID, series: SeriesID, recurrenceID: LocalDateTime, start: LocalDateTime, end: LocalDateTime,
        state: State, movedFor: String, isEdited: Bool, isAddition: Bool, version: Int, sequence: Int,
        answersSince: Int,
        own: Own, room: String
    ) {
        self.id = id
        self.series = series
        self.recurrenceID = recurrenceID
        self.start = start
        self.end = end
        self.state = state
        self.movedFor = movedFor
        self.isEdited = isEdited
        self.isAddition = isAddition
        self.version = version
        self.sequence = sequence
        self.answersSince = answersSince
        self.own = own
        self.room = room
    }

    public var minutes: Int { end.minuteNumber - start.minuteNumber }
    public var isMoved: Bool { start != recurrenceID }

    /// The series' plan with what this meeting has of its own.
    public func plan(of series: MeetingPlan) -> MeetingPlan {
        var plan = series
        plan.title = own.title ?? series.title
        plan.chair = own.chair ?? series.chair
        plan.venue = own.venue ?? series.venue
        plan.form = own.form ?? series.form
        plan.notes = own.notes ?? series.notes
        plan.start = start
        plan.minutes = minutes
        plan.rule = nil
        return plan
    }
}

/// Who is invited: a site, or a person.
public enum Invitee: Hashable, Sendable {
    case site(SiteID)
    case person(PersonID)
}

/// What an invitee said.
public struct Reply: Hashable, Sendable {
    public enum Answer: String, Sendable, Codable { case none, accept, decline, delegate }

    public var answer: Answer
    public var delegateName: String
    public var delegateEmail: String
    public var note: String
    /// Unix seconds.
    public var at: Int

    public init(answer: Answer, delegateName: String = "", delegateEmail: String = "", note: String = "", at: Int) {
        self.answer = answer
        self.delegateName = delegateName
        self.delegateEmail = delegateEmail
        self.note = note
        self.at = at
    }
}

public enum Attendance: String, Sendable, Codable {
    case none, online, late, absent
    case inPerson = "in-person"
}

/// A document of a meeting (tài liệu), or a reference to one.
public struct Paper: Hashable, Sendable {
    public var id: PaperID
    public var series: SeriesID
    /// Nil for all meetings of the series.
    public var occurrence: OccurrenceID?
    /// The agenda item that it is for; nil for the whole meeting.
    public var item: Int?
    /// The paper that this is a newer version of: always the first one; nil for the first one itself.
    public var first: PaperID?
    /// From 1 on.
    public var version: Int
    public var title: String
    public var filename: String
    public var type: String
    public var bytes: Int
    /// Names the file in the papers' folder; nil for a link and for a reference to what is on paper.
    public var sha256: String?
    public var link: String?
    public var classification: Classification
    public var addedBy: PersonID?
    /// Unix seconds.
    public var addedAt: Int
    public var isWithdrawn: Bool
    /// Whether a newer version stands in its place.
    public var isSuperseded: Bool
    /// Of a reference to what is on paper: its number, and where it is to be had.
    public var note: String

    public init(
        id: PaperID, series: SeriesID, occurrence: OccurrenceID?, title: String, filename: String, type: String,
        bytes: Int, sha256: String?, link: String?, classification: Classification, addedBy: PersonID?, addedAt: Int,
        isWithdrawn: Bool, item: Int? = nil, first: PaperID? = nil, version: Int = 1, isSuperseded: Bool = false,
        note: String = ""
    ) {
        self.id = id
        self.series = series
        self.occurrence = occurrence
        self.title = title
        self.filename = filename
        self.type = type
        self.bytes = bytes
        self.sha256 = sha256
        self.link = link
        self.classification = classification
        self.addedBy = addedBy
        self.addedAt = addedAt
        self.isWithdrawn = isWithdrawn
        self.item = item
        self.first = first
        self.version = version
        self.isSuperseded = isSuperseded
        self.note = note
    }
}

/// Độ mật (Luật Bảo vệ bí mật nhà nước 2018, điều 8). All but the first stay out of the system.
public enum Classification: String, Sendable, Codable, CaseIterable {
    case ordinary = "thuong"
    case secret = "mat"
    case verySecret = "toi-mat"
    case mostSecret = "tuyet-mat"

    public var isAdmitted: Bool { self == .ordinary }
}
