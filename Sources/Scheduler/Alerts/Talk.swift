import Briefing
import Foundation
import ICalendar
import Store

extension SchedulerService {
    /// A technician's call rings for this long.
    static let talkSeconds = 15 * 60

    /// Rings a site so that its technician talks to whoever asks, in a small room of its own. Asked again while it still
    /// rings, it rings once more, into the same room.
    /// - Returns: the caller's way into the room.
    public func talk(to id: SiteID, as caller: Caller) async throws -> JoinLink {
        guard let site = directory.sites[id] else { throw ActError.notFound }
        guard caller.rights.maySeeTechnicians(of: site.unit) else { throw ActError.forbidden }
        let now = now()
        let link = try await store.write { writing -> JoinLink in
            let alert: Alert
            if let earlier = try self.talk(of: caller, to: id, now: now, writing.reading) {
                try writing.ringAgain(earlier.id, sites: [id], now: now)
                try writing.prolong(earlier.id, expires: now + Self.talkSeconds)
                alert = try writing.reading.alert(earlier.id) ?? earlier
            } else {
                var made = Alert(
                    kind: .technician, occurrence: nil, room: newRoom(),
                    title: "Kỹ thuật: \(self.directory.siteName(id))",
                    message: "", raisedAt: now, raisedBy: caller.person.id, expiresAt: now + Self.talkSeconds)
                made.id = try writing.add(made, sites: [id])
                alert = made
            }
            try writing.record(
                at: now, who: caller.name, what: "site.talk", object: "site \(id)",
                detail: self.directory.siteName(id))
            return try self.wayIn(to: alert, as: .person(caller), site: nil, writing.reading)
        }
        await alertBoard.changed([id])
        return link
    }

    private func talk(of caller: Caller, to site: SiteID, now: Int, _ reading: Reading) throws -> Alert? {
        try reading.activeAlerts(now: now).first {
            try $0.kind == .technician && $0.raisedBy == caller.person.id
                && reading.rungSite(site, of: $0.id) != nil
        }
    }
}
