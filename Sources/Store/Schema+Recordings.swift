/// Recordings of meetings' calls, each a folder of this name with a journal, and the standing order of a series.
///
/// `recording.state` is `open` while its meeting records or pauses, `ended` when nothing more is written, and `closed` when
/// its bytes have been counted and hashed: then the row does not change any more.
extension Schema {
    static let recordings = """
        CREATE TABLE recording (
            id TEXT PRIMARY KEY, occurrence INTEGER NOT NULL REFERENCES occurrence(id), number INTEGER NOT NULL,
            state TEXT NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER, bytes INTEGER, sha256 TEXT,
            UNIQUE (occurrence, number));
        CREATE INDEX recording_unclosed ON recording(state) WHERE state <> 'closed';
        CREATE TRIGGER recording_is_not_edited BEFORE UPDATE ON recording WHEN old.state = 'closed'
            BEGIN SELECT RAISE(ABORT, 'closed recordings are not edited'); END;
        CREATE TRIGGER recording_is_not_removed BEFORE DELETE ON recording
            BEGIN SELECT RAISE(ABORT, 'recordings are not removed'); END;
        ALTER TABLE series ADD COLUMN is_recorded INTEGER NOT NULL DEFAULT 0;
        """
}
