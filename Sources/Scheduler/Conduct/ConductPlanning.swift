import Briefing
import ICalendar
import Store

extension SchedulerService {
    /// What is booked, as a meeting's conduct needs it.
    func conductPlan(
        _ occurrence: Occurrence, _ series: Series, _ plan: MeetingPlan, _ reading: Reading
    ) throws -> ConductPlan {
        let directory = directory
        let replies = try reading.replies(to: occurrence, seriesAnswersSince: series.answersSince)
        func delegate(_ invitee: Invitee) -> String {
            guard let reply = replies[invitee], reply.answer == .delegate else { return "" }
            return reply.delegateName
        }
        var seats: [ConductPlan.PlannedSeat] = plan.sites.sorted().compactMap { site in
            directory.unit(of: site).map {
                .init(
                    seat: .site(site), name: directory.siteName(site), unit: $0, isInvited: true,
                    delegate: delegate(.site(site)))
            }
        }
        for person in try reading.people(plan.people.union(plan.chair.map { [$0] } ?? []).sorted()) {
            seats.append(
                .init(
                    seat: .person(person.id), name: person.name, unit: person.unit,
                    isInvited: plan.people.contains(person.id), delegate: delegate(.person(person.id))))
        }
        return ConductPlan(
            title: plan.title, start: Int64(ProvinceClock.unix(occurrence.start)) * 1000,
            end: Int64(ProvinceClock.unix(occurrence.end)) * 1000, chair: plan.chair.map { .person($0) }, seats: seats,
            units: units(above: seats.map(\.unit)),
            agenda: plan.agenda.map { .init(title: $0.title, owner: $0.owner, minutes: $0.minutes) },
            isEmergency: try reading.isEmergency(occurrence.id),
            papers: try presentedPapers(occurrence, plan, reading), isRecorded: plan.isRecorded)
    }

    /// The meeting's papers that have pages, or may come to have some.
    private func presentedPapers(
        _ occurrence: Occurrence, _ plan: MeetingPlan, _ reading: Reading
    ) throws -> [ConductPlan.PlannedPaper] {
        let papers = try reading.papers(of: occurrence).filter { $0.sha256 != nil }
        let pages = try reading.pageCounts(of: papers.compactMap(\.sha256))
        return papers.map { paper in
            let place = plan.agenda.firstIndex { paper.item.map(Int64.init) == $0.id.rawValue }
            return .init(
                id: paper.id, root: paper.first ?? paper.id, title: paper.title, item: place.map { $0 + 1 },
                pages: paper.sha256.flatMap { pages[$0] } ?? 0)
        }
    }

    /// The units of seats and all above them.
    private func units(above units: [UnitID]) -> [ConductPlan.PlannedUnit] {
        let tree = directory.tree
        var found: Set<UnitID> = []
        for unit in units {
            var current: UnitID? = unit
            while let here = current, found.insert(here).inserted { current = tree.parent(of: here) }
        }
        return found.sorted().map {
            .init(id: $0, name: tree.name($0), parent: tree.parent(of: $0), kind: tree.units[$0]?.kind ?? "")
        }
    }

    /// What somebody is in a meeting, and where they sit.
    func actor(_ caller: Caller, in plan: MeetingPlan) -> Actor {
        let person = caller.person
        let site = plan.sites.sorted().first { site in
            directory.unit(of: site).map { caller.rights.isOf($0) } ?? false
        }
        if plan.chair == person.id {
            return Actor(seat: .person(person.id), role: .chair, site: site, name: person.name)
        }
        if caller.rights.holds([.secretary, .chair], over: plan.organiser) {
            return Actor(seat: .person(person.id), role: .secretary, site: site, name: person.name)
        }
        if plan.people.contains(person.id) {
            return Actor(seat: .person(person.id), role: .delegate, site: site, name: person.name)
        }
        let maySupport = caller.rights.maySupport(plan.organiser)
        // A technician who works at an invited site is there for the lines: they do not count for it, nor vote.
        let mayAnswer = site.flatMap(directory.unit(of:)).map { caller.rights.mayAnswer(for: $0) } ?? false
        if let site, !maySupport || mayAnswer { return Actor(seat: .site(site), role: .delegate, name: person.name) }
        return Actor(seat: .person(person.id), role: maySupport ? .technician : .delegate, name: person.name)
    }
}
