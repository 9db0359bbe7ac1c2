extension Schema {
    /// The journal of meetings' conduct, and what is counted of secret ballots.
    ///
    /// `conduct_act` never holds the choice of a secret ballot; `secret_tally` holds numbers alone, without a time or an
    /// order from which a ballot could be told.
    static let conduct = """
        CREATE TABLE conduct_act (
            occurrence INTEGER NOT NULL REFERENCES occurrence(id), position INTEGER NOT NULL, at INTEGER NOT NULL,
            actor TEXT, act TEXT NOT NULL, sender TEXT NOT NULL DEFAULT '', number INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (occurrence, position)) WITHOUT ROWID;
        CREATE TRIGGER conduct_act_is_not_edited BEFORE UPDATE ON conduct_act
            BEGIN SELECT RAISE(ABORT, 'the journal of a meeting is not edited'); END;
        CREATE TRIGGER conduct_act_is_not_removed BEFORE DELETE ON conduct_act
            BEGIN SELECT RAISE(ABORT, 'the journal of a meeting is not edited'); END;
        CREATE TABLE secret_tally (
            occurrence INTEGER NOT NULL REFERENCES occurrence(id), vote INTEGER NOT NULL, choice INTEGER NOT NULL,
            count INTEGER NOT NULL, PRIMARY KEY (occurrence, vote, choice)) WITHOUT ROWID;
        """
}
