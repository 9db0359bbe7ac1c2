import Briefing
import ICalendar
import Store
import Testing

@testable import Scheduler

@Suite struct ConductRollTests {
    @Test func `A closed roll marks who did not answer as absent, and leaves who is there in person`() async throws {
        let office = try await Office()
        let made = try await office.book(
            office.form("Giao ban", "2027-01-04T07:30", sites: Array(office.sites.prefix(3))))
        let id = made.occurrence
        office.now = try #require(LocalDateTime("2027-01-04T07:31"))
        try await office.scheduler.setAttendance(
            id, .init(site: office.sites[2], attendance: "in-person"), as: office.secretary)
        let leader = try await office.scheduler.actor(in: id, as: office.secretary)
        let first = Actor(seat: .site(office.sites[0]), role: .delegate, name: "")
        for (name, actor) in [("open", leader), ("roll.open", leader), ("roll.confirm", first), ("roll.close", leader)]
        {
            let refusal = try await office.scheduler.act(ActForm(do: name), in: id, by: actor, sender: nil)
            #expect(refusal == nil, "\(name)")
        }
        let attendance = try await office.scheduler.store.read { try $0.attendance(of: id) }
        #expect(attendance == [office.sites[0]: .online, office.sites[1]: .absent, office.sites[2]: .inPerson])
    }
}
