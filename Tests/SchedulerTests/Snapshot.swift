import Briefing
import ICalendar
import Store

@testable import Scheduler

/// All meetings of a store as people see them.
struct Snapshot: Equatable {
    struct Meeting: Equatable {
        var series: SeriesID
        var recurrence: LocalDateTime
        var start: LocalDateTime
        var end: LocalDateTime
        var state: Occurrence.State
        var title: String
        var organiser: UnitID
        var chair: PersonID?
        var venue: SiteID?
        var form: MeetingForm
        var sites: Set<SiteID>
        var people: Set<PersonID>
        var agenda: [String]
        var notes: String
        /// What an edit of it names.
        var version: Int

        /// What its dossier keeps, wherever it belongs.
        var dossier: Meeting {
            var meeting = self
            meeting.series = SeriesID(0)
            meeting.recurrence = start
            meeting.version = 0
            return meeting
        }

        var claim: Claim {
            Claim(sites: sites, people: people.union(chair.map { [$0] } ?? []), venue: venue, isOnline: true)
        }

        /// Whether somebody or something would have to be in both.
        func shares(_ other: Meeting) -> Bool {
            let rooms = sites.union(venue.map { [$0] } ?? [])
            let others = other.sites.union(other.venue.map { [$0] } ?? [])
            return !rooms.isDisjoint(with: others) || !claim.people.isDisjoint(with: other.claim.people)
        }
    }

    var meetings: [OccurrenceID: Meeting] = [:]
    var uids: [String] = []

    init(_ office: Office) async throws {
        let scheduler = office.scheduler
        (meetings, uids) = try await scheduler.store.read { reading in
            var found: [OccurrenceID: Meeting] = [:]
            var uids: [String] = []
            for series in try reading.allSeries(activeOnly: false) {
                uids.append(series.uid)
                for occurrence in try reading.occurrences(of: series.id) where occurrence.state != .skipped {
                    let plan = try scheduler.effectivePlan(occurrence, series, reading)
                    found[occurrence.id] = Meeting(
                        series: series.id, recurrence: occurrence.recurrenceID, start: occurrence.start,
                        end: occurrence.end, state: occurrence.state, title: plan.title, organiser: plan.organiser,
                        chair: plan.chair, venue: plan.venue, form: plan.form, sites: plan.sites, people: plan.people,
                        agenda: plan.agenda.map(\.title), notes: plan.notes,
                        version: scheduler.version(occurrence, series))
                }
            }
            return (found, uids)
        }
    }

    /// What was over at a time, and not cancelled.
    func held(at now: LocalDateTime) -> [OccurrenceID: Meeting] {
        meetings.filter { $0.value.end <= now && $0.value.state != .cancelled }
    }
}
