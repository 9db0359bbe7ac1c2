import Briefing
import Foundation
import GRDB
import ICalendar

extension Writing {
    /// - Parameter follows: the series that this one goes on from.
    public func addSeries(
        _ plan: MeetingPlan, uid: String, through: LocalDate, follows: SeriesID?, now: Int, by: PersonID?
    ) throws -> SeriesID {
        try db.execute(
            sql: """
                INSERT INTO series (uid, title, organiser, chair, start, minutes, rule, holidays, form, is_periodic,
                    venue, notes, is_recorded, state, version, sequence, answers_since, laid_out_through, follows,
                    created_at, created_by)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'active', 1, 0, 0, ?, ?, ?, ?)
                """,
            arguments: [
                uid, plan.title, plan.organiser, plan.chair, plan.start.description, plan.minutes, plan.rule?.text,
                plan.holidays.rawValue, plan.form.rawValue, plan.isPeriodic, plan.venue, plan.notes,
                plan.isRecorded, through.description, follows, now, by,
            ])
        let id = SeriesID(db.lastInsertedRowID)
        try setInvitees(InviteeList(sites: plan.sites, people: plan.people), of: id)
        try setAgenda(plan.agenda, of: id, occurrence: nil)
        return id
    }

    /// Writes all of a series but its agenda.
    public func update(_ series: Series) throws {
        let plan = series.plan
        try db.execute(
            sql: """
                UPDATE series SET title = ?, organiser = ?, chair = ?, start = ?, minutes = ?, rule = ?, holidays = ?,
                    form = ?, is_periodic = ?, venue = ?, notes = ?, is_recorded = ?, state = ?, version = ?,
                    sequence = ?, answers_since = ?, laid_out_through = ? WHERE id = ?
                """,
            arguments: [
                plan.title, plan.organiser, plan.chair, plan.start.description, plan.minutes, plan.rule?.text,
                plan.holidays.rawValue, plan.form.rawValue, plan.isPeriodic, plan.venue, plan.notes,
                plan.isRecorded, series.state.rawValue, series.version, series.sequence, series.answersSince,
                series.laidOutThrough.description, series.id,
            ])
        try setInvitees(InviteeList(sites: plan.sites, people: plan.people), of: series.id)
    }

    private func setInvitees(_ list: InviteeList, of series: SeriesID) throws {
        let kept = try reading.invitees(of: series)
        guard kept != list else { return }
        for site in kept.sites.subtracting(list.sites) {
            try db.execute(
                sql: "DELETE FROM invitee WHERE series = ? AND occurrence IS NULL AND site = ?",
                arguments: [series, site])
        }
        for person in kept.people.subtracting(list.people) {
            try db.execute(
                sql: "DELETE FROM invitee WHERE series = ? AND occurrence IS NULL AND person = ?",
                arguments: [series, person])
        }
        for site in list.sites.subtracting(kept.sites).sorted() {
            try addInvitee(.site(site), series: series, occurrence: nil, isRemoved: false)
        }
        for person in list.people.subtracting(kept.people).sorted() {
            try addInvitee(.person(person), series: series, occurrence: nil, isRemoved: false)
        }
        try db.execute(sql: "UPDATE series SET site_count = ? WHERE id = ?", arguments: [list.sites.count, series])
    }

    private func addInvitee(_ invitee: Invitee, series: SeriesID, occurrence: OccurrenceID?, isRemoved: Bool) throws {
        let (site, person) = columns(invitee)
        try db.execute(
            sql: "INSERT INTO invitee (series, occurrence, site, person, is_removed) VALUES (?, ?, ?, ?, ?)",
            arguments: [series, occurrence, site, person, isRemoved])
    }

    private func columns(_ invitee: Invitee) -> (SiteID?, PersonID?) {
        switch invitee {
        case .site(let site): (site, nil)
        case .person(let person): (nil, person)
        }
    }

    /// Makes one meeting's list what it should be, as changes of its series' list.
    public func setInvitees(_ list: InviteeList, of occurrence: Occurrence) throws {
        let series = try reading.invitees(of: occurrence.series)
        try db.execute(sql: "DELETE FROM invitee WHERE occurrence = ?", arguments: [occurrence.id])
        for site in list.sites.symmetricDifference(series.sites).sorted() {
            try addInvitee(
                .site(site), series: occurrence.series, occurrence: occurrence.id, isRemoved: !list.sites.contains(site)
            )
        }
        for person in list.people.symmetricDifference(series.people).sorted() {
            try addInvitee(
                .person(person), series: occurrence.series, occurrence: occurrence.id,
                isRemoved: !list.people.contains(person))
        }
    }

