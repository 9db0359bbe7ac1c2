import Briefing
import Foundation
import ICalendar
import Store

/// A text that the page shows in either language, as it is switched.
public struct BothLanguages: Codable, Hashable, Sendable {
    public var vi: String
    public var en: String
}

/// What a plan would mean, before it is booked.
public struct SeriesPreview: Encodable, Sendable {
    public struct Date: Encodable, Sendable {
        public struct Moved: Encodable, Sendable {
            public var from: LocalDateTime
            public var holiday: String
        }

        public var recurrence: LocalDateTime
        public var start: LocalDateTime
        public var end: LocalDateTime
        public var moved: Moved?
        public var skipped: Bool
    }

    public struct Warning: Encodable, Sendable {
        public var code: String
        public var message: Sentence
    }

    public var words: BothLanguages
    public var dates: [Date]
    public var conflicts: [ConflictReport.Line]
    /// The meetings that clash, by the rule's own time: a booking may leave them out.
    public var clashing: [LocalDateTime]
    public var proposals: [ConflictReport.Proposal]
    public var warnings: [Warning]
    /// Meetings in all; nil for a rule without an end.
    public var count: Int?
    /// What is not filled in yet, or wrong.
    public var fields: [String: Sentence]
}

extension SchedulerService {
    /// - Parameter except: the series that is being edited.
    public func preview(_ form: SeriesForm, except: SeriesID?, as caller: Caller) async throws -> SeriesPreview {
        guard caller.rights.mayBookAtAll else { throw ActError.forbidden }
        var check = FormCheck()
        let plan = plan(form, by: caller, over: nil, &check)
        let fields = check.fields
        guard fields["start"] == nil, fields["rule"] == nil, fields["minutes"] == nil else {
            return SeriesPreview(
                words: BothLanguages(vi: "", en: ""), dates: [], conflicts: [], clashing: [], proposals: [],
                warnings: [],
                count: nil, fields: fields)
        }
        let leftOut = Set(form.leaveOut ?? [])
        let meetings = meetings(of: plan, from: plan.start, limit: Self.mostMeetings).map { meeting in
            leftOut.contains(meeting.recurrenceID) ? meeting.leftOut : meeting
        }
        let shown = meetings.prefix(10).map { meeting in
            SeriesPreview.Date(
                recurrence: meeting.recurrenceID, start: meeting.start, end: meeting.end,
                moved: meeting.movedFor.map { .init(from: meeting.recurrenceID, holiday: $0) },
                skipped: meeting.isSkipped)
        }
        let isEndless = plan.rule != nil && plan.rule?.count == nil && plan.rule?.until == nil
        let warnings = warnings(plan, meetings)
        return try await store.read { reading in
            let claimed = self.times(meetings)
            let found = try self.conflicts(claimed, [self.claim(plan)], exceptSeries: except, reading)
            let proposals =
                try found.isEmpty
                ? []
                : self.proposals(for: meetings, plan, exceptSeries: except, reading)
            return SeriesPreview(
                words: self.words(plan), dates: shown,
                conflicts: try self.lines(Array(found.prefix(20)), for: caller, reading),
                clashing: self.clashing(meetings, found), proposals: proposals,
                warnings: warnings, count: isEndless ? nil : meetings.count(where: { !$0.isSkipped }), fields: fields)
        }
    }

    /// Which meetings of a series clash with what is booked. What no meeting can do without, the lines and the cap, is
    /// not met by leaving single ones out.
    private func clashing(_ meetings: [PlannedMeeting], _ conflicts: [Conflict]) -> [LocalDateTime] {
        let taken = conflicts.filter { if case .siteLine = $0.subject { false } else { true } }
        return meetings.filter { meeting in
            !meeting.isSkipped && taken.contains { $0.start < meeting.end && $0.end > meeting.start }
        }.map(\.recurrenceID)
    }

    /// As many meetings as are ever laid out for one series.
    static let mostMeetings = 3000
    /// Endless rules are laid out this far ahead.
    static let horizonDays = 5 * 366

    /// The meetings of a plan from a time on, up to the horizon.
    func meetings(of plan: MeetingPlan, from: LocalDateTime, limit: Int) -> [PlannedMeeting] {
        let last = LocalDateTime(minuteNumber: horizon(from: plan.start.date).dayNumber * 1440 + 1439)
        return plan.recurrence.meetings(from: from, through: last, limit: limit, calendar: calendar)
    }

    func horizon(from start: LocalDate) -> LocalDate { max(start, today).adding(days: Self.horizonDays) }

    func times(_ meetings: [PlannedMeeting]) -> [ClaimedTime] {
        meetings.filter { !$0.isSkipped }.map {
            ClaimedTime(start: $0.start, end: $0.end, claim: 0, series: nil, occurrence: nil)
        }
    }

    func words(_ plan: MeetingPlan) -> BothLanguages {
        BothLanguages(vi: RuleInWords.vietnamese(plan.recurrence), en: RuleInWords.english(plan.recurrence))
    }

    var clocks: LegalClocks {
        LegalClocks(invitationDays: office.invitationDays, conclusionsDays: office.conclusionsDays)
    }

    private func warnings(_ plan: MeetingPlan, _ meetings: [PlannedMeeting]) -> [SeriesPreview.Warning] {
        var warnings: [SeriesPreview.Warning] = []
        func add(_ code: String, _ vietnamese: String, _ english: String) {
            warnings.append(.init(code: code, message: Sentence(vietnamese: vietnamese, english: english)))
        }
        if let first = meetings.first(where: { !$0.isSkipped }) {
            if first.start < ProvinceClock.local(unix: now()) {
                add("past", "Ngày họp đầu tiên đã qua.", "The first date has passed.")
            } else if plan.isPeriodic {
                let clock = clocks.invitation(meeting: first.start.date, leaving: today, calendar: calendar)
                if clock.isLate { add("invitation-late", clock.vietnamese, clock.english) }
            }
        }
        let total = plan.agenda.reduce(0) { $0 + $1.minutes }
        if total > plan.minutes {
            add(
                "agenda-long", "Chương trình dài \(total) phút, cuộc họp chỉ có \(plan.minutes) phút.",
                "The agenda takes \(total) minutes, the meeting has \(plan.minutes).")
        }
        if plan.start.minuteOfDay < 6 * 60 || plan.start.minuteOfDay + plan.minutes > 20 * 60 {
            add("hours", "Cuộc họp ngoài giờ làm việc.", "The meeting is outside working hours.")
        }
        let now = calendar
        if let weekend = meetings.first(where: { !$0.isSkipped && !now.isWorking($0.start.date) }) {
            let name = now.holidayName(weekend.start.date)
            add(
                "day-off", "Ngày \(weekend.start.date.vietnamese) là ngày nghỉ\(name.map { " (\($0))" } ?? "").",
                "\(weekend.start.date) is a day off\(name.map { " (\($0))" } ?? "").")
        }
        return warnings
    }
}

extension PlannedMeeting {
    /// The same, not held.
    var leftOut: PlannedMeeting {
        PlannedMeeting(recurrenceID: recurrenceID, start: start, end: end, holiday: nil, isSkipped: true)
    }
}
