import Briefing
import ICalendar
import Store

/// Every site of a meeting and whether it is ready.
public struct ReadinessBoard: Encodable, Sendable {
    public struct Row: Encodable, Sendable {
        public var site: SiteID
        public var name: String
        public var unit: UnitID
        public var state: Readiness.State
        public var reasons: [Readiness.Reason]
        /// Unix milliseconds of the newest check.
        public var at: Int?
        public var figures: CheckShown.Figures?
        /// kbit/s that the meeting needs of the site's line.
        public var need: Need
        /// Whether it has come into the room.
        public var joined: Bool
        public var technician: Technician
    }

    public struct Need: Encodable, Sendable {
        public var down: Int
        public var up: Int
    }

    /// Other when anything here is other than it was.
    public var version: Int
    /// The server's clock, Unix milliseconds.
    public var now: Int
    public var title: String
    public var start: LocalDateTime
    public var end: LocalDateTime
    public var counts: [String: Int]
    public var joined: Int
    /// Red first, then amber, unchecked and green; those in the room last of each.
    public var sites: [Row]
}

extension SchedulerService {
    /// What a board's version is made of, cheap to look up: whoever waits for news asks for it again and again.
    public func readinessVersion(of id: OccurrenceID) async throws -> Int {
        let minute = now() / 60
        let (mark, room) = try await store.read { reading -> (String, String) in
            guard let occurrence = try reading.occurrence(id), let series = try reading.series(occurrence.series) else {
                throw ActError.notFound
            }
            // Checks age: a board is looked at anew each minute.
            let joined = try reading.joinedSites(of: id).sorted()
            return (
                "\(try reading.newestCheckNumber()) \(self.version(occurrence, series)) \(minute) \(joined)",
                occurrence.room
            )
        }
        let present = await readiness.present(in: room).map { "\($0.sorted())" } ?? ""
        // JavaScript's numbers hold 53 bits.
        return Int(fingerprint(mark + present) & 0x1f_ffff_ffff_ffff)
    }

    /// - Throws: `notFound`, `forbidden` for whoever sees no site of it.
    public func readinessBoard(of id: OccurrenceID, as caller: Caller) async throws -> ReadinessBoard {
        let version = try await readinessVersion(of: id)
        let now = now()
        let (occurrence, plan, newest, came) = try await store.read { reading in
            let (occurrence, _, plan) = try self.meeting(id, reading)
            let sites = plan.sites.filter { site in
                self.directory.unit(of: site).map {
                    caller.rights.maySeeReadiness(of: $0, organiser: plan.organiser)
                } ?? false
            }
            guard !sites.isEmpty || caller.rights.maySeeTechnicians(of: plan.organiser) else {
                throw caller.rights.mayRead(self.audience(plan)) ? ActError.forbidden : .notFound
            }
            var seen = plan
            seen.sites = sites
            return (
                occurrence, seen, try reading.newestChecks(of: sites.sorted()), try reading.joinedSites(of: id)
            )
        }
        let joined = await readiness.present(in: occurrence.room) ?? came
        // A meeting that is over shows how its sites went into it.
        let time = min(now, ProvinceClock.unix(occurrence.end))
        var counts = Dictionary(uniqueKeysWithValues: Readiness.State.allCases.map { ($0.rawValue, 0) })
        let directory = directory
        let rows = plan.sites.sorted().compactMap { id -> ReadinessBoard.Row? in
            guard let site = directory.sites[id] else { return nil }
            let kept = newest[id]
            let need = need(of: id)
            let verdict = kept.map { Readiness($0.check, need: need, age: time - $0.at) } ?? .unknown
            counts[verdict.state.rawValue, default: 0] += 1
            return ReadinessBoard.Row(
                site: id, name: directory.siteName(id), unit: site.unit, state: verdict.state,
                reasons: verdict.reasons, at: kept.map { $0.at * 1000 }, figures: kept.map { .init($0.check) },
                need: .init(down: need.down, up: need.up), joined: joined.contains(id), technician: site.technician)
        }
        return ReadinessBoard(
            version: version, now: now * 1000, title: plan.title, start: occurrence.start, end: occurrence.end,
            counts: counts, joined: rows.count { $0.joined }, sites: rows.sorted { $0.urgency < $1.urgency })
    }
}

extension ReadinessBoard.Row {
    /// The smaller, the sooner somebody should ring.
    fileprivate var urgency: (Int, Int, SiteID) {
        let order =
            switch state {
            case .red: 0
            case .amber: 1
            case .none: 2
            case .green: 3
            }
        return (order, joined ? 1 : 0, site)
    }
}
