import Testing
import TestSupport

@testable import Congestion
@testable import RTP

@Suite struct TransportFeedbackBuilderTests {
    private struct Written {
        var baseSequence: UInt16
        var feedbackCount: UInt8
        var referenceTime: Int32
        var statuses: [TransportFeedback.Status]
    }

    /// All feedback that is due, each packet read back by itself.
    private func feedback(
        _ builder: inout TransportFeedbackBuilder, capacity: Int = 1200
    ) throws -> [Written] {
        var all: [Written] = []
        while true {
            var memory = [UInt8](repeating: 0, count: capacity)
            let count = memory.withUnsafeMutableBytes { bytes in
                var writer = RTCPWriter(bytes)
                return builder.write(into: &writer, senderSSRC: 1, mediaSSRC: 2) ? writer.count : 0
            }
            guard count > 0 else { return all }
            let packet = Array(memory.prefix(count))
            var reader = RTCPReader()
            guard case .transportFeedback(let feedback) = try reader.next(in: packet.span.bytes) else {
                Issue.record("no feedback")
                return all
            }
            var statuses: [TransportFeedback.Status] = []
            var iterator = feedback.statuses
            while let status = iterator.next(in: packet.span.bytes) { statuses.append(status) }
            all.append(
                Written(
                    baseSequence: feedback.baseSequence, feedbackCount: feedback.feedbackCount,
                    referenceTime: feedback.referenceTime, statuses: statuses))
        }
    }

    @Test func `nothing new is nothing written`() throws {
        var builder = TransportFeedbackBuilder()
        #expect(try feedback(&builder).isEmpty)
        builder.received(sequence: 7, at: 1_000_000)
        #expect(try feedback(&builder).count == 1)
        #expect(try feedback(&builder).isEmpty)
    }