    /// Items that were there keep their number, so that papers and minutes still name them.
    public func setAgenda(_ items: [AgendaItem], of series: SeriesID, occurrence: OccurrenceID?) throws {
        let kept = Set(try reading.agenda(of: series, occurrence: occurrence).map(\.id))
        for id in kept.subtracting(items.map(\.id)) {
            try db.execute(sql: "UPDATE agenda_item SET is_current = 0 WHERE id = ?", arguments: [id])
        }
        for (position, item) in items.enumerated() {
            if kept.contains(item.id) {
                try db.execute(
                    sql: "UPDATE agenda_item SET position = ?, title = ?, owner = ?, minutes = ? WHERE id = ?",
                    arguments: [position, item.title, item.owner, item.minutes, item.id])
            } else {
                try db.execute(
                    sql: """
                        INSERT INTO agenda_item (series, occurrence, position, title, owner, minutes)
                        VALUES (?, ?, ?, ?, ?, ?)
                        """, arguments: [series, occurrence, position, item.title, item.owner, item.minutes])
            }
        }
    }

    // MARK: Occurrences

    /// Its number has never been another's, though meetings that were only laid out are taken away: links and the chain
    /// of acts name meetings by it.
    ///
    /// - Parameter room: the name of its call, unique.
    public func addOccurrence(
        of series: SeriesID, _ meeting: PlannedMeeting, isAddition: Bool = false, room: String
    ) throws -> OccurrenceID {
        try db.cachedStatement(
            sql: """
                INSERT INTO occurrence (id, series, recurrence, start_at, end_at, state, moved_for, is_edited,
                    is_addition, version, sequence, answers_since, has_agenda, room)
                SELECT max(last, (SELECT coalesce(max(id), 0) FROM occurrence)) + 1, ?, ?, ?, ?, ?, ?, 0, ?, 1, 0, 0, 0, ?
                FROM removed_occurrence
                """
        ).execute(arguments: [
            series, meeting.recurrenceID.description, ProvinceClock.unix(meeting.start),
            ProvinceClock.unix(meeting.end), meeting.isSkipped ? "skipped" : "planned", meeting.movedFor ?? "",
            isAddition,
            room,
        ])
        return OccurrenceID(db.lastInsertedRowID)
    }

    public func update(_ occurrence: Occurrence, reason: String? = nil) throws {
        try db.execute(
            sql: """
                UPDATE occurrence SET series = ?, recurrence = ?, start_at = ?, end_at = ?, state = ?, moved_for = ?,
                    is_edited = ?, version = ?, sequence = ?, answers_since = ?, title = ?, chair = ?, venue = ?,
                    form = ?, notes = ?, has_agenda = ?, reason = coalesce(?, reason) WHERE id = ?
                """,
            arguments: [
                occurrence.series, occurrence.recurrenceID.description, ProvinceClock.unix(occurrence.start),
                ProvinceClock.unix(occurrence.end), occurrence.state.rawValue, occurrence.movedFor,
                occurrence.isEdited, occurrence.version, occurrence.sequence, occurrence.answersSince,
                occurrence.own.title, occurrence.own.chair, occurrence.own.venue, occurrence.own.form?.rawValue,
                occurrence.own.notes, occurrence.own.hasAgenda, reason, occurrence.id,
            ])
    }

    /// Takes a meeting away that was laid out, never announced and never held: the plan it came from has changed.
    public func removeUnannounced(_ id: OccurrenceID) throws {
        for table in ["invitee", "agenda_item", "reply", "attendance", "reminder_made"] {
            try db.execute(sql: "DELETE FROM \(table) WHERE occurrence = ?", arguments: [id])
        }
        try db.execute(sql: "DELETE FROM occurrence WHERE id = ?", arguments: [id])
    }

