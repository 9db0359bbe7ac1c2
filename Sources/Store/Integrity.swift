import Foundation
import GRDB

/// What one check of a recording's files has found.
public struct RecordingCheck: Sendable {
    /// Unix seconds.
    public var at: Int
    /// What differs, each in Vietnamese and in English; empty: nothing does.
    public var findings: [[String]]

    public var isWhole: Bool { findings.isEmpty }

    public init(at: Int, findings: [[String]]) {
        self.at = at
        self.findings = findings
    }
}

extension Reading {
    /// The newest list of a recording's files, as it was written down; nil before there is one.
    public func manifest(of recording: String) throws -> String? {
        try String.fetchOne(
            db, sql: "SELECT text FROM recording_manifest WHERE recording = ? ORDER BY id DESC LIMIT 1",
            arguments: [recording])
    }

    /// Closed recordings without such a list, the oldest first.
    public func unsealedRecordings() throws -> [KeptRecording] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM recording r WHERE state = 'closed'
                    AND NOT EXISTS (SELECT 1 FROM recording_manifest m WHERE m.recording = r.id)
                    AND NOT EXISTS (SELECT 1 FROM recording_disposal d WHERE d.recording = r.id
                        AND d.state IN ('confirmed', 'done'))
                ORDER BY started_at
                """
        ).compactMap { KeptRecording($0) }
    }

    /// The newest check of a recording.
    public func check(of recording: String) throws -> RecordingCheck? {
        try Row.fetchOne(
            db, sql: "SELECT * FROM recording_check WHERE recording = ? ORDER BY id DESC LIMIT 1",
            arguments: [recording]
        ).map { row in
            let text: String = row["findings"]
            let isWhole: Bool = row["is_whole"]
            let findings = (try? JSONDecoder().decode([[String]].self, from: Data(text.utf8))) ?? []
            return RecordingCheck(
                at: row["checked_at"], findings: isWhole ? [] : findings.isEmpty ? [["?", "?"]] : findings)
        }
    }

    /// Recordings whose newest check has found that they differ.
    public func brokenRecordings() throws -> Set<String> {
        Set(
            try String.fetchAll(
                db,
                sql: """
                    SELECT recording FROM recording_check c WHERE is_whole = 0
                        AND id = (SELECT max(id) FROM recording_check n WHERE n.recording = c.recording)
                        AND NOT EXISTS (SELECT 1 FROM recording_disposal d WHERE d.recording = c.recording
                            AND d.state IN ('confirmed', 'done'))
                    """))
    }

    /// Sealed recordings that have not been checked since a time, those that wait longest first.
    ///
    /// - Parameter time: Unix seconds.
    public func recordingsToCheck(before time: Int, limit: Int) throws -> [KeptRecording] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT r.*, coalesce(
                    (SELECT max(checked_at) FROM recording_check c WHERE c.recording = r.id),
                    (SELECT max(made_at) FROM recording_manifest m WHERE m.recording = r.id)) AS known
                FROM recording r WHERE state = 'closed' AND known < ?
                    AND NOT EXISTS (SELECT 1 FROM recording_disposal d WHERE d.recording = r.id
                        AND d.state IN ('confirmed', 'done'))
                ORDER BY known LIMIT ?
                """, arguments: [time, limit]
        ).compactMap { KeptRecording($0) }
    }
}

extension Writing {
    public func add(manifest text: String, sha256: String, of recording: String, at: Int) throws {
        try db.execute(
            sql: "INSERT INTO recording_manifest (recording, made_at, sha256, text) VALUES (?, ?, ?, ?)",
            arguments: [recording, at, sha256, text])
    }

    public func add(_ check: RecordingCheck, of recording: String) throws {
        let findings = String(decoding: try JSONEncoder().encode(check.findings), as: UTF8.self)
        try db.execute(
            sql: "INSERT INTO recording_check (recording, checked_at, is_whole, findings) VALUES (?, ?, ?, ?)",
            arguments: [recording, check.at, check.isWhole, findings])
    }
}
