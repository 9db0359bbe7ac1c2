import Foundation
import GRDB
import Identity

/// One act of a person, as the chain keeps it.
public struct ActLine: Sendable, Hashable {
    /// 1, 2, 3, … without a gap.
    public var id: Int64
    /// Unix seconds.
    public var at: Int
    /// `person 7`, `site 12`, `answer link`, `system`.
    public var who: String
    /// What was done: `series.book`, `occurrence.move`.
    public var what: String
    /// To what: `series 3`, `unit 9`.
    public var object: String
    /// More of it, in words or JSON.
    public var detail: String
}

/// What a check of the chain found.
public enum AuditVerdict: Equatable, Sendable {
    case whole(count: Int64)
    /// The first line that does not fit: edited, out of its place, or after one that was removed.
    case broken(line: Int64)
    /// Lines are missing at the end, or the head was changed.
    case headDoesNotFit(count: Int64, expected: Int64)
}

/// How far a chain has been found whole: a later check goes on from there.
public struct VerifiedActs: Sendable {
    /// Lines.
    public fileprivate(set) var count: Int64 = 0
    /// The code of the last of them.
    fileprivate var hash: [UInt8] = []

    /// None yet.
    public init() {}
}

/// The append-only chain of acts: each line's code (HMAC-SHA256, RFC 2104) is over the line and the code before it; the
/// head's seal is over the number of lines and the last code. Who does not have the key can neither change, remove, add
/// nor reorder a line without it being seen; a head put back with its lines, an old copy of the whole, is seen by
/// comparing `giaoban audit verify` with an earlier print of it.
enum AuditChain {
    static func code(_ line: ActLine, after previous: [UInt8], key: [UInt8]) -> [UInt8] {
        var message = previous
        for field in [String(line.id), String(line.at), line.who, line.what, line.object, line.detail] {
            // Each field with its length, so that no two lines have one text.
            message += Array("\(field.utf8.count):".utf8) + Array(field.utf8)
        }
        return hmacSHA256(message, key: key)
    }

    static func seal(count: Int64, hash: [UInt8], key: [UInt8]) -> [UInt8] {
        hmacSHA256(Array("head \(count) ".utf8) + hash, key: key)
    }
}

extension Writing {
    /// Adds a line, in the same transaction as what it tells of.
    public func record(at: Int, who: String, what: String, object: String, detail: String = "") throws {
        let head = try Row.fetchOne(db, sql: "SELECT count, hash FROM act_head")
        let count: Int64 = head?["count"] ?? 0
        let previous: Data = head?["hash"] ?? Data()
        let line = ActLine(id: count + 1, at: at, who: who, what: what, object: object, detail: detail)
        let hash = AuditChain.code(line, after: Array(previous), key: chainKey)
        try db.execute(
            sql: "INSERT INTO act (id, at, who, what, object, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
            arguments: [line.id, at, who, what, object, detail, Data(hash)])
        try db.execute(
            sql: "INSERT OR REPLACE INTO act_head (only_row, count, hash, seal) VALUES (1, ?, ?, ?)",
            arguments: [
                line.id, Data(hash), Data(AuditChain.seal(count: line.id, hash: hash, key: chainKey)),
            ])
    }
}

extension Reading {
    /// The newest lines before `id`, newest first.
    public func acts(before id: Int64?, matching text: String?, limit: Int) throws -> [ActLine] {
        let pattern = text.map {
            "%" + $0.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_") + "%"
        }
        return try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM act WHERE id < ? AND (? IS NULL OR what LIKE ? ESCAPE '\\' OR object LIKE ? ESCAPE '\\'
                    OR who LIKE ? ESCAPE '\\' OR detail LIKE ? ESCAPE '\\')
                ORDER BY id DESC LIMIT ?
                """,
            arguments: [id ?? Int64.max, pattern, pattern, pattern, pattern, pattern, limit]
        ).map(actLine)
    }

    /// The acts on one thing, newest first.
    public func acts(on objects: [String], limit: Int) throws -> [ActLine] {
        let marks = objects.map { _ in "?" }.joined(separator: ", ")
        return try Row.fetchAll(
            db, sql: "SELECT * FROM act WHERE object IN (\(marks)) ORDER BY id DESC LIMIT ?",
            arguments: StatementArguments(objects) + [limit]
        ).map(actLine)
    }

    /// Whether an act is in the chain just as it is told here.
    public func hasAct(by who: String, _ what: String, on object: String, detail: String) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM act WHERE object = ? AND who = ? AND what = ? AND detail = ?)",
            arguments: [object, who, what, detail]) ?? false
    }

    /// The same, whoever has done it.
    public func hasAct(_ what: String, on object: String, detail: String) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM act WHERE object = ? AND what = ? AND detail = ?)",
            arguments: [object, what, detail]) ?? false
    }

    /// Reads the whole chain and says whether it holds.
    public func verifyActs(key: [UInt8]) throws -> AuditVerdict {
        var none = VerifiedActs()
        return try verifyActs(key: key, after: &none)
    }

    /// Reads what follows the lines that have been found whole, and the head. Those lines are not read again: an edit of
    /// one that leaves its code is seen by `verifyActs(key:)` only. Where the last of them is not there as it was, the
    /// whole chain is read.
    ///
    /// - Parameter verified: how far the chain holds, also where a later line is broken.
    public func verifyActs(key: [UInt8], after verified: inout VerifiedActs) throws -> AuditVerdict {
        let last = try Data.fetchOne(db, sql: "SELECT hash FROM act WHERE id = ?", arguments: [verified.count])
        if Array(last ?? Data()) != verified.hash { verified = VerifiedActs() }
        // A whole chain has no line before the first; one put there is found.
        let first = verified.count > 0 ? verified.count + 1 : Int64.min
        let rows = try Row.fetchCursor(db, sql: "SELECT * FROM act WHERE id >= ? ORDER BY id", arguments: [first])
        while let row = try rows.next() {
            let line = actLine(row)
            let kept: Data = row["hash"]
            let hash = AuditChain.code(line, after: verified.hash, key: key)
            guard line.id == verified.count + 1, hash == Array(kept) else { return .broken(line: verified.count + 1) }
            verified.hash = hash
            verified.count = line.id
        }
        let head = try Row.fetchOne(db, sql: "SELECT count, hash, seal FROM act_head")
        let headCount: Int64 = head?["count"] ?? 0
        let headHash: Data = head?["hash"] ?? Data()
        let seal: Data = head?["seal"] ?? Data()
        let count = verified.count
        guard count == headCount, Array(headHash) == verified.hash,
            count == 0 || Array(seal) == AuditChain.seal(count: count, hash: verified.hash, key: key)
        else { return .headDoesNotFit(count: count, expected: headCount) }
        return .whole(count: count)
    }

    /// The code of the last line, in hexadecimal digits.
    public func lastActCode() throws -> String {
        let hash = try Data.fetchOne(db, sql: "SELECT hash FROM act ORDER BY id DESC LIMIT 1") ?? Data()
        return hexadecimal(hash)
    }

    private func actLine(_ row: Row) -> ActLine {
        ActLine(
            id: row["id"], at: row["at"], who: row["who"], what: row["what"], object: row["object"],
            detail: row["detail"])
    }
}
