import Briefing
import GRDB

extension Reading {
    /// Whether a meeting was convened as an emergency (triệu tập khẩn).
    public func isEmergency(_ id: OccurrenceID) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: "SELECT s.is_emergency FROM occurrence o JOIN series s ON s.id = o.series WHERE o.id = ?",
            arguments: [id]) ?? false
    }

    public func alert(_ id: AlertID) throws -> Alert? {
        try Row.fetchOne(db, sql: "SELECT * FROM alert WHERE id = ?", arguments: [id]).flatMap(alert)
    }

    /// A meeting's newest alert of a kind, ended or not.
    public func alert(_ kind: Alert.Kind, of occurrence: OccurrenceID) throws -> Alert? {
        try Row.fetchOne(
            db, sql: "SELECT * FROM alert WHERE occurrence = ? AND kind = ? ORDER BY id DESC LIMIT 1",
            arguments: [occurrence, kind.rawValue]
        ).flatMap(alert)
    }

    /// Alerts that ring now, the oldest first.
    /// - Parameter now: Unix seconds.
    public func activeAlerts(now: Int) throws -> [Alert] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM alert WHERE ended_at IS NULL AND expires_at > ? ORDER BY id", arguments: [now]
        ).compactMap(alert)
    }

    /// The newest alerts of a kind, whether they still ring or not.
    public func alerts(_ kind: Alert.Kind, limit: Int) throws -> [Alert] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM alert WHERE kind = ? ORDER BY id DESC LIMIT ?", arguments: [kind.rawValue, limit]
        ).compactMap(alert)
    }

    /// All sites that an alert rings.
    public func rungSites(of alert: AlertID) throws -> [RungSite] {
        try Row.fetchAll(db, sql: "SELECT * FROM alert_site WHERE alert = ? ORDER BY site", arguments: [alert])
            .map(rungSite)
    }

    public func rungSite(_ site: SiteID, of alert: AlertID) throws -> RungSite? {
        try Row.fetchOne(
            db, sql: "SELECT * FROM alert_site WHERE alert = ? AND site = ?", arguments: [alert, site]
        ).map(rungSite)
    }

    /// When sites joined a meeting: Unix seconds of the first time.
    public func joinTimes(of occurrence: OccurrenceID) throws -> [SiteID: Int] {
        var found: [SiteID: Int] = [:]
        for row in try Row.fetchAll(
            db, sql: "SELECT site, joined_at FROM attendance WHERE occurrence = ? AND joined_at IS NOT NULL",
            arguments: [occurrence])
        {
            found[row["site"]] = row["joined_at"]
        }
        return found
    }

    /// Which unit a series is of, and who chairs it.
    public func organiser(of series: SeriesID) throws -> (unit: UnitID, chair: PersonID?)? {
        try Row.fetchOne(db, sql: "SELECT organiser, chair FROM series WHERE id = ?", arguments: [series])
            .map { ($0["organiser"], $0["chair"]) }
    }

    private func alert(_ row: Row) -> Alert? {
        guard let kind = Alert.Kind(rawValue: row["kind"]) else { return nil }
        return Alert(
            id: row["id"], kind: kind, occurrence: row["occurrence"], room: row["room"], title: row["title"],
            message: row["message"], raisedAt: row["raised_at"], raisedBy: row["raised_by"],
            expiresAt: row["expires_at"], endedAt: row["ended_at"])
    }

    private func rungSite(_ row: Row) -> RungSite {
        RungSite(
            site: row["site"], rungAt: row["rung_at"], rings: row["rings"], acknowledgedAt: row["acknowledged_at"],
            acknowledgedBy: row["acknowledged_by"], how: (row["how"] as String?).flatMap(RungSite.Answer.init))
    }
}
