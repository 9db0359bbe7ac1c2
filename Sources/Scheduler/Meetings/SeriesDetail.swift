import Briefing
import Foundation
import ICalendar
import Store

/// A series as its editor shows it.
public struct SeriesDetail: Encodable, Sendable {
    public struct Meeting: Encodable, Sendable {
        public var id: OccurrenceID
        public var start: LocalDateTime
        public var end: LocalDateTime
        public var state: Occurrence.State
        public var moved: Bool
    }

    public var id: SeriesID
    public var words: BothLanguages
    public var state: Series.State
    public var title: String
    public var organiser: UnitID
    public var chair: Me.Named?
    public var start: LocalDateTime
    public var minutes: Int
    public var rule: String?
    public var holidays: HolidayPolicy
    public var form: MeetingForm
    public var periodic: Bool
    public var recorded: Bool
    public var venue: SiteID?
    public var sites: [SiteID]
    public var people: [Me.Named]
    public var agenda: [OccurrenceDetail.Item]
    public var notes: String
    public var version: Int
    public var mayEdit: Bool
    public var occurrences: [Meeting]
}

public struct SeriesLine: Encodable, Sendable {
    public var id: SeriesID
    public var title: String
    public var words: BothLanguages
    public var organiser: Me.Named
    public var next: LocalDateTime?
    public var occurrence: OccurrenceID?
    public var sites: Int
    public var state: Series.State
}

extension SchedulerService {
    public func detail(_ id: SeriesID, as caller: Caller) async throws -> SeriesDetail {
        try await store.read { reading in
            guard let series = try reading.series(id), try self.mayRead(series, caller) else { throw ActError.notFound }
            let plan = series.plan
            let chair = try plan.chair.flatMap { try reading.person($0) }
            let people = try reading.people(plan.people.sorted())
            return SeriesDetail(
                id: id, words: self.words(plan), state: series.state, title: plan.title, organiser: plan.organiser,
                chair: chair.map { .init(id: $0.id.rawValue, name: $0.name) }, start: plan.start,
                minutes: plan.minutes, rule: plan.rule?.text, holidays: plan.holidays, form: plan.form,
                periodic: plan.isPeriodic, recorded: plan.isRecorded, venue: plan.venue, sites: plan.sites.sorted(),
                people: people.map { .init(id: $0.id.rawValue, name: $0.name) },
                agenda: plan.agenda.map { .init(id: $0.id, title: $0.title, owner: $0.owner, minutes: $0.minutes) },
                notes: plan.notes, version: series.version,
                mayEdit: series.state == .active && caller.rights.mayBook(for: plan.organiser),
                occurrences: try reading.occurrences(of: id).filter { $0.state != .skipped }.map {
                    .init(id: $0.id, start: $0.start, end: $0.end, state: $0.state, moved: $0.isMoved)
                })
        }
    }

    /// The series that somebody may read, those with a rule.
    public func seriesList(as caller: Caller) async throws -> [SeriesLine] {
        let now = now()
        let directory = directory
        return try await store.read { reading in
            try reading.recurringSeries(after: now).filter { try self.mayRead($0.series, caller) }.map { line in
                SeriesLine(
                    id: line.series.id, title: line.series.plan.title, words: self.words(line.series.plan),
                    organiser: .init(
                        id: line.series.plan.organiser.rawValue,
                        name: directory.tree.name(line.series.plan.organiser)),
                    next: line.next.map { ProvinceClock.local(unix: $0) }, occurrence: line.occurrence,
                    sites: line.series.plan.sites.count, state: line.series.state)
            }
        }
    }

    /// Cancels a series from its own page.
    public func cancel(_ id: SeriesID, _ form: CancelForm, as caller: Caller) async throws -> Edited {
        let next = try await store.read { reading -> OccurrenceID? in
            let series = try self.editable(id, caller, reading)
            let now = self.nowLocal
            return try reading.occurrences(of: series.id).first { $0.state == .planned && $0.end > now }?.id
        }
        guard let next else {
            throw ActError.refused(
                code: "past",
                Sentence(vietnamese: "Loạt họp này đã họp xong.", english: "All meetings of this series are over."))
        }
        var form = form
        form.scope = EditScope.all.rawValue
        form.version = nil
        return try await cancel(next, form, as: caller)
    }
}
