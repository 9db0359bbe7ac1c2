import Briefing
import GRDB

/// One line of the journal of a meeting's conduct.
public struct ConductLine: Sendable {
    public var position: Int
    /// Unix milliseconds.
    public var at: Int64
    /// `Actor` as JSON; nil for what happened without anybody's doing.
    public var actor: String?
    /// `ActForm` as JSON.
    public var act: String
    /// From which page, and which of its acts: what has been done once is not done again.
    public var sender: String
    public var number: Int

    public init(position: Int, at: Int64, actor: String?, act: String, sender: String = "", number: Int = 0) {
        self.position = position
        self.at = at
        self.actor = actor
        self.act = act
        self.sender = sender
        self.number = number
    }
}

extension Reading {
    /// The journal of a meeting, oldest first.
    public func conductLines(of occurrence: OccurrenceID) throws -> [ConductLine] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM conduct_act WHERE occurrence = ? ORDER BY position", arguments: [occurrence]
        ).map {
            ConductLine(
                position: $0["position"], at: $0["at"], actor: $0["actor"], act: $0["act"], sender: $0["sender"],
                number: $0["number"])
        }
    }

    /// What has been counted of secret ballots: by vote, then by choice.
    public func secretTallies(of occurrence: OccurrenceID) throws -> [Int: [Int: Int]] {
        var found: [Int: [Int: Int]] = [:]
        for row in try Row.fetchAll(
            db, sql: "SELECT * FROM secret_tally WHERE occurrence = ?", arguments: [occurrence])
        {
            found[row["vote"], default: [:]][row["choice"]] = row["count"]
        }
        return found
    }

    /// Meetings whose journal says that they have begun, and that are not over by the clock since `since` (Unix seconds).
    public func conductedOccurrences(endingAfter since: Int) throws -> [OccurrenceID] {
        try OccurrenceID.fetchAll(
            db,
            sql: """
                SELECT id FROM occurrence WHERE end_at > ?
                    AND EXISTS (SELECT 1 FROM conduct_act WHERE occurrence = occurrence.id) ORDER BY id
                """, arguments: [since])
    }
}

extension Writing {
    public func add(_ line: ConductLine, to occurrence: OccurrenceID) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO conduct_act (occurrence, position, at, actor, act, sender, number)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(arguments: [
            occurrence, line.position, line.at, line.actor, line.act, line.sender, line.number,
        ])
    }

    /// Counts one secret ballot.
    public func countSecretly(_ choice: Int, in vote: Int, of occurrence: OccurrenceID) throws {
        try db.execute(
            sql: """
                INSERT INTO secret_tally (occurrence, vote, choice, count) VALUES (?, ?, ?, 1)
                ON CONFLICT (occurrence, vote, choice) DO UPDATE SET count = count + 1
                """, arguments: [occurrence, vote, choice])
    }

    /// Runs when this transaction is on the disk, before the next one begins; not at all where it fails.
    public func afterCommit(_ body: @Sendable @escaping () -> Void) { db.afterNextTransaction { _ in body() } }
}
