import GRDB

/// A recording in an object store, or on its way there.
public struct StoredRecording: Sendable {
    public var recording: String
    /// The hash of the manifest that the store is to have.
    public var manifest: String
    /// When all of it was there and had been read back; Unix seconds.
    public var stored: Int?
    /// When the machine's own files were given up.
    public var dropped: Int?
    /// What went wrong last, in Vietnamese and in English.
    public var trouble: [String]?
    /// How often in a row.
    public var tries: Int
    /// Not tried again before; Unix seconds.
    public var next: Int

    init(_ row: Row) {
        recording = row["recording"]
        manifest = row["manifest"]
        stored = row["stored_at"]
        dropped = row["dropped_at"]
        let words: [String?] = [row["trouble"], row["trouble_en"]]
        trouble = words.contains(nil) ? nil : words.compactMap { $0 }
        tries = row["tries"]
        next = row["next_at"]
    }
}

/// A file of a recording in an object store.
public struct StoredObject: Sendable {
    public var path: String
    /// Of the file.
    public var sha256: String
    public var bytes: Int64
    /// The store's number of an upload that has begun.
    public var upload: String?
    /// The store's name of the content, once it was read back and was right.
    public var tag: String?

    public init(path: String, sha256: String, bytes: Int64, upload: String? = nil, tag: String? = nil) {
        self.path = path
        self.sha256 = sha256
        self.bytes = bytes
        self.upload = upload
        self.tag = tag
    }

    init(_ row: Row) {
        path = row["path"]
        sha256 = row["sha256"]
        bytes = row["bytes"]
        upload = row["upload"]
        tag = row["tag"]
    }
}

extension Reading {
    public func stored(_ recording: String) throws -> StoredRecording? {
        try Row.fetchOne(db, sql: "SELECT * FROM stored_recording WHERE recording = ?", arguments: [recording])
            .map(StoredRecording.init)
    }

    public func storedObjects(of recording: String) throws -> [StoredObject] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM stored_object WHERE recording = ? ORDER BY path", arguments: [recording]
        ).map(StoredObject.init)
    }

    public func storedObject(_ path: String, of recording: String) throws -> StoredObject? {
        try Row.fetchOne(
            db, sql: "SELECT * FROM stored_object WHERE recording = ? AND path = ?", arguments: [recording, path]
        ).map(StoredObject.init)
    }

    /// Sealed recordings that the store does not have as they are sealed, the oldest first.
    ///
    /// - Parameter now: Unix seconds: those whose time for another try has come.
    public func recordingsToStore(now: Int) throws -> [KeptRecording] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT r.* FROM recording r
                JOIN recording_manifest m
                    ON m.id = (SELECT max(id) FROM recording_manifest WHERE recording = r.id)
                LEFT JOIN stored_recording s ON s.recording = r.id
                WHERE (s.recording IS NULL OR s.manifest <> m.sha256 OR s.stored_at IS NULL)
                    AND coalesce(s.next_at, 0) <= ?
                    AND NOT EXISTS (SELECT 1 FROM recording_disposal d WHERE d.recording = r.id
                        AND d.state IN ('confirmed', 'done'))
                ORDER BY r.started_at
                """, arguments: [now]
        ).compactMap { KeptRecording($0) }
    }

    /// Recordings that the store has had since a time, and whose own files are still there.
    public func recordingsToDrop(storedBefore time: Int, now: Int) throws -> [KeptRecording] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT r.* FROM recording r JOIN stored_recording s ON s.recording = r.id
                WHERE s.stored_at <= ? AND s.dropped_at IS NULL AND s.next_at <= ?
                    AND s.manifest = (SELECT sha256 FROM recording_manifest m WHERE m.recording = r.id
                        ORDER BY id DESC LIMIT 1)
                    AND NOT EXISTS (SELECT 1 FROM recording_disposal d WHERE d.recording = r.id
                        AND d.state IN ('confirmed', 'done'))
                ORDER BY s.stored_at
                """, arguments: [time, now]
        ).compactMap { KeptRecording($0) }
    }

    /// Recordings that are only in the store.
    public func droppedRecordings() throws -> [KeptRecording] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT r.* FROM recording r JOIN stored_recording s ON s.recording = r.id
                WHERE s.dropped_at IS NOT NULL ORDER BY r.started_at
                """
        ).compactMap { KeptRecording($0) }
    }
}

extension Writing {
    /// A recording is to be in the store as a manifest says; objects of an earlier one stay until they are overwritten.
    public func begin(storing recording: String, manifest: String) throws {
        try db.execute(
            sql: """
                INSERT INTO stored_recording (recording, manifest) VALUES (?, ?)
                ON CONFLICT (recording) DO UPDATE SET manifest = excluded.manifest,
                    stored_at = CASE WHEN manifest = excluded.manifest THEN stored_at END
                """, arguments: [recording, manifest])
    }

    public func set(_ object: StoredObject, of recording: String) throws {
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO stored_object (recording, path, sha256, bytes, upload, tag)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [recording, object.path, object.sha256, object.bytes, object.upload, object.tag])
    }

    public func forgetObject(_ path: String, of recording: String) throws {
        try db.execute(
            sql: "DELETE FROM stored_object WHERE recording = ? AND path = ?", arguments: [recording, path])
    }

    /// All of it is there.
    public func finish(storing recording: String, at: Int) throws {
        try db.execute(
            sql: """
                UPDATE stored_recording SET stored_at = ?, trouble = NULL, trouble_en = NULL, tries = 0, next_at = 0
                WHERE recording = ?
                """, arguments: [at, recording])
    }

    /// - Parameter at: nil: its own files are there again, and are kept as long as if it had just been stored.
    public func drop(_ recording: String, at: Int?, now: Int) throws {
        try db.execute(
            sql: """
                UPDATE stored_recording SET dropped_at = ?, trouble = NULL, trouble_en = NULL, tries = 0, next_at = 0,
                    stored_at = CASE WHEN ? IS NULL THEN ? ELSE stored_at END
                WHERE recording = ?
                """, arguments: [at, at, now, recording])
    }

    /// What went wrong; it is tried again later.
    public func note(
        trouble vietnamese: String, english: String, of recording: String, tries: Int, next: Int
    ) throws {
        try db.execute(
            sql: "UPDATE stored_recording SET trouble = ?, trouble_en = ?, tries = ?, next_at = ? WHERE recording = ?",
            arguments: [vietnamese, english, tries, next, recording])
    }

    /// The store does not have it any more.
    public func forgetStored(_ recording: String) throws {
        try db.execute(sql: "DELETE FROM stored_object WHERE recording = ?", arguments: [recording])
        try db.execute(sql: "DELETE FROM stored_recording WHERE recording = ?", arguments: [recording])
    }
}
