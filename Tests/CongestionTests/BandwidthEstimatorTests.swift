import RTP
import Testing
import TestSupport

@testable import Congestion

@Suite struct BandwidthEstimatorTests {
    /// Sends so many packets, one each 10 ms, and gives those that are not lost back 100 ms later, in one feedback.
    private func exchange(
        _ estimator: inout BandwidthEstimator, from start: Int64, packets: Int, lost: Set<Int> = [],
        delay: Int64 = 30_000, builder: inout TransportFeedbackBuilder
    ) throws {
        for index in 0..<packets {
            let time = start + Int64(index) * 10_000
            let sequence = estimator.sent(bytes: 1_000, now: time)
            if !lost.contains(index) { builder.received(sequence: sequence, at: time + delay) }
        }
        let now = start + Int64(packets) * 10_000 + 2 * delay
        try give(&estimator, from: &builder, now: now)
    }

    private func give(
        _ estimator: inout BandwidthEstimator, from builder: inout TransportFeedbackBuilder, now: Int64
    ) throws {
        var memory = [UInt8](repeating: 0, count: 1200)
        let count = memory.withUnsafeMutableBytes { bytes in
            var writer = RTCPWriter(bytes)
            return builder.write(into: &writer, senderSSRC: 1, mediaSSRC: 2) ? writer.count : 0
        }
        let packet = Array(memory.prefix(count))
        var reader = RTCPReader()
        guard case .transportFeedback(let feedback)? = try reader.next(in: packet.span.bytes) else {
            Issue.record("no feedback")
            return
        }
        estimator.receive(feedback, in: packet.span.bytes, now: now)
    }

    @Test func `transport-wide numbers follow each other and wrap`() {
        var estimator = BandwidthEstimator()
        for expected in 0..<70_000 {
            let sequence = estimator.sent(bytes: 100, now: Int64(expected))
            if sequence != UInt16(truncatingIfNeeded: expected) { Issue.record("\(sequence), not \(expected)") }
        }
    }

    @Test func `before any feedback the rate is the start, and the bounds hold`() {
        let estimator = BandwidthEstimator(settings: .init(start: 123_000, floor: 50_000, ceiling: 400_000))
        #expect(estimator.rate == 123_000)
        #expect(estimator.demand == 400_000)
        #expect(estimator.acknowledgedRate == 0 && estimator.queueDelay == 0 && estimator.lossFraction == 0)
    }

    @Test func `what arrives is measured, with its round trip and its losses`() throws {
        var estimator = BandwidthEstimator()
        var builder = TransportFeedbackBuilder()
        for round in 0..<30 {
            try exchange(
                &estimator, from: 1_000_000 + Int64(round) * 100_000, packets: 10, lost: [3], builder: &builder)
        }
        // 9 packets of 8,000 bits in 100 ms.
        #expect((700_000...740_000).contains(estimator.acknowledgedRate))
        #expect((60_000...75_000).contains(estimator.roundTrip))
        #expect(abs(estimator.lossFraction - 0.1) < 0.02)
        #expect(estimator.queueDelay == 0)
    }

    @Test func `feedback that tells the same twice changes nothing`() throws {
        var estimator = BandwidthEstimator()
        var builder = TransportFeedbackBuilder()
        var again = TransportFeedbackBuilder()
        for index in 0..<20 {
            let sequence = estimator.sent(bytes: 1_000, now: Int64(index) * 10_000)
            builder.received(sequence: sequence, at: 5_000_000 + Int64(index) * 10_000)
            again.received(sequence: sequence, at: 9_000_000 + Int64(index) * 90_000)
        }
        try give(&estimator, from: &builder, now: 250_000)
        let before = (estimator.rate, estimator.acknowledgedRate, estimator.queueDelay)
        try give(&estimator, from: &again, now: 250_000)
        #expect(before == (estimator.rate, estimator.acknowledgedRate, estimator.queueDelay))
    }

    @Test func `a packet that is told lost and then arrived is not lost`() throws {
        var estimator = BandwidthEstimator()
        var builder = TransportFeedbackBuilder()
        for round in 0..<20 {
            let start = 1_000_000 + Int64(round) * 100_000
            try exchange(&estimator, from: start, packets: 10, lost: [4], builder: &builder)
            // Packets are numbered from 0: the fifth of each ten comes after all.
            builder.received(sequence: UInt16(round * 10 + 4), at: start + 150_000)
        }
        // But for the last, whose feedback has not come.
        #expect(estimator.lossFraction < 0.03)
    }

    @Test func `when feedback stops the rate falls, not below the floor, and comes back with it`() throws {
        var estimator = BandwidthEstimator()
        var builder = TransportFeedbackBuilder()
        for round in 0..<30 {
            try exchange(&estimator, from: 1_000_000 + Int64(round) * 100_000, packets: 10, builder: &builder)
        }
        let before = estimator.rate
        var now: Int64 = 4_100_000
        while now < 10_000_000 {
            if now % 20_000 == 0 { _ = estimator.sent(bytes: 140, now: now) }
            estimator.tick(now: now)
            now += 5_000
        }
        #expect(estimator.rate <= before / 6 && estimator.rate >= 40_000)
        try exchange(&estimator, from: now, packets: 10, builder: &builder)
        #expect(estimator.rate >= before * 8 / 10)
    }

