import ICalendar

/// What becomes of a series' meeting that falls on a public holiday or a day in lieu.
public enum HolidayPolicy: String, Hashable, Sendable, Codable, CaseIterable {
    case keep
    case nextWorkingDay = "next-working-day"
    case skip
}

/// One meeting that a series plans.
public struct PlannedMeeting: Hashable, Sendable {
    /// The time that the rule gave, or an addition's start: the meeting's identity, which no move changes.
    public let recurrenceID: LocalDateTime
    public let start: LocalDateTime
    public let end: LocalDateTime
    /// The holiday for which the meeting is moved or skipped.
    public let holiday: DayOff?
    /// Not held: the policy skips it, or its move would double a meeting of the series.
    public let isSkipped: Bool

    public init(
        recurrenceID: LocalDateTime, start: LocalDateTime, end: LocalDateTime, holiday: DayOff? = nil,
        isSkipped: Bool = false
    ) {
        self.recurrenceID = recurrenceID
        self.start = start
        self.end = end
        self.holiday = holiday
        self.isSkipped = isSkipped
    }

    /// The Vietnamese name of the holiday that moved the meeting; nil where it was not moved.
    public var movedFor: String? { start == recurrenceID ? nil : holiday?.vietnamese }
}

/// When a series meets: a start, a rule, and what is taken from the rule's times and added to them.
public struct Recurrence: Hashable, Sendable, Codable {
    /// The first meeting's time, if the rule matches it (see `RecurrenceRule`).
    public var start: LocalDateTime
    /// A meeting's length, 1 or more.
    public var minutes: Int
    /// nil for one meeting.
    public var rule: RecurrenceRule?
    /// Holds for the rule's times. A single meeting and additions are chosen by hand and stay.
    public var policy: HolidayPolicy
    /// Times that are left out: recurrence identities, not the times to which a holiday moved them. As EXDATE in a
    /// calendar, an exclusion also takes out an addition at its time (RFC 5545 §3.8.5.1).
    public var exclusions: Set<LocalDateTime>
    public var additions: Set<LocalDateTime>

    public init(
        start: LocalDateTime, minutes: Int, rule: RecurrenceRule? = nil, policy: HolidayPolicy = .keep,
        exclusions: Set<LocalDateTime> = [], additions: Set<LocalDateTime> = []
    ) {
        self.start = start
        self.minutes = minutes
        self.rule = rule
        self.policy = policy
        self.exclusions = exclusions
        self.additions = additions
    }

    /// A move leads at most so many days on; meetings so far outside the asked span can matter within it.
    private static let furthestMove = 45
    private static let mostDates = 20_000

    /// The meetings that begin in a span, both ends included, in order of their starts. A skipped meeting is in the span
    /// by the time that the rule gave it.
    public func meetings(
        from first: LocalDateTime, through last: LocalDateTime, limit: Int, calendar: WorkingCalendar
    ) -> [PlannedMeeting] {
        guard limit > 0, first <= last else { return [] }
        let margin = Self.furthestMove * 1440
        let dates = ruleDates(
            through: last.adding(minutes: margin), limit: first <= start ? min(limit, 10_000) + 100 : Self.mostDates
        ).filter { $0 >= first.adding(minutes: -margin) && !exclusions.contains($0) }

        let additions = additions.subtracting(exclusions)
        var taken = additions
        var meetings = additions.map { meeting($0, at: $0, holiday: nil) }
        var onHolidays: [(date: LocalDateTime, holiday: DayOff)] = []
        for date in dates where !additions.contains(date) {
            if rule != nil, policy != .keep, let holiday = calendar.dayOff(on: date.date) {
                onHolidays.append((date, holiday))
            } else {
                meetings.append(meeting(date, at: date, holiday: nil))
                taken.insert(date)
            }
        }
        for (date, holiday) in onHolidays {
            let moved = date.on(calendar.nextWorkingDay(after: date.date))
            if policy == .nextWorkingDay, taken.insert(moved).inserted {
                meetings.append(meeting(date, at: moved, holiday: holiday))
            } else {
                meetings.append(meeting(date, at: date, holiday: holiday, isSkipped: true))
            }
        }
        let asked = meetings.filter { first <= $0.start && $0.start <= last }
        return Array(asked.sorted { ($0.start, $0.recurrenceID) < ($1.start, $1.recurrenceID) }.prefix(limit))
    }

    private func ruleDates(through last: LocalDateTime, limit: Int) -> [LocalDateTime] {
        guard let rule else { return start <= last ? [start] : [] }
        return rule.dates(from: start, through: last, limit: limit + exclusions.count)
    }

    private func meeting(
        _ identity: LocalDateTime, at start: LocalDateTime, holiday: DayOff?, isSkipped: Bool = false
    ) -> PlannedMeeting {
        PlannedMeeting(
            recurrenceID: identity, start: start, end: start.adding(minutes: minutes), holiday: holiday,
            isSkipped: isSkipped)
    }
}
