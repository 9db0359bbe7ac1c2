import Briefing
import Foundation
import GRDB
import ICalendar
import Identity

extension Reading {
    public func approval(_ id: ApprovalID) throws -> KeptApproval? {
        try Row.fetchOne(db, sql: "SELECT * FROM approval_route WHERE id = ?", arguments: [id]).flatMap(approval)
    }

    /// Routes in which somebody has or had a part: those that go on before those that are over, of each the one that changed
    /// last first.
    public func approvals(of person: PersonID, limit: Int) throws -> [KeptApproval] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM approval_route WHERE owner = :person OR id IN
                    (SELECT route FROM approval_step WHERE person = :person UNION
                     SELECT route FROM approval_step WHERE delegated_by = :person UNION
                     SELECT route FROM approval_act WHERE person = :person AND route = approval_route.id)
                ORDER BY progress IN ('issued', 'withdrawn'), changed_at DESC, id DESC LIMIT :limit
                """, arguments: ["person": person, "limit": limit]
        ).compactMap(approval)
    }

    /// All routes of a paper in any of its versions, the newest first.
    public func approvals(ofPaper first: PaperID) throws -> [KeptApproval] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM approval_route WHERE first = ? ORDER BY id DESC", arguments: [first]
        ).compactMap(approval)
    }

    /// Whether somebody has or had a part in a route of this paper.
    public func hasPart(_ person: PersonID, inApprovalOf first: PaperID) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM approval_route r WHERE r.first = :first AND (r.owner = :person OR EXISTS
                    (SELECT 1 FROM approval_step s WHERE s.route = r.id
                        AND (s.person = :person OR s.delegated_by = :person)) OR EXISTS
                    (SELECT 1 FROM approval_act a WHERE a.route = r.id AND a.person = :person)))
                """, arguments: ["first": first, "person": person]) ?? false
    }

    /// All versions of a paper that were not withdrawn, in their order.
    public func versions(of first: PaperID) throws -> [Paper] {
        try PaperID.fetchAll(
            db,
            sql:
                "SELECT id FROM paper WHERE (id = :first OR first = :first) AND withdrawn_at IS NULL ORDER BY version, id",
            arguments: ["first": first]
        ).compactMap { try paper($0) }
    }

    /// The version of a paper that stands now; nil where it was withdrawn.
    public func newestVersion(of first: PaperID) throws -> PaperID? {
        try versions(of: first).last { !$0.isSuperseded }?.id
    }

    /// What was done on a route, in its order.
    public func acts(of route: ApprovalID) throws -> [KeptApprovalAct] {
        try Row.fetchAll(db, sql: "SELECT * FROM approval_act WHERE route = ? ORDER BY id", arguments: [route]).map {
            KeptApprovalAct(
                at: $0["at"], person: $0["person"], act: $0["act"], step: $0["step"], round: $0["round"],
                note: $0["note"], paper: $0["paper"], delegate: $0["delegate"])
        }
    }

    private func approval(_ row: Row) throws -> KeptApproval? {
        let id: ApprovalID = row["id"]
        var steps: [ApprovalStep] = []
        for part in try Row.fetchAll(
            db, sql: "SELECT * FROM approval_step WHERE route = ? ORDER BY step, part", arguments: [id])
        {
            guard let kind = ApprovalStep.Kind(rawValue: part["kind"]) else { return nil }
            let number: Int = part["step"]
            if number == steps.count {
                steps.append(
                    ApprovalStep(kind: kind, parts: [], due: (part["due"] as String?).flatMap { LocalDate($0) }))
            }
            guard number == steps.count - 1 else { return nil }
            steps[number].parts.append(
                ApprovalStep.Part(
                    person: part["person"], delegatedBy: part["delegated_by"],
                    state: ApprovalStep.Part.State(rawValue: part["state"]) ?? .waiting, at: part["acted_at"],
                    note: part["note"], paper: part["paper"]))
        }
        guard let progress = ApprovalRoute.Progress(rawValue: row["progress"]) else { return nil }
        return KeptApproval(
            route: ApprovalRoute(
                id: id, paper: row["paper"], owner: row["owner"], progress: progress, round: row["round"],
                keepsComments: row["keeps_comments"], isSigned: row["is_signed"], steps: steps),
            first: row["first"], agency: row["agency"], number: row["number"], note: row["note"],
            madeAt: row["made_at"], changedAt: row["changed_at"])
    }

    // MARK: Comments

    /// Comments on all versions of a paper, in their order.
    public func comments(ofPaper first: PaperID) throws -> [PaperComment] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM paper_comment WHERE paper IN (SELECT id FROM paper WHERE id = :first OR first = :first)
                ORDER BY id
                """, arguments: ["first": first]
        ).map(comment)
    }

    public func comment(_ id: Int64) throws -> PaperComment? {
        try Row.fetchOne(db, sql: "SELECT * FROM paper_comment WHERE id = ?", arguments: [id]).map(comment)
    }

    private func comment(_ row: Row) -> PaperComment {
        PaperComment(
            id: row["id"], paper: row["paper"], page: row["page"], x: row["x"], y: row["y"], text: row["text"],
            author: row["author"], at: row["at"], isInMeeting: row["in_meeting"], repliesTo: row["replies_to"],
            resolvedAt: row["resolved_at"], resolvedBy: row["resolved_by"])
    }

    // MARK: Signatures

    public func prepared(_ id: String) throws -> PreparedSignature? {
        try Row.fetchOne(db, sql: "SELECT * FROM prepared_signature WHERE id = ?", arguments: [id]).flatMap(prepared)
    }

    public func prepared(ticket: SecretToken.Hash) throws -> PreparedSignature? {
        try Row.fetchOne(
            db, sql: "SELECT * FROM prepared_signature WHERE ticket = ?", arguments: [Data(ticket.bytes)]
        ).flatMap(prepared)
    }

    /// The files that wait for a signature.
    public func waitingPreparations(now: Int) throws -> Set<String> {
        Set(
            try String.fetchAll(
                db, sql: "SELECT id FROM prepared_signature WHERE state = 'waiting' AND expires_at > ?",
                arguments: [now]))
    }

    private func prepared(_ row: Row) -> PreparedSignature? {
        guard let ticket = SecretToken.Hash(bytes: row["ticket"] as Data) else { return nil }
        return PreparedSignature(
            id: row["id"], route: row["route"], step: row["step"], paper: row["paper"], person: row["person"],
            digest: row["digest"], ticket: ticket, madeAt: row["made_at"], expiresAt: row["expires_at"],
            state: PreparedSignature.State(rawValue: row["state"]) ?? .dropped, result: row["result"])
    }

    /// What was found out about a file's signatures, when, and by which anchors; nil where nobody has looked.
    public func checkedSignatures(_ sha256: String) throws -> (anchors: String, at: Int, reports: String)? {
        try Row.fetchOne(db, sql: "SELECT * FROM paper_signature WHERE sha256 = ?", arguments: [sha256]).map {
            ($0["anchors"], $0["checked_at"], $0["reports"])
        }
    }
}
