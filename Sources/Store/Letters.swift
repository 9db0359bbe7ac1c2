import Briefing
import Foundation
import GRDB

/// A letter in the queue. What it says is kept beside it, as the mail module writes it.
public struct QueuedLetter: Sendable {
    public enum State: String, Sendable, Codable, CaseIterable { case waiting, sent, failed, withdrawn }

    public var id: Int64
    /// RFC 5322 §3.6.4; the same at every attempt.
    public var messageID: String
    /// `invitation`, `update`, `cancellation`, `reminder`, …
    public var kind: String
    public var toName: String
    public var toAddress: String
    public var subject: String
    public var series: SeriesID?
    public var occurrence: OccurrenceID?
    public var invitee: Invitee?
    public var state: State
    public var attempts: Int
    /// Unix seconds.
    public var nextTry: Int
    public var error: String
    public var made: Int
    public var sent: Int?

    public init(
        id: Int64 = 0, messageID: String, kind: String, toName: String, toAddress: String, subject: String,
        series: SeriesID? = nil, occurrence: OccurrenceID? = nil, invitee: Invitee? = nil, state: State = .waiting,
        attempts: Int = 0, nextTry: Int, error: String = "", made: Int, sent: Int? = nil
    ) {
        self.id = id
        self.messageID = messageID
        self.kind = kind
        self.toName = toName
        self.toAddress = toAddress
        self.subject = subject
        self.series = series
        self.occurrence = occurrence
        self.invitee = invitee
        self.state = state
        self.attempts = attempts
        self.nextTry = nextTry
        self.error = error
        self.made = made
        self.sent = sent
    }
}

extension Reading {
    /// Letters whose time has come, the oldest first, with their bodies.
    public func dueLetters(now: Int, limit: Int) throws -> [(QueuedLetter, body: Data)] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT letter.*, letter_body.body FROM letter JOIN letter_body ON letter_body.letter = letter.id
                WHERE state = 'waiting' AND next_try_at <= ? ORDER BY next_try_at, id LIMIT ?
                """, arguments: [now, limit]
        ).map { (letter($0), $0["body"]) }
    }

    /// When the next letter's time comes, in Unix seconds.
    public func nextLetterDue() throws -> Int? {
        try Int.fetchOne(db, sql: "SELECT min(next_try_at) FROM letter WHERE state = 'waiting'")
    }

    public func letter(id: Int64) throws -> QueuedLetter? {
        try Row.fetchOne(db, sql: "SELECT * FROM letter WHERE id = ?", arguments: [id]).map(letter)
    }

    public func letter(messageID: String) throws -> QueuedLetter? {
        try Row.fetchOne(db, sql: "SELECT * FROM letter WHERE message_id = ?", arguments: [messageID]).map(letter)
    }

    /// Letters, those that failed and those that wait before the others, the newest first.
    ///
    /// - Parameters:
    ///   - occurrence: only those to this meeting or to its whole series.
    ///   - organisers: only those of series that one of these units organises.
    public func letters(
        state: QueuedLetter.State?, occurrence: OccurrenceID?, organisers: Set<UnitID>? = nil, limit: Int
    ) throws -> [QueuedLetter] {
        let units = organisers.map { "[\($0.map(\.description).joined(separator: ","))]" }
        return try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM letter WHERE (:state IS NULL OR state = :state)
                    AND (:occurrence IS NULL OR occurrence = :occurrence OR (occurrence IS NULL
                        AND series = (SELECT series FROM occurrence WHERE id = :occurrence)))
                    AND (:units IS NULL OR series IN (SELECT id FROM series WHERE organiser IN
                        (SELECT value FROM json_each(:units))))
                ORDER BY state = 'failed' DESC, state = 'waiting' DESC, id DESC LIMIT :limit
                """,
            arguments: ["state": state?.rawValue, "occurrence": occurrence, "units": units, "limit": limit]
        ).map(letter)
    }

    public func letterCounts() throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for row in try Row.fetchAll(db, sql: "SELECT state, count(*) AS n FROM letter GROUP BY state") {
            counts[row["state"]] = row["n"]
        }
        return counts
    }

    /// The newest letter to each invitee of a meeting, or of its series.
    public func newestLetters(series: SeriesID, occurrence: OccurrenceID) throws -> [Invitee: QueuedLetter] {
        var found: [Invitee: QueuedLetter] = [:]
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT * FROM letter WHERE series = :series AND occurrence IS NULL
                UNION ALL SELECT * FROM letter WHERE series = :series AND occurrence = :id ORDER BY id
                """, arguments: ["series": series, "id": occurrence])
        while let row = try rows.next() {
            let letter = letter(row)
            if let invitee = letter.invitee { found[invitee] = letter }
        }
        return found
    }

    private func letter(_ row: Row) -> QueuedLetter {
        QueuedLetter(
            id: row["id"], messageID: row["message_id"], kind: row["kind"], toName: row["to_name"],
            toAddress: row["to_address"], subject: row["subject"], series: row["series"],
            occurrence: row["occurrence"], invitee: invitee(row),
            state: QueuedLetter.State(rawValue: row["state"]) ?? .failed, attempts: row["attempts"],
            nextTry: row["next_try_at"], error: row["error"], made: row["made_at"], sent: row["sent_at"])
    }

    public func hasRead(messageID: String) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM mail_read WHERE message_id = ?)", arguments: [messageID]) ?? false
    }

    public func hasReminder(_ kind: String, occurrence: OccurrenceID, start: Int) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM reminder_made WHERE occurrence = ? AND kind = ? AND start_at = ?)
                """, arguments: [occurrence, kind, start]) ?? false
    }
}

