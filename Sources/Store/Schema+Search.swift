/// What is found by its words.
///
/// `search` (FTS5, https://sqlite.org/fts5.html) is contentless: what it says is kept where it belongs, and the index has
/// the words twice, as they are written and without diacritics. Folding is Swift's, which no trigger can call
/// (`trusted_schema` is off): triggers note old and new texts in `search_pending`, and every transaction ends with putting
/// these into the index (`Writing.indexPending`).
///
/// A document's number is its kind and its number of that kind (`SearchKind`).
extension Schema {
    static let search = """
        CREATE VIRTUAL TABLE search USING fts5(exact, folded, content='', columnsize=0, tokenize='ascii');
        CREATE TABLE search_pending (id INTEGER PRIMARY KEY, document INTEGER NOT NULL, old TEXT, new TEXT);
        CREATE TABLE minutes_text (
            occurrence INTEGER PRIMARY KEY REFERENCES occurrence(id) ON DELETE CASCADE, phase TEXT NOT NULL,
            text TEXT NOT NULL);
        CREATE INDEX occurrence_chair ON occurrence(chair) WHERE chair IS NOT NULL;

        """
        + watched(.page, "page", columns: ["text"])
        + watched(.agenda, "agenda_item", columns: ["title", "owner"])
        + watched(.paper, "paper", columns: ["title", "note"])
        + watched(.minutes, "minutes_text", id: "occurrence", columns: ["text"])
        + watched(.occurrence, "occurrence", columns: ["title", "notes"])
        + watched(.series, "series", columns: ["title", "notes"])

    /// What was there before the index, and triggers for what comes.
    private static func watched(_ kind: SearchKind, _ table: String, id: String = "id", columns: [String]) -> String {
        func text(_ row: String) -> String {
            columns.map { "coalesce(\(row)\($0), '')" }.joined(separator: " || char(10) || ")
        }
        let isThere = columns.map { "trim(coalesce(%\($0), '')) <> ''" }.joined(separator: " OR ")
        let differs = columns.map { "old.\($0) IS NOT new.\($0)" }.joined(separator: " OR ")
        func document(_ row: String) -> String { "\(kind.rawValue << SearchKind.shift) + \(row)\(id)" }
        return """
            INSERT INTO search_pending (document, new) SELECT \(document("")), \(text("")) FROM \(table)
                WHERE \(isThere.replacing("%", with: ""));
            CREATE TRIGGER \(table)_found AFTER INSERT ON \(table) WHEN \(isThere.replacing("%", with: "new."))
                BEGIN INSERT INTO search_pending (document, new) VALUES (\(document("new.")), \(text("new."))); END;
            CREATE TRIGGER \(table)_found_anew AFTER UPDATE OF \(columns.joined(separator: ", ")) ON \(table)
                WHEN \(differs)
                BEGIN INSERT INTO search_pending (document, old, new)
                    VALUES (\(document("new.")), \(text("old.")), \(text("new."))); END;
            CREATE TRIGGER \(table)_found_no_more AFTER DELETE ON \(table) WHEN \(isThere.replacing("%", with: "old."))
                BEGIN INSERT INTO search_pending (document, old) VALUES (\(document("old.")), \(text("old."))); END;

            """
    }
}
