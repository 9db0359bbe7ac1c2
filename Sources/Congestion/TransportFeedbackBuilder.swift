import RTP

/// Notes when the packets of one transport arrive, and tells the sender about them by transport-wide feedback:
/// draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1.
///
/// Each feedback goes on where the one before ended. A packet that comes after it was reported lost is reported
/// again, with those that follow it: senders take the first arrival that they are told of.
///
/// Memory: 24 kB, made once. Invariant: `arrivals[s & mask]` speaks of the only `s` of `highest − window + 1 ...
/// highest` that falls on it; `base > highest − window`.
public struct TransportFeedbackBuilder: ~Copyable {
    /// Packets that one feedback may speak of, and how far back a late one is still reported.
    public static let window = 2048
    /// µs in one tick of a delta.
    private static let tick: Int64 = 250
    private static let notReceived = Int64.min

    private let mask = Int64(window) &- 1
    /// Arrival in ticks, or `notReceived`.
    private let arrivals: UnsafeMutablePointer<Int64>
    private let deltas: UnsafeMutablePointer<Int32>
    private var unwrapper = SequenceUnwrapper()
    /// The first packet that the next feedback speaks of.
    private var base: Int64 = 0
    private var highest: Int64 = 0
    private var started = false
    private var feedbackCount: UInt8 = 0
    /// Packets that have arrived since the last feedback.
    public private(set) var pending = 0

    public init() {
        arrivals = .allocate(capacity: Self.window)
        arrivals.initialize(repeating: Self.notReceived, count: Self.window)
        deltas = .allocate(capacity: Self.window)
        deltas.initialize(repeating: 0, count: Self.window)
    }

    deinit {
        arrivals.deallocate()
        deltas.deallocate()
    }

    /// A packet has arrived.
    ///
    /// - Parameters:
    ///   - sequence: its transport-wide sequence number.
    ///   - now: µs.
    public mutating func received(sequence: UInt16, at now: Int64) {
        let extended = unwrapper.unwrap(sequence)
        let time = max(0, now) / Self.tick
        guard started else {
            started = true
            base = extended
            highest = extended
            arrivals[Int(extended & mask)] = time
            pending = 1
            return
        }
        if extended > highest {
            // Numbers that were skipped have not arrived; beyond a whole window only its size matters.
            var skipped = max(highest &+ 1, extended &- mask)
            while skipped < extended {
                arrivals[Int(skipped & mask)] = Self.notReceived
                skipped &+= 1
            }
            highest = extended
            base = max(base, extended &- mask)
        } else {
            // Too old, or here twice: the first arrival counts.
            guard highest &- extended <= mask, arrivals[Int(extended & mask)] == Self.notReceived else { return }
            base = min(base, extended)
        }
        arrivals[Int(extended & mask)] = time
        pending &+= 1
    }

    /// Writes one feedback packet about what has arrived since the last, as far as it fits.
    ///
    /// - Returns: false when there is nothing to tell, or no room for it. Call it until then: what did not fit, or is
    ///   more than 8 s away from what did, goes into a packet of its own.
    public mutating func write(into writer: inout RTCPWriter, senderSSRC: UInt32, mediaSSRC: UInt32) -> Bool {
        guard started, pending > 0, base <= highest else { return false }
        // Packets that were lost before the first arrival are told as well; the reference time is that arrival's.
        var first = base
        while first <= highest, arrivals[Int(first & mask)] == Self.notReceived { first &+= 1 }
        guard first <= highest else {
            pending = 0
            return false
        }
        let firstArrival = arrivals[Int(first & mask)]
        let reference = firstArrival / TransportFeedback.ticksPerReference
        var last = reference &* TransportFeedback.ticksPerReference
        var budget = FeedbackBudget(room: writer.remaining)
        var count = 0
        var arrived = 0
        var next = base
        while next <= highest {
            let arrival = arrivals[Int(next & mask)]
            if arrival == Self.notReceived {
                guard budget.takeLoss() else { break }
                deltas[count] = TransportFeedback.notReceived
            } else {
                let delta = arrival &- last
                guard delta >= Int64(Int16.min), delta <= Int64(Int16.max),
                    budget.takeArrival(deltaLength: delta >= 0 && delta <= 255 ? 1 : 2)
                else { break }
                deltas[count] = Int32(truncatingIfNeeded: delta)
                last = arrival
                arrived &+= 1
            }
            count &+= 1
            next &+= 1
        }
        guard arrived > 0,
            writer.transportFeedback(
                sender: senderSSRC, media: mediaSSRC, baseSequence: UInt16(truncatingIfNeeded: base),
                referenceTime: reference, feedbackCount: feedbackCount,
                deltas: UnsafeBufferPointer(start: deltas, count: count).span)
        else { return false }
        feedbackCount &+= 1
        base = next
        pending = next > highest ? 0 : max(1, pending &- arrived)
        return true
    }
}

/// Counts the bytes that a feedback packet needs at most, status by status.
///
/// The encoder's chunks cover seven statuses or more, all but the last, so a chunk is charged for every seventh
/// status. After fourteen losses in a row the rest of the row takes only one more chunk (a run, §3.1.3: the window is
/// shorter than the longest run), and the count of seven begins anew behind it.
private struct FeedbackBudget {
    private var room: Int
    private var inChunk = 0
    private var losses = 0

    /// - Parameter room: bytes for the whole packet: its fixed part, padding to a word and all chunks and deltas.
    init(room: Int) { self.room = room &- 20 &- 3 }

    mutating func takeLoss() -> Bool {
        losses &+= 1
        if losses < 15 { return take(deltaLength: 0) }
        return losses > 15 || spend(2)
    }

    mutating func takeArrival(deltaLength: Int) -> Bool {
        if losses > 14 { inChunk = 0 }
        losses = 0
        return take(deltaLength: deltaLength)
    }

    private mutating func take(deltaLength: Int) -> Bool {
        guard spend(deltaLength &+ (inChunk == 0 ? 2 : 0)) else { return false }
        inChunk = inChunk == 6 ? 0 : inChunk &+ 1
        return true
    }

    private mutating func spend(_ bytes: Int) -> Bool {
        guard bytes <= room else { return false }
        room &-= bytes
        return true
    }
}