extension Writing {
    /// Puts a letter into the queue, in the transaction of the act that it tells of.
    @discardableResult
    public func queue(_ letter: QueuedLetter, body: Data) throws -> Int64 {
        var site: SiteID?
        var person: PersonID?
        switch letter.invitee {
        case .site(let id): site = id
        case .person(let id): person = id
        case nil: break
        }
        try db.cachedStatement(
            sql: """
                INSERT INTO letter (message_id, kind, to_name, to_address, subject, series, occurrence, site, person,
                    state, attempts, next_try_at, error, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            letter.messageID, letter.kind, letter.toName, letter.toAddress, letter.subject, letter.series,
            letter.occurrence, site, person, letter.state.rawValue, letter.attempts, letter.nextTry, letter.error,
            letter.made,
        ])
        let id = db.lastInsertedRowID
        try db.cachedStatement(sql: "INSERT INTO letter_body (letter, body) VALUES (?, ?)").execute(arguments: [
            id, body,
        ])
        return id
    }

    public func letterSent(messageID: String, now: Int) throws {
        try db.execute(
            sql: """
                UPDATE letter SET state = 'sent', sent_at = ?, attempts = attempts + 1, error = ''
                WHERE message_id = ? AND state <> 'sent'
                """, arguments: [now, messageID])
    }

    /// - Parameter nextTry: nil where trying again is in vain.
    public func letterFailed(messageID: String, error: String, nextTry: Int?) throws {
        try db.execute(
            sql: """
                UPDATE letter SET state = ?, next_try_at = coalesce(?, next_try_at), attempts = attempts + 1, error = ?
                WHERE message_id = ? AND state = 'waiting'
                """, arguments: [nextTry == nil ? "failed" : "waiting", nextTry, error, messageID])
    }

    /// A letter that was given back by a later server (RFC 3464).
    public func letterReturned(messageID: String, error: String) throws {
        try db.execute(
            sql: "UPDATE letter SET state = 'failed', error = ? WHERE message_id = ?", arguments: [error, messageID])
    }

    public func retryLetter(id: Int64, now: Int) throws {
        try db.execute(
            sql: "UPDATE letter SET state = 'waiting', next_try_at = ?, error = '' WHERE id = ? AND state = 'failed'",
            arguments: [now, id])
    }

    public func noteRead(messageID: String, outcome: String, now: Int) throws {
        try db.execute(
            sql: "INSERT OR IGNORE INTO mail_read (message_id, read_at, outcome) VALUES (?, ?, ?)",
            arguments: [messageID, now, outcome])
    }

    public func noteReminder(_ kind: String, occurrence: OccurrenceID, start: Int) throws {
        try db.execute(
            sql: "INSERT OR IGNORE INTO reminder_made (occurrence, kind, start_at) VALUES (?, ?, ?)",
            arguments: [occurrence, kind, start])
    }
}
