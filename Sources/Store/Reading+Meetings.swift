import Briefing
import Foundation
import GRDB
import ICalendar

/// Whom a series invites, and what single meetings change in that.
public struct InviteeList: Sendable, Hashable {
    public var sites: Set<SiteID> = []
    public var people: Set<PersonID> = []

    public init(sites: Set<SiteID> = [], people: Set<PersonID> = []) {
        self.sites = sites
        self.people = people
    }
}

extension Reading {
    /// - Returns: a series with all that its plan holds; nil where there is none.
    public func series(_ id: SeriesID) throws -> Series? {
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM series WHERE id = ?", arguments: [id]) else {
            return nil
        }
        return try series([row]).first
    }

    public func series(uid: String) throws -> Series? {
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM series WHERE uid = ?", arguments: [uid]) else {
            return nil
        }
        return try series([row]).first
    }

    /// The series that still have meetings to come, or all.
    public func allSeries(activeOnly: Bool) throws -> [Series] {
        try series(
            Row.fetchAll(
                db, sql: "SELECT * FROM series WHERE ? = 0 OR state = 'active' ORDER BY id DESC",
                arguments: [activeOnly]))
    }

    /// Series whose meetings are laid out only up to a day before `day`.
    public func seriesToLayOut(before day: LocalDate) throws -> [Series] {
        try series(
            Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM series WHERE state = 'active' AND rule IS NOT NULL AND laid_out_through < ?
                    ORDER BY id
                    """, arguments: [day.description]))
    }

    /// Series with what belongs to them, in two queries for all.
    func series(_ rows: [Row]) throws -> [Series] {
        let ids = rows.map { $0["id"] as SeriesID }
        let lists = try invitees(of: ids)
        let agendas = try agendas(of: ids)
        return rows.compactMap { row in
            let id: SeriesID = row["id"]
            return series(row, lists[id] ?? InviteeList(), agendas[id] ?? [])
        }
    }

    private func series(_ row: Row, _ list: InviteeList, _ agenda: [AgendaItem]) -> Series? {
        guard let start = LocalDateTime(row["start"] as String), let through = day(row["laid_out_through"]),
            let policy = HolidayPolicy(rawValue: row["holidays"]), let form = MeetingForm(rawValue: row["form"]),
            let state = Series.State(rawValue: row["state"])
        else { return nil }
        let rule = (row["rule"] as String?).flatMap { try? RecurrenceRule(parsing: $0) }
        let plan = MeetingPlan(
            title: row["title"], organiser: row["organiser"], chair: row["chair"], start: start,
            minutes: row["minutes"], rule: rule, holidays: policy, form: form, isPeriodic: row["is_periodic"],
            venue: row["venue"], sites: list.sites, people: list.people, agenda: agenda,
            notes: row["notes"], isRecorded: row["is_recorded"])
        return Series(
            id: row["id"], uid: row["uid"], plan: plan, state: state, version: row["version"],
            sequence: row["sequence"],
            answersSince: row["answers_since"], laidOutThrough: through)
    }

    /// When the series' invitation left; nil before.
    public func invitedAt(_ id: SeriesID) throws -> Int? {
        try Int.fetchOne(db, sql: "SELECT invited_at FROM series WHERE id = ?", arguments: [id])
    }

    public func invitedAt(_ id: OccurrenceID) throws -> Int? {
        try Int.fetchOne(db, sql: "SELECT invited_at FROM occurrence WHERE id = ?", arguments: [id])
    }

    // MARK: Occurrences

    public func occurrence(_ id: OccurrenceID) throws -> Occurrence? {
        try Row.fetchOne(db, sql: "SELECT * FROM occurrence WHERE id = ?", arguments: [id]).flatMap(occurrence)
    }

    public func occurrence(room: String) throws -> Occurrence? {
        try Row.fetchOne(db, sql: "SELECT * FROM occurrence WHERE room = ?", arguments: [room]).flatMap(occurrence)
    }

    public func occurrence(of series: SeriesID, recurrence: LocalDateTime) throws -> Occurrence? {
        try Row.fetchOne(
            db, sql: "SELECT * FROM occurrence WHERE series = ? AND recurrence = ?",
            arguments: [series, recurrence.description]
        ).flatMap(occurrence)
    }

    /// A series' meetings in the order of their time.
    public func occurrences(of series: SeriesID) throws -> [Occurrence] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM occurrence WHERE series = ? ORDER BY start_at, id", arguments: [series]
        ).compactMap(occurrence)
    }

    /// Meetings that touch a span of time: any that begin before its end and end after its beginning.
    ///
    /// No meeting is longer than a day, which is what lets the index on the beginnings bound the search.
    public func occurrences(
        from begin: LocalDateTime, to end: LocalDateTime, states: Set<Occurrence.State>
    ) throws -> [Occurrence] {
        try Row.fetchAll(
            db,
            sql: "SELECT * FROM occurrence WHERE start_at < ? AND start_at > ? AND end_at > ? ORDER BY start_at, id",
            arguments: [
                ProvinceClock.unix(end), ProvinceClock.unix(begin) - 86_400 - 1, ProvinceClock.unix(begin),
            ]
        ).compactMap(occurrence).filter { states.contains($0.state) }
    }

    private func occurrence(_ row: Row) -> Occurrence? {
        guard let recurrence = LocalDateTime(row["recurrence"] as String),
            let state = Occurrence.State(rawValue: row["state"])
        else { return nil }
        var own = Occurrence.Own()
        own.title = row["title"]
        own.chair = row["chair"]
        own.venue = row["venue"]
        own.form = (row["form"] as String?).flatMap(MeetingForm.init)
        own.notes = row["notes"]
        own.hasAgenda = row["has_agenda"]
        return Occurrence(
            id: row["id"], series: row["series"], recurrenceID: recurrence,
            start: ProvinceClock.local(unix: row["start_at"]), end: ProvinceClock.local(unix: row["end_at"]),
            state: state, movedFor: row["moved_for"], isEdited: row["is_edited"], isAddition: row["is_addition"],
            version: row["version"],
            sequence: row["sequence"], answersSince: row["answers_since"], own: own, room: row["room"])
    }

    // MARK: What belongs to them

    public func agenda(of series: SeriesID, occurrence: OccurrenceID?) throws -> [AgendaItem] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM agenda_item WHERE series = ? AND occurrence IS ? AND is_current = 1 ORDER BY position
                """, arguments: [series, occurrence]
        ).map(agendaItem)
    }

    private func agendas(of ids: [SeriesID]) throws -> [SeriesID: [AgendaItem]] {
        var found: [SeriesID: [AgendaItem]] = [:]
        for part in ids.parts(of: 500) {
            let marks = part.map { _ in "?" }.joined(separator: ", ")
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT * FROM agenda_item WHERE series IN (\(marks)) AND occurrence IS NULL AND is_current = 1
                    ORDER BY position
                    """, arguments: StatementArguments(part))
            while let row = try rows.next() { found[row["series"], default: []].append(agendaItem(row)) }
        }
        return found
    }

    private func agendaItem(_ row: Row) -> AgendaItem {
        AgendaItem(id: row["id"], title: row["title"], owner: row["owner"], minutes: row["minutes"])
    }

    /// Whom a series invites to every meeting.
    public func invitees(of series: SeriesID) throws -> InviteeList {
        try invitees(of: [series])[series] ?? InviteeList()
    }

    /// Whom some series invite to every meeting; nothing of one that invites nobody.
    func invitees(of series: [SeriesID]) throws -> [SeriesID: InviteeList] {
        var found: [SeriesID: InviteeList] = [:]
        for part in series.parts(of: 500) {
            let marks = part.map { _ in "?" }.joined(separator: ", ")
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT series, site, person FROM invitee
                    WHERE series IN (\(marks)) AND occurrence IS NULL AND is_removed = 0
                    """, arguments: StatementArguments(part))
            while let row = try rows.next() {
                let id: SeriesID = row[0]
                if let site: SiteID = row[1] { found[id, default: InviteeList()].sites.insert(site) }
                if let person: PersonID = row[2] { found[id, default: InviteeList()].people.insert(person) }
            }
        }
        return found
    }

    /// Whom one meeting invites.
    public func invitees(of occurrence: Occurrence) throws -> InviteeList {
        try apply(changes(of: [occurrence.id])[occurrence.id] ?? [], to: invitees(of: occurrence.series))
    }

    /// What meetings change in their series' list: invitee, and whether it is taken out.
    public func changes(of ids: [OccurrenceID]) throws -> [OccurrenceID: [(Invitee, isRemoved: Bool)]] {
        var found: [OccurrenceID: [(Invitee, isRemoved: Bool)]] = [:]
        for part in ids.parts(of: 500) {
            let marks = part.map { _ in "?" }.joined(separator: ", ")
            let rows = try Row.fetchCursor(
                db, sql: "SELECT * FROM invitee WHERE occurrence IN (\(marks))", arguments: StatementArguments(part))
            while let row = try rows.next() {
                let occurrence: OccurrenceID = row["occurrence"]
                if let site: SiteID = row["site"] {
                    found[occurrence, default: []].append((.site(site), row["is_removed"]))
                }
                if let person: PersonID = row["person"] {
                    found[occurrence, default: []].append((.person(person), row["is_removed"]))
                }
            }
        }
        return found
    }

    public func apply(_ changes: [(Invitee, isRemoved: Bool)], to list: InviteeList) -> InviteeList {
        var list = list
        for (invitee, isRemoved) in changes {
            switch invitee {
            case .site(let site): if isRemoved { list.sites.remove(site) } else { list.sites.insert(site) }
            case .person(let person): if isRemoved { list.people.remove(person) } else { list.people.insert(person) }
            }
        }
        return list
    }

    /// The newest answers to a meeting, each invitee's own for it before the one for the whole series; answers from
    /// before a change of the time are not counted.
    public func replies(to occurrence: Occurrence, seriesAnswersSince: Int) throws -> [Invitee: Reply] {
        var found: [Invitee: Reply] = [:]
        let since = max(occurrence.answersSince, seriesAnswersSince)
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT *, 0 AS is_own FROM reply
                    WHERE series = :series AND occurrence IS NULL AND is_current = 1 AND given_at > :since
                UNION ALL SELECT *, 1 FROM reply
                    WHERE series = :series AND occurrence = :id AND is_current = 1 AND given_at > :since
                ORDER BY is_own, given_at
                """, arguments: ["series": occurrence.series, "id": occurrence.id, "since": since])
        while let row = try rows.next() {
            guard let answer = Reply.Answer(rawValue: row["answer"]), let invitee = invitee(row) else { continue }
            found[invitee] = Reply(
                answer: answer, delegateName: row["delegate_name"], delegateEmail: row["delegate_email"],
                note: row["note"], at: row["given_at"])
        }
        return found
    }

    func invitee(_ row: Row) -> Invitee? {
        if let site: SiteID = row["site"] { return .site(site) }
        if let person: PersonID = row["person"] { return .person(person) }
        return nil
    }

    public func attendance(of occurrence: OccurrenceID) throws -> [SiteID: Attendance] {
        var found: [SiteID: Attendance] = [:]
        for row in try Row.fetchAll(db, sql: "SELECT * FROM attendance WHERE occurrence = ?", arguments: [occurrence]) {
            found[row["site"]] = Attendance(rawValue: row["state"])
        }
        return found
    }

    // MARK: Papers

    public func paper(_ id: PaperID) throws -> Paper? {
        try Row.fetchOne(db, sql: "SELECT * FROM paper WHERE id = ?", arguments: [id]).flatMap(paper)
    }

    /// A meeting's papers, each in its newest version: its own and its series'.
    public func papers(of occurrence: Occurrence) throws -> [Paper] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM paper WHERE series = ? AND (occurrence IS NULL OR occurrence = ?)
                    AND withdrawn_at IS NULL AND superseded_at IS NULL ORDER BY coalesce(first, id)
                """, arguments: [occurrence.series, occurrence.id]
        ).compactMap(paper)
    }

    private func paper(_ row: Row) -> Paper? {
        guard let classification = Classification(rawValue: row["classification"]) else { return nil }
        return Paper(
            id: row["id"], series: row["series"], occurrence: row["occurrence"], title: row["title"],
            filename: row["filename"], type: row["type"], bytes: row["bytes"], sha256: row["sha256"],
            link: row["link"], classification: classification, addedBy: row["added_by"], addedAt: row["added_at"],
            isWithdrawn: row["withdrawn_at"] != nil as Int?, item: row["item"], first: row["first"],
            version: row["version"],
            isSuperseded: row["superseded_at"] != nil as Int?, note: row["note"])
    }
}

extension Array {
    /// Parts of at most `count`: SQLite bounds the number of a statement's values.
    func parts(of count: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: self.count, by: count).map { self[$0..<Swift.min($0 + count, self.count)] }
    }
}
