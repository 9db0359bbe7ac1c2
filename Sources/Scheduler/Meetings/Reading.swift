import Briefing
import ICalendar
import Store

extension SchedulerService {
    func audience(_ plan: MeetingPlan) -> Audience {
        let directory = directory
        return Audience(
            organiser: plan.organiser, chair: plan.chair, people: plan.people,
            units: Set(plan.sites.compactMap { directory.unit(of: $0) }))
    }

    func mayRead(_ series: Series, _ caller: Caller) throws -> Bool { caller.rights.mayRead(audience(series.plan)) }

    func mayRead(_ id: OccurrenceID, _ caller: Caller, _ reading: Reading) throws -> Bool {
        guard let occurrence = try reading.occurrence(id), let series = try reading.series(occurrence.series) else {
            return false
        }
        return caller.rights.mayRead(audience(try effectivePlan(occurrence, series, reading)))
    }

    /// What an edit of a meeting names: it grows with every edit of the meeting and of its series.
    func version(_ occurrence: Occurrence, _ series: Series) -> Int { occurrence.version + series.version }

    /// What holds for one meeting: its own before its series'.
    func effectivePlan(_ occurrence: Occurrence, _ series: Series, _ reading: Reading) throws -> MeetingPlan {
        var plan = occurrence.plan(of: series.plan)
        if occurrence.isEdited {
            let list = try reading.invitees(of: occurrence)
            plan.sites = list.sites
            plan.people = list.people
        }
        if occurrence.own.hasAgenda {
            plan.agenda = try reading.agenda(of: series.id, occurrence: occurrence.id)
        }
        return plan
    }

    /// A meeting with its series and what holds for it, whoever asks.
    func meeting(_ id: OccurrenceID, _ reading: Reading) throws -> (Occurrence, Series, MeetingPlan) {
        guard let occurrence = try reading.occurrence(id), let series = try reading.series(occurrence.series) else {
            throw ActError.notFound
        }
        return (occurrence, series, try effectivePlan(occurrence, series, reading))
    }

    /// The same, for somebody who may read it; for others there is none.
    func readable(_ id: OccurrenceID, _ caller: Caller, _ reading: Reading) throws -> (Occurrence, Series, MeetingPlan)
    {
        let found = try meeting(id, reading)
        guard caller.rights.mayRead(audience(found.2)) else { throw ActError.notFound }
        return found
    }

    /// The same, for somebody who may edit it.
    func editable(_ id: OccurrenceID, _ caller: Caller, _ reading: Reading) throws -> (Occurrence, Series, MeetingPlan)
    {
        let found = try readable(id, caller, reading)
        guard caller.rights.mayBook(for: found.1.plan.organiser) else { throw ActError.forbidden }
        return found
    }
}
