/// What sites found out about themselves; every check is kept.
extension Schema {
    static let readiness = """
        CREATE TABLE site_check (
            id INTEGER PRIMARY KEY, site INTEGER NOT NULL REFERENCES site(id),
            occurrence INTEGER REFERENCES occurrence(id) ON DELETE SET NULL, checked_at INTEGER NOT NULL,
            checked_by TEXT NOT NULL, down INTEGER, up INTEGER, rtt INTEGER, loss REAL, mic REAL, mic_peak REAL,
            camera TEXT NOT NULL, speaker TEXT NOT NULL, clock INTEGER);
        CREATE INDEX site_check_site ON site_check(site, id);
        CREATE INDEX site_check_occurrence ON site_check(occurrence) WHERE occurrence IS NOT NULL;
        """
}
