/// Versions of papers, and the pages that files were made into.
///
/// Pages belong to a file's content and not to a paper: the same file in two meetings is converted once. `conversion.state`
/// is `waiting`, `converting`, `ready` or `failed`.
extension Schema {
    static let papers = """
        ALTER TABLE paper ADD COLUMN item INTEGER REFERENCES agenda_item(id);
        ALTER TABLE paper ADD COLUMN first INTEGER REFERENCES paper(id);
        ALTER TABLE paper ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE paper ADD COLUMN superseded_at INTEGER;
        ALTER TABLE paper ADD COLUMN note TEXT NOT NULL DEFAULT '';
        CREATE INDEX paper_sha256 ON paper(sha256);
        CREATE TABLE conversion (
            sha256 TEXT PRIMARY KEY, type TEXT NOT NULL, state TEXT NOT NULL, pages INTEGER NOT NULL DEFAULT 0,
            done INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '', attempts INTEGER NOT NULL DEFAULT 0,
            queued_at INTEGER NOT NULL, ended_at INTEGER, milliseconds INTEGER, peak_bytes INTEGER) WITHOUT ROWID;
        CREATE INDEX conversion_state ON conversion(state, queued_at);
        CREATE TABLE page (
            id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, number INTEGER NOT NULL, width INTEGER NOT NULL,
            height INTEGER NOT NULL, text TEXT NOT NULL, UNIQUE (sha256, number));
        """
}
