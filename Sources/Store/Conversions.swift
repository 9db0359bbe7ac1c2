import GRDB

/// How far a file has become pages.
public struct KeptConversion: Sendable, Hashable {
    public enum State: String, Sendable {
        case waiting, converting, ready, failed
    }

    public var sha256: String
    /// The file's Internet media type.
    public var type: String
    public var state: State
    /// Pages it has: known from its first page on.
    public var pages: Int
    /// Pages that are made.
    public var done: Int
    /// Why it has failed, as the module Conversion names it.
    public var reason: String
    /// How often it has come to an end without pages.
    public var attempts: Int
    public var milliseconds: Int?
    /// The most memory that its conversion had at once.
    public var peakBytes: Int?

    public init(sha256: String, type: String) {
        self.sha256 = sha256
        self.type = type
        (state, pages, done, reason, attempts) = (.waiting, 0, 0, "", 0)
    }

    init?(_ row: Row) {
        guard let state = State(rawValue: row["state"]) else { return nil }
        self.state = state
        (sha256, type, pages, done) = (row["sha256"], row["type"], row["pages"], row["done"])
        (reason, attempts) = (row["reason"], row["attempts"])
        (milliseconds, peakBytes) = (row["milliseconds"], row["peak_bytes"])
    }
}

/// A page of a file.
public struct KeptPage: Sendable, Hashable {
    /// From 1.
    public var number: Int
    /// Of the largest image, in pixels.
    public var width: Int
    public var height: Int
    public var text: String

    public init(number: Int, width: Int, height: Int, text: String) {
        self.number = number
        self.width = width
        self.height = height
        self.text = text
    }
}

extension Reading {
    public func conversion(of sha256: String) throws -> KeptConversion? {
        try Row.fetchOne(db, sql: "SELECT * FROM conversion WHERE sha256 = ?", arguments: [sha256])
            .flatMap(KeptConversion.init)
    }

    public func conversions(of list: some Collection<String>) throws -> [String: KeptConversion] {
        var found: [String: KeptConversion] = [:]
        for part in Array(Set(list)).parts(of: 500) {
            let marks = databaseQuestionMarks(count: part.count)
            for row in try Row.fetchAll(
                db, sql: "SELECT * FROM conversion WHERE sha256 IN (\(marks))", arguments: StatementArguments(part))
            {
                if let kept = KeptConversion(row) { found[kept.sha256] = kept }
            }
        }
        return found
    }

    /// How many pages files have become, by SHA-256; those that have none yet are not named.
    public func pageCounts(of files: [String]) throws -> [String: Int] {
        try conversions(of: files).filter { $0.value.state == .ready }.mapValues(\.pages)
    }

    /// A file's pages in their order, without their words.
    public func pages(of sha256: String) throws -> [KeptPage] {
        try Row.fetchAll(
            db, sql: "SELECT number, width, height FROM page WHERE sha256 = ? ORDER BY number", arguments: [sha256]
        ).map { KeptPage(number: $0["number"], width: $0["width"], height: $0["height"], text: "") }
    }

    public func page(_ number: Int, of sha256: String) throws -> KeptPage? {
        try Row.fetchOne(
            db, sql: "SELECT number, width, height, text FROM page WHERE sha256 = ? AND number = ?",
            arguments: [sha256, number]
        ).map { KeptPage(number: $0["number"], width: $0["width"], height: $0["height"], text: $0["text"]) }
    }

    /// The file that is next to become pages: one that waits, of those the one that has waited longest; else one of a paper
    /// that nobody has begun with.
    ///
    /// - Parameter types: those that become pages.
    public func nextToConvert(types: [String]) throws -> (sha256: String, type: String)? {
        let waiting = try Row.fetchOne(
            db,
            sql: """
                SELECT sha256, type FROM conversion WHERE state = 'waiting' ORDER BY queued_at, sha256 LIMIT 1
                """)
        let fresh = try Row.fetchOne(
            db,
            sql: """
                SELECT sha256, type FROM paper WHERE sha256 IS NOT NULL AND withdrawn_at IS NULL
                    AND trim(lower(substr(type, 1, instr(type || ';', ';') - 1)))
                        IN (\(databaseQuestionMarks(count: types.count)))
                    AND NOT EXISTS (SELECT 1 FROM conversion c WHERE c.sha256 = paper.sha256) ORDER BY id LIMIT 1
                """, arguments: StatementArguments(types))
        // What was never tried goes before what was interrupted: it may be that which ends servers.
        return (fresh ?? waiting).map { ($0["sha256"], $0["type"]) }
    }

