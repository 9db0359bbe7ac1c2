import Briefing
import Foundation
import GRDB
import ICalendar

/// A dossier that was brought in whole, and is kept as it came.
public struct ImportedDossier: Sendable {
    public var id: Int64
    /// Of its file: 64 hexadecimal digits.
    public var sha256: String
    public var title: String
    public var organiser: String
    public var start: LocalDateTime
    /// Of the series (RFC 5545 §3.8.4.7).
    public var uid: String
    public var bytes: Int
    /// Files in it.
    public var files: Int
    /// Unix seconds.
    public var imported: Int

    public init(
        id: Int64 = 0, sha256: String, title: String, organiser: String, start: LocalDateTime, uid: String, bytes: Int,
        files: Int, imported: Int
    ) {
        self.id = id
        self.sha256 = sha256
        self.title = title
        self.organiser = organiser
        self.start = start
        self.uid = uid
        self.bytes = bytes
        self.files = files
        self.imported = imported
    }
}

extension Reading {
    /// The latest meetings first.
    public func importedDossiers() throws -> [ImportedDossier] {
        try Row.fetchAll(db, sql: "SELECT * FROM imported_dossier ORDER BY start DESC, id DESC").compactMap(dossier)
    }

    public func importedDossier(_ id: Int64) throws -> ImportedDossier? {
        try Row.fetchOne(db, sql: "SELECT * FROM imported_dossier WHERE id = ?", arguments: [id]).flatMap(dossier)
    }

    private func dossier(_ row: Row) -> ImportedDossier? {
        LocalDateTime(row["start"] as String).map {
            ImportedDossier(
                id: row["id"], sha256: row["sha256"], title: row["title"], organiser: row["organiser"], start: $0,
                uid: row["uid"], bytes: row["bytes"], files: row["files"], imported: row["imported_at"])
        }
    }

    /// All papers of a meeting and of its series that were there before its end: old versions and withdrawn ones too.
    public func allPapers(of occurrence: Occurrence) throws -> [Paper] {
        try PaperID.fetchAll(
            db,
            sql: """
                SELECT id FROM paper WHERE series = ? AND (occurrence = ? OR occurrence IS NULL AND added_at <= ?)
                ORDER BY coalesce(first, id), version, id
                """, arguments: [occurrence.series, occurrence.id, ProvinceClock.unix(occurrence.end)]
        ).compactMap { try paper($0) }
    }
}

extension Writing {
    /// - Returns: its number; that of the one that is there already where the same file came before.
    public func add(_ dossier: ImportedDossier) throws -> (id: Int64, isNew: Bool) {
        if let known = try Int64.fetchOne(
            db, sql: "SELECT id FROM imported_dossier WHERE sha256 = ?", arguments: [dossier.sha256])
        {
            return (known, false)
        }
        try db.execute(
            sql: """
                INSERT INTO imported_dossier (sha256, title, organiser, start, uid, bytes, files, imported_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                dossier.sha256, dossier.title, dossier.organiser, dossier.start.description, dossier.uid,
                dossier.bytes, dossier.files, dossier.imported,
            ])
        return (db.lastInsertedRowID, true)
    }
}
