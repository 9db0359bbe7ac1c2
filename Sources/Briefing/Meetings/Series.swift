import ICalendar

/// A recurring briefing (định kỳ); one meeting is a series without a rule.
public struct Series: Sendable {
    public var id: SeriesID
    /// RFC 5545 §3.8.4.7: the same in every calendar, for ever.
    public var uid: String
    public var plan: MeetingPlan
    public var state: State
    /// Counts edits; an edit that names an older one is refused.
    public var version: Int
    /// RFC 5545 §3.8.7.4: counts what invitees were told.
    public var sequence: Int
    /// Unix seconds of the last change of the time: answers from before it were for another time.
    public var answersSince: Int
    /// The last day up to which its meetings have been laid out.
    public var laidOutThrough: LocalDate

    public enum State: String, Sendable, Codable { case active, cancelled }

    public init(
        id: SeriesID, uid: String, plan: MeetingPlan, state: State, version: Int, sequence: Int, answersSince: Int,
        laidOutThrough: LocalDate
    ) {
        self.id = id
        self.uid = uid
        self.plan = plan
        self.state = state
        self.version = version
        self.sequence = sequence
        self.answersSince = answersSince
        self.laidOutThrough = laidOutThrough
    }
}

/// What a secretary writes down of a series.
public struct MeetingPlan: Hashable, Sendable {
    public var title: String
    public var organiser: UnitID
    public var chair: PersonID?
    public var start: LocalDateTime
    /// 5 to 1,440.
    public var minutes: Int
    public var rule: RecurrenceRule?
    public var holidays: HolidayPolicy
    public var form: MeetingForm
    /// Whether the law's clock for periodic meetings runs (QĐ 45/2018/QĐ-TTg).
    public var isPeriodic: Bool
    /// The room at the office.
    public var venue: SiteID?
    public var sites: Set<SiteID>
    public var people: Set<PersonID>
    public var agenda: [AgendaItem]
    public var notes: String
    /// Whether its meetings are recorded from their opening on, without anybody's act.
    public var isRecorded: Bool

    public init(
        title: String, organiser: UnitID, chair: PersonID?, start: LocalDateTime, minutes: Int, rule: RecurrenceRule?,
        holidays: HolidayPolicy, form: MeetingForm, isPeriodic: Bool, venue: SiteID?, sites: Set<SiteID>,
        people: Set<PersonID>, agenda: [AgendaItem], notes: String, isRecorded: Bool = false
    ) {
        self.title = title
        self.organiser = organiser
        self.chair = chair
        self.start = start
        self.minutes = minutes
        self.rule = rule
        self.holidays = holidays
        self.form = form
        self.isPeriodic = isPeriodic
        self.venue = venue
        self.sites = sites
        self.people = people
        self.agenda = agenda
        self.notes = notes
        self.isRecorded = isRecorded
    }

    public var recurrence: Recurrence {
        Recurrence(start: start, minutes: minutes, rule: rule, policy: holidays, exclusions: [], additions: [])
    }

    /// The first meeting's, in words.
    public var time: Sentence { .time(from: start, to: start.adding(minutes: minutes)) }
}

public enum MeetingForm: String, Sendable, Codable, CaseIterable {
    case online, mixed
    case inPerson = "in-person"

    /// `trực tuyến`.
    public var vietnamese: String {
        switch self {
        case .online: "trực tuyến"
        case .inPerson: "trực tiếp"
        case .mixed: "trực tiếp kết hợp trực tuyến"
        }
    }
}

/// One point of an agenda.
public struct AgendaItem: Hashable, Sendable {
    public var id: AgendaItemID
    public var title: String
    /// Who reports on it, in words.
    public var owner: String
    /// 0 to 1,440.
    public var minutes: Int

    public init(id: AgendaItemID = AgendaItemID(0), title: String, owner: String, minutes: Int) {
        self.id = id
        self.title = title
        self.owner = owner
        self.minutes = minutes
    }
}
