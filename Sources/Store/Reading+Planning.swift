import Briefing
import Foundation
import GRDB
import ICalendar

/// A meeting as a calendar shows it: of its own, or of its series.
public struct CalendarEntry: Sendable {
    public var id: OccurrenceID
    public var series: SeriesID
    public var title: String
    public var start: LocalDateTime
    public var end: LocalDateTime
    public var form: MeetingForm
    public var organiser: UnitID
    public var chair: PersonID?
    public var venue: SiteID?
    /// Invited sites, single meetings' changes counted.
    public var sites: Int
    public var state: Occurrence.State
    public var isRecurring: Bool
    public var isMoved: Bool
    public var room: String
}

/// What is booked in a span of time, for `ConflictFinder`.
public struct KeptTimes: Sendable {
    public var times: [ClaimedTime] = []
    public var claims: [Claim] = []
}

extension Reading {
    /// Meetings of a span of days, cancelled ones too, by time.
    public func calendar(from first: LocalDate, through last: LocalDate) throws -> [CalendarEntry] {
        let begin = ProvinceClock.unix(LocalDateTime(minuteNumber: first.dayNumber * 1440))
        let end = ProvinceClock.unix(LocalDateTime(minuteNumber: (last.dayNumber + 1) * 1440))
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT o.id, o.series, o.recurrence, o.start_at, o.end_at, o.state, o.room, s.site_count,
                    s.rule IS NOT NULL AS recurring, coalesce(o.title, s.title) AS title,
                    coalesce(o.form, s.form) AS form, s.organiser, coalesce(o.chair, s.chair) AS chair,
                    coalesce(o.venue, s.venue) AS venue
                FROM occurrence o JOIN series s ON s.id = o.series
                WHERE o.start_at < ? AND o.start_at >= ? AND o.state <> 'skipped' ORDER BY o.start_at, o.id
                """, arguments: [end, begin])
        var differences: [OccurrenceID: Int] = [:]
        let ids = rows.map { $0["id"] as OccurrenceID }
        for (id, changes) in try changes(of: ids) {
            differences[id] = changes.reduce(0) { sum, change in
                guard case .site = change.0 else { return sum }
                return sum + (change.isRemoved ? -1 : 1)
            }
        }
        return rows.compactMap { row in
            let id: OccurrenceID = row["id"]
            guard let form = MeetingForm(rawValue: row["form"]), let state = Occurrence.State(rawValue: row["state"])
            else { return nil }
            let start = ProvinceClock.local(unix: row["start_at"])
            return CalendarEntry(
                id: id, series: row["series"], title: row["title"], start: start,
                end: ProvinceClock.local(unix: row["end_at"]), form: form, organiser: row["organiser"],
                chair: row["chair"], venue: row["venue"], sites: row["site_count"] + (differences[id] ?? 0),
                state: state, isRecurring: row["recurring"], isMoved: start.description != row["recurrence"],
                room: row["room"])
        }
    }

    /// Which of some meetings invite one of the sites or the person, and who of them is invited.
    public func invitations(
        among entries: [(id: OccurrenceID, series: SeriesID)], sites: Set<SiteID>, person: PersonID?
    ) throws -> [OccurrenceID: Set<Invitee>] {
        guard !entries.isEmpty, !sites.isEmpty || person != nil else { return [:] }
        var bySeries: [SeriesID: Set<Invitee>] = [:]
        let series = Set(entries.map(\.series))
        for part in Array(sites).parts(of: 500) {
            let marks = part.map { _ in "?" }.joined(separator: ", ")
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT series, site FROM invitee WHERE site IN (\(marks)) AND occurrence IS NULL AND is_removed = 0
                    """, arguments: StatementArguments(part))
            while let row = try rows.next() {
                let id: SeriesID = row["series"]
                if series.contains(id) { bySeries[id, default: []].insert(.site(row["site"])) }
            }
        }
        if let person {
            let rows = try Row.fetchCursor(
                db, sql: "SELECT series FROM invitee WHERE person = ? AND occurrence IS NULL AND is_removed = 0",
                arguments: [person])
            while let row = try rows.next() { bySeries[row["series"], default: []].insert(.person(person)) }
        }
        let changes = try changes(of: entries.map(\.id))
        var found: [OccurrenceID: Set<Invitee>] = [:]
        for entry in entries {
            var invited = bySeries[entry.series] ?? []
            for (invitee, isRemoved) in changes[entry.id] ?? [] {
                switch invitee {
                case .site(let site) where !sites.contains(site): continue
                case .person(let other) where other != person: continue
                default: break
                }
                if isRemoved { invited.remove(invitee) } else { invited.insert(invitee) }
            }
            if !invited.isEmpty { found[entry.id] = invited }
        }
        return found
    }

    /// What is booked in a span of time, without one series' or one meeting's own.
    public func keptTimes(
        from begin: LocalDateTime, to end: LocalDateTime, exceptSeries: SeriesID?, exceptOccurrences: Set<OccurrenceID>
    ) throws -> KeptTimes {
        try keptTimes(
            touching: [(begin, end)], exceptSeries: exceptSeries, exceptOccurrences: exceptOccurrences)
    }

    /// What is booked in some spans of time: of a series over years only what meets one of its meetings is read.
    ///
    /// No meeting is longer than a day, which is what lets the index on the beginnings bound the search.
    public func keptTimes(
        touching spans: [(begin: LocalDateTime, end: LocalDateTime)], exceptSeries: SeriesID?,
        exceptOccurrences: Set<OccurrenceID>
    ) throws -> KeptTimes {
        var seen: Set<OccurrenceID> = []
        var kept = KeptTimes()
        var claimOf: [SeriesID: Int] = [:]
        var edited:
            [(index: Int, id: OccurrenceID, series: SeriesID, chair: PersonID?, venue: SiteID?, form: String?)] = []
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT o.id, o.series, o.start_at, o.end_at, o.is_edited, o.chair, o.venue, o.form
                FROM json_each(?) span CROSS JOIN occurrence o
                WHERE o.start_at < span.value ->> 1 AND o.start_at > (span.value ->> 0) - 86401
                    AND o.end_at > span.value ->> 0 AND o.state IN ('planned', 'held')
                """, arguments: [Self.json(spans)])
        while let row = try rows.next() {
            let id: OccurrenceID = row["id"]
            let series: SeriesID = row["series"]
            if series == exceptSeries || exceptOccurrences.contains(id) || !seen.insert(id).inserted { continue }
            let claim: Int
            if let known = claimOf[series] {
                claim = known
            } else {
                claim = kept.claims.count
                claimOf[series] = claim
                kept.claims.append(Claim(sites: [], people: [], venue: nil, isOnline: true))
            }
            kept.times.append(
                ClaimedTime(
                    start: ProvinceClock.local(unix: row["start_at"]), end: ProvinceClock.local(unix: row["end_at"]),
                    claim: claim, series: series, occurrence: id))
            if row["is_edited"] {
                edited.append((kept.times.count - 1, id, series, row["chair"], row["venue"], row["form"]))
            }
        }
        try fillClaims(&kept, claimOf)
        let changes = try changes(of: edited.map(\.id))
        for item in edited {
            guard let base = claimOf[item.series].map({ kept.claims[$0] }) else { continue }
            let list = apply(
                changes[item.id] ?? [], to: InviteeList(sites: base.sites, people: base.people))
            var claim = Claim(sites: list.sites, people: list.people, venue: base.venue, isOnline: base.isOnline)
            if let chair = item.chair { claim.people.insert(chair) }
            claim.venue = item.venue ?? base.venue
            if let form = item.form { claim.isOnline = form != MeetingForm.inPerson.rawValue }
            kept.times[item.index].claim = kept.claims.count
            kept.claims.append(claim)
        }
        return kept
    }

    private static func json(_ spans: [(begin: LocalDateTime, end: LocalDateTime)]) -> String {
        let pairs = spans.map { "[\(ProvinceClock.unix($0.begin)),\(ProvinceClock.unix($0.end))]" }
        return "[\(pairs.joined(separator: ","))]"
    }

    private func fillClaims(_ kept: inout KeptTimes, _ claimOf: [SeriesID: Int]) throws {
        for part in Array(claimOf.keys).parts(of: 500) {
            let marks = part.map { _ in "?" }.joined(separator: ", ")
            for row in try Row.fetchAll(
                db, sql: "SELECT id, chair, venue, form FROM series WHERE id IN (\(marks))",
                arguments: StatementArguments(part))
            {
                guard let index = claimOf[row["id"]] else { continue }
                if let chair: PersonID = row["chair"] { kept.claims[index].people.insert(chair) }
                kept.claims[index].venue = row["venue"]
                kept.claims[index].isOnline = row["form"] != MeetingForm.inPerson.rawValue
            }
        }
        for (series, list) in try invitees(of: Array(claimOf.keys)) {
            guard let index = claimOf[series] else { continue }
            kept.claims[index].sites = list.sites
            kept.claims[index].people.formUnion(list.people)
        }
    }

    /// The titles of some meetings.
    public func titles(of ids: Set<OccurrenceID>) throws -> [OccurrenceID: String] {
        var found: [OccurrenceID: String] = [:]
        for part in Array(ids).parts(of: 500) {
            let marks = part.map { _ in "?" }.joined(separator: ", ")
            for row in try Row.fetchAll(
                db,
                sql: """
                    SELECT o.id, coalesce(o.title, s.title) AS title FROM occurrence o JOIN series s ON s.id = o.series
                    WHERE o.id IN (\(marks))
                    """, arguments: StatementArguments(part))
            {
                found[row["id"]] = row["title"]
            }
        }
        return found
    }
}

extension Reading {
    public func answersSince(_ id: SeriesID) throws -> Int? {
        try Int.fetchOne(db, sql: "SELECT answers_since FROM series WHERE id = ?", arguments: [id])
    }
}

extension Reading {
    /// Active series with a rule, each with its next meeting from a time on (Unix seconds).
    public func recurringSeries(after time: Int) throws -> [(series: Series, next: Int?, occurrence: OccurrenceID?)] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT s.*, next.id AS next, next.start_at AS next_start FROM series s
                LEFT JOIN occurrence next ON next.id = (SELECT o.id FROM occurrence o WHERE o.series = s.id
                    AND o.state = 'planned' AND o.end_at > ? ORDER BY o.start_at LIMIT 1)
                WHERE s.rule IS NOT NULL AND s.state = 'active' ORDER BY s.id DESC LIMIT 1000
                """, arguments: [time])
        var starts: [SeriesID: Int] = [:]
        var ids: [SeriesID: OccurrenceID] = [:]
        for row in rows {
            starts[row["id"]] = row["next_start"] as Int?
            ids[row["id"]] = row["next"] as OccurrenceID?
        }
        return try series(rows).map { ($0, starts[$0.id], ids[$0.id]) }
    }
}
