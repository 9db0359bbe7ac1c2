import Briefing
import Foundation
import GRDB
import ICalendar
import Identity

extension Writing {
    /// - Parameter kept: its route's `id` is not looked at.
    public func add(_ kept: KeptApproval) throws -> ApprovalID {
        let route = kept.route
        try db.execute(
            sql: """
                INSERT INTO approval_route (paper, first, owner, progress, round, keeps_comments, is_signed, agency,
                    number, note, made_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                route.paper, kept.first, route.owner, route.progress.rawValue, route.round, route.keepsComments,
                route.isSigned, kept.agency, kept.number, kept.note, kept.madeAt, kept.changedAt,
            ])
        let id = ApprovalID(db.lastInsertedRowID)
        try putSteps(route.steps, of: id)
        return id
    }

    /// Puts a route as it is after an act in the place of what it was before, and keeps the act.
    public func put(_ route: ApprovalRoute, after act: KeptApprovalAct) throws {
        try db.execute(
            sql: """
                UPDATE approval_route SET paper = ?, progress = ?, round = ?, is_signed = ?, changed_at = ? WHERE id = ?
                """,
            arguments: [
                route.paper, route.progress.rawValue, route.round, route.isSigned, act.at, route.id,
            ])
        try putSteps(route.steps, of: route.id)
        try db.execute(
            sql: """
                INSERT INTO approval_act (route, at, person, act, step, round, note, paper, delegate)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                route.id, act.at, act.person, act.act, act.step, act.round, act.note, act.paper, act.delegate,
            ])
    }

    private func putSteps(_ steps: [ApprovalStep], of route: ApprovalID) throws {
        for (number, step) in steps.enumerated() {
            for (place, part) in step.parts.enumerated() {
                try db.execute(
                    sql: """
                        INSERT OR REPLACE INTO approval_step (route, step, part, kind, due, person, delegated_by, state,
                            acted_at, note, paper) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        route, number, place, step.kind.rawValue, step.due?.description, part.person, part.delegatedBy,
                        part.state.rawValue, part.at, part.note, part.paper,
                    ])
            }
        }
    }

    // MARK: Comments

    /// - Parameter comment: its `id` is not looked at.
    public func add(_ comment: PaperComment) throws -> Int64 {
        try db.execute(
            sql: """
                INSERT INTO paper_comment (paper, page, x, y, text, author, at, in_meeting, replies_to)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                comment.paper, comment.page, comment.x, comment.y, comment.text, comment.author, comment.at,
                comment.isInMeeting, comment.repliesTo,
            ])
        return db.lastInsertedRowID
    }

    /// - Parameter person: who has resolved it; nil opens it again.
    public func resolveComment(_ id: Int64, by person: PersonID?, now: Int) throws {
        try db.execute(
            sql: "UPDATE paper_comment SET resolved_at = ?, resolved_by = ? WHERE id = ?",
            arguments: [person == nil ? nil : now, person, id])
    }

    // MARK: Signatures

    /// Keeps what waits for a signature; whatever waited in this route before waits no more.
    public func add(_ prepared: PreparedSignature) throws {
        try dropPreparations(of: prepared.route)
        try db.execute(
            sql: """
                INSERT INTO prepared_signature (id, route, step, paper, person, digest, ticket, made_at, expires_at, state)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                prepared.id, prepared.route, prepared.step, prepared.paper, prepared.person, prepared.digest,
                Data(prepared.ticket.bytes), prepared.madeAt, prepared.expiresAt, prepared.state.rawValue,
            ])
    }

    public func dropPreparations(of route: ApprovalID) throws {
        try db.execute(
            sql: "UPDATE prepared_signature SET state = 'dropped' WHERE route = ? AND state = 'waiting'",
            arguments: [route])
    }

    public func finishPreparation(_ id: String, result: PaperID) throws {
        try db.execute(
            sql: "UPDATE prepared_signature SET state = 'done', result = ? WHERE id = ?", arguments: [result, id])
    }

    public func keepCheckedSignatures(_ sha256: String, anchors: String, reports: String, now: Int) throws {
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO paper_signature (sha256, anchors, checked_at, reports) VALUES (?, ?, ?, ?)
                """, arguments: [sha256, anchors, now, reports])
    }
}
