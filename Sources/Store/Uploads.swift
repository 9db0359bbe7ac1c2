import Briefing
import GRDB

/// A paper that is coming in: what has been said of it, and how far it is.
public struct Upload: Hashable, Sendable {
    public var id: Int64
    public var person: PersonID
    public var occurrence: OccurrenceID
    public var title: String
    public var filename: String
    public var classification: Classification
    /// `this` or `series`.
    public var scope: String
    public var item: Int?
    public var replaces: PaperID?
    /// Of the whole file; 0 where one request brings it and has not said.
    public var bytes: Int
    /// One request's: nobody goes on with it.
    public var isSingle: Bool
    /// Unix seconds of when something of it came last.
    public var touchedAt: Int
    /// Set before its file stands among the papers.
    public var sha256: String?
    /// What it has become.
    public var paper: PaperID?

    public init(
        id: Int64 = 0, person: PersonID, occurrence: OccurrenceID, title: String, filename: String,
        classification: Classification, scope: String, item: Int?, replaces: PaperID?, bytes: Int, isSingle: Bool,
        touchedAt: Int, sha256: String? = nil, paper: PaperID? = nil
    ) {
        self.id = id
        self.person = person
        self.occurrence = occurrence
        self.title = title
        self.filename = filename
        self.classification = classification
        self.scope = scope
        self.item = item
        self.replaces = replaces
        self.bytes = bytes
        self.isSingle = isSingle
        self.touchedAt = touchedAt
        self.sha256 = sha256
        self.paper = paper
    }
}

extension Reading {
    public func upload(_ id: Int64) throws -> Upload? {
        try Row.fetchOne(db, sql: "SELECT * FROM upload WHERE id = ?", arguments: [id]).flatMap(upload)
    }

    /// How many of somebody's uploads have not become papers.
    public func openUploads(of person: PersonID) throws -> Int {
        try Int.fetchOne(
            db, sql: "SELECT count(*) FROM upload WHERE person = ? AND paper IS NULL", arguments: [person]) ?? 0
    }

    /// Bytes that are still to come by all of them together may not be more than there is room for.
    public func bytesOfOpenUploads() throws -> Int {
        try Int.fetchOne(db, sql: "SELECT coalesce(sum(bytes), 0) FROM upload WHERE paper IS NULL") ?? 0
    }

    public func openUploads() throws -> [Upload] {
        try Row.fetchAll(db, sql: "SELECT * FROM upload WHERE paper IS NULL").compactMap(upload)
    }

    /// Those with which nobody has gone on since a time, Unix seconds.
    public func uploads(untouchedSince time: Int) throws -> [Upload] {
        try Row.fetchAll(db, sql: "SELECT * FROM upload WHERE touched_at < ?", arguments: [time]).compactMap(upload)
    }

    /// Whether a paper, or an upload that is to be one, has this content.
    ///
    /// - Parameter id: an upload that does not count.
    public func isKept(sha256: String, besides id: Int64) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM paper WHERE sha256 = :sha) OR EXISTS
                    (SELECT 1 FROM upload WHERE sha256 = :sha AND id <> :id)
                """, arguments: ["sha": sha256, "id": id]) ?? true
    }

    private func upload(_ row: Row) -> Upload? {
        guard let classification = Classification(rawValue: row["classification"]) else { return nil }
        return Upload(
            id: row["id"], person: row["person"], occurrence: row["occurrence"], title: row["title"],
            filename: row["filename"], classification: classification, scope: row["scope"], item: row["item"],
            replaces: row["replaces"], bytes: row["bytes"], isSingle: row["is_single"], touchedAt: row["touched_at"],
            sha256: row["sha256"], paper: row["paper"])
    }
}

extension Writing {
    public func add(_ upload: Upload) throws -> Int64 {
        try db.execute(
            sql: """
                INSERT INTO upload (person, occurrence, title, filename, classification, scope, item, replaces, bytes,
                    is_single, touched_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                upload.person, upload.occurrence, upload.title, upload.filename, upload.classification.rawValue,
                upload.scope, upload.item, upload.replaces, upload.bytes, upload.isSingle, upload.touchedAt,
            ])
        return db.lastInsertedRowID
    }

    public func touchUpload(_ id: Int64, now: Int) throws {
        try db.execute(sql: "UPDATE upload SET touched_at = ? WHERE id = ?", arguments: [now, id])
    }

    public func setContent(of upload: Int64, sha256: String) throws {
        try db.execute(sql: "UPDATE upload SET sha256 = ? WHERE id = ?", arguments: [sha256, upload])
    }

    public func finishUpload(_ id: Int64, as paper: PaperID, now: Int) throws {
        try db.execute(
            sql: "UPDATE upload SET paper = ?, touched_at = ? WHERE id = ?", arguments: [paper, now, id])
    }

    public func removeUpload(_ id: Int64) throws {
        try db.execute(sql: "DELETE FROM upload WHERE id = ?", arguments: [id])
    }

    /// Puts a newer version into a paper's place.
    public func supersede(_ id: PaperID, now: Int) throws {
        try db.execute(
            sql: "UPDATE paper SET superseded_at = ? WHERE id = ? AND superseded_at IS NULL", arguments: [now, id])
    }
}
