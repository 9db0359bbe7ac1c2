import Briefing
import Store
import Testing

@testable import Scheduler

@Suite struct ConductBookingTests {
    @Test func `A series is shortened although somebody has looked at the conduct of a later meeting`() async throws {
        let office = try await Office()
        let made = try await office.book(
            office.form("Giao ban", "2027-01-11T07:30", rule: "FREQ=WEEKLY;COUNT=4", sites: [office.sites[1]]))
        let all = try await office.scheduler.store.read { try $0.occurrences(of: made.id) }
        let last = try #require(all.last)
        _ = try await office.scheduler.conduct(of: last.id)
        _ = try await office.edit(made.occurrence, "all") { $0.rule = "FREQ=WEEKLY;COUNT=2" }
        let kept = try await office.scheduler.store.read { try $0.occurrence(last.id) }
        #expect(kept?.state == .cancelled)
    }
}
