import Briefing
import ICalendar
import Store

/// When sites came to a meeting, for its attendance.
extension SchedulerService {
    /// Whoever comes later than this is late, in seconds.
    static let latenessSeconds = 300
    /// Whoever comes earlier than this tries the room, in seconds.
    private static let earlySeconds = 600

    /// A site has asked for its way in, which counts as its coming. To an emergency it has come when it is connected:
    /// whoever leads counts on who is there.
    /// - Parameter now: Unix seconds.
    func noteWayIn(of site: SiteID, _ occurrence: Occurrence, at now: Int, _ writing: Writing) throws {
        guard try !writing.reading.isEmergency(occurrence.id) else { return }
        try noteJoin(of: site, occurrence, at: now, writing)
    }

    /// Somebody is connected in a meeting's call: the site that they count for has come.
    public func noteConnected(_ actor: Actor, in id: OccurrenceID) async throws {
        guard let site = actor.seats.lazy.compactMap(\.asSite).first else { return }
        // Lines come and go: whoever has been noted costs no write.
        guard try await store.read({ try $0.attendance(of: id)[site] }) == nil else { return }
        let now = now()
        try await store.write { writing in
            guard let occurrence = try writing.reading.occurrence(id),
                let series = try writing.reading.series(occurrence.series),
                try self.effectivePlan(occurrence, series, writing.reading).sites.contains(site)
            else { return }
            try self.noteJoin(of: site, occurrence, at: now, writing)
        }
    }

    /// A site has come, on time or late; what is noted already stands.
    private func noteJoin(of site: SiteID, _ occurrence: Occurrence, at now: Int, _ writing: Writing) throws {
        let start = ProvinceClock.unix(occurrence.start)
        guard now >= start - Self.earlySeconds, try writing.reading.attendance(of: occurrence.id)[site] == nil else {
            return
        }
        try writing.set(now > start + Self.latenessSeconds ? .late : .online, of: site, at: occurrence.id, joined: now)
    }
}
