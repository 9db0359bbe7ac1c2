import GRDB

/// The tables, as named migrations: each runs once, in this order, and is never edited after a release.
///
/// Times are Unix seconds (`…_at`), days are ISO 8601 text, truth is 0 or 1. Nothing is deleted that a dossier may
/// name: rows are closed, cancelled or withdrawn.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("directory") { try $0.execute(sql: directory) }
        migrator.registerMigration("meetings") { try $0.execute(sql: meetings) }
        migrator.registerMigration("letters") { try $0.execute(sql: letters) }
        migrator.registerMigration("audit") { try $0.execute(sql: audit) }
        migrator.registerMigration("conduct") { try $0.execute(sql: conduct) }
        migrator.registerMigration("alerts") { try $0.execute(sql: alerts) }
        migrator.registerMigration("readiness") { try $0.execute(sql: readiness) }
        migrator.registerMigration("numbers") { try $0.execute(sql: numbers) }
        migrator.registerMigration("papers") { try $0.execute(sql: papers) }
        migrator.registerMigration("approval") { try $0.execute(sql: approval) }
        migrator.registerMigration("search") { try $0.execute(sql: search) }
        migrator.registerMigration("uploads") { try $0.execute(sql: uploads) }
        migrator.registerMigration("dossiers") { try $0.execute(sql: dossiers) }
        migrator.registerMigration("recordings") { try $0.execute(sql: recordings) }
        migrator.registerMigration("recording search") { try $0.execute(sql: recordingSearch) }
        migrator.registerMigration("film copies") { try $0.execute(sql: filmCopies) }
        migrator.registerMigration("retention") { try $0.execute(sql: retention) }
        migrator.registerMigration("integrity") { try $0.execute(sql: integrity) }
        migrator.registerMigration("stored") { try $0.execute(sql: stored) }
        return migrator
    }

    private static let directory = """
        CREATE TABLE unit (
            id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, kind TEXT NOT NULL,
            parent INTEGER REFERENCES unit(id), email TEXT, from_day TEXT, until_day TEXT,
            successor INTEGER REFERENCES unit(id));
        CREATE TABLE unit_name (
            unit INTEGER NOT NULL REFERENCES unit(id), name TEXT NOT NULL, from_day TEXT, until_day TEXT NOT NULL);
        CREATE INDEX unit_name_unit ON unit_name(unit);
        CREATE TABLE site (
            id INTEGER PRIMARY KEY, unit INTEGER NOT NULL REFERENCES unit(id), name TEXT NOT NULL,
            line TEXT NOT NULL, down INTEGER NOT NULL, up INTEGER NOT NULL, device TEXT NOT NULL,
            technician_name TEXT NOT NULL DEFAULT '', technician_phone TEXT NOT NULL DEFAULT '',
            technician_email TEXT NOT NULL DEFAULT '', is_active INTEGER NOT NULL DEFAULT 1);
        CREATE INDEX site_unit ON site(unit);
        CREATE TABLE person (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE, title TEXT NOT NULL,
            phone TEXT NOT NULL, unit INTEGER NOT NULL REFERENCES unit(id), is_active INTEGER NOT NULL DEFAULT 1,
            password TEXT, oidc_subject TEXT UNIQUE);
        CREATE TABLE grant_of_role (
            person INTEGER NOT NULL REFERENCES person(id), role TEXT NOT NULL,
            unit INTEGER NOT NULL REFERENCES unit(id), PRIMARY KEY (person, role, unit)) WITHOUT ROWID;
        CREATE TABLE session (
            token_hash BLOB PRIMARY KEY, person INTEGER NOT NULL REFERENCES person(id), created_at INTEGER NOT NULL,
            seen_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, address TEXT NOT NULL) WITHOUT ROWID;
        CREATE INDEX session_person ON session(person);
        CREATE TABLE access_token (
            id INTEGER PRIMARY KEY, token_hash BLOB NOT NULL UNIQUE, purpose TEXT NOT NULL, name TEXT NOT NULL,
            person INTEGER REFERENCES person(id), unit INTEGER REFERENCES unit(id), site INTEGER REFERENCES site(id),
            created_at INTEGER NOT NULL, expires_at INTEGER, revoked_at INTEGER, seen_at INTEGER);
        CREATE INDEX access_token_site ON access_token(site);
        CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE day_override (day TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL) WITHOUT ROWID;
        """

    private static let meetings = """
        CREATE TABLE series (
            id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, title TEXT NOT NULL,
            organiser INTEGER NOT NULL REFERENCES unit(id), chair INTEGER REFERENCES person(id),
            start TEXT NOT NULL, minutes INTEGER NOT NULL, rule TEXT, holidays TEXT NOT NULL, form TEXT NOT NULL,
            is_periodic INTEGER NOT NULL, venue INTEGER REFERENCES site(id), notes TEXT NOT NULL, state TEXT NOT NULL,
            version INTEGER NOT NULL, sequence INTEGER NOT NULL, answers_since INTEGER NOT NULL,
            laid_out_through TEXT NOT NULL, site_count INTEGER NOT NULL DEFAULT 0, invited_at INTEGER, follows INTEGER REFERENCES series(id),
            created_at INTEGER NOT NULL, created_by INTEGER REFERENCES person(id));
        CREATE INDEX series_organiser ON series(organiser);
        CREATE TABLE occurrence (
            id INTEGER PRIMARY KEY, series INTEGER NOT NULL REFERENCES series(id), recurrence TEXT NOT NULL,
            start_at INTEGER NOT NULL, end_at INTEGER NOT NULL, state TEXT NOT NULL, moved_for TEXT NOT NULL,
            is_edited INTEGER NOT NULL,
            is_addition INTEGER NOT NULL DEFAULT 0, version INTEGER NOT NULL, sequence INTEGER NOT NULL,
            answers_since INTEGER NOT NULL, title TEXT, chair INTEGER REFERENCES person(id),
            venue INTEGER REFERENCES site(id), form TEXT, notes TEXT, has_agenda INTEGER NOT NULL,
            room TEXT NOT NULL UNIQUE, invited_at INTEGER, reason TEXT NOT NULL DEFAULT '',
            UNIQUE (series, recurrence));
        CREATE INDEX occurrence_start ON occurrence(start_at, end_at);
        CREATE TABLE invitee (
            series INTEGER NOT NULL REFERENCES series(id), occurrence INTEGER REFERENCES occurrence(id),
            site INTEGER REFERENCES site(id), person INTEGER REFERENCES person(id), is_removed INTEGER NOT NULL,
            CHECK ((site IS NULL) <> (person IS NULL)));
        CREATE INDEX invitee_series ON invitee(series, occurrence);
        CREATE INDEX invitee_occurrence ON invitee(occurrence) WHERE occurrence IS NOT NULL;
        CREATE INDEX invitee_site ON invitee(site, series);
        CREATE INDEX invitee_person ON invitee(person, series) WHERE person IS NOT NULL;
        CREATE TABLE agenda_item (
            id INTEGER PRIMARY KEY, series INTEGER NOT NULL REFERENCES series(id),
            occurrence INTEGER REFERENCES occurrence(id), position INTEGER NOT NULL, title TEXT NOT NULL,
            owner TEXT NOT NULL, minutes INTEGER NOT NULL, is_current INTEGER NOT NULL DEFAULT 1);
        CREATE INDEX agenda_item_series ON agenda_item(series, occurrence);
        CREATE TABLE reply (
            series INTEGER NOT NULL REFERENCES series(id), occurrence INTEGER REFERENCES occurrence(id),
            site INTEGER REFERENCES site(id), person INTEGER REFERENCES person(id), sequence INTEGER NOT NULL,
            answer TEXT NOT NULL, delegate_name TEXT NOT NULL, delegate_email TEXT NOT NULL, note TEXT NOT NULL,
            given_at INTEGER NOT NULL, given_by TEXT NOT NULL, is_current INTEGER NOT NULL DEFAULT 1);
        CREATE INDEX reply_series ON reply(series, occurrence);
        CREATE INDEX reply_site ON reply(site, series);
        CREATE TABLE attendance (
            occurrence INTEGER NOT NULL REFERENCES occurrence(id), site INTEGER NOT NULL REFERENCES site(id),
            state TEXT NOT NULL, joined_at INTEGER, PRIMARY KEY (occurrence, site)) WITHOUT ROWID;
        CREATE TABLE paper (
            id INTEGER PRIMARY KEY, series INTEGER NOT NULL REFERENCES series(id),
            occurrence INTEGER REFERENCES occurrence(id), title TEXT NOT NULL, filename TEXT NOT NULL,
            type TEXT NOT NULL, bytes INTEGER NOT NULL, sha256 TEXT, link TEXT, classification TEXT NOT NULL,
            added_by INTEGER REFERENCES person(id), added_at INTEGER NOT NULL, withdrawn_at INTEGER);
        CREATE INDEX paper_series ON paper(series);
        CREATE TABLE request_key (
            person INTEGER NOT NULL REFERENCES person(id), key TEXT NOT NULL, answer TEXT NOT NULL,
            made_at INTEGER NOT NULL, PRIMARY KEY (person, key)) WITHOUT ROWID;
        """

    private static let letters = """
        CREATE TABLE letter (
            id INTEGER PRIMARY KEY, message_id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, to_name TEXT NOT NULL,
            to_address TEXT NOT NULL, subject TEXT NOT NULL, series INTEGER REFERENCES series(id),
            occurrence INTEGER REFERENCES occurrence(id), site INTEGER REFERENCES site(id),
            person INTEGER REFERENCES person(id), state TEXT NOT NULL, attempts INTEGER NOT NULL,
            next_try_at INTEGER NOT NULL, error TEXT NOT NULL, made_at INTEGER NOT NULL, sent_at INTEGER);
        CREATE INDEX letter_waiting ON letter(next_try_at) WHERE state = 'waiting';
        CREATE INDEX letter_series ON letter(series, occurrence);
        CREATE TABLE letter_body (letter INTEGER PRIMARY KEY REFERENCES letter(id), body BLOB NOT NULL);
        CREATE TABLE reminder_made (
            occurrence INTEGER NOT NULL REFERENCES occurrence(id), kind TEXT NOT NULL, start_at INTEGER NOT NULL,
            PRIMARY KEY (occurrence, kind, start_at)) WITHOUT ROWID;
        CREATE TABLE mail_read (message_id TEXT PRIMARY KEY, read_at INTEGER NOT NULL, outcome TEXT NOT NULL)
            WITHOUT ROWID;
        """

    private static let audit = """
        CREATE TABLE act (
            id INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, object TEXT NOT NULL,
            detail TEXT NOT NULL, hash BLOB NOT NULL);
        CREATE TABLE act_head (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), count INTEGER NOT NULL,
            hash BLOB NOT NULL, seal BLOB NOT NULL);
        CREATE TRIGGER act_is_not_edited BEFORE UPDATE ON act BEGIN SELECT RAISE(ABORT, 'acts are not edited'); END;
        CREATE TRIGGER act_is_not_removed BEFORE DELETE ON act BEGIN SELECT RAISE(ABORT, 'acts are not removed'); END;
        CREATE INDEX act_object ON act(object);
        """

    /// The highest number of a meeting that was taken away: SQLite would give it to the next one.
    private static let numbers = """
        CREATE TABLE removed_occurrence (last INTEGER NOT NULL);
        INSERT INTO removed_occurrence VALUES (0);
        CREATE TRIGGER occurrence_number_is_kept AFTER DELETE ON occurrence
            BEGIN UPDATE removed_occurrence SET last = max(last, old.id); END;
        """
}
