import Briefing
import GRDB

/// A part of a recording's film by which it is found: a chapter, or a turn of a voice.
public struct RecordingMoment: Hashable, Sendable {
    public enum Kind: String, Sendable, Codable, CaseIterable { case begin, item, floor, page, voice }

    public var kind: Kind
    /// Milliseconds of the film.
    public var start: Int64
    public var end: Int64
    /// The chapter's title, or whose voice it is.
    public var text: String

    public init(kind: Kind, start: Int64, end: Int64, text: String) {
        self.kind = kind
        self.start = start
        self.end = end
        self.text = text
    }
}

/// What is asked of the archive.
public struct RecordingQuestion: Sendable {
    /// In the meeting's title, organiser, notes or agenda, or in the film's chapters.
    public var words: SearchQuery
    /// In the name of one who spoke.
    public var speaker: SearchQuery
    public var series: SeriesID?
    /// When the meeting begins, Unix seconds; the second is the first that is no longer asked for.
    public var from: Int?
    public var until: Int?

    public init(
        words: SearchQuery = SearchQuery(""), speaker: SearchQuery = SearchQuery(""), series: SeriesID? = nil,
        from: Int? = nil, until: Int? = nil
    ) {
        self.words = words
        self.speaker = speaker
        self.series = series
        self.from = from
        self.until = until
    }
}

extension Reading {
    /// Recordings that have what was asked for, the newest first.
    ///
    /// - Parameters:
    ///   - position: only what comes after it.
    ///   - take: whether to go on.
    public func recordings(
        _ question: RecordingQuestion, before position: RecordingPosition?,
        _ take: (KeptRecording, SeriesID) throws -> Bool
    ) throws {
        var conditions = ["(started_at, recording.id) < (?, ?)"]
        var arguments: StatementArguments = [position?.started ?? .max, position?.id ?? ""]
        if let series = question.series {
            conditions.append("occurrence.series = ?")
            arguments += [series]
        }
        if question.from != nil || question.until != nil {
            conditions.append("occurrence.start_at >= ? AND occurrence.start_at < ?")
            arguments += [question.from ?? .min, question.until ?? .max]
        }
        let expression = [("meeting", question.words), ("speakers", question.speaker)].filter { !$1.isEmpty }
            .map { column, query in "{\(column)} : (\(SearchStage.conjunction(query)))" }.joined(separator: " AND ")
        var tables = "recording JOIN occurrence ON occurrence.id = recording.occurrence"
        if !expression.isEmpty {
            // What is rare is looked up from the words, what is frequent is soon found anyway.
            tables = """
                recording_search JOIN recording_words ON recording_words.id = recording_search.rowid
                JOIN recording ON recording.id = recording_words.recording
                JOIN occurrence ON occurrence.id = recording.occurrence
                """
            conditions.append("recording_search MATCH ?")
            arguments += [expression]
        }
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT recording.*, occurrence.series FROM \(tables) WHERE \(conditions.joined(separator: " AND "))
                ORDER BY started_at DESC, recording.id DESC
                """, arguments: arguments)
        while let row = try rows.next() {
            guard let recording = KeptRecording(row) else { continue }
            guard try take(recording, row["series"]) else { return }
        }
    }

    /// Series of several meetings of which there are recordings, the newest first; also those that are over.
    public func recordedSeries() throws -> [Series] {
        try series(
            Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM series WHERE rule IS NOT NULL AND id IN
                        (SELECT series FROM recording JOIN occurrence ON occurrence.id = recording.occurrence)
                    ORDER BY id DESC
                    """))
    }

    /// What a recording's film has by time, in order; empty until it is done.
    public func moments(of recording: String) throws -> [RecordingMoment] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT kind, start, end, text FROM recording_moment
                WHERE recording = (SELECT id FROM recording_words WHERE recording = ?) ORDER BY start, kind
                """, arguments: [recording]
        ).compactMap { row in
            RecordingMoment.Kind(rawValue: row["kind"]).map {
                RecordingMoment(kind: $0, start: row["start"], end: row["end"], text: row["text"])
            }
        }
    }

    /// Whether words have changed by which recordings are found, and are not in the index yet.
    public func hasRecordingsToIndex() throws -> Bool {
        try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM recording_words WHERE is_stale = 1)") ?? false
    }

    /// Closed recordings whose films' moments are not kept yet, the newest first.
    public func recordingsWithoutMoments() throws -> [KeptRecording] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT recording.* FROM recording JOIN recording_words ON recording_words.recording = recording.id
                WHERE milliseconds IS NULL AND state = 'closed' ORDER BY started_at DESC
                """
        ).compactMap { KeptRecording($0) }
    }
}

