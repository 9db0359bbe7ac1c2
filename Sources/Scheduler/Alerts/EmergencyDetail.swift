import Briefing
import Foundation
import Store

/// An emergency as who leads it sees it: right to the site.
public struct EmergencyDetail: Encodable, Sendable {
    public struct SiteShown: Encodable, Sendable {
        public var site: SiteID
        public var name: String
        public var unit: UnitID
        /// Of the site's technician; empty where there is none.
        public var technician: String
        public var phone: String
        /// Unix milliseconds of the newest ring.
        public var rungAt: Int
        public var rings: Int
        public var acknowledgedAt: Int?
        /// Who answered, by name; nil before.
        public var by: String?
        public var how: RungSite.Answer?
        public var joinedAt: Int?
        public var state: RungSite.Progress
    }

    public struct Counts: Encodable, Sendable {
        public var sites = 0
        /// Those that have neither answered nor come.
        public var missing = 0
        /// Those that have answered or come.
        public var acknowledged = 0
        public var joined = 0
    }

    public var occurrence: OccurrenceID
    public var title: String
    public var message: String
    public var organiser: Me.Named
    public var chair: Me.Named?
    /// Who convened it.
    public var from: String
    /// Unix milliseconds.
    public var raisedAt: Int
    public var endedAt: Int?
    /// Whether it still rings.
    public var active: Bool
    public var counts: Counts
    public var sites: [SiteShown]
}

/// One emergency in a list of them.
public struct EmergencyLine: Encodable, Sendable {
    public var occurrence: OccurrenceID
    public var title: String
    public var raisedAt: Int
    public var endedAt: Int?
    public var active: Bool
    public var counts: EmergencyDetail.Counts
}

extension SchedulerService {
    private static let listedEmergencies = 20

    /// The newest emergencies that the caller may lead.
    public func emergencies(as caller: Caller) async throws -> [EmergencyLine] {
        guard !caller.rights.conveningTops.isEmpty else { throw ActError.forbidden }
        let now = now()
        return try await store.read { reading in
            try reading.alerts(.emergency, limit: 200).filter { try self.mayLead($0, caller, reading) }
                .prefix(Self.listedEmergencies).compactMap { alert in
                    guard let occurrence = alert.occurrence else { return nil }
                    return EmergencyLine(
                        occurrence: occurrence, title: alert.title, raisedAt: alert.raisedAt * 1000,
                        endedAt: alert.endedAt.map { $0 * 1000 }, active: alert.isActive(at: now),
                        counts: try self.counts(of: self.sites(of: alert, reading)))
                }
        }
    }

    public func emergency(_ id: OccurrenceID, as caller: Caller) async throws -> EmergencyDetail {
        let now = now()
        return try await store.read { reading in
            let (alert, series) = try self.led(id, caller, reading)
            let sites = try self.sites(of: alert, reading)
            let chair = try series.plan.chair.flatMap { try reading.person($0) }
            return EmergencyDetail(
                occurrence: id, title: alert.title, message: alert.message,
                organiser: .init(
                    id: series.plan.organiser.rawValue, name: self.directory.tree.name(series.plan.organiser)),
                chair: chair.map { .init(id: $0.id.rawValue, name: $0.name) },
                from: try alert.raisedBy.flatMap { try reading.person($0)?.name } ?? "",
                raisedAt: alert.raisedAt * 1000, endedAt: alert.endedAt.map { $0 * 1000 },
                active: alert.isActive(at: now), counts: self.counts(of: sites), sites: sites)
        }
    }

    public struct RingForm: Decodable, Sendable {
        /// Nil for all that are missing.
        public var sites: [SiteID]?
    }

    public struct Rung: Encodable, Sendable {
        public var sites: Int
    }

