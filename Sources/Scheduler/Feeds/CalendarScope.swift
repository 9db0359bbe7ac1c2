import Briefing
import ICalendar
import Store

/// Whose calendar it is: which meetings concern its reader.
///
/// Nobody's scope is wider than what they may read (`Rights.mayRead`); it is narrower, since a secretary of the province
/// reads every meeting and wants only the office's own in the pocket.
struct CalendarScope: Sendable {
    /// Sites whose invitations count.
    var sites: Set<SiteID>
    /// Units all of whose own meetings count.
    var organisers: Set<UnitID>
    /// Who counts as chair and as invited by name.
    var person: PersonID?

    /// Of a person: invited by name, chair, invited through a unit they belong to, or organised by such a unit where
    /// they may read all that it organises.
    init(_ caller: Caller, _ directory: Directory) {
        let sight = Sight(caller, directory)
        sites = sight.answering
        organisers = Set(directory.tree.units.keys.filter { caller.rights.isOf($0) && sight.reads(organiser: $0) })
        person = caller.person.id
    }

    /// Of a unit: what it organises and what its sites are invited to.
    init(unit: UnitID, _ directory: Directory) {
        sites = Set(directory.sitesOfUnit[unit] ?? [])
        organisers = [unit]
        person = nil
    }

    /// Of a site: what it is invited to.
    init(site: SiteID) {
        sites = [site]
        organisers = []
        person = nil
    }

    func concerns(organiser: UnitID, chair: PersonID?, _ list: InviteeList) -> Bool {
        if organisers.contains(organiser) || !list.sites.isDisjoint(with: sites) { return true }
        guard let person else { return false }
        return chair == person || list.people.contains(person)
    }

    func concerns(_ plan: MeetingPlan) -> Bool {
        concerns(
            organiser: plan.organiser, chair: plan.chair, InviteeList(sites: plan.sites, people: plan.people))
    }
}
