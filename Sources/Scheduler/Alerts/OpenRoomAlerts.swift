import Briefing
import ICalendar
import Store

/// Telling the devices of a meeting's sites that its chair has opened it, or ended it: they wait in a long poll, and look
/// at once where they belong.
extension SchedulerService {
    /// Raises the alert of an open room, in the transaction of the act that opens it. Sites that have been told are not
    /// told again.
    /// - Parameter now: Unix seconds.
    /// - Returns: the sites to tell once the transaction is on the disk.
    func raiseOpenRoom(_ id: OccurrenceID, now: Int, _ writing: Writing) throws -> [SiteID] {
        guard let occurrence = try writing.reading.occurrence(id), occurrence.state == .planned,
            let series = try writing.reading.series(occurrence.series),
            try writing.reading.alert(.open, of: id)?.isActive(at: now) != true
        else { return [] }
        let plan = try effectivePlan(occurrence, series, writing.reading)
        let ends = ProvinceClock.unix(occurrence.end)
        guard plan.form != .inPerson, ends > now, !plan.sites.isEmpty else { return [] }
        _ = try writing.add(
            Alert(
                kind: .open, occurrence: id, room: occurrence.room, title: plan.title, message: "", raisedAt: now,
                raisedBy: nil, expiresAt: ends), sites: plan.sites.sorted())
        return plan.sites.sorted()
    }

    /// Ends it with the meeting.
    /// - Parameter now: Unix seconds.
    /// - Returns: the sites to tell once the transaction is on the disk.
    func endOpenRoom(_ id: OccurrenceID, now: Int, _ writing: Writing) throws -> [SiteID] {
        guard let alert = try writing.reading.alert(.open, of: id), alert.isActive(at: now) else { return [] }
        try writing.end(alert.id, now: now)
        return try writing.reading.rungSites(of: alert.id).map(\.site)
    }
}