    @Test func `arrivals are told in ticks of 250 µs and lost packets between them`() throws {
        var builder = TransportFeedbackBuilder()
        builder.received(sequence: 65_534, at: 1_000_000)
        builder.received(sequence: 65_535, at: 1_000_300)
        builder.received(sequence: 2, at: 1_200_000)
        let written = try #require(try feedback(&builder).first)
        #expect(written.referenceTime == 15)
        #expect(
            written.statuses == [
                .init(sequence: 65_534, receivedAt: 4000), .init(sequence: 65_535, receivedAt: 4001),
                .init(sequence: 0, receivedAt: nil), .init(sequence: 1, receivedAt: nil),
                .init(sequence: 2, receivedAt: 4800),
            ])
    }

    @Test func `the next feedback goes on where the last ended, losses at its start included`() throws {
        var builder = TransportFeedbackBuilder()
        builder.received(sequence: 10, at: 1_000_000)
        _ = try feedback(&builder)
        builder.received(sequence: 13, at: 1_010_000)
        let written = try #require(try feedback(&builder).first)
        #expect(written.feedbackCount == 1 && written.baseSequence == 11)
        #expect(written.statuses.map { $0.receivedAt == nil } == [true, true, false])
    }

    @Test func `a packet that comes after it was told lost is told again`() throws {
        var builder = TransportFeedbackBuilder()
        for sequence: UInt16 in [10, 12] { builder.received(sequence: sequence, at: 1_000_000) }
        _ = try feedback(&builder)
        builder.received(sequence: 11, at: 1_020_000)
        let written = try #require(try feedback(&builder).first)
        #expect(written.statuses.first == .init(sequence: 11, receivedAt: 4080))
        #expect(written.statuses.last == .init(sequence: 12, receivedAt: 4000))
    }

    @Test func `a duplicate changes nothing`() throws {
        var builder = TransportFeedbackBuilder()
        builder.received(sequence: 10, at: 1_000_000)
        builder.received(sequence: 10, at: 2_000_000)
        #expect(try feedback(&builder).first?.statuses == [.init(sequence: 10, receivedAt: 4000)])
        builder.received(sequence: 10, at: 3_000_000)
        #expect(try feedback(&builder).isEmpty)
    }

    @Test func `arrivals more than eight seconds apart go into two packets`() throws {
        var builder = TransportFeedbackBuilder()
        builder.received(sequence: 1, at: 1_000_000)
        builder.received(sequence: 2, at: 20_000_000)
        let all = try feedback(&builder)
        #expect(all.map(\.baseSequence) == [1, 2])
        #expect(all.last?.statuses == [.init(sequence: 2, receivedAt: 80_000)])
    }

    @Test func `the reference time wraps at 24 bits`() throws {
        var builder = TransportFeedbackBuilder()
        builder.received(sequence: 1, at: 64_000 << 24)
        #expect(try feedback(&builder).first?.referenceTime == 0)
        builder.received(sequence: 2, at: 64_000 * ((1 << 24) - 1))
        #expect(try feedback(&builder).first?.referenceTime == -1)
    }

    @Test func `a leap of the numbers is told no further back than the window`() throws {
        var builder = TransportFeedbackBuilder()
        builder.received(sequence: 1, at: 1_000_000)
        builder.received(sequence: 20_000, at: 1_001_000)
        let all = try feedback(&builder)
        #expect(all.count == 1 && all[0].statuses.count == TransportFeedbackBuilder.window)
        #expect(all[0].statuses.last?.sequence == 20_000)
        // The packet before the leap is out of reach.
        builder.received(sequence: 2, at: 1_002_000)
        #expect(try feedback(&builder).isEmpty)
    }

    @Test func `without room nothing is written and nothing lost`() throws {
        var builder = TransportFeedbackBuilder()
        builder.received(sequence: 1, at: 1_000_000)
        #expect(try feedback(&builder, capacity: 20).isEmpty)
        #expect(try feedback(&builder).count == 1)
    }

    @Test(arguments: [(0.0, 1200), (0.05, 1200), (0.5, 300), (0.97, 1200), (0.1, 64)])
    func `every arrival is told, at its time, and every loss`(loss: Double, capacity: Int) throws {
        var random = SeededGenerator(seed: 17)
        var builder = TransportFeedbackBuilder()
        var now: Int64 = 1_000_000
        var arrivals: [Int64: Int64] = [:]
        var told: [Int64: Int64] = [:]
        var unwrapper = SequenceUnwrapper()
        var count: UInt8 = 0
        var late: [Int64] = []
        for sequence in Int64(65_000)..<85_000 {
            now += Int64.random(in: 0...3_000, using: &random)
            if Int.random(in: 0..<2_000, using: &random) == 0 { now += Int64.random(in: 0...9_000_000, using: &random) }
            let share = Double.random(in: 0..<1, using: &random)
            if share > 0.98, sequence > 65_000 {
                late.append(sequence)
            } else if share >= loss {
                builder.received(sequence: UInt16(truncatingIfNeeded: sequence), at: now)
                arrivals[sequence] = now / 250
            }
            if late.count > 3 || sequence == 84_999 {
                for sequence in late {
                    builder.received(sequence: UInt16(truncatingIfNeeded: sequence), at: now)
                    arrivals[sequence] = now / 250
                }
                late = []
            }
            guard sequence % 90 == 0 || sequence == 84_999 else { continue }
            for written in try feedback(&builder, capacity: capacity) {
                #expect(written.feedbackCount == count)
                count &+= 1
                for status in written.statuses {
                    let number = unwrapper.unwrap(status.sequence) - 65_536
                    if let time = status.receivedAt { told[number] = time }
                }
            }
        }
        #expect(arrivals.count > 100)
        let wrong = arrivals.filter { told[$0.key] != $0.value }.count
        #expect(wrong == 0)
        #expect(told.count == arrivals.count)
    }

    @Test func `whatever has arrived is told in as many packets as it takes, each within its room`() throws {
        var random = SeededGenerator(seed: 23)
        for _ in 0..<400 {
            var builder = TransportFeedbackBuilder()
            var sequence = UInt16.random(in: 0 ... .max, using: &random)
            var now: Int64 = 1_000_000
            var expected: [UInt16] = []
            let lossRun = Int.random(in: 1...60, using: &random)
            while expected.count < 300 {
                if Int.random(in: 0..<3, using: &random) == 0 {
                    sequence &+= UInt16(Int.random(in: 1...lossRun, using: &random))
                }
                if Int.random(in: 0..<4, using: &random) == 0 { now += 70_000 }
                builder.received(sequence: sequence, at: now)
                expected.append(sequence)
                sequence &+= 1
                if expected.last.map({ $0 &- expected[0] > 1_900 }) == true { break }
            }
            let capacity = Int.random(in: 60...400, using: &random)
            let told = try feedback(&builder, capacity: capacity).flatMap(\.statuses).filter { $0.receivedAt != nil }
            #expect(told.map(\.sequence) == expected)
        }
    }
}
