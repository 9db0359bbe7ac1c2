import Briefing
import ICalendar
import Store

extension SchedulerService {
    /// A calendar reaches as many days back.
    static let feedDays = 60

    /// The meetings of a scope, from `feedDays` ago on.
    func calendarObjects(_ scope: CalendarScope, _ reading: Reading) throws -> [CalendarObject] {
        let since = LocalDateTime(minuteNumber: today.adding(days: -Self.feedDays).dayNumber * 1440)
        let ids = try reading.seriesConcerning(
            sites: scope.sites, organisers: scope.organisers, person: scope.person, since: ProvinceClock.unix(since))
        return try ids.flatMap { id -> [CalendarObject] in
            guard let series = try reading.series(id) else { return [] }
            return try calendarObjects(of: series, scope, since: since, reading)
        }
    }

    private func calendarObjects(
        of series: Series, _ scope: CalendarScope, since: LocalDateTime, _ reading: Reading
    ) throws -> [CalendarObject] {
        let all = try reading.occurrences(of: series.id)
        let isWhole = scope.concerns(series.plan)
        var hidden: Set<OccurrenceID> = []
        let edited = all.filter { $0.isEdited && $0.end >= since }
        let changes = try reading.changes(of: edited.map(\.id))
        let list = InviteeList(sites: series.plan.sites, people: series.plan.people)
        var own: Set<OccurrenceID> = []
        for occurrence in edited {
            let isOwn = scope.concerns(
                organiser: series.plan.organiser, chair: occurrence.own.chair ?? series.plan.chair,
                reading.apply(changes[occurrence.id] ?? [], to: list))
            if isOwn { own.insert(occurrence.id) } else { hidden.insert(occurrence.id) }
        }
        let stamp = try reading.lastChanged(series.id)

        let recurs = series.plan.rule != nil || all.contains(where: \.isAddition)
        guard isWhole, recurs else {
            let shown = all.filter {
                $0.end >= since && $0.state != .skipped && (isWhole ? !hidden.contains($0.id) : own.contains($0.id))
            }
            var calendar = try meetingCalendar(series, reading, occurrences: shown)
            calendar.stamp = stamp
            return shown.map { calendar.object($0, uid: recurs ? nil : series.uid) }
        }

        // What the reader must not see is to calendar programs as if it were not held.
        let cleared = all.map { occurrence in
            var occurrence = occurrence
            if hidden.contains(occurrence.id) { occurrence.state = .cancelled }
            return occurrence
        }
        return try recurringObjects(series, cleared, since: since, stamp: stamp, reading)
    }

    /// A series from the first of its meetings that is still of interest: old ones, each with what it was called when it
    /// was held, would make a text that grows for ever. Meetings beside the rule from before that one stand alone.
    private func recurringObjects(
        _ series: Series, _ all: [Occurrence], since: LocalDateTime, stamp: Int, _ reading: Reading
    ) throws -> [CalendarObject] {
        let first = all.filter { !$0.isAddition && $0.state != .cancelled && $0.end >= since }.map(\.recurrenceID).min()
        let kept = all.filter { occurrence in first.map { occurrence.recurrenceID >= $0 } ?? false }
        let beside = all.filter { occurrence in
            occurrence.isAddition && occurrence.isHeld && occurrence.end >= since
                && (first.map { occurrence.recurrenceID < $0 } ?? true)
        }
        var calendar = try meetingCalendar(series, reading, occurrences: kept + beside)
        calendar.stamp = stamp
        var objects = beside.map { calendar.object($0, uid: nil) }
        guard let first, kept.contains(where: \.isHeld) else { return objects }
        calendar.occurrences = kept
        calendar.series.plan.start = first
        if let rule = series.plan.rule, let last = kept.filter({ !$0.isAddition }).map(\.recurrenceID).max() {
            // COUNT counts from a start that is no more; and no program may go on beyond what is laid out.
            calendar.series.plan.rule = rule.ending(before: last.adding(minutes: 1))
        }
        objects.append(
            CalendarObject(
                name: "series-\(series.id).ics", events: calendar.events(attendees: []),
                times: kept.filter(\.isHeld).map(\.times)))
        return objects
    }
}

extension Occurrence {
    fileprivate var isHeld: Bool { state == .planned || state == .held }

    fileprivate var times: Range<Int> {
        let begin = ProvinceClock.unix(start)
        return begin..<max(begin, ProvinceClock.unix(end))
    }
}

extension MeetingCalendar {
    /// One meeting by itself. An event with a recurrence id and without its master is nothing that programs read well
    /// (RFC 5545 §3.8.4.4), so one of a series gets a UID of its own.
    ///
    /// - Parameter uid: nil for a meeting of a series.
    fileprivate func object(_ occurrence: Occurrence, uid: String?) -> CalendarObject {
        var event = event(occurrence, [], isMaster: true)
        let digits = occurrence.recurrenceID.description.filter { $0 != "-" && $0 != ":" }
        event.uid = uid ?? "\(digits)-\(series.uid)"
        return CalendarObject(name: "meeting-\(occurrence.id).ics", events: [event], times: [occurrence.times])
    }
}