    @Test func `while nothing is sent nothing is missed`() throws {
        var estimator = BandwidthEstimator()
        var builder = TransportFeedbackBuilder()
        for round in 0..<20 {
            try exchange(&estimator, from: 1_000_000 + Int64(round) * 100_000, packets: 10, builder: &builder)
        }
        let before = estimator.rate
        for tick in 0..<6_000 { estimator.tick(now: 3_200_000 + Int64(tick) * 10_000) }
        #expect(estimator.rate == before)
    }

    @Test func `a receiver whose clock is set loses nothing by it`() throws {
        for leap: Int64 in [-400_000_000, 90_000_000, 3_000_000_000] {
            var estimator = BandwidthEstimator()
            var builder = TransportFeedbackBuilder()
            for round in 0..<30 {
                try exchange(
                    &estimator, from: 1_000_000 + Int64(round) * 100_000, packets: 10, delay: 500_030_000,
                    builder: &builder)
            }
            let before = estimator.rate
            for round in 30..<60 {
                var leapt = TransportFeedbackBuilder()
                try exchange(
                    &estimator, from: 1_000_000 + Int64(round) * 100_000, packets: 10, delay: 500_030_000 + leap,
                    builder: &leapt)
            }
            #expect(estimator.rate >= before * 9 / 10)
            #expect(estimator.queueDelay < 20_000)
        }
    }

    @Test func `a probe brings on no more than 80 ms of what is known to fit, and there is one at a time`() throws {
        var estimator = BandwidthEstimator()
        var builder = TransportFeedbackBuilder()
        #expect(estimator.takeProbe(now: 1_000_000) == nil)
        for round in 0..<4 {
            try exchange(&estimator, from: 1_000_000 + Int64(round) * 100_000, packets: 10, builder: &builder)
        }
        let taken = estimator.takeProbe(now: 2_000_000)
        let probe = try #require(taken)
        #expect(probe.rate > estimator.rate && probe.bytes * 8 <= estimator.rate * 80 / 1000)
        estimator.probeBegan()
        #expect(estimator.takeProbe(now: 2_005_000) == nil)
        estimator.probeEnded()
        #expect(estimator.takeProbe(now: 2_010_000) == nil)
    }

    @Test func `nothing is probed for a receiver that has what it wants, or on a few kbit per second`() throws {
        for (demand, bytes) in [(200_000, 1_000), (5_000_000, 70)] {
            var estimator = BandwidthEstimator()
            var builder = TransportFeedbackBuilder()
            estimator.demand = demand
            for round in 0..<50 {
                let start = 1_000_000 + Int64(round) * 100_000
                for index in 0..<10 {
                    let time = start + Int64(index) * 10_000
                    builder.received(sequence: estimator.sent(bytes: bytes, now: time), at: time + 20_000)
                }
                try give(&estimator, from: &builder, now: start + 130_000)
                #expect(estimator.takeProbe(now: start + 140_000) == nil)
            }
        }
    }

    @Test func `no feedback traps, whatever it tells`() throws {
        for seed: UInt64 in 1...20 {
            var random = SeededGenerator(seed: seed)
            var estimator = BandwidthEstimator()
            var now: Int64 = seed % 2 == 0 ? 0 : .max - 3_000_000_000
            for _ in 0..<150 {
                now += Int64.random(in: 0...10_000_000, using: &random)
                for _ in 0..<Int.random(in: 0...40, using: &random) {
                    _ = estimator.sent(bytes: Int.random(in: 0...70_000, using: &random), now: now)
                }
                estimator.tick(now: now)
                if estimator.takeProbe(now: now) != nil { estimator.probeBegan() }
                if Bool.random(using: &random) { estimator.probeEnded() }
                let packet = hostileFeedback(using: &random)
                var reader = RTCPReader()
                guard case .transportFeedback(let feedback)? = try? reader.next(in: packet.span.bytes) else { continue }
                estimator.receive(feedback, in: packet.span.bytes, now: now)
                #expect((40_000...20_000_000).contains(estimator.rate))
            }
        }
    }

    /// Any base, any reference time, runs and vectors of any symbols, as many deltas as may be needed.
    private func hostileFeedback(using random: inout SeededGenerator) -> [UInt8] {
        var packet: [UInt8] = [0x8F, 205, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2]
        func append(_ value: UInt16) { packet += [UInt8(value >> 8), UInt8(value & 0xFF)] }
        append(.random(in: 0...(Bool.random(using: &random) ? .max : 500), using: &random))
        let chunks = Int.random(in: 1...8, using: &random)
        append(.random(in: 1...60, using: &random) * UInt16(chunks))
        packet += (0..<4).map { _ in UInt8.random(in: 0 ... .max, using: &random) }
        for _ in 0..<chunks {
            append(
                Bool.random(using: &random)
                    ? UInt16.random(in: 0...2, using: &random) << 13 | UInt16.random(in: 0...60, using: &random)
                    : 0x8000 | UInt16.random(in: 0...0x3FFF, using: &random))
        }
        for _ in 0..<Int.random(in: 0...500, using: &random) { append(.random(in: 0 ... .max, using: &random)) }
        while packet.count % 4 != 0 { packet.append(0) }
        let words = packet.count / 4 - 1
        packet[2] = UInt8(words >> 8)
        packet[3] = UInt8(words & 0xFF)
        return packet
    }
}
