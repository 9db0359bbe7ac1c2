extension Schema {
    /// Dossiers of other servers, or of times before this one; their files are in the folder `dossiers`, named by the hash.
    static let dossiers = """
        CREATE TABLE imported_dossier (
            id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, title TEXT NOT NULL, organiser TEXT NOT NULL,
            start TEXT NOT NULL, uid TEXT NOT NULL, bytes INTEGER NOT NULL, files INTEGER NOT NULL,
            imported_at INTEGER NOT NULL);
        CREATE TRIGGER imported_dossier_is_not_edited BEFORE UPDATE ON imported_dossier
            BEGIN SELECT RAISE(ABORT, 'dossiers are not edited'); END;
        """
}
