import Briefing
import GRDB

extension Writing {
    /// Puts texts that have changed into the indexes of what is found.
    ///
    /// - Returns: how many texts were taken for one of them; fewer than `limit` where none is left.
    func indexPending(limit: Int) throws -> Int {
        max(try indexTexts(limit: limit), try indexRecordings(limit: limit))
    }

    /// Puts texts that have changed into the index of papers, agendas, minutes and meetings.
    ///
    /// An index without contents forgets a text by being told it again, word for word: what ``Folding`` makes of a text is
    /// never to change without the index being made anew.
    ///
    /// - Returns: how many texts were taken; fewer than `limit` where none is left.
    private func indexTexts(limit: Int) throws -> Int {
        let rows = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT id, document, old, new FROM search_pending ORDER BY id LIMIT ?"),
            arguments: [limit])
        guard let last = rows.last else { return 0 }
        let forget = try db.cachedStatement(
            sql: "INSERT INTO search (search, rowid, exact, folded) VALUES ('delete', ?, ?, ?)")
        let add = try db.cachedStatement(sql: "INSERT INTO search (rowid, exact, folded) VALUES (?, ?, ?)")
        for row in rows {
            let document: Int64 = row["document"]
            if let old = row["old"] as String? {
                let (exact, folded) = Self.columns(old)
                // What had no words was not put in.
                if !exact.isEmpty { try forget.execute(arguments: [document, exact, folded]) }
            }
            if let new = row["new"] as String? {
                let (exact, folded) = Self.columns(new)
                if !exact.isEmpty { try add.execute(arguments: [document, exact, folded]) }
            }
        }
        try db.execute(sql: "DELETE FROM search_pending WHERE id <= ?", arguments: [last["id"] as Int64])
        return rows.count
    }

    private static func columns(_ text: String) -> (exact: String, folded: String) {
        let words = Folding.words(of: text)
        return (words.map(\.exact).joined(separator: " "), words.map(\.folded).joined(separator: " "))
    }

    /// What minutes say that is looked for: decisions and notes.
    ///
    /// - Parameter phase: of the meeting, since what is being written down is not everybody's yet.
    public func setMinutesText(_ text: String, phase: Conduct.Phase, of occurrence: OccurrenceID) throws {
        try db.execute(
            sql: """
                INSERT INTO minutes_text (occurrence, phase, text) VALUES (?, ?, ?)
                ON CONFLICT (occurrence) DO UPDATE SET phase = excluded.phase, text = excluded.text
                """, arguments: [occurrence, phase.rawValue, text])
    }

    /// Keeps a page of a file that was made into pages.
    public func addPage(of sha256: String, number: Int, width: Int, height: Int, text: String) throws {
        try db.cachedStatement(
            sql: "INSERT INTO page (sha256, number, width, height, text) VALUES (?, ?, ?, ?, ?)"
        ).execute(arguments: [sha256, number, width, height, text])
    }
}
