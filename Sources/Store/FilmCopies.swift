import Briefing
import GRDB

/// A copy of a film, or of a passage of it, as the store knows it.
public struct KeptFilmCopy: Sendable {
    public enum State: String, Sendable, Codable { case waiting, done, failed, removed }

    /// 32 hexadecimal digits: its folder's name.
    public var id: String
    public var recording: String
    public var person: PersonID
    /// Milliseconds of the film.
    public var begin: Int64
    public var end: Int64
    /// What stands in its picture.
    public var mark: String
    public var state: State
    /// Unix seconds.
    public var asked: Int
    /// When its file was there.
    public var done: Int?
    public var bytes: Int64?
    /// Why there is none, in words of both languages.
    public var failure: String?

    public init(
        id: String, recording: String, person: PersonID, begin: Int64, end: Int64, mark: String, asked: Int
    ) {
        self.id = id
        self.recording = recording
        self.person = person
        self.begin = begin
        self.end = end
        self.mark = mark
        self.asked = asked
        state = .waiting
    }

    init?(_ row: Row) {
        guard let state = State(rawValue: row["state"]) else { return nil }
        id = row["id"]
        recording = row["recording"]
        person = row["person"]
        begin = row["begin_ms"]
        end = row["end_ms"]
        mark = row["mark"]
        self.state = state
        asked = row["asked_at"]
        done = row["done_at"]
        bytes = row["bytes"]
        failure = row["failure"]
    }
}

extension Reading {
    public func filmCopy(_ id: String) throws -> KeptFilmCopy? {
        try Row.fetchOne(db, sql: "SELECT * FROM film_copy WHERE id = ?", arguments: [id]).flatMap { KeptFilmCopy($0) }
    }

    /// What somebody has asked for of a recording and that is not gone, the newest first.
    public func filmCopies(of recording: String, by person: PersonID) throws -> [KeptFilmCopy] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM film_copy WHERE person = ? AND recording = ? AND state <> 'removed'
                ORDER BY asked_at DESC, id
                """, arguments: [person, recording]
        ).compactMap { KeptFilmCopy($0) }
    }

    /// Those of a recording that are there, or are being made.
    public func filmCopies(of recording: String) throws -> [KeptFilmCopy] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM film_copy WHERE recording = ? AND state IN ('waiting', 'done')",
            arguments: [recording]
        ).compactMap { KeptFilmCopy($0) }
    }

    /// Those that are still to be made, in their order.
    public func waitingFilmCopies() throws -> [KeptFilmCopy] {
        try Row.fetchAll(db, sql: "SELECT * FROM film_copy WHERE state = 'waiting' ORDER BY asked_at, id").compactMap {
            KeptFilmCopy($0)
        }
    }

    /// How many somebody waits for.
    public func countWaitingFilmCopies(by person: PersonID) throws -> Int {
        try Int.fetchOne(
            db, sql: "SELECT count(*) FROM film_copy WHERE state = 'waiting' AND person = ?", arguments: [person]) ?? 0
    }

    /// Those whose files were there at a time, Unix seconds, or before.
    public func filmCopies(doneBy time: Int) throws -> [KeptFilmCopy] {
        try Row.fetchAll(db, sql: "SELECT * FROM film_copy WHERE state = 'done' AND done_at <= ?", arguments: [time])
            .compactMap { KeptFilmCopy($0) }
    }

    /// Those whose folders are to be there.
    public func keptFilmCopies() throws -> Set<String> {
        Set(try String.fetchAll(db, sql: "SELECT id FROM film_copy WHERE state IN ('waiting', 'done')"))
    }
}

extension Writing {
    public func add(_ copy: KeptFilmCopy) throws {
        try db.execute(
            sql: """
                INSERT INTO film_copy (id, recording, person, begin_ms, end_ms, mark, state, asked_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                copy.id, copy.recording, copy.person, copy.begin, copy.end, copy.mark, copy.state.rawValue, copy.asked,
            ])
    }

    /// A copy that is waited for is there, unless it is no longer wanted.
    ///
    /// - Returns: whether it is.
    public func finishFilmCopy(_ id: String, bytes: Int64, at time: Int) throws -> Bool {
        try db.execute(
            sql: "UPDATE film_copy SET state = 'done', bytes = ?, done_at = ? WHERE id = ? AND state = 'waiting'",
            arguments: [bytes, time, id])
        return db.changesCount > 0
    }

    public func failFilmCopy(_ id: String, _ failure: String) throws {
        try db.execute(
            sql: "UPDATE film_copy SET state = 'failed', failure = ? WHERE id = ? AND state = 'waiting'",
            arguments: [failure, id])
    }

    public func removeFilmCopy(_ id: String) throws {
        try db.execute(sql: "UPDATE film_copy SET state = 'removed' WHERE id = ?", arguments: [id])
    }
}

extension Store {
    /// Says after each transaction that has changed copies that it has.
    public func filmCopyChanges() -> AsyncStream<Void> {
        let (changes, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let observation = observe(table: "film_copy") { continuation.yield() }
        continuation.onTermination = { _ in observation.cancel() }
        return changes
    }
}
