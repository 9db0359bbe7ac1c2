import RTP
import Testing
import TestSupport

@testable import Congestion

@Suite struct NACKGeneratorTests {
    private func due(_ generator: inout NACKGenerator, _ now: Int64, roundTrip: Int64 = 50_000) -> [UInt16] {
        var list = SequenceList()
        generator.due(now: now, roundTrip: roundTrip, into: &list)
        return (0..<list.count).map { list[$0] }
    }

    /// Feeds 1000, 1001, … at `now`, without those in `lost`.
    private func feed(
        _ generator: inout NACKGenerator, _ range: ClosedRange<Int64>, without lost: Set<Int64> = [], at now: Int64
    ) {
        for sequence in range where !lost.contains(sequence) { _ = generator.received(sequence, now: now) }
    }

    @Test func `a gap is asked for at once, its last packet when another has come`() {
        var generator = NACKGenerator()
        feed(&generator, 1000...1004, without: [1001, 1002, 1003], at: 0)
        #expect(due(&generator, 0) == [1001, 1002])
        _ = generator.received(1005, now: 1000)
        #expect(due(&generator, 1000) == [1003])
        #expect(generator.missing == 3 && generator.lost == 3)
    }

    @Test func `a single packet that is late by one place is waited for, but no longer than 5 ms`() {
        var generator = NACKGenerator()
        feed(&generator, 1000...1002, without: [1001], at: 0)
        #expect(due(&generator, 4_999) == [])
        #expect(due(&generator, 5_000) == [1001])
        feed(&generator, 1003...1004, without: [1003], at: 10_000)
        #expect(generator.received(1003, now: 11_000) == .init(recovered: false, duplicate: false))
        #expect(generator.lost == 1 && generator.missing == 1)
    }

    @Test func `requests are a round trip apart, and 20 ms at the least`() {
        for (roundTrip, interval) in [(Int64(5_000), Int64(20_000)), (80_000, 80_000)] {
            var generator = NACKGenerator()
            feed(&generator, 1000...1003, without: [1001], at: 0)
            #expect(due(&generator, 0, roundTrip: roundTrip) == [1001])
            #expect(due(&generator, interval - 1, roundTrip: roundTrip) == [])
            #expect(due(&generator, interval, roundTrip: roundTrip) == [1001])
        }
    }

    @Test func `a packet that comes after a request is recovered once, then a duplicate`() {
        var generator = NACKGenerator()
        feed(&generator, 1000...1003, without: [1001], at: 0)
        _ = due(&generator, 0)
        #expect(generator.received(1001, now: 60_000) == .init(recovered: true, duplicate: false))
        #expect(generator.received(1001, now: 61_000) == .init(recovered: false, duplicate: true))
        #expect(generator.recovered == 1 && generator.missing == 0)
        #expect(due(&generator, 200_000) == [])
        #expect(generator.received(1003, now: 0).duplicate)
    }

    @Test func `after ten requests a packet is given up`() {
        var generator = NACKGenerator()
        feed(&generator, 1000...1003, without: [1001], at: 0)
        var requests = 0
        for now in stride(from: Int64(0), to: 900_000, by: 5_000) {
            requests += due(&generator, now, roundTrip: 0).count
        }
        #expect(requests == 10 && generator.requests == 10)
        #expect(generator.abandoned == 1 && generator.missing == 0)
        // It may come all the same.
        #expect(generator.received(1001, now: 900_000).recovered)
        #expect(generator.abandoned == 0 && generator.recovered == 1)
    }

    @Test func `after a second a packet is given up`() {
        var generator = NACKGenerator()
        feed(&generator, 1000...1003, without: [1001], at: 0)
        #expect(due(&generator, 999_999) == [1001])
        #expect(due(&generator, 1_000_000, roundTrip: 1) == [])
        #expect(generator.abandoned == 1)
    }

    @Test func `what is more than 400 packets old is given up`() {
        var generator = NACKGenerator()
        feed(&generator, 1000...1401, without: [1001], at: 0)
        #expect(due(&generator, 0) == [1001])
        feed(&generator, 1402...1402, at: 0)
        #expect(due(&generator, 100_000) == [])
        #expect(generator.abandoned == 1 && generator.missing == 0)
    }

    @Test func `more than 64 missing packets are asked for in several lists, oldest first`() {
        var generator = NACKGenerator()
        feed(&generator, 1000...1151, without: Set(1001...1150), at: 0)
        #expect(due(&generator, 10_000) == (1001...1064).map { UInt16($0) })
        #expect(due(&generator, 10_000) == (1065...1128).map { UInt16($0) })
        #expect(due(&generator, 10_000) == (1129...1150).map { UInt16($0) })
        #expect(due(&generator, 10_000) == [])
    }

    @Test func `a jump of the sender asks for nothing`() {
        var generator = NACKGenerator()
        feed(&generator, 1000...1003, without: [1001], at: 0)
        _ = generator.received(9000, now: 0)
        #expect(due(&generator, 10_000) == [])
        #expect(generator.missing == 0)
        feed(&generator, 9001...9003, without: [9001], at: 20_000)
        #expect(due(&generator, 20_000) == [9001])
        #expect(generator.received(1001, now: 20_000).duplicate)
    }

    @Test func `the packet before the first is not a duplicate`() {
        var generator = NACKGenerator()
        _ = generator.received(1000, now: 0)
        #expect(generator.received(999, now: 0) == .init(recovered: false, duplicate: false))
        #expect(generator.received(999, now: 0).duplicate)
    }

    @Test func `a keyframe makes what is missing needless, a reset begins anew`() {
        var generator = NACKGenerator()
        feed(&generator, 1000...1003, without: [1001], at: 0)
        generator.abandonMissing()
        #expect(due(&generator, 0) == [] && generator.abandoned == 1)
        generator.reset()
        _ = generator.received(5, now: 0)
        #expect(generator.missing == 0 && due(&generator, 10_000) == [])
    }

    @Test(arguments: [(Int64(10_000), UInt64(1)), (50_000, 2), (100_000, 3), (200_000, 4)])
    func `at 5 % loss both ways at least 99 % of the lost packets are repaired`(roundTrip: Int64, seed: UInt64) {
        let result = LossyLine(roundTrip: roundTrip, loss: 0.05, seed: seed).run(packets: 60_000)
        #expect(result.lost > 2_500)
        #expect(Double(result.repaired) >= 0.99 * Double(result.lost))
        // 5 % of requests and of answers are lost, so 1.11 requests are needed for each packet.
        #expect(Double(result.requests) <= 1.25 * Double(result.lost))
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `whatever comes, the counts agree and a list never repeats itself`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var generator = NACKGenerator()
        var newest: Int64 = 70_000
        var now: Int64 = 0
        for _ in 0..<50_000 {
            now += Int64.random(in: 0...3_000, using: &random)
            switch Int.random(in: 0..<100, using: &random) {
            case 0: newest += Int64.random(in: 0...900, using: &random)
            case 1..<15: newest += Int64.random(in: 1...5, using: &random)
            default: newest += 1
            }
            let late = Int.random(in: 0..<10, using: &random) == 0
            _ = generator.received(late ? newest - Int64.random(in: 0...600, using: &random) : newest, now: now)
            let asked = due(&generator, now, roundTrip: 30_000)
            #expect(Set(asked).count == asked.count)
            #expect(generator.missing >= 0 && generator.abandoned >= 0)
            #expect(generator.lost == generator.missing + generator.recovered + generator.abandoned)
        }
    }
}
