import RTP
import Testing

@testable import Congestion

@Suite struct ReceptionStatisticsTests {
    private func block(of statistics: inout ReceptionStatistics, now: Int64) throws -> ReportBlock {
        let block = statistics.reportBlock(ssrc: 1, now: now)
        return try #require(block)
    }

    @Test func `nothing is reported before the first packet`() {
        var statistics = ReceptionStatistics(clockRate: 90_000)
        #expect(statistics.reportBlock(ssrc: 1, now: 0) == nil)
    }

    @Test func `each block tells the loss since the one before, and all of it`() throws {
        var statistics = ReceptionStatistics(clockRate: 90_000)
        for sequence in Int64(65_636)..<65_736 where sequence % 4 != 0 {
            statistics.received(sequence, timestamp: 0, now: 0)
        }
        statistics.received(65_736, timestamp: 0, now: 0)
        let first = try block(of: &statistics, now: 0)
        // The very first number was lost, which nobody can know.
        #expect(first.cumulativeLost == 24)
        #expect(first.fractionLost == UInt8(24 * 256 / 100))
        #expect(first.highestSequence == 200)
        for sequence in Int64(65_737)...65_800 { statistics.received(sequence, timestamp: 0, now: 0) }
        let second = try block(of: &statistics, now: 0)
        #expect(second.cumulativeLost == 24 && second.fractionLost == 0)
        #expect(try block(of: &statistics, now: 0).fractionLost == 0)
    }

    @Test func `duplicates count against loss, and never make a fraction`() throws {
        var statistics = ReceptionStatistics(clockRate: 90_000)
        for _ in 0..<5 { statistics.received(65_536, timestamp: 0, now: 0) }
        let block = try block(of: &statistics, now: 0)
        #expect(block.cumulativeLost == -4 && block.fractionLost == 0)
    }

    @Test func `cycles stand above the sequence number`() throws {
        var statistics = ReceptionStatistics(clockRate: 90_000)
        statistics.received(65_536 + 65_535, timestamp: 0, now: 0)
        statistics.received(65_536 * 2 + 3, timestamp: 0, now: 0)
        #expect(try block(of: &statistics, now: 0).highestSequence == 0x1_0003)
    }

    @Test func `packets at their pace have no jitter, across the wrap of timestamps`() {
        var statistics = ReceptionStatistics(clockRate: 90_000)
        for index in Int64(0)..<200 {
            let timestamp = UInt32(truncatingIfNeeded: 0xFFFF_0000 + index * 1_800)
            statistics.received(65_536 + index, timestamp: timestamp, now: 5_000_000 + index * 20_000)
        }
        #expect(statistics.jitter == 0)
    }

    @Test func `a late packet right behind the wrap of timestamps counts a sixteenth of its delay`() {
        var statistics = ReceptionStatistics(clockRate: 90_000)
        statistics.received(65_536, timestamp: 0xFFFF_FF00, now: 0)
        statistics.received(65_537, timestamp: 0xFFFF_FF00 &+ 1_800, now: 30_000)
        #expect(statistics.jitter == 900 / 16)
    }

    @Test func `jitter tends to the mean difference of transit`() {
        var statistics = ReceptionStatistics(clockRate: 90_000)
        for index in Int64(0)..<2_000 {
            // Every other packet is 10 ms late: all differences are 900 ticks.
            let late: Int64 = index % 2 == 0 ? 0 : 10_000
            let timestamp = UInt32(truncatingIfNeeded: index * 1_800)
            statistics.received(65_536 + index, timestamp: timestamp, now: index * 20_000 + late)
        }
        #expect((890...900).contains(statistics.jitter))
    }

    @Test func `a new start of the sender's clock is not jitter`() {
        var statistics = ReceptionStatistics(clockRate: 90_000)
        statistics.received(65_536, timestamp: 0, now: 0)
        statistics.received(65_537, timestamp: 0x7000_0000, now: 20_000)
        #expect(statistics.jitter == 0)
    }

    @Test func `the last sender report and its age are told`() throws {
        var statistics = ReceptionStatistics(clockRate: 48_000)
        statistics.received(65_536, timestamp: 0, now: 0)
        #expect(try block(of: &statistics, now: 9).delaySinceLastSenderReport == 0)
        statistics.receivedSenderReport(ntpTimestamp: 0x0102_0304_0506_0708, now: 1_000_000)
        let block = try block(of: &statistics, now: 1_500_000)
        #expect(block.lastSenderReport == 0x0304_0506)
        #expect(block.delaySinceLastSenderReport == 0x8000)
    }
}
