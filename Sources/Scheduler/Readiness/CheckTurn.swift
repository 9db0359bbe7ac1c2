import Briefing
import Foundation
import ICalendar
import Store

/// Whether a site may test its line now.
public struct CheckTurn: Encodable, Sendable {
    public var go: Bool
    /// kbit/s that the test may take, either way, and how long: seconds.
    public var kbps: Int?
    public var seconds: Int?
    /// A room of its own for the test, and the token to join it.
    public var room: String?
    public var token: String?
    /// Seconds after which to ask again.
    public var wait: Int?
    public var reason: TestTurns.Reason?
    /// The server's clock, Unix milliseconds.
    public var now: Int
}

extension SchedulerService {
    public struct TurnForm: Decodable, Sendable {
        public var occurrence: OccurrenceID?
        /// For a person at several sites; a device is its own.
        public var site: SiteID?
        /// The test is over: what was granted is free for others.
        public var done: Bool?
    }

    /// A site's question for a turn, or its word that it is done.
    public func checkTurn(_ form: TurnForm, by checker: SiteCaller) async throws -> CheckTurn {
        let id = try await store.read { reading in
            try self.checkedSite(form.site, for: form.occurrence, by: checker, reading)
        }
        guard let site = directory.sites[id] else { throw ActError.notFound }
        let now = now()
        if form.done == true {
            readiness.withTurns { $0.end(id) }
            return CheckTurn(go: false, wait: 0, now: now * 1000)
        }
        let running = try await callsNow()
        let capacity = office.capacity
        let free = LineNeed.free(
            of: capacity, beside: running.calls, lines: directory.lines, from: now, through: now + TestTurns.length)
        let answer = readiness.withTurns {
            $0.ask(
                id, line: site.line, need: LineNeed.of(site.line, capacity), free: free,
                isInCall: running.present.contains(id), now: now)
        }
        switch answer {
        case .wait(let seconds, let reason):
            return CheckTurn(go: false, wait: seconds, reason: reason, now: now * 1000)
        case .go(let kbps, let seconds):
            let room = "test-\(UUID().uuidString.lowercased())"
            return CheckTurn(
                go: true, kbps: kbps, seconds: seconds, room: room,
                token: settings.joinToken(room, nil, now + 2 * TestTurns.length), now: now * 1000)
        }
    }

    /// The calls that run now or will within a turn, and who sits in them.
    func callsNow() async throws -> ReadinessDesk.CallsNow {
        let now = now()
        if let known = readiness.calls(at: now) { return known }
        let local = nowLocal
        let begin = local.adding(minutes: -Self.closesAfter)
        // The clock of meetings counts minutes: one more takes in what begins within the turn.
        let end = local.adding(minutes: max(Self.opensBefore, TestTurns.length / 60 + 1) + 1)
        let meetings = try await store.read { reading -> [(RunningCall, room: String, joined: Set<SiteID>)] in
            try reading.occurrences(from: begin, to: end, states: [.planned, .held]).compactMap { occurrence in
                guard let series = try reading.series(occurrence.series) else { return nil }
                let plan = try self.effectivePlan(occurrence, series, reading)
                guard plan.form != .inPerson else { return nil }
                let call = RunningCall(
                    begin: ProvinceClock.unix(occurrence.start), end: ProvinceClock.unix(occurrence.end),
                    sites: plan.sites)
                return (call, occurrence.room, try reading.joinedSites(of: occurrence.id))
            }
        }
        var found = ReadinessDesk.CallsNow()
        for (call, room, joined) in meetings {
            found.calls.append(call)
            if let present = await readiness.present(in: room) {
                found.present.formUnion(present)
            } else if call.end > now {
                found.present.formUnion(joined)
            }
        }
        // Who sits in a room before its time, or after it, takes the line just as well.
        found.calls.append(RunningCall(begin: 0, end: .max, sites: found.present))
        readiness.keep(found, at: now)
        return found
    }
}
