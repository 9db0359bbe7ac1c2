extension Schema {
    /// What rings. An alert keeps its sites for ever: who was rung when, and who answered, belongs to the dossier.
    static let alerts = """
        CREATE TABLE alert (
            id INTEGER PRIMARY KEY, kind TEXT NOT NULL, occurrence INTEGER REFERENCES occurrence(id),
            room TEXT NOT NULL, title TEXT NOT NULL, message TEXT NOT NULL, raised_at INTEGER NOT NULL,
            raised_by INTEGER REFERENCES person(id), expires_at INTEGER NOT NULL, ended_at INTEGER);
        CREATE INDEX alert_occurrence ON alert(occurrence) WHERE occurrence IS NOT NULL;
        CREATE INDEX alert_active ON alert(expires_at) WHERE ended_at IS NULL;
        CREATE TABLE alert_site (
            alert INTEGER NOT NULL REFERENCES alert(id), site INTEGER NOT NULL REFERENCES site(id),
            rung_at INTEGER NOT NULL, rings INTEGER NOT NULL DEFAULT 1, acknowledged_at INTEGER,
            acknowledged_by TEXT, how TEXT, PRIMARY KEY (alert, site)) WITHOUT ROWID;
        ALTER TABLE series ADD COLUMN is_emergency INTEGER NOT NULL DEFAULT 0;
        """
}
