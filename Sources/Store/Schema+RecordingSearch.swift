/// What recordings are found by.
///
/// `recording_words` is a line for each recording: the meeting as it is written now, and who spoke. `recording_moment` is what
/// its film has by time: chapters, and turns of each voice, milliseconds; they are kept when the film is done, so that a
/// list reads no files. `recording_search` (FTS5) has the words without diacritics. Triggers note which lines are no longer
/// true (`is_stale`); every transaction ends with writing these anew (`Writing.indexRecordings`), since folding is Swift's.
extension Schema {
    static let recordingSearch = """
        CREATE TABLE recording_words (
            id INTEGER PRIMARY KEY, recording TEXT NOT NULL UNIQUE REFERENCES recording(id), milliseconds INTEGER,
            is_stale INTEGER NOT NULL DEFAULT 1);
        CREATE INDEX recording_words_stale ON recording_words(is_stale) WHERE is_stale = 1;
        CREATE TABLE recording_moment (
            recording INTEGER NOT NULL REFERENCES recording_words(id), start INTEGER NOT NULL, kind TEXT NOT NULL,
            text TEXT NOT NULL, end INTEGER NOT NULL, PRIMARY KEY (recording, start, kind, text)) WITHOUT ROWID;
        CREATE VIRTUAL TABLE recording_search USING fts5(meeting, speakers, tokenize='ascii');
        CREATE INDEX recording_started ON recording(started_at, id);
        INSERT INTO recording_words (recording) SELECT id FROM recording ORDER BY started_at;
        CREATE TRIGGER recording_is_found AFTER INSERT ON recording
            BEGIN INSERT INTO recording_words (recording) VALUES (new.id); END;
        CREATE TRIGGER occurrence_of_recording_changed AFTER UPDATE OF title, notes, has_agenda ON occurrence
            WHEN old.title IS NOT new.title OR old.notes IS NOT new.notes OR old.has_agenda <> new.has_agenda
            BEGIN \(stale("occurrence = new.id")); END;
        CREATE TRIGGER series_of_recording_changed AFTER UPDATE OF title, notes, organiser ON series
            WHEN old.title <> new.title OR old.notes <> new.notes OR old.organiser <> new.organiser
            BEGIN \(stale(ofSeries("new.id"))); END;
        CREATE TRIGGER agenda_of_recording_added AFTER INSERT ON agenda_item
            BEGIN \(stale(ofSeries("new.series"))); END;
        CREATE TRIGGER agenda_of_recording_changed AFTER UPDATE OF title, owner, is_current ON agenda_item
            BEGIN \(stale(ofSeries("new.series"))); END;
        CREATE TRIGGER unit_of_recording_renamed AFTER UPDATE OF name ON unit WHEN old.name <> new.name
            BEGIN \(stale("""
                occurrence IN (SELECT occurrence.id FROM series JOIN occurrence ON occurrence.series = series.id
                    WHERE series.organiser = new.id)
                """)); END;
        """

    private static func stale(_ condition: String) -> String {
        """
        UPDATE recording_words SET is_stale = 1
            WHERE is_stale = 0 AND recording IN (SELECT id FROM recording WHERE \(condition))
        """
    }

    private static func ofSeries(_ id: String) -> String {
        "occurrence IN (SELECT id FROM occurrence WHERE series = \(id))"
    }
}
