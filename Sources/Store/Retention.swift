import Briefing
import GRDB
import ICalendar

extension Reading {
    /// The holds on a recording that stand, the oldest first.
    public func holds(on recording: String) throws -> [Retention.Hold] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM recording_hold WHERE recording = ? AND lifted_at IS NULL ORDER BY id",
            arguments: [recording]
        ).map { Retention.Hold(id: $0["id"], reason: $0["reason"], since: $0["since_at"], who: $0["who"]) }
    }

    /// What was decided last about how long a recording is kept; nil where nobody has decided anything.
    public func extensionOfTerm(of recording: String) throws -> Retention.Term? {
        guard
            let row = try Row.fetchOne(
                db, sql: "SELECT until_day FROM recording_extension WHERE recording = ? ORDER BY id DESC LIMIT 1",
                arguments: [recording])
        else { return nil }
        let text: String? = row["until_day"]
        // A day that cannot be read destroys nothing.
        return text.flatMap { LocalDate($0) }.map { .until($0) } ?? .forEver
    }

    /// The newest disposal of a recording.
    public func disposal(of recording: String) throws -> Retention.Disposal? {
        try Row.fetchOne(
            db, sql: "SELECT * FROM recording_disposal WHERE recording = ? ORDER BY id DESC LIMIT 1",
            arguments: [recording]
        ).flatMap(disposal)
    }

    /// Recordings whose end was confirmed and whose files are not all gone yet.
    public func recordingsToDestroy() throws -> [String] {
        try String.fetchAll(db, sql: "SELECT recording FROM recording_disposal WHERE state = 'confirmed' ORDER BY id")
    }

    /// Recordings that were destroyed, or are being.
    public func destroyedRecordings() throws -> Set<String> {
        Set(
            try String.fetchAll(
                db, sql: "SELECT recording FROM recording_disposal WHERE state IN ('confirmed', 'done')"))
    }

    private func disposal(_ row: Row) -> Retention.Disposal? {
        guard let state = Retention.Disposal.State(rawValue: row["state"]) else { return nil }
        return Retention.Disposal(
            id: row["id"], state: state, reason: row["reason"], decision: row["decision"],
            proposedAt: row["proposed_at"], proposedBy: row["proposed_by"], decidedAt: row["decided_at"],
            decidedBy: row["decided_by"], answer: row["answer"], doneAt: row["done_at"])
    }
}

extension Writing {
    /// - Returns: the hold's number.
    @discardableResult
    public func hold(_ recording: String, for reason: String, at: Int, who: String) throws -> Int64 {
        try db.execute(
            sql: "INSERT INTO recording_hold (recording, reason, since_at, who) VALUES (?, ?, ?, ?)",
            arguments: [recording, reason, at, who])
        return db.lastInsertedRowID
    }

    /// - Returns: whether it stood.
    public func liftHold(_ id: Int64, on recording: String, for reason: String, at: Int, who: String) throws -> Bool {
        try db.execute(
            sql: """
                UPDATE recording_hold SET lifted_at = ?, lifted_by = ?, lifted_for = ?
                WHERE id = ? AND recording = ? AND lifted_at IS NULL
                """, arguments: [at, who, reason, id, recording])
        return db.changesCount > 0
    }

    public func extendTerm(
        of recording: String, to term: Retention.Term, for reason: String, at: Int, who: String
    ) throws {
        let day: String? = if case .until(let day) = term { day.description } else { nil }
        try db.execute(
            sql: "INSERT INTO recording_extension (recording, until_day, reason, made_at, who) VALUES (?, ?, ?, ?, ?)",
            arguments: [recording, day, reason, at, who])
    }

    public func proposeDisposal(
        of recording: String, for reason: String, decision: String, at: Int, by person: PersonID
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO recording_disposal (recording, state, reason, decision, proposed_at, proposed_by)
                VALUES (?, 'proposed', ?, ?, ?, ?)
                """, arguments: [recording, reason, decision, at, person])
    }

    /// Of the one that waits.
    public func decideDisposal(
        of recording: String, _ state: Retention.Disposal.State, answer: String = "", at: Int, by person: PersonID
    ) throws {
        try db.execute(
            sql: """
                UPDATE recording_disposal SET state = ?, decided_at = ?, decided_by = ?, answer = ?
                WHERE recording = ? AND state = 'proposed'
                """, arguments: [state.rawValue, at, person, answer, recording])
    }

    /// The files of a recording are gone.
    public func finishDisposal(of recording: String, at: Int) throws {
        try db.execute(
            sql:
                "UPDATE recording_disposal SET state = 'done', done_at = ? WHERE recording = ? AND state = 'confirmed'",
            arguments: [at, recording])
    }
}
