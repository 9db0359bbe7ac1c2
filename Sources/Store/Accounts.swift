import Briefing
import Foundation
import GRDB

/// Somebody signed in.
public struct KeptSession: Sendable {
    public var person: PersonID
    /// Unix seconds.
    public var created: Int
    public var seen: Int
    public var expires: Int
}

/// What a secret token opens. Only its hash is kept.
public struct AccessToken: Sendable {
    public enum Purpose: String, Sendable { case device, feed, calendar, password }

    public var id: Int64
    public var purpose: Purpose
    public var name: String
    public var person: PersonID?
    public var unit: UnitID?
    public var site: SiteID?
    /// Unix seconds.
    public var created: Int
    public var expires: Int?
    public var isRevoked: Bool
    public var seen: Int?

    public init(
        id: Int64 = 0, purpose: Purpose, name: String, person: PersonID? = nil, unit: UnitID? = nil,
        site: SiteID? = nil, created: Int, expires: Int? = nil, isRevoked: Bool = false, seen: Int? = nil
    ) {
        self.id = id
        self.purpose = purpose
        self.name = name
        self.person = person
        self.unit = unit
        self.site = site
        self.created = created
        self.expires = expires
        self.isRevoked = isRevoked
        self.seen = seen
    }
}

extension Reading {
    public func passwordHash(of person: PersonID) throws -> String? {
        try String.fetchOne(db, sql: "SELECT password FROM person WHERE id = ?", arguments: [person])
    }

    /// What the account is bound to at an identity provider: the issuer, a space, its subject there.
    public func oidcSubject(of person: PersonID) throws -> String? {
        try String.fetchOne(db, sql: "SELECT oidc_subject FROM person WHERE id = ?", arguments: [person])
    }

    public func person(oidcSubject: String) throws -> Person? {
        try Row.fetchOne(db, sql: "SELECT * FROM person WHERE oidc_subject = ?", arguments: [oidcSubject])
            .flatMap(person)
    }

    public func session(_ tokenHash: [UInt8], now: Int) throws -> KeptSession? {
        try Row.fetchOne(
            db, sql: "SELECT * FROM session WHERE token_hash = ? AND expires_at > ?",
            arguments: [Data(tokenHash), now]
        ).map {
            KeptSession(
                person: $0["person"], created: $0["created_at"], seen: $0["seen_at"], expires: $0["expires_at"])
        }
    }

    public func token(_ hash: [UInt8], purpose: AccessToken.Purpose, now: Int) throws -> AccessToken? {
        try Row.fetchOne(
            db,
            sql: """
                SELECT * FROM access_token WHERE token_hash = ? AND purpose = ? AND revoked_at IS NULL
                    AND (expires_at IS NULL OR expires_at > ?)
                """, arguments: [Data(hash), purpose.rawValue, now]
        ).flatMap(token)
    }

    public func tokens(purpose: AccessToken.Purpose, site: SiteID) throws -> [AccessToken] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM access_token WHERE purpose = ? AND site = ? ORDER BY id",
            arguments: [purpose.rawValue, site]
        ).compactMap(token)
    }

    public func token(id: Int64) throws -> AccessToken? {
        try Row.fetchOne(db, sql: "SELECT * FROM access_token WHERE id = ?", arguments: [id]).flatMap(token)
    }

    private func token(_ row: Row) -> AccessToken? {
        guard let purpose = AccessToken.Purpose(rawValue: row["purpose"]) else { return nil }
        return AccessToken(
            id: row["id"], purpose: purpose, name: row["name"], person: row["person"], unit: row["unit"],
            site: row["site"], created: row["created_at"], expires: row["expires_at"],
            isRevoked: row["revoked_at"] != nil as Int?, seen: row["seen_at"])
    }
}

extension Writing {
    public func setPasswordHash(_ hash: String, of person: PersonID) throws {
        try db.execute(sql: "UPDATE person SET password = ? WHERE id = ?", arguments: [hash, person])
    }

    public func setOIDCSubject(_ subject: String, of person: PersonID) throws {
        try db.execute(sql: "UPDATE person SET oidc_subject = ? WHERE id = ?", arguments: [subject, person])
    }

    public func addSession(_ tokenHash: [UInt8], person: PersonID, now: Int, expires: Int, address: String) throws {
        try db.execute(sql: "DELETE FROM session WHERE expires_at <= ?", arguments: [now])
        try db.execute(
            sql: """
                INSERT INTO session (token_hash, person, created_at, seen_at, expires_at, address)
                VALUES (?, ?, ?, ?, ?, ?)
                """, arguments: [Data(tokenHash), person, now, now, expires, address])
    }

    public func touchSession(_ tokenHash: [UInt8], now: Int, expires: Int) throws {
        try db.execute(
            sql: "UPDATE session SET seen_at = ?, expires_at = ? WHERE token_hash = ?",
            arguments: [now, expires, Data(tokenHash)])
    }

    public func endSession(_ tokenHash: [UInt8]) throws {
        try db.execute(sql: "DELETE FROM session WHERE token_hash = ?", arguments: [Data(tokenHash)])
    }

    /// Ends all sessions of a person but one.
    public func endSessions(of person: PersonID, except tokenHash: [UInt8]?) throws {
        try db.execute(
            sql: "DELETE FROM session WHERE person = ? AND token_hash <> ?",
            arguments: [person, Data(tokenHash ?? [])])
    }

    public func add(_ token: AccessToken, hash: [UInt8]) throws -> Int64 {
        try db.execute(
            sql: """
                INSERT INTO access_token (token_hash, purpose, name, person, unit, site, created_at, expires_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                Data(hash), token.purpose.rawValue, token.name, token.person, token.unit, token.site, token.created,
                token.expires,
            ])
        return db.lastInsertedRowID
    }

    /// Notes that a token was used, unless that has been noted within `pause`.
    /// - Parameters:
    ///   - now: Unix seconds.
    ///   - pause: seconds.
    public func touchToken(id: Int64, now: Int, pause: Int) throws {
        try db.execute(
            sql: "UPDATE access_token SET seen_at = ? WHERE id = ? AND (seen_at IS NULL OR seen_at <= ?)",
            arguments: [now, id, now - pause])
    }

    public func revokeToken(id: Int64, now: Int) throws {
        try db.execute(
            sql: "UPDATE access_token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", arguments: [now, id])
    }

    /// Revokes what a new token takes the place of.
    public func revokeTokens(
        purpose: AccessToken.Purpose, person: PersonID?, unit: UnitID?, site: SiteID?, now: Int
    ) throws {
        try db.execute(
            sql: """
                UPDATE access_token SET revoked_at = ? WHERE purpose = ? AND revoked_at IS NULL
                    AND person IS ? AND unit IS ? AND site IS ?
                """, arguments: [now, purpose.rawValue, person, unit, site])
    }

    // MARK: A request that is sent twice

    public func answer(toKey key: String, of person: PersonID) throws -> String? {
        try String.fetchOne(
            db, sql: "SELECT answer FROM request_key WHERE person = ? AND key = ?", arguments: [person, key])
    }

    public func keepAnswer(_ answer: String, toKey key: String, of person: PersonID, now: Int) throws {
        try db.execute(sql: "DELETE FROM request_key WHERE made_at < ?", arguments: [now - 7 * 86_400])
        try db.execute(
            sql: "INSERT INTO request_key (person, key, answer, made_at) VALUES (?, ?, ?, ?)",
            arguments: [person, key, answer, now])
    }
}
