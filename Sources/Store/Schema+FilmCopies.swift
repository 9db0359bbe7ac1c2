/// Copies of films, or of passages of them, that somebody has asked for: each a file with their name in the picture.
///
/// `state` is `waiting` until the file is there, then `done`; `failed` where it could not be made; `removed` when its file is
/// gone: its time was over, or whoever had asked for it wants it no more. Lines stay: who had what is never forgotten.
extension Schema {
    static let filmCopies = """
        CREATE TABLE film_copy (
            id TEXT PRIMARY KEY, recording TEXT NOT NULL REFERENCES recording(id),
            person INTEGER NOT NULL REFERENCES person(id), begin_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL,
            mark TEXT NOT NULL, state TEXT NOT NULL, asked_at INTEGER NOT NULL, done_at INTEGER, bytes INTEGER,
            failure TEXT);
        CREATE INDEX film_copy_person ON film_copy(person, recording);
        CREATE INDEX film_copy_kept ON film_copy(state, asked_at) WHERE state IN ('waiting', 'done');
        CREATE TRIGGER film_copy_is_not_removed BEFORE DELETE ON film_copy
            BEGIN SELECT RAISE(ABORT, 'copies are not forgotten'); END;
        """
}
