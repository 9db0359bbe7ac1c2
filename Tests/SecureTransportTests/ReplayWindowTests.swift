import Testing

@testable import SecureTransport

@Suite struct `The replay window` {
    @Test(arguments: [1, 63, 64, 65, 127] as [UInt64])
    func `keeps what it knew when the newest moves on by any step below its width`(_ step: UInt64) {
        var window = ReplayWindow()
        window.accept(1000)
        window.accept(1000 + step)
        #expect(window.newest == 1000 + step)
        #expect(window.isReplayed(1000), "the older one was accepted")
        #expect(window.isReplayed(1000 + step))
        #expect(!window.isReplayed(1000 + step - 127) || step == 127, "nobody has sent that one")
        #expect(!window.isReplayed(1001 + step))
    }

    @Test(arguments: [128, 129, 1 << 40] as [UInt64])
    func `forgets what lies 128 behind, and refuses it`(_ step: UInt64) {
        var window = ReplayWindow()
        window.accept(1000)
        window.accept(1000 + step)
        #expect(window.isReplayed(1000))
        #expect(!window.isReplayed(1000 + step - 127))
        #expect(window.isReplayed(1000 + step - 128))
    }

    @Test func `knows nothing before its first packet`() {
        #expect(!ReplayWindow().isReplayed(0))
    }

    @Test func `agrees with a set of all accepted indices`() {
        // A fixed linear congruential sequence: a failure comes again.
        var state: UInt64 = 7
        func random(_ limit: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % limit
        }
        var window = ReplayWindow()
        var accepted: Set<UInt64> = []
        var newest: UInt64 = 500
        for _ in 0..<50_000 {
            let index = newest + random(random(20) == 0 ? 400 : 12) - random(150)
            let isOld = !accepted.isEmpty && index + 128 <= window.newest
            #expect(window.isReplayed(index) == (isOld || accepted.contains(index)))
            if !window.isReplayed(index) {
                window.accept(index)
                accepted.insert(index)
                newest = max(newest, index)
            }
        }
    }
}
