import Briefing
import Foundation
import GRDB
import ICalendar

/// One query for each table, whatever the number of meetings: a quarter of a province has thousands.
extension Reading {
    /// The meetings that began in a span of days and are over: neither cancelled nor skipped.
    ///
    /// - Parameter time: what ended later is not over yet; Unix seconds.
    public func heldBriefings(
        from first: LocalDate, through last: LocalDate, endedBy time: Int
    ) throws -> [OnlineShareReport.HeldBriefing] {
        let span = StatementArguments([
            ProvinceClock.unix(LocalDateTime(minuteNumber: first.dayNumber * 1440)),
            ProvinceClock.unix(LocalDateTime(minuteNumber: (last.dayNumber + 1) * 1440)), time,
        ])
        let attendance = try attendance(in: span)
        let changes = try siteChanges(in: span)
        let units = try unitsOfSites()
        let ofSeries = try sitesOfSeries(in: span)
        var found: [OnlineShareReport.HeldBriefing] = []
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT o.id, o.series, o.start_at, coalesce(o.form, s.form), s.organiser
                FROM occurrence o JOIN series s ON s.id = o.series WHERE \(Self.isHeld) ORDER BY o.start_at, o.id
                """, arguments: span)
        while let row = try rows.next() {
            guard let form = MeetingForm(rawValue: row[3]) else { continue }
            let id: OccurrenceID = row[0]
            var sites = ofSeries[row[1]] ?? []
            if let changed = changes[id] {
                sites.removeAll { changed[$0] != nil }
                sites += changed.filter { !$0.value }.keys.sorted()
            }
            let called = attendance[id]
            found.append(
                OnlineShareReport.HeldBriefing(
                    id: id, organiser: row[4], start: ProvinceClock.local(unix: row[2]), form: form,
                    invited: sites.compactMap { site in
                        units[site].map { .init(site: site, unit: $0, attendance: called?[site] ?? .none) }
                    }))
        }
        return found
    }

    /// Of the table `occurrence o`; three values: the span's beginning and end, and now.
    private static let isHeld =
        "o.start_at >= ? AND o.start_at < ? AND o.end_at <= ? AND o.state NOT IN ('cancelled', 'skipped')"

    private func unitsOfSites() throws -> [SiteID: UnitID] {
        var found: [SiteID: UnitID] = [:]
        let rows = try Row.fetchCursor(db, sql: "SELECT id, unit FROM site")
        while let row = try rows.next() { found[row[0]] = row[1] }
        return found
    }

    private func sitesOfSeries(in span: StatementArguments) throws -> [SeriesID: [SiteID]] {
        var found: [SeriesID: [SiteID]] = [:]
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT series, site FROM invitee WHERE occurrence IS NULL AND site IS NOT NULL AND is_removed = 0
                    AND series IN (SELECT o.series FROM occurrence o WHERE \(Self.isHeld))
                """, arguments: span)
        while let row = try rows.next() { found[row[0], default: []].append(row[1]) }
        return found
    }

    /// What single meetings change in their series' list: sites, each with whether it is removed.
    private func siteChanges(in span: StatementArguments) throws -> [OccurrenceID: [SiteID: Bool]] {
        var found: [OccurrenceID: [SiteID: Bool]] = [:]
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT i.occurrence, i.site, i.is_removed FROM occurrence o JOIN invitee i ON i.occurrence = o.id
                WHERE i.site IS NOT NULL AND \(Self.isHeld) ORDER BY i.rowid
                """, arguments: span)
        while let row = try rows.next() { found[row[0], default: [:]][row[1]] = row[2] }
        return found
    }

    private func attendance(in span: StatementArguments) throws -> [OccurrenceID: [SiteID: Attendance]] {
        var found: [OccurrenceID: [SiteID: Attendance]] = [:]
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT a.occurrence, a.site, a.state FROM occurrence o JOIN attendance a ON a.occurrence = o.id
                WHERE \(Self.isHeld)
                """, arguments: span)
        while let row = try rows.next() { found[row[0], default: [:]][row[1]] = Attendance(rawValue: row[2]) }
        return found
    }

    /// Whom some meetings invite, single meetings' changes counted.
    public func inviteeLists(
        of entries: [(id: OccurrenceID, series: SeriesID)]
    ) throws -> [OccurrenceID: InviteeList] {
        let ofSeries = try invitees(of: Array(Set(entries.map(\.series))))
        let changes = try changes(of: entries.map(\.id))
        var found: [OccurrenceID: InviteeList] = [:]
        for entry in entries {
            found[entry.id] = apply(changes[entry.id] ?? [], to: ofSeries[entry.series] ?? InviteeList())
        }
        return found
    }
}
