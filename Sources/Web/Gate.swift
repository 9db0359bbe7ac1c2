import Foundation
import HTTPTypes
import Hummingbird

/// Who may come in: tokens for rooms, and how often an address may try.
struct Gate: Sendable {
    let secret: [UInt8]
    /// Whether pages may join without a token.
    let openRooms: Bool
    /// A province's sites may all come from behind one address, at 7:29.
    private let limiter = RateLimiter(burst: 1000, perSecond: 100)

    init(secret: [UInt8], openRooms: Bool) {
        self.secret = secret
        self.openRooms = openRooms
    }

    func admit(_ address: String) async throws {
        let now = Date().timeIntervalSinceReferenceDate
        guard await limiter.allows(address, now: now) else { throw Refusal.tooOften }
    }

    /// A page's right to join, from its bearer token. In an open room it needs none; a token that it has all the same may
    /// give it more.
    /// - Returns: the token; nil in an open room.
    func checkPage(room: String, request: Request) throws -> JoinToken? {
        let needed: JoinToken.Rights = [.publish, .view]
        let token = bearer(request)
        if openRooms, token == nil { return nil }
        return try check(room: room, rights: needed, token: token)
    }

    /// A WHIP or WHEP client's right (RFC 9725 §4.7): always by token.
    /// - Returns: the token, with all that it allows.
    @discardableResult
    func check(room: String, rights: JoinToken.Rights, token: String?) throws -> JoinToken {
        guard let token else { throw Refusal.unauthorised }
        do {
            let token = try JoinToken(verifying: token, secret: secret, now: Int64(Date().timeIntervalSince1970))
            guard token.room == room, token.rights.isSuperset(of: rights) else { throw Refusal.unauthorised }
            return token
        } catch JoinToken.Failure.expired {
            throw Refusal.expired
        } catch JoinToken.Failure.invalid {
            throw Refusal.unauthorised
        }
    }
}

/// A token bucket for each address; addresses that have been quiet are forgotten.
actor RateLimiter {
    private struct Bucket {
        var tokens: Double
        var updated: Double
    }

    private let burst: Double
    private let perSecond: Double
    private var buckets: [String: Bucket] = [:]

    init(burst: Double, perSecond: Double) {
        self.burst = burst
        self.perSecond = perSecond
    }

    /// - Parameter now: seconds on any clock that does not go back.
    func allows(_ address: String, now: Double) -> Bool {
        if buckets.count > 10_000 {
            buckets = buckets.filter { now - $0.value.updated < burst / perSecond }
        }
        var bucket = buckets[address] ?? Bucket(tokens: burst, updated: now)
        bucket.tokens = min(burst, bucket.tokens + max(now - bucket.updated, 0) * perSecond)
        bucket.updated = now
        defer { buckets[address] = bucket }
        guard bucket.tokens >= 1 else { return false }
        bucket.tokens -= 1
        return true
    }
}
