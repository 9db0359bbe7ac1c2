import Testing

@testable import Web

@Suite struct `A join token` {
    private let secret: [UInt8] = Array(repeating: 7, count: 32)
    private let token = JoinToken(room: "hop-1", rights: [.publish], expires: 1000)

    @Test func `says what it was made with`() throws {
        #expect(try JoinToken(verifying: token.text(secret: secret), secret: secret, now: 999) == token)
    }

    @Test func `ends when its time has come`() {
        #expect(throws: JoinToken.Failure.expired) {
            try JoinToken(verifying: token.text(secret: secret), secret: secret, now: 1000)
        }
    }

    @Test func `is refused from another server, changed, cut or made up`() {
        let text = token.text(secret: secret)
        var changed = Array(text)
        changed[3] = changed[3] == "A" ? "B" : "A"
        for wrong in [String(changed), String(text.dropLast()), "", ".", "a.b", text + "x", text + ".x"] {
            #expect(throws: JoinToken.Failure.invalid) {
                try JoinToken(verifying: wrong, secret: secret, now: 0)
            }
        }
        #expect(throws: JoinToken.Failure.invalid) {
            try JoinToken(verifying: text, secret: Array(repeating: 8, count: 32), now: 0)
        }
    }
}

@Suite struct `The rate limit` {
    @Test func `lets a burst through, then so many a second, each address for itself`() async {
        let limiter = RateLimiter(burst: 5, perSecond: 2)
        var allowed = 0
        for _ in 0..<20 where await limiter.allows("a", now: 100) { allowed += 1 }
        #expect(allowed == 5)
        #expect(await limiter.allows("b", now: 100))
        #expect(await !limiter.allows("a", now: 100.4))
        #expect(await limiter.allows("a", now: 100.6))
    }

    /// A subscriber of IPv6 has 2^64 addresses (RFC 6177), each of which would have a burst of its own.
    @Test func `counts a network of IPv6 as one client`() async {
        let limiter = RateLimiter(burst: 5, perSecond: 2)
        var allowed = 0
        for number in 0..<20 where await limiter.allows("2001:db8:0:1::\(number)", now: 100) { allowed += 1 }
        #expect(allowed == 5)
        #expect(await limiter.allows("2001:db8:0:2::1", now: 100))
    }
}