    /// Files that have pages, or are to have them, though no paper needs them any more.
    public func forsakenConversions() throws -> [String] {
        try String.fetchAll(
            db,
            sql: """
                SELECT sha256 FROM conversion c WHERE state <> 'converting' AND NOT EXISTS
                    (SELECT 1 FROM paper p WHERE p.sha256 = c.sha256 AND p.withdrawn_at IS NULL)
                """)
    }

    /// Files whose pages are made.
    public func convertedFiles() throws -> Set<String> {
        Set(try String.fetchAll(db, sql: "SELECT sha256 FROM conversion WHERE state = 'ready'"))
    }
}

extension Writing {
    /// - Parameter now: Unix seconds.
    public func beginConversion(of sha256: String, type: String, now: Int) throws {
        try db.execute(
            sql: """
                INSERT INTO conversion (sha256, type, state, queued_at) VALUES (?, ?, 'converting', ?)
                ON CONFLICT (sha256) DO UPDATE SET state = 'converting', done = 0, pages = 0, reason = ''
                """, arguments: [sha256, type, now])
    }

    public func noteConversion(of sha256: String, done: Int, pages: Int) throws {
        try db.execute(
            sql: "UPDATE conversion SET done = ?, pages = ? WHERE sha256 = ? AND state = 'converting'",
            arguments: [done, pages, sha256])
    }

    public func endConversion(
        of sha256: String, pages: [KeptPage], milliseconds: Int, peakBytes: Int, now: Int
    ) throws {
        try db.execute(sql: "DELETE FROM page WHERE sha256 = ?", arguments: [sha256])
        for page in pages {
            try db.execute(
                sql: "INSERT INTO page (sha256, number, width, height, text) VALUES (?, ?, ?, ?, ?)",
                arguments: [sha256, page.number, page.width, page.height, page.text])
        }
        try db.execute(
            sql: """
                UPDATE conversion SET state = 'ready', pages = :count, done = :count, reason = '', ended_at = :now,
                    milliseconds = :milliseconds, peak_bytes = :peak WHERE sha256 = :sha256
                """,
            arguments: [
                "count": pages.count, "now": now, "milliseconds": milliseconds, "peak": peakBytes, "sha256": sha256,
            ])
    }

    /// A conversion has come to nothing.
    ///
    /// - Parameter attempts: how often it may, before it is failed; 1 for what will never be otherwise.
    public func failConversion(of sha256: String, reason: String, attempts: Int, now: Int) throws {
        try db.execute(
            sql: """
                UPDATE conversion SET attempts = attempts + 1, reason = :reason, queued_at = :now, ended_at = :now,
                    done = 0, state = CASE WHEN attempts + 1 >= :attempts THEN 'failed' ELSE 'waiting' END
                WHERE sha256 = :sha256
                """, arguments: ["reason": reason, "now": now, "attempts": attempts, "sha256": sha256])
    }

    /// Conversions that a killed server was at wait again, behind all others. They are not counted as attempts: that a server
    /// ends is no paper's fault, since what converts it is bounded and outside of the server.
    public func resumeConversions(now: Int) throws {
        try db.execute(
            sql: "UPDATE conversion SET state = 'waiting', done = 0, queued_at = ? WHERE state = 'converting'",
            arguments: [now])
    }

    /// Files that failed for one of some reasons wait again.
    public func retryConversions(reasons: [String], now: Int) throws {
        try db.execute(
            sql: """
                UPDATE conversion SET state = 'waiting', attempts = 0, queued_at = ? WHERE state = 'failed'
                    AND reason IN (\(databaseQuestionMarks(count: reasons.count)))
                """, arguments: [now] + StatementArguments(reasons))
    }

    public func forgetConversion(of sha256: String) throws {
        try db.execute(sql: "DELETE FROM page WHERE sha256 = ?", arguments: [sha256])
        try db.execute(sql: "DELETE FROM conversion WHERE sha256 = ?", arguments: [sha256])
    }
}

extension Store {
    /// Says after each transaction that has changed papers that it has.
    public func paperChanges() -> AsyncStream<Void> {
        let (changes, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let observation = observe(table: "paper") { continuation.yield() }
        continuation.onTermination = { _ in observation.cancel() }
        return changes
    }
}
