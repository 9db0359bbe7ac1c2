import Testing

@testable import Web

@Suite struct `A log of changes` {
    @Test func `tells each reader what is new to it, each thing once`() {
        var log = ChangeLog<String>()
        log.note("a")
        log.note("b")
        let middle = log.version
        log.note("a")
        log.note("c")
        #expect(log.changes(since: 0) == ["b", "a", "c"])
        #expect(log.changes(since: middle) == ["a", "c"])
        #expect(log.changes(since: log.version) == [])
        #expect(log.hasChanged("a", since: middle))
        #expect(!log.hasChanged("b", since: middle))
    }

    @Test func `agrees with a list of everything, whatever happens`() {
        var random = Xorshift(seed: 7)
        var log = ChangeLog<Int>()
        var all: [Int] = []
        for _ in 0..<5000 {
            let key = random.next(below: 40)
            log.note(key)
            all.append(key)
            let cursor = random.next(below: all.count + 1)
            var expected: [Int] = []
            for key in all[cursor...].reversed() where !expected.contains(key) { expected.append(key) }
            #expect(log.changes(since: cursor) == expected.reversed())
        }
    }

    @Test func `forgets the oldest when there are too many, and says so`() {
        var log = ChangeLog<Int>(limit: 100)
        for key in 0..<1000 { log.note(key) }
        #expect(log.changes(since: 0) == nil)
        #expect(log.changes(since: 990) == Array(990..<1000))
    }
}

/// Repeatable chance.
struct Xorshift: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    mutating func next(below limit: Int) -> Int { Int(next() >> 11) % limit }
}
