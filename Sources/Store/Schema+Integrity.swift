/// What recordings' files are, by their hashes, and what checks have found since.
///
/// `recording_manifest.text` is a line for each file: its SHA-256, its bytes, its path in the recording's folder. The newest
/// of a recording holds; it is made when the film is done, and again when the film was made again.
extension Schema {
    static let integrity = """
        CREATE TABLE recording_manifest (
            id INTEGER PRIMARY KEY, recording TEXT NOT NULL REFERENCES recording(id), made_at INTEGER NOT NULL,
            sha256 TEXT NOT NULL, text TEXT NOT NULL);
        CREATE INDEX recording_manifest_recording ON recording_manifest(recording);
        CREATE TABLE recording_check (
            id INTEGER PRIMARY KEY, recording TEXT NOT NULL REFERENCES recording(id), checked_at INTEGER NOT NULL,
            is_whole INTEGER NOT NULL, findings TEXT NOT NULL);
        CREATE INDEX recording_check_recording ON recording_check(recording);
        """
}
