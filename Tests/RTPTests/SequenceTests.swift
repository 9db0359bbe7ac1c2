import Testing
import TestSupport

@testable import RTP

@Suite struct SequenceTests {
    @Test func `newer means ahead within half the circle`() {
        #expect(isNewer(1 as UInt16, than: 0))
        #expect(isNewer(0 as UInt16, than: 65535))
        #expect(!isNewer(65535 as UInt16, than: 0))
        #expect(!isNewer(5 as UInt16, than: 5))
        #expect(isNewer(0x8000 as UInt16, than: 0) != isNewer(0 as UInt16, than: 0x8000))
        #expect(isNewer(0 as UInt32, than: .max))
        #expect(!isNewer(UInt32.max, than: 0))
    }

    @Test func `numbers go on across the wrap, late ones go back across it`() {
        var unwrapper = SequenceUnwrapper()
        let start = unwrapper.unwrap(65534)
        #expect(unwrapper.unwrap(1) == start + 3)
        #expect(unwrapper.unwrap(65535) == start + 1)
        #expect(unwrapper.unwrap(2) == start + 4)
        #expect(unwrapper.highest == start + 4)
    }

    @Test func `numbers before the first one are not negative`() {
        var unwrapper = SequenceUnwrapper()
        #expect(unwrapper.highest == nil)
        #expect(unwrapper.unwrap(0) > 0)
        #expect(unwrapper.unwrap(65000) >= 0)
    }

    @Test func `a late number does not pull the highest back`() {
        var unwrapper = SequenceUnwrapper()
        let start = unwrapper.unwrap(40000)
        // A chain of late numbers, each near the one before, still counts from the highest.
        for late in stride(from: UInt16(39000), to: 9000, by: -1000) { _ = unwrapper.unwrap(late) }
        #expect(unwrapper.highest == start)
        #expect(unwrapper.unwrap(60000) == start + 20000)
    }

    @Test func `the low bits are the number itself, whatever comes`() {
        var generator = SeededGenerator(seed: 3)
        var unwrapper = SequenceUnwrapper()
        var timestamps = TimestampUnwrapper()
        for _ in 0..<10000 {
            let sequence = UInt16.random(in: 0 ... .max, using: &generator)
            #expect(UInt16(truncatingIfNeeded: unwrapper.unwrap(sequence)) == sequence)
            let timestamp = UInt32.random(in: 0 ... .max, using: &generator)
            #expect(UInt32(truncatingIfNeeded: timestamps.unwrap(timestamp)) == timestamp)
        }
    }

    @Test func `timestamps go on across the wrap`() {
        var unwrapper = TimestampUnwrapper()
        let start = unwrapper.unwrap(.max - 10)
        #expect(unwrapper.unwrap(3000) == start + 3011)
        #expect(unwrapper.unwrap(.max) == start + 10)
    }
}
