import RTP
import TestSupport

@testable import Congestion

/// A sender of 500 packets a second, a line that loses packets both ways, and a receiver that asks for what is
/// missing every 5 ms; in virtual time.
struct LossyLine {
    /// µs there and back.
    var roundTrip: Int64
    /// Share of the packets lost in each direction, retransmissions and requests included.
    var loss: Double
    var seed: UInt64

    struct Result {
        var lost = 0
        var repaired = 0
        var requests = 0
    }

    func run(packets: Int64) -> Result {
        var random = SeededGenerator(seed: seed)
        var generator = NACKGenerator()
        var result = Result()
        var isLost: Set<Int64> = []
        /// Retransmissions under way, by the time of arrival.
        var underway: [Int64: [Int64]] = [:]
        let tick: Int64 = 1_000
        let last = packets * 2_000
        var lastArrived: Int64 = 0
        for now in stride(from: Int64(0), to: last + 2_000_000, by: Int64.Stride(tick)) {
            if now % 2_000 == 0, now < last {
                let sequence = 65_536 + now / 2_000
                if sequence > 65_536, Double.random(in: 0..<1, using: &random) < loss, now + 10_000 < last {
                    isLost.insert(sequence)
                } else {
                    _ = generator.received(sequence, now: now)
                    lastArrived = sequence
                }
            }
            for sequence in underway.removeValue(forKey: now) ?? [] {
                let arrival = generator.received(sequence, now: now)
                if arrival.recovered { result.repaired += 1 }
            }
            guard now % 5_000 == 0 else { continue }
            var list = SequenceList()
            generator.due(now: now, roundTrip: roundTrip, into: &list)
            guard list.count > 0 else { continue }
            result.requests += list.count
            guard Double.random(in: 0..<1, using: &random) >= loss else { continue }
            for index in 0..<list.count where Double.random(in: 0..<1, using: &random) >= loss {
                let distance = Int16(bitPattern: list[index] &- UInt16(truncatingIfNeeded: lastArrived))
                underway[now + roundTrip, default: []].append(lastArrived + Int64(distance))
            }
        }
        result.lost = isLost.count
        return result
    }
}