extension Writing {
    /// Keeps what a recording's film has by time, in the place of what was kept before.
    ///
    /// - Parameter milliseconds: of the film.
    public func setMoments(_ moments: [RecordingMoment], milliseconds: Int64, of recording: String) throws {
        guard
            let id = try Int64.fetchOne(
                db, sql: "SELECT id FROM recording_words WHERE recording = ?", arguments: [recording])
        else { return }
        try db.execute(sql: "DELETE FROM recording_moment WHERE recording = ?", arguments: [id])
        let add = try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO recording_moment (recording, start, kind, text, end) VALUES (?, ?, ?, ?, ?)")
        for moment in moments {
            try add.execute(arguments: [id, moment.start, moment.kind.rawValue, moment.text, moment.end])
        }
        try db.execute(
            sql: "UPDATE recording_words SET milliseconds = ?, is_stale = 1 WHERE id = ?",
            arguments: [milliseconds, id])
    }

    /// Writes anew by which words recordings are found where these have changed.
    ///
    /// - Returns: how many were taken; fewer than `limit` where none is left.
    func indexRecordings(limit: Int) throws -> Int {
        let stale = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT words.id, coalesce(occurrence.title, series.title) AS title, unit.name AS organiser,
                        coalesce(occurrence.notes, series.notes) AS notes, series.id AS series,
                        CASE WHEN occurrence.has_agenda THEN occurrence.id END AS agenda
                    FROM recording_words words JOIN recording ON recording.id = words.recording
                    JOIN occurrence ON occurrence.id = recording.occurrence
                    JOIN series ON series.id = occurrence.series JOIN unit ON unit.id = series.organiser
                    WHERE words.is_stale = 1 LIMIT ?
                    """), arguments: [limit])
        guard !stale.isEmpty else { return 0 }
        let forget = try db.cachedStatement(sql: "DELETE FROM recording_search WHERE rowid = ?")
        let add = try db.cachedStatement(
            sql: "INSERT INTO recording_search (rowid, meeting, speakers) VALUES (?, ?, ?)")
        let done = try db.cachedStatement(sql: "UPDATE recording_words SET is_stale = 0 WHERE id = ?")
        let agenda = try db.cachedStatement(
            sql: """
                SELECT title || char(10) || owner FROM agenda_item
                WHERE series = ? AND occurrence IS ? AND is_current = 1 ORDER BY position
                """)
        let moments = try db.cachedStatement(
            sql: "SELECT DISTINCT text FROM recording_moment WHERE recording = ? AND (kind = 'voice') = ?")
        for row in stale {
            let id: Int64 = row["id"]
            var meeting: [String] = [row["title"], row["organiser"], row["notes"]]
            meeting += try String.fetchAll(agenda, arguments: [row["series"] as Int64, row["agenda"] as Int64?])
            meeting += try String.fetchAll(moments, arguments: [id, false])
            let speakers = try String.fetchAll(moments, arguments: [id, true])
            try forget.execute(arguments: [id])
            try add.execute(arguments: [
                id, Folding.folded(meeting.joined(separator: "\n")), Folding.folded(speakers.joined(separator: "\n")),
            ])
            try done.execute(arguments: [id])
        }
        return stale.count
    }
}
