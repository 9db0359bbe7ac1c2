/// Papers that are coming in, and who has seen those that are there.
///
/// An upload's number names its file and is never another's. `sha256` is set before its file stands among the papers, so
/// that a file whose upload ends there is found and taken away. `is_single` is one request's, which nobody goes on with.
/// `paper_reading.pages` has a bit for each page that was seen, the first page's lowest.
extension Schema {
    static let uploads = """
        CREATE TABLE upload (
            id INTEGER PRIMARY KEY AUTOINCREMENT, person INTEGER NOT NULL REFERENCES person(id),
            occurrence INTEGER NOT NULL, title TEXT NOT NULL, filename TEXT NOT NULL, classification TEXT NOT NULL,
            scope TEXT NOT NULL, item INTEGER, replaces INTEGER, bytes INTEGER NOT NULL, is_single INTEGER NOT NULL,
            touched_at INTEGER NOT NULL, sha256 TEXT, paper INTEGER REFERENCES paper(id));
        CREATE INDEX upload_person ON upload(person);
        CREATE INDEX upload_sha256 ON upload(sha256);
        CREATE TABLE paper_reading (
            paper INTEGER NOT NULL REFERENCES paper(id), person INTEGER REFERENCES person(id),
            site INTEGER REFERENCES site(id), day TEXT NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
            pages BLOB NOT NULL, is_download INTEGER NOT NULL);
        CREATE UNIQUE INDEX paper_reading_once ON paper_reading(
            paper, coalesce(person, 0), coalesce(site, 0), day);
        """
}
