import Briefing
import GRDB

extension Writing {
    /// Writes down an alert with the sites that it rings, each once so far.
    /// - Returns: its number.
    public func add(_ alert: Alert, sites: some Collection<SiteID>) throws -> AlertID {
        try db.execute(
            sql: """
                INSERT INTO alert (kind, occurrence, room, title, message, raised_at, raised_by, expires_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                alert.kind.rawValue, alert.occurrence, alert.room, alert.title, alert.message, alert.raisedAt,
                alert.raisedBy, alert.expiresAt,
            ])
        let id = AlertID(db.lastInsertedRowID)
        let statement = try db.cachedStatement(sql: "INSERT INTO alert_site (alert, site, rung_at) VALUES (?, ?, ?)")
        for site in sites { try statement.execute(arguments: [id, site, alert.raisedAt]) }
        return id
    }

    /// Rings sites once more: an answer to an earlier ring does not count for this one.
    /// - Parameter now: Unix seconds.
    public func ringAgain(_ alert: AlertID, sites: some Collection<SiteID>, now: Int) throws {
        let statement = try db.cachedStatement(
            sql: """
                UPDATE alert_site SET rings = rings + 1, rung_at = ?, acknowledged_at = NULL, acknowledged_by = NULL,
                    how = NULL WHERE alert = ? AND site = ?
                """)
        for site in sites { try statement.execute(arguments: [now, alert, site]) }
    }

    /// Keeps the first answer to the newest ring.
    /// - Returns: whether this was it.
    @discardableResult
    public func acknowledge(_ alert: AlertID, site: SiteID, how: RungSite.Answer, by: String, now: Int) throws -> Bool {
        try db.execute(
            sql: """
                UPDATE alert_site SET acknowledged_at = ?, acknowledged_by = ?, how = ?
                WHERE alert = ? AND site = ? AND acknowledged_at IS NULL
                """, arguments: [now, by, how.rawValue, alert, site])
        return db.changesCount > 0
    }

    /// Lets an alert ring until another time.
    /// - Parameter expires: Unix seconds.
    public func prolong(_ alert: AlertID, expires: Int) throws {
        try db.execute(sql: "UPDATE alert SET expires_at = ? WHERE id = ?", arguments: [expires, alert])
    }

    public func end(_ alert: AlertID, now: Int) throws {
        try db.execute(
            sql: "UPDATE alert SET ended_at = ? WHERE id = ? AND ended_at IS NULL", arguments: [now, alert])
    }

    /// Marks a series as convened in an emergency.
    public func markEmergency(_ series: SeriesID) throws {
        try db.execute(sql: "UPDATE series SET is_emergency = 1 WHERE id = ?", arguments: [series])
    }
}
