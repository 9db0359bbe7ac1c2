import RTP

/// The packets that a receiver misses in one slot, and when it asks for them again, after libwebrtc's NackRequester:
/// 20 ms after the hole shows, then each round trip, ten times or for a second.
struct HoleList {
    private struct Hole {
        var sequence: Int64 = 0
        var since: Int64 = 0
        var asked: Int64 = .min / 2
        var times = 0
    }

    private static let patience: Int64 = 1_000_000
    private static let limit = 256

    private var unwrapper = SequenceUnwrapper()
    private var holes: [Hole] = []
    /// For receiver reports.
    private(set) var expected: Int64 = 0
    private(set) var received: Int64 = 0
    private var reported: (expected: Int64, received: Int64) = (0, 0)
    private(set) var highest: Int64 = -1
    /// There were more holes than are worth asking for.
    private(set) var isHopeless = false

    var hasHoles: Bool { !holes.isEmpty }

    /// A packet came; `asks` when the slot's losses are repaired.
    @inline(__always)
    mutating func received(_ sequence: UInt16, now: Int64, asks: Bool) {
        let extended = unwrapper.unwrap(sequence)
        received &+= 1
        if highest < 0 {
            highest = extended
            expected = 1
            return
        }
        guard extended > highest else {
            repaired(extended)
            return
        }
        expected &+= extended &- highest
        if extended > highest &+ 1, asks { open(from: highest &+ 1, to: extended, now: now) }
        highest = extended
    }

    private mutating func open(from first: Int64, to last: Int64, now: Int64) {
        guard last &- first <= Int64(Self.limit - holes.count) else {
            holes.removeAll(keepingCapacity: true)
            isHopeless = true
            return
        }
        for sequence in first..<last { holes.append(Hole(sequence: sequence, since: now)) }
    }

    /// A retransmission came.
    mutating func repaired(_ sequence: UInt16) { repaired(unwrapper.extended(sequence)) }

    private mutating func repaired(_ extended: Int64) {
        guard !holes.isEmpty, let index = holes.firstIndex(where: { $0.sequence == extended }) else { return }
        holes.remove(at: index)
    }

    mutating func forgetHoles() {
        holes.removeAll(keepingCapacity: true)
        isHopeless = false
    }

    /// Collects what is to be asked for now.
    mutating func due(now: Int64, roundTrip: Int64, into list: inout SequenceList) {
        holes.removeAll { now &- $0.since > Self.patience || $0.times >= 10 }
        for index in holes.indices
        where now &- holes[index].since >= 20_000 && now &- holes[index].asked >= roundTrip && !list.isFull {
            holes[index].asked = now
            holes[index].times += 1
            list.append(UInt16(truncatingIfNeeded: holes[index].sequence))
        }
    }

    /// The numbers of a report block since the last one (RFC 3550 §A.3).
    mutating func report() -> (fraction: UInt8, lost: Int32) {
        let newlyExpected = expected &- reported.expected
        let newlyLost = newlyExpected &- (received &- reported.received)
        reported = (expected, received)
        let fraction = newlyExpected > 0 && newlyLost > 0 ? min(newlyLost &* 256 / newlyExpected, 255) : 0
        return (UInt8(fraction), Int32(truncatingIfNeeded: max(expected &- received, 0)))
    }
}
