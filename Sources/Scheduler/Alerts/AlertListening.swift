import Briefing
import Foundation
import ICalendar
import Store

/// What rings for one listener.
public struct Ringing: Encodable, Sendable {
    public struct AlertShown: Encodable, Sendable {
        public var id: AlertID
        public var kind: Alert.Kind
        public var title: String
        public var message: String
        public var room: String
        public var occurrence: OccurrenceID?
        /// Unix milliseconds.
        public var raisedAt: Int
        /// Unix milliseconds of the newest ring.
        public var rungAt: Int
        /// Grows with each time that it is rung again.
        public var rings: Int
        public var acknowledged: Bool
        /// Whom the listener answers for: `s12`.
        public var seat: String
        /// That site by name.
        public var place: String
        /// The name of who raised it.
        public var from: String
    }

    public var version: Int
    public var alerts: [AlertShown]
}

extension SchedulerService {
    /// How long a listener is kept waiting.
    public static let longestWait = Duration.seconds(25)

    /// What rings for somebody; it waits until that differs from what they know.
    /// - Parameter version: of the last answer that they had; nil for an answer at once.
    public func ringing(for listener: SiteCaller, after version: Int?) async throws -> Ringing {
        let sites = listened(by: listener)
        if let version { await alertBoard.wait(for: sites, after: version, atMost: Self.longestWait) }
        // The version is taken before what it stands for is read: at worst the next question is answered at once.
        let reached = await alertBoard.version(of: sites)
        let now = now()
        let alerts = try await store.read { reading in
            try reading.activeAlerts(now: now).compactMap { alert -> Ringing.AlertShown? in
                let rung = try self.rung(by: alert, for: listener, among: sites, reading)
                guard let first = rung.first else { return nil }
                return Ringing.AlertShown(
                    id: alert.id, kind: alert.kind, title: alert.title, message: alert.message, room: alert.room,
                    occurrence: alert.occurrence, raisedAt: alert.raisedAt * 1000,
                    rungAt: (rung.map(\.rungAt).max() ?? alert.raisedAt) * 1000,
                    rings: rung.map(\.rings).max() ?? 1,
                    acknowledged: rung.allSatisfy { $0.acknowledgedAt != nil }, seat: "s\(first.site)",
                    place: self.directory.siteName(first.site),
                    from: try alert.raisedBy.flatMap { try reading.person($0)?.name } ?? "")
            }
        }
        return Ringing(version: reached, alerts: alerts)
    }

    /// Answers an alert for a listener's site.
    /// - Returns: the way into its call.
    /// - Throws: `ActError.notFound` for an alert that does not ring them, or rings no more.
    public func acknowledge(
        _ id: AlertID, _ form: AcknowledgeForm, as listener: SiteCaller
    ) async throws -> JoinLink {
        guard let answer = form.answer.flatMap(RungSite.Answer.init) else {
            throw ActError.invalid([
                "answer": Sentence(vietnamese: "Chọn: coming hoặc device.", english: "Choose coming or device.")
            ])
        }
        let now = now()
        let sites = listened(by: listener)
        let (link, answered) = try await store.write { writing -> (JoinLink, [SiteID]) in
            guard let alert = try writing.reading.alert(id), alert.isActive(at: now) else { throw ActError.notFound }
            let rung = try self.rung(by: alert, for: listener, among: sites, writing.reading)
            guard let first = rung.first else { throw ActError.notFound }
            var answered: [SiteID] = []
            for site in rung
            where try writing.acknowledge(id, site: site.site, how: answer, by: listener.name, now: now) {
                answered.append(site.site)
                try writing.record(
                    at: now, who: listener.name, what: "alert.acknowledge", object: Self.object(of: alert),
                    detail: "\(self.directory.siteName(site.site)): \(answer.rawValue)")
            }
            return (try self.wayIn(to: alert, as: listener, site: first.site, writing.reading), answered)
        }
        if !answered.isEmpty { await alertBoard.changed(Set(answered)) }
        return link
    }

    public struct AcknowledgeForm: Decodable, Sendable {
        /// `coming` or `device`.
        public var answer: String?
    }

    /// What an alert's lines in the chain of acts are about.
    static func object(of alert: Alert) -> String {
        alert.occurrence.map { "occurrence \($0)" } ?? "alert \(alert.id)"
    }

    /// The sites whose alerts may concern a listener.
    private func listened(by listener: SiteCaller) -> Set<SiteID> {
        switch listener {
        case .device(let site): return [site]
        case .person(let caller):
            let directory = directory
            let units = Set(caller.person.grants.map(\.unit)).union([caller.person.unit])
            return Set(units.flatMap { directory.sitesOfUnit[$0] ?? [] })
        }
    }

    /// The listener's sites that an alert rings.
    private func rung(
        by alert: Alert, for listener: SiteCaller, among sites: Set<SiteID>, _ reading: Reading
    ) throws -> [RungSite] {
        if case .person(let caller) = listener {
            // Whoever calls needs no ringing.
            guard alert.raisedBy != caller.person.id else { return [] }
            switch alert.kind {
            case .emergency: break
            // A room that is open is for devices, which sit before it; people come by their own calendar.
            case .open: return []
            case .technician:
                let own = sites.filter { site in
                    directory.unit(of: site).map { caller.rights.holds([.technician], over: $0) } ?? false
                }
                return try own.sorted().compactMap { try reading.rungSite($0, of: alert.id) }
            }
        }
        return try sites.sorted().compactMap { try reading.rungSite($0, of: alert.id) }
    }
}
