/// Which recordings an object store has: of each file what has become of it, so that a later start goes on.
///
/// `stored_object.upload` is the store's number of an upload in parts that has begun; `tag` is there when the object was read
/// back and had the file's hash. `stored_recording.stored_at` is there when that is so for all files of the manifest whose
/// hash is `manifest`; `dropped_at` when the machine's own files were given up.
extension Schema {
    static let stored = """
        CREATE TABLE stored_recording (
            recording TEXT PRIMARY KEY REFERENCES recording(id), manifest TEXT NOT NULL, stored_at INTEGER,
            dropped_at INTEGER, trouble TEXT, trouble_en TEXT, tries INTEGER NOT NULL DEFAULT 0,
            next_at INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
        CREATE TABLE stored_object (
            recording TEXT NOT NULL REFERENCES recording(id), path TEXT NOT NULL, sha256 TEXT NOT NULL,
            bytes INTEGER NOT NULL, upload TEXT, tag TEXT, PRIMARY KEY (recording, path)) WITHOUT ROWID;
        """
}
