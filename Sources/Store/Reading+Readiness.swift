import Briefing
import GRDB

/// One check of a site as it is kept.
public struct KeptCheck: Sendable, Hashable {
    public var id: Int64
    public var site: SiteID
    public var occurrence: OccurrenceID?
    /// Unix seconds.
    public var at: Int
    /// `person 7` or `site 12`.
    public var by: String
    public var check: SiteCheck

    public init(id: Int64 = 0, site: SiteID, occurrence: OccurrenceID?, at: Int, by: String, check: SiteCheck) {
        self.id = id
        self.site = site
        self.occurrence = occurrence
        self.at = at
        self.by = by
        self.check = check
    }
}

extension Reading {
    /// The newest check of each of some sites, whichever meeting it was for.
    public func newestChecks(of sites: some Collection<SiteID>) throws -> [SiteID: KeptCheck] {
        let list = "[\(sites.map(\.description).joined(separator: ","))]"
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT c.* FROM json_each(?) s JOIN site_check c
                    ON c.id = (SELECT max(id) FROM site_check WHERE site = s.value)
                """, arguments: [list])
        return Dictionary(rows.map(kept).map { ($0.site, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// A site's checks, the newest first.
    public func checks(of site: SiteID, limit: Int) throws -> [KeptCheck] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM site_check WHERE site = ? ORDER BY id DESC LIMIT ?", arguments: [site, limit]
        ).map(kept)
    }

    /// How a site went into its meetings: the last check of each, the newest meeting first.
    public func lastChecksByMeeting(of site: SiteID, limit: Int) throws -> [KeptCheck] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM site_check WHERE id IN (SELECT max(id) FROM site_check
                    WHERE site = ? AND occurrence IS NOT NULL GROUP BY occurrence) ORDER BY id DESC LIMIT ?
                """, arguments: [site, limit]
        ).map(kept)
    }

    /// How many checks a site has sent since a time (Unix seconds).
    public func checkCount(of site: SiteID, since: Int) throws -> Int {
        try Int.fetchOne(
            db,
            sql: """
                SELECT count(*) FROM (SELECT checked_at FROM site_check WHERE site = ? ORDER BY id DESC LIMIT 50)
                WHERE checked_at > ?
                """, arguments: [site, since]) ?? 0
    }

    /// Grows with every check of any site.
    public func newestCheckNumber() throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT max(id) FROM site_check") ?? 0
    }

    /// Sites that have come into a meeting's room by the way of its page.
    public func joinedSites(of occurrence: OccurrenceID) throws -> Set<SiteID> {
        Set(
            try SiteID.fetchAll(
                db, sql: "SELECT site FROM attendance WHERE occurrence = ? AND joined_at IS NOT NULL",
                arguments: [occurrence]))
    }

    private func kept(_ row: Row) -> KeptCheck {
        KeptCheck(
            id: row["id"], site: row["site"], occurrence: row["occurrence"], at: row["checked_at"],
            by: row["checked_by"],
            check: SiteCheck(
                down: row["down"], up: row["up"], rtt: row["rtt"], loss: row["loss"], mic: row["mic"],
                micPeak: row["mic_peak"], camera: SiteCheck.Camera(rawValue: row["camera"]) ?? .none,
                speaker: SiteCheck.Speaker(rawValue: row["speaker"]) ?? .unknown, clock: row["clock"]))
    }
}
