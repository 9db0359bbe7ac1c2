import Briefing
import GRDB

/// Meetings that have something in common: all of some series, and single ones.
public struct MeetingSet: Sendable {
    public var series: Set<SeriesID> = []
    public var occurrences: Set<OccurrenceID> = []
    /// The series of the single ones.
    public var seriesOfOccurrences: Set<SeriesID> = []

    public func has(_ occurrence: OccurrenceID, of series: SeriesID) -> Bool {
        self.series.contains(series) || occurrences.contains(occurrence)
    }

    /// - Parameter occurrence: nil for a paper of all meetings of a series.
    func hasPaper(of series: SeriesID, _ occurrence: OccurrenceID?) -> Bool {
        if self.series.contains(series) { return true }
        return occurrence.map { occurrences.contains($0) } ?? seriesOfOccurrences.contains(series)
    }
}

extension Reading {
    /// Meetings that units organise, a person leads, or sites or the person are invited to; also those of a series from
    /// which they have been taken out, which a single question decides.
    public func meetings(organisers: Set<UnitID>, sites: Set<SiteID>, person: PersonID?) throws -> MeetingSet {
        func list<Subject>(_ ids: Set<Identifier<Subject>>) -> String {
            "[\(ids.map(\.description).joined(separator: ","))]"
        }
        let arguments: StatementArguments = [
            "organisers": list(organisers), "sites": list(sites), "person": person,
        ]
        let invited = "(site IN (SELECT value FROM json_each(:sites)) OR person = :person)"
        var found = MeetingSet()
        found.series = Set(
            try SeriesID.fetchAll(
                db,
                sql: """
                    SELECT id FROM series WHERE organiser IN (SELECT value FROM json_each(:organisers)) OR chair = :person
                    UNION SELECT series FROM invitee WHERE occurrence IS NULL AND is_removed = 0 AND \(invited)
                    """, arguments: arguments))
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT occurrence, series FROM invitee WHERE occurrence IS NOT NULL AND is_removed = 0 AND \(invited)
                UNION SELECT id, series FROM occurrence WHERE chair = :person
                """, arguments: ["sites": list(sites), "person": person])
        while let row = try rows.next() {
            found.occurrences.insert(row[0])
            found.seriesOfOccurrences.insert(row[1])
        }
        return found
    }
}
