import Briefing
import GRDB

/// A recording of a meeting's call, as the store knows it: what it holds is in its folder.
public struct KeptRecording: Sendable {
    public enum State: String, Sendable, Codable { case open, ended, closed }

    /// 32 hexadecimal digits: its folder's name.
    public var id: String
    public var occurrence: OccurrenceID
    /// Among the recordings of its meeting, from 1 on.
    public var number: Int
    public var state: State
    /// Unix milliseconds.
    public var started: Int64
    public var ended: Int64?
    /// Of its journal, once it is closed.
    public var bytes: Int64?
    /// Over the segments of its journal, in their order: 64 hexadecimal digits, once it is closed.
    public var sha256: String?

    public init(id: String, occurrence: OccurrenceID, number: Int, started: Int64) {
        self.id = id
        self.occurrence = occurrence
        self.number = number
        self.started = started
        state = .open
    }

    init?(_ row: Row) {
        guard let state = State(rawValue: row["state"]) else { return nil }
        id = row["id"]
        occurrence = row["occurrence"]
        number = row["number"]
        self.state = state
        started = row["started_at"]
        ended = row["ended_at"]
        bytes = row["bytes"]
        sha256 = row["sha256"]
    }
}

/// A place in the order of all recordings, the newest first, from which a later question goes on.
public struct RecordingPosition: Hashable, Sendable, CustomStringConvertible {
    /// Unix milliseconds.
    var started: Int64
    var id: String

    public var description: String { "\(started).\(id)" }

    public init(_ recording: KeptRecording) {
        started = recording.started
        id = recording.id
    }

    public init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let started = Int64(parts[0]), parts[1].utf8.count == 32 else { return nil }
        self.started = started
        id = String(parts[1])
    }
}

extension Reading {
    /// The recordings of a meeting, oldest first.
    public func recordings(of occurrence: OccurrenceID) throws -> [KeptRecording] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM recording WHERE occurrence = ? ORDER BY number", arguments: [occurrence]
        ).compactMap { KeptRecording($0) }
    }

    /// Those that are still written, or not counted and hashed yet.
    public func unclosedRecordings() throws -> [KeptRecording] {
        try Row.fetchAll(db, sql: "SELECT * FROM recording WHERE state <> 'closed' ORDER BY started_at").compactMap {
            KeptRecording($0)
        }
    }

    /// All of them, oldest first.
    public func recordings() throws -> [KeptRecording] {
        try Row.fetchAll(db, sql: "SELECT * FROM recording ORDER BY started_at").compactMap { KeptRecording($0) }
    }

    public func recording(_ id: String) throws -> KeptRecording? {
        try Row.fetchOne(db, sql: "SELECT * FROM recording WHERE id = ?", arguments: [id]).flatMap {
            KeptRecording($0)
        }
    }
}

extension Writing {
    public func add(_ recording: KeptRecording) throws {
        try db.execute(
            sql: "INSERT INTO recording (id, occurrence, number, state, started_at) VALUES (?, ?, ?, ?, ?)",
            arguments: [
                recording.id, recording.occurrence, recording.number, recording.state.rawValue, recording.started,
            ])
    }

    /// Nothing more is written to it. One that has ended already stays as it is.
    public func endRecording(_ number: Int, of occurrence: OccurrenceID, at: Int64) throws {
        try db.execute(
            sql: """
                UPDATE recording SET state = 'ended', ended_at = ?
                WHERE occurrence = ? AND number = ? AND state = 'open'
                """, arguments: [at, occurrence, number])
    }

    /// Its bytes are counted and hashed.
    public func closeRecording(_ id: String, bytes: Int64, sha256: String) throws {
        try db.execute(
            sql: """
                UPDATE recording SET state = 'closed', bytes = ?, sha256 = ? WHERE id = ? AND state = 'ended'
                """, arguments: [bytes, sha256, id])
    }
}
