import Testing

@testable import Relay

@Suite struct `What peers watch of a publication` {
    @Test func `is all until they have said, then what they said, then all again`() {
        var interest = LinkInterest()
        let (one, other): (UInt64, UInt64) = (1 << 3, 1 << 63)
        #expect(interest.wanted == 0)
        for quality in 0..<9 { #expect(interest.unwatched(quality) == 0) }
        interest.set(0b010, of: 3)
        interest.set(0b100, of: 63)
        #expect(interest.wanted == 0b110)
        #expect(interest.unwatched(0) == one | other)
        #expect(interest.unwatched(1) == other)
        #expect(interest.unwatched(2) == one)
        interest.set(0, of: 3)
        #expect(interest.wanted == 0b100)
        interest.forget(63)
        #expect(interest.wanted == 0)
        #expect(interest.unwatched(1) == one)
    }
}
