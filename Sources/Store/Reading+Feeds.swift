import Briefing
import Foundation
import GRDB
import ICalendar

extension Reading {
    /// Series that may concern a reader of a calendar: that invite one of the sites or the person, to all meetings or to
    /// single ones; that the person chairs; or that one of the units organises.
    ///
    /// - Parameter since: Unix seconds; series whose last meeting ended before it are left out.
    public func seriesConcerning(
        sites: Set<SiteID>, organisers: Set<UnitID>, person: PersonID?, since: Int
    ) throws -> [SeriesID] {
        var found: Set<SeriesID> = []
        for part in Array(sites).parts(of: 500) {
            let marks = part.map { _ in "?" }.joined(separator: ", ")
            found.formUnion(
                try SeriesID.fetchAll(
                    db, sql: "SELECT DISTINCT series FROM invitee WHERE site IN (\(marks)) AND is_removed = 0",
                    arguments: StatementArguments(part)))
        }
        for part in Array(organisers).parts(of: 500) {
            let marks = part.map { _ in "?" }.joined(separator: ", ")
            found.formUnion(
                try SeriesID.fetchAll(
                    db, sql: "SELECT id FROM series WHERE organiser IN (\(marks))", arguments: StatementArguments(part))
            )
        }
        if let person {
            // No meeting is longer than a day, which lets the index on the beginnings bound the search.
            found.formUnion(
                try SeriesID.fetchAll(
                    db,
                    sql: """
                        SELECT series FROM invitee WHERE person = :person AND is_removed = 0
                        UNION SELECT id FROM series WHERE chair = :person
                        UNION SELECT series FROM occurrence WHERE start_at >= :start AND chair = :person
                        """, arguments: ["person": person, "start": since - 86_400]))
        }
        let current = try db.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM occurrence WHERE series = ? AND end_at >= ?)")
        return try found.sorted().filter { try Bool.fetchOne(current, arguments: [$0, since]) ?? false }
    }

    /// When a series or one of its meetings was last booked, edited, moved or cancelled, in Unix seconds; answers and
    /// papers do not count.
    public func lastChanged(_ series: SeriesID) throws -> Int {
        try Int.fetchOne(
            db,
            sql: """
                SELECT max(
                    (SELECT created_at FROM series WHERE id = :series),
                    coalesce((SELECT max(at) FROM act WHERE object = 'series ' || :series AND what GLOB 'series.*'), 0),
                    coalesce((SELECT max(act.at) FROM occurrence CROSS JOIN act
                        ON act.object = 'occurrence ' || occurrence.id
                        WHERE occurrence.series = :series AND act.what GLOB 'occurrence.*'
                            AND act.what <> 'occurrence.join'), 0))
                """, arguments: ["series": series]) ?? 0
    }
}
