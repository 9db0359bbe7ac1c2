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
        try await limiter.admit(address)
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
