/// What was decided about recordings: how long they are kept beyond their class's rule, holds, and how they were destroyed.
///
/// `recording_disposal.state` is `proposed`, then `refused`, or `confirmed` and, when the files are gone, `done`. Of a
/// recording at most one disposal is not refused.
extension Schema {
    static let retention = """
        CREATE TABLE recording_hold (
            id INTEGER PRIMARY KEY, recording TEXT NOT NULL REFERENCES recording(id), reason TEXT NOT NULL,
            since_at INTEGER NOT NULL, who TEXT NOT NULL, lifted_at INTEGER, lifted_by TEXT, lifted_for TEXT);
        CREATE INDEX recording_hold_standing ON recording_hold(recording) WHERE lifted_at IS NULL;
        CREATE TRIGGER recording_hold_is_not_removed BEFORE DELETE ON recording_hold
            BEGIN SELECT RAISE(ABORT, 'holds are not removed'); END;
        CREATE TABLE recording_extension (
            id INTEGER PRIMARY KEY, recording TEXT NOT NULL REFERENCES recording(id), until_day TEXT,
            reason TEXT NOT NULL, made_at INTEGER NOT NULL, who TEXT NOT NULL);
        CREATE INDEX recording_extension_recording ON recording_extension(recording);
        CREATE TABLE recording_disposal (
            id INTEGER PRIMARY KEY, recording TEXT NOT NULL REFERENCES recording(id), state TEXT NOT NULL,
            reason TEXT NOT NULL, decision TEXT NOT NULL, proposed_at INTEGER NOT NULL,
            proposed_by INTEGER NOT NULL REFERENCES person(id), decided_at INTEGER,
            decided_by INTEGER REFERENCES person(id), answer TEXT NOT NULL DEFAULT '', done_at INTEGER);
        CREATE UNIQUE INDEX recording_disposal_one ON recording_disposal(recording) WHERE state <> 'refused';
        CREATE TRIGGER recording_disposal_is_not_removed BEFORE DELETE ON recording_disposal
            BEGIN SELECT RAISE(ABORT, 'disposals are not removed'); END;
        """
}
