/// Routes of approval and what was done on them, comments on papers, and signatures that are being made or were checked.
///
/// `approval_step` has one row for each person of a step. `approval_act` is written and never changed: what was done stays,
/// also when a route starts anew.
extension Schema {
    static let approval = """
        CREATE TABLE approval_route (
            id INTEGER PRIMARY KEY, paper INTEGER NOT NULL REFERENCES paper(id), first INTEGER NOT NULL REFERENCES paper(id),
            owner INTEGER NOT NULL REFERENCES person(id), progress TEXT NOT NULL, round INTEGER NOT NULL,
            keeps_comments INTEGER NOT NULL, is_signed INTEGER NOT NULL, agency TEXT NOT NULL, number TEXT NOT NULL,
            note TEXT NOT NULL, made_at INTEGER NOT NULL, changed_at INTEGER NOT NULL);
        CREATE INDEX approval_route_first ON approval_route(first);
        CREATE INDEX approval_route_owner ON approval_route(owner);
        CREATE TABLE approval_step (
            route INTEGER NOT NULL REFERENCES approval_route(id), step INTEGER NOT NULL, part INTEGER NOT NULL,
            kind TEXT NOT NULL, due TEXT, person INTEGER NOT NULL REFERENCES person(id),
            delegated_by INTEGER REFERENCES person(id), state TEXT NOT NULL, acted_at INTEGER, note TEXT NOT NULL,
            paper INTEGER REFERENCES paper(id), PRIMARY KEY (route, step, part)) WITHOUT ROWID;
        CREATE INDEX approval_step_person ON approval_step(person, route);
        CREATE INDEX approval_step_delegated_by ON approval_step(delegated_by, route) WHERE delegated_by IS NOT NULL;
        CREATE TABLE approval_act (
            id INTEGER PRIMARY KEY, route INTEGER NOT NULL REFERENCES approval_route(id), at INTEGER NOT NULL,
            person INTEGER NOT NULL REFERENCES person(id), act TEXT NOT NULL, step INTEGER, round INTEGER NOT NULL,
            note TEXT NOT NULL, paper INTEGER REFERENCES paper(id), delegate INTEGER REFERENCES person(id));
        CREATE INDEX approval_act_route ON approval_act(route, id);
        CREATE TABLE paper_comment (
            id INTEGER PRIMARY KEY, paper INTEGER NOT NULL REFERENCES paper(id), page INTEGER NOT NULL, x INTEGER, y INTEGER,
            text TEXT NOT NULL, author INTEGER NOT NULL REFERENCES person(id), at INTEGER NOT NULL,
            in_meeting INTEGER NOT NULL, replies_to INTEGER REFERENCES paper_comment(id), resolved_at INTEGER,
            resolved_by INTEGER REFERENCES person(id));
        CREATE INDEX paper_comment_paper ON paper_comment(paper, id);
        CREATE TABLE prepared_signature (
            id TEXT PRIMARY KEY, route INTEGER NOT NULL REFERENCES approval_route(id), step INTEGER NOT NULL,
            paper INTEGER NOT NULL REFERENCES paper(id), person INTEGER NOT NULL REFERENCES person(id),
            digest TEXT NOT NULL, ticket BLOB NOT NULL UNIQUE, made_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
            state TEXT NOT NULL, result INTEGER REFERENCES paper(id)) WITHOUT ROWID;
        CREATE INDEX prepared_signature_route ON prepared_signature(route, state);
        CREATE TABLE paper_signature (
            sha256 TEXT PRIMARY KEY, anchors TEXT NOT NULL, checked_at INTEGER NOT NULL, reports TEXT NOT NULL) WITHOUT ROWID;
        """
}
