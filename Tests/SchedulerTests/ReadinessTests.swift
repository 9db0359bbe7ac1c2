import Briefing
import ICalendar
import Store
import Testing

@testable import Scheduler

@Suite struct ReadinessTests {
    private func check(
        _ occurrence: OccurrenceID?, site: SiteID? = nil, up: Int? = 800
    ) -> SchedulerService.CheckForm {
        .init(
            occurrence: occurrence, site: site, down: 900, up: up, rtt: 30, loss: 0, mic: -60, micPeak: -40,
            camera: "ok", speaker: "ok", clock: 0)
    }

    private func turn(_ occurrence: OccurrenceID, done: Bool? = nil) -> SchedulerService.TurnForm {
        .init(occurrence: occurrence, site: nil, done: done)
    }

    /// A meeting of some sites at 8:00, an hour from now.
    private func meeting(_ office: Office, _ sites: [SiteID], at time: String = "08:00") async throws -> OccurrenceID {
        let booked = try await office.book(office.form("Giao ban \(time)", "2027-01-04T\(time)", sites: sites))
        return booked.occurrence
    }

    @Test func `A board sorts red first and says why, and its version grows with each check`() async throws {
        let office = try await Office()
        let sites = Array(office.sites.prefix(4))
        let id = try await meeting(office, sites)
        let before = try await office.scheduler.readinessBoard(of: id, as: office.secretary)
        #expect(before.sites.map(\.state) == [.none, .none, .none, .none])
        #expect(before.sites.first?.reasons.map(\.words.vietnamese) == ["Chưa kiểm tra"])
        _ = try await office.scheduler.addCheck(check(id), by: .device(sites[0]))
        _ = try await office.scheduler.addCheck(check(id, up: 0), by: .device(sites[1]))
        _ = try await office.scheduler.addCheck(check(id, up: 100), by: .device(sites[2]))
        let after = try await office.scheduler.readinessBoard(of: id, as: office.secretary)
        #expect(after.version != before.version)
        #expect(after.sites.map(\.state) == [.red, .amber, .none, .green])
        #expect(after.sites.map(\.site) == [sites[1], sites[2], sites[3], sites[0]])
        #expect(after.counts == ["red": 1, "amber": 1, "none": 1, "green": 1])
        #expect(after.sites[1].reasons.map(\.words.vietnamese) == ["Đường lên 100 kbit/s, cần 150"])
        #expect(try await office.scheduler.readinessVersion(of: id) == after.version)
    }

    @Test func `Every check is kept, with how the site went into earlier meetings`() async throws {
        let office = try await Office()
        let site = office.sites[1]
        let first = try await meeting(office, [site])
        let second = try await meeting(office, [site], at: "14:00")
        for up in [0, 800] { _ = try await office.scheduler.addCheck(check(first, up: up), by: .device(site)) }
        _ = try await office.scheduler.addCheck(check(second), by: .device(site))
        let history = try await office.scheduler.checks(of: site, for: second, as: office.secretary)
        #expect(history.checks.map(\.state) == [.green, .green, .red])
        #expect(history.meetings.map(\.occurrence) == [first])
        #expect(history.meetings.first?.state == .green)
    }

    @Test func `A site sends no more than six checks in a minute`() async throws {
        let office = try await Office()
        let id = try await meeting(office, [office.sites[1]])
        for _ in 0..<6 { _ = try await office.scheduler.addCheck(check(id), by: .device(office.sites[1])) }
        await #expect(throws: ActError.self) {
            try await office.scheduler.addCheck(self.check(id), by: .device(office.sites[1]))
        }
        office.advance(seconds: 61)
        _ = try await office.scheduler.addCheck(check(id), by: .device(office.sites[1]))
    }

    @Test func `A device checks its own site only, a delegate that of the unit`() async throws {
        let office = try await Office()
        let scheduler = office.scheduler
        let mine = try #require(office.sites.first { scheduler.directory.siteName($0) == "Huyện Ba Bể" })
        let other = try #require(office.sites.first { $0 != mine })
        let id = try await meeting(office, [mine])
        await #expect(throws: ActError.self) { try await scheduler.addCheck(self.check(id), by: .device(other)) }
        let made = try await scheduler.addCheck(check(id), by: .person(office.delegate))
        #expect(made.site == mine)
        await #expect(throws: ActError.self) {
            try await scheduler.addCheck(self.check(nil, site: other), by: .person(office.delegate))
        }
    }

    @Test func `Tests leave a running briefing what it needs, and begin when it has ended`() async throws {
        let office = try await Office()
        let sites = office.sites
        _ = try await meeting(office, Array(sites.prefix(3)), at: "07:00")
        let next = try await meeting(office, Array(sites.suffix(2)), at: "09:00")
        // 1 Mbit/s at the office, of which three sites take 300 each: 100 are left, too little for a test.
        let administrator = try #require(
            try await office.scheduler.store.read { try $0.person(email: "quantri@backan.example") })
        _ = try await office.scheduler.setOffice(
            .init(officeUp: 1000, officeDown: 1000), as: office.scheduler.caller(administrator))
        let site = try #require(sites.last)
        let refused = try await office.scheduler.checkTurn(turn(next), by: .device(site))
        #expect(!refused.go && refused.reason == .line && (refused.wait ?? 0) > 0)
        office.advance(seconds: 3600)
        let granted = try await office.scheduler.checkTurn(turn(next), by: .device(site))
        #expect(granted.go && granted.kbps == 1000 && granted.room?.hasPrefix("test-") == true)
    }

    @Test func `Whoever sits in a room gets no test`() async throws {
        let office = try await Office()
        let site = office.sites[1]
        let id = try await meeting(office, [site])
        office.scheduler.readiness.onPresence { _ in [site] }
        let answer = try await office.scheduler.checkTurn(turn(id), by: .device(site))
        #expect(!answer.go && answer.reason == .inCall)
        let board = try await office.scheduler.readinessBoard(of: id, as: office.secretary)
        #expect(board.joined == 1 && board.sites.first?.joined == true)
    }
}
