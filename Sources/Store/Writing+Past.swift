import Briefing
import Foundation
import GRDB

extension Writing {
    /// Writes into the meetings of a series that have begun what the series said of them, where it is to say something
    /// else: what was held stays as it was held. Fields that a meeting has of its own stay.
    ///
    /// The organiser, and that there was no chair or room, cannot be kept so.
    ///
    /// - Parameter time: Unix seconds.
    public func keepPast(of series: SeriesID, at time: Int, old: MeetingPlan, new: MeetingPlan) throws {
        let past = "series = :series AND state <> 'skipped' AND (start_at <= :time OR state = 'held')"
        func keep(_ column: String, _ value: (any DatabaseValueConvertible)?) throws {
            try db.execute(
                sql: "UPDATE occurrence SET \(column) = :value, is_edited = 1 WHERE \(past) AND \(column) IS NULL",
                arguments: ["series": series, "time": time, "value": value])
        }
        if old.title != new.title { try keep("title", old.title) }
        if old.chair != new.chair { try keep("chair", old.chair) }
        if old.venue != new.venue { try keep("venue", old.venue) }
        if old.form != new.form { try keep("form", old.form.rawValue) }
        if old.notes != new.notes { try keep("notes", old.notes) }
        if old.agenda != new.agenda {
            try db.execute(
                sql: """
                    INSERT INTO agenda_item (series, occurrence, position, title, owner, minutes)
                    SELECT o.series, o.id, a.position, a.title, a.owner, a.minutes
                    FROM (SELECT id, series FROM occurrence WHERE \(past) AND has_agenda = 0) o
                    JOIN agenda_item a ON a.series = o.series AND a.occurrence IS NULL AND a.is_current = 1
                    """, arguments: ["series": series, "time": time])
            try db.execute(
                sql: "UPDATE occurrence SET has_agenda = 1, is_edited = 1 WHERE \(past) AND has_agenda = 0",
                arguments: ["series": series, "time": time])
        }
        /// - Parameter isRemoved: what a meeting says of somebody whom the series newly invites.
        func keep(_ column: String, _ ids: some Collection<some DatabaseValueConvertible>, isRemoved: Bool) throws {
            for id in ids {
                try db.execute(
                    sql: """
                        INSERT INTO invitee (series, occurrence, \(column), is_removed)
                        SELECT series, id, :invitee, :removed FROM occurrence WHERE \(past) AND NOT EXISTS
                            (SELECT 1 FROM invitee i WHERE i.occurrence = occurrence.id AND i.\(column) = :invitee)
                        """, arguments: ["series": series, "time": time, "invitee": id, "removed": isRemoved])
            }
        }
        try keep("site", new.sites.subtracting(old.sites), isRemoved: true)
        try keep("site", old.sites.subtracting(new.sites), isRemoved: false)
        try keep("person", new.people.subtracting(old.people), isRemoved: true)
        try keep("person", old.people.subtracting(new.people), isRemoved: false)
        if old.sites != new.sites || old.people != new.people {
            try db.execute(
                sql: "UPDATE occurrence SET is_edited = 1 WHERE \(past)",
                arguments: ["series": series, "time": time])
        }
    }
}
