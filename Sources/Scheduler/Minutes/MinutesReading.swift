import Briefing
import Foundation
import ICalendar
import Store

extension SchedulerService {
    /// What somebody may read of a meeting's minutes.
    struct ReadMinutes: Sendable {
        var occurrence: Occurrence
        var draft: MinutesDraft
        var mayEdit: Bool
        /// Unix ms.
        var at: Int64
    }

    /// The minutes as they are now: for those who keep them at any time, for those who may read the meeting once it is
    /// over.
    func readMinutes(of id: OccurrenceID, as caller: Caller) async throws -> ReadMinutes {
        let (occurrence, plan) = try await store.read { reading in
            let (occurrence, _, plan) = try self.readable(id, caller, reading)
            return (occurrence, plan)
        }
        let conduct = try await conduct(of: id)
        let audience = audience(plan)
        let isOver =
            switch conduct.phase {
            case .ended: true
            case .planned: occurrence.end <= nowLocal
            case .open: false
            }
        guard caller.rights.mayReadMinutes(of: audience, isOver: isOver) else { throw ActError.forbidden }
        let meeting = try await store.read { reading in
            try self.minutesMeeting(occurrence, plan, conduct, reading)
        }
        let at = milliseconds
        return ReadMinutes(
            occurrence: occurrence, draft: MinutesDraft(of: conduct, meeting: meeting, at: at),
            mayEdit: caller.rights.mayKeepMinutes(of: audience), at: at)
    }

    func minutesMeeting(
        _ occurrence: Occurrence, _ plan: MeetingPlan, _ conduct: Conduct, _ reading: Reading
    ) throws -> MinutesMeeting {
        let tree = directory.tree
        let seated = conduct.attendees.keys.sorted().compactMap { seat in
            if case .person(let id) = seat { id } else { nil }
        }
        let people = try reading.people(seated).map { (seat: Seat.person($0.id), person: $0) }
        let ended = conduct.endedAt.map { ProvinceClock.local(unix: Int($0 / 1000)).date } ?? occurrence.end.date
        return MinutesMeeting(
            agency: tree.name(plan.organiser), superior: tree.parent(of: plan.organiser).map { tree.name($0) },
            place: placeName(office.province), form: plan.form, venue: plan.venue.map { directory.siteName($0) },
            titles: Dictionary(people.map { ($0.seat, $0.person.title) }, uniquingKeysWith: { first, _ in first }),
            secretary: try secretary(of: conduct, people, plan.organiser, reading),
            conclusionsDue: clocks.conclusions(meeting: ended, issuedBy: ended, calendar: calendar).due,
            conclusionsDays: office.conclusionsDays)
    }

    /// Who keeps the minutes: the first secretary who came into the meeting; before that, the organiser's only one.
    /// Empty where that says nobody.
    private func secretary(
        of conduct: Conduct, _ people: [(seat: Seat, person: Person)], _ organiser: UnitID, _ reading: Reading
    ) throws -> String {
        func isSecretary(_ person: Person) -> Bool {
            self.caller(person).rights.holds([.secretary], over: organiser)
        }
        let came = people.compactMap { seat, person -> (at: Int64, name: String)? in
            guard seat != conduct.chair, let at = conduct.attendees[seat]?.firstConnectedAt, isSecretary(person) else {
                return nil
            }
            return (at, person.name)
        }
        if let first = came.min(by: { $0.at < $1.at }) { return first.name }
        let own = try reading.people(matching: nil, unit: organiser, limit: 200).filter { person in
            person.isActive && person.grants.contains { $0.role == .secretary && $0.unit == organiser }
        }
        return own.count == 1 ? own.first?.name ?? "" : ""
    }
}