    /// Whether anything hangs on a meeting that a dossier keeps: somebody was told of it, has edited it by itself, or its
    /// journal has begun.
    public func isOnRecord(_ id: OccurrenceID) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM paper WHERE occurrence = :id) OR EXISTS
                    (SELECT 1 FROM letter WHERE occurrence = :id) OR EXISTS
                    (SELECT 1 FROM attendance WHERE occurrence = :id) OR EXISTS
                    (SELECT 1 FROM reply WHERE occurrence = :id) OR EXISTS
                    (SELECT 1 FROM alert WHERE occurrence = :id) OR EXISTS
                    (SELECT 1 FROM conduct_act WHERE occurrence = :id) OR EXISTS
                    (SELECT 1 FROM occurrence WHERE id = :id AND (is_edited = 1 OR invited_at IS NOT NULL))
                """, arguments: ["id": id]) ?? true
    }

    /// Lets meetings change places: no two of a series have one recurrence, not even between two statements.
    public func loosenRecurrences(of ids: [OccurrenceID]) throws {
        for id in ids {
            try db.execute(
                sql: "UPDATE occurrence SET recurrence = 'moving ' || id WHERE id = ?", arguments: [id])
        }
    }

    /// Gives a series that goes on from another what was for all its meetings: papers, and answers where the time is
    /// the same.
    public func copyBelongings(of series: SeriesID, to next: SeriesID, withReplies: Bool) throws {
        try db.execute(
            sql: """
                INSERT INTO paper (series, occurrence, title, filename, type, bytes, sha256, link, classification,
                    added_by, added_at, note)
                SELECT ?, NULL, title, filename, type, bytes, sha256, link, classification, added_by, added_at, note
                FROM paper WHERE series = ? AND occurrence IS NULL AND withdrawn_at IS NULL AND superseded_at IS NULL
                """, arguments: [next, series])
        if withReplies {
            try db.execute(
                sql: """
                    INSERT INTO reply (series, occurrence, site, person, sequence, answer, delegate_name,
                        delegate_email, note, given_at, given_by)
                    SELECT ?, NULL, site, person, 0, answer, delegate_name, delegate_email, note, given_at, given_by
                    FROM reply WHERE series = ? AND occurrence IS NULL AND is_current = 1
                    """, arguments: [next, series])
        }
    }

    /// Hands what belongs to meetings from one series to another, with the meetings.
    public func moveBelongings(of occurrence: OccurrenceID, to series: SeriesID) throws {
        for table in ["invitee", "agenda_item", "reply", "paper", "letter"] {
            try db.execute(
                sql: "UPDATE \(table) SET series = ? WHERE occurrence = ?", arguments: [series, occurrence])
        }
    }

    public func setInvitedAt(_ time: Int, series: SeriesID) throws {
        try db.execute(sql: "UPDATE series SET invited_at = ? WHERE id = ?", arguments: [time, series])
    }

    public func setInvitedAt(_ time: Int, occurrence: OccurrenceID) throws {
        try db.execute(sql: "UPDATE occurrence SET invited_at = ? WHERE id = ?", arguments: [time, occurrence])
    }

    // MARK: Answers, attendance, papers

    /// - Parameter occurrence: nil for an answer to the whole series.
    public func add(
        _ reply: Reply, of invitee: Invitee, series: SeriesID, occurrence: OccurrenceID?, sequence: Int, by: String
    ) throws {
        let (site, person) = columns(invitee)
        try db.execute(
            sql: """
                UPDATE reply SET is_current = 0 WHERE series = ? AND occurrence IS ? AND site IS ? AND person IS ?
                """, arguments: [series, occurrence, site, person])
        try db.execute(
            sql: """
                INSERT INTO reply (series, occurrence, site, person, sequence, answer, delegate_name, delegate_email,
                    note, given_at, given_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                series, occurrence, site, person, sequence, reply.answer.rawValue, reply.delegateName,
                reply.delegateEmail, reply.note, reply.at, by,
            ])
    }

    /// - Parameter joined: Unix seconds of the site's first connection; kept once it is there.
    public func set(_ attendance: Attendance, of site: SiteID, at occurrence: OccurrenceID, joined: Int?) throws {
        try db.execute(
            sql: """
                INSERT INTO attendance (occurrence, site, state, joined_at) VALUES (?, ?, ?, ?)
                ON CONFLICT (occurrence, site) DO UPDATE SET state = excluded.state,
                    joined_at = coalesce(attendance.joined_at, excluded.joined_at)
                """, arguments: [occurrence, site, attendance.rawValue, joined])
    }

    public func add(_ paper: Paper) throws -> PaperID {
        try db.execute(
            sql: """
                INSERT INTO paper (series, occurrence, title, filename, type, bytes, sha256, link, classification,
                    added_by, added_at, item, first, version, note)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                paper.series, paper.occurrence, paper.title, paper.filename, paper.type, paper.bytes, paper.sha256,
                paper.link, paper.classification.rawValue, paper.addedBy, paper.addedAt, paper.item, paper.first,
                paper.version, paper.note,
            ])
        return PaperID(db.lastInsertedRowID)
    }

    public func withdrawPaper(_ id: PaperID, now: Int) throws {
        try db.execute(
            sql: "UPDATE paper SET withdrawn_at = ? WHERE id = ? AND withdrawn_at IS NULL", arguments: [now, id])
    }
}