    /// Rings again: the sites that are named, or all that have neither answered nor come. These get a letter again, too.
    /// - Returns: how many ring.
    public func ringAgain(_ id: OccurrenceID, _ form: RingForm, as caller: Caller) async throws -> Rung {
        let now = now()
        let (rung, mail) = try await store.write { writing -> ([SiteID], Int) in
            let (alert, _) = try self.led(id, caller, writing.reading)
            guard alert.isActive(at: now) else {
                throw ActError.refused(
                    code: "ended",
                    Sentence(
                        vietnamese: "Lệnh triệu tập đã kết thúc, không gọi lại được nữa.",
                        english: "The emergency call has ended; nobody can be rung again."))
            }
            let listed = try self.sites(of: alert, writing.reading)
            let silent = Set(listed.filter { $0.state == .rung }.map(\.site))
            let sites: [SiteID]
            if let named = form.sites {
                sites = Set(named).intersection(listed.map(\.site)).sorted()
                if sites.count != Set(named).count {
                    throw ActError.invalid([
                        "sites": Sentence(
                            vietnamese: "Có điểm cầu không thuộc cuộc triệu tập này.",
                            english: "A site does not belong to this emergency.")
                    ])
                }
            } else {
                sites = silent.sorted()
            }
            try writing.ringAgain(alert.id, sites: sites, now: now)
            let mail = try self.queueSummonsAgain(id, to: silent.intersection(sites), now: now, writing)
            try writing.record(
                at: now, who: caller.name, what: "emergency.ring", object: "occurrence \(id)",
                detail: sites.prefix(50).map { self.directory.siteName($0) }.joined(separator: ", ")
                    + (sites.count > 50 ? ", … (\(sites.count))" : ""))
            return (sites, mail)
        }
        await alertBoard.changed(Set(rung))
        tellLetters(mail)
        return Rung(sites: rung.count)
    }

    /// Ends the ringing; the meeting goes on for those who have come.
    public func endEmergency(_ id: OccurrenceID, as caller: Caller) async throws {
        let now = now()
        let sites = try await store.write { writing -> [SiteID] in
            let (alert, _) = try self.led(id, caller, writing.reading)
            guard alert.endedAt == nil else { return [] }
            try writing.end(alert.id, now: now)
            try writing.record(at: now, who: caller.name, what: "emergency.end", object: "occurrence \(id)")
            return try writing.reading.rungSites(of: alert.id).map(\.site)
        }
        await alertBoard.changed(Set(sites))
    }

    // MARK: Parts

    /// An emergency with its alert, for somebody who may lead it; for others there is none.
    private func led(_ id: OccurrenceID, _ caller: Caller, _ reading: Reading) throws -> (Alert, Series) {
        guard let alert = try reading.alert(.emergency, of: id), let occurrence = try reading.occurrence(id),
            let series = try reading.series(occurrence.series), try mayLead(alert, caller, reading)
        else { throw ActError.notFound }
        return (alert, series)
    }

    /// Who convened it, its chair, and who may convene for its unit.
    private func mayLead(_ alert: Alert, _ caller: Caller, _ reading: Reading) throws -> Bool {
        guard let id = alert.occurrence, let occurrence = try reading.occurrence(id),
            let organiser = try reading.organiser(of: occurrence.series)
        else { return false }
        return alert.raisedBy == caller.person.id || caller.rights.mayConvene(organiser.unit)
            || (occurrence.own.chair ?? organiser.chair) == caller.person.id
    }

    private func sites(of alert: Alert, _ reading: Reading) throws -> [EmergencyDetail.SiteShown] {
        let directory = directory
        let joined = try alert.occurrence.map { try reading.joinTimes(of: $0) } ?? [:]
        var names: [String: String] = [:]
        return try reading.rungSites(of: alert.id).map { rung in
            let site = directory.sites[rung.site]
            if let by = rung.acknowledgedBy, names[by] == nil { names[by] = try name(ofActor: by, reading) }
            return EmergencyDetail.SiteShown(
                site: rung.site, name: directory.siteName(rung.site), unit: site?.unit ?? UnitID(0),
                technician: site?.technician.name ?? "", phone: site?.technician.phone ?? "",
                rungAt: rung.rungAt * 1000, rings: rung.rings,
                acknowledgedAt: rung.acknowledgedAt.map { $0 * 1000 }, by: rung.acknowledgedBy.flatMap { names[$0] },
                how: rung.how, joinedAt: joined[rung.site].map { $0 * 1000 },
                state: rung.progress(joinedAt: joined[rung.site]))
        }
    }

    private func counts(of sites: [EmergencyDetail.SiteShown]) -> EmergencyDetail.Counts {
        var counts = EmergencyDetail.Counts()
        for site in sites {
            counts.sites += 1
            if site.state == .rung { counts.missing += 1 } else { counts.acknowledged += 1 }
            if site.state == .joined { counts.joined += 1 }
        }
        return counts
    }
}
