import RTP

/// Which packets of one received stream are missing, and when to ask for them: RFC 4585 §6.2.1.
///
/// A gap is asked for at once, but for the packet right before the newest, which may only have changed places with it:
/// that one is asked for when another packet has come, or after 5 ms. A request is repeated after a round trip, 20 ms
/// at the least, until the packet comes or is given up: after 10 requests, after 1 s, or when it is more than 400
/// packets old.
///
/// Memory: 24 bytes for each of the 512 packets of the window, made once. Invariant: an entry speaks of the only
/// sequence number of `highest − 511 ... highest` that falls on it.
public struct NACKGenerator: ~Copyable {
    /// Packets behind the newest that are still asked for.
    public static let oldest: Int64 = 400
    /// Requests for one packet.
    public static let requestLimit: UInt8 = 10
    /// µs from noticing the gap to giving up.
    public static let timeLimit: Int64 = 1_000_000
    /// Least µs between two requests for one packet.
    public static let shortestInterval: Int64 = 20_000
    /// Longest µs for which a packet may be late by one place before it is asked for.
    public static let reorderingTolerance: Int64 = 5_000

    /// What became of a packet that has come.
    public struct Arrival: Sendable, Equatable {
        /// It was missing, and had been asked for.
        public var recovered: Bool
        /// It had come before, or is older than the window, so that nobody can tell.
        public var duplicate: Bool
    }

    private enum State: UInt8 {
        case unknown, received, missing, abandoned
    }

    private struct Entry {
        var state = State.unknown
        var requests: UInt8 = 0
        var noticed: Int64 = 0
        var requested: Int64 = 0
    }

    private static let window: Int64 = 512
    private let entries: UnsafeMutablePointer<Entry>
    private var highest: Int64 = -1
    private var started = false
    /// No packet below this one is missing.
    private var firstMissing: Int64 = 0
    /// Packets that are missing now.
    public private(set) var missing = 0
    /// Packets that were missing at some time, and not merely late by less than it takes to ask.
    public private(set) var lost = 0
    /// Packets that came after they were asked for.
    public private(set) var recovered = 0
    /// Packets that were given up.
    public private(set) var abandoned = 0
    /// Sequence numbers asked for, repetitions included.
    public private(set) var requests = 0

    public init() {
        entries = .allocate(capacity: Int(Self.window))
        entries.initialize(repeating: Entry(), count: Int(Self.window))
    }

    deinit { entries.deallocate() }

    private func entry(_ sequence: Int64) -> UnsafeMutablePointer<Entry> {
        entries + Int(sequence & (Self.window &- 1))
    }

    /// A packet has come: from the stream, or out of its retransmission.
    ///
    /// - Parameters:
    ///   - sequence: extended by a ``SequenceUnwrapper`` of the stream.
    ///   - now: µs.
    public mutating func received(_ sequence: Int64, now: Int64) -> Arrival {
        guard started else {
            started = true
            highest = sequence
            firstMissing = sequence &+ 1
            entry(sequence).pointee = Entry(state: .received)
            return Arrival(recovered: false, duplicate: false)
        }
        if sequence > highest {
            advance(to: sequence, now: now)
            return Arrival(recovered: false, duplicate: false)
        }
        guard highest &- sequence < Self.window else { return Arrival(recovered: false, duplicate: true) }
        let entry = entry(sequence)
        let before = entry.pointee
        entry.pointee.state = .received
        switch before.state {
        case .received:
            return Arrival(recovered: false, duplicate: true)
        case .unknown:
            return Arrival(recovered: false, duplicate: false)
        case .missing:
            missing &-= 1
        case .abandoned:
            abandoned &-= 1
        }
        guard before.requests > 0 else {
            // Late by a place or two, and never asked for.
            lost &-= 1
            return Arrival(recovered: false, duplicate: false)
        }
        recovered &+= 1
        return Arrival(recovered: true, duplicate: false)
    }

    private mutating func advance(to sequence: Int64, now: Int64) {
        if sequence &- highest > Self.window {
            // The sender has jumped: nothing on the other side of the jump can be had.
            abandonAll()
            for index in 0..<Int(Self.window) { entries[index] = Entry() }
            firstMissing = sequence
        } else {
            if missing == 0 { firstMissing = highest &+ 1 }
            var next = highest &+ 1
            while next < sequence {
                abandon(entry(next))
                entry(next).pointee = Entry(state: .missing, noticed: now)
                missing &+= 1
                lost &+= 1
                next &+= 1
            }
            abandon(entry(sequence))
        }
        entry(sequence).pointee = Entry(state: .received)
        highest = sequence
    }

    private mutating func abandon(_ entry: UnsafeMutablePointer<Entry>) {
        guard entry.pointee.state == .missing else { return }
        entry.pointee.state = .abandoned
        missing &-= 1
        abandoned &+= 1
    }

    private mutating func abandonAll() {
        guard missing > 0 else { return }
        for index in 0..<Int(Self.window) { abandon(entries + index) }
    }

    /// Gives up all that is missing: a keyframe has made it needless.
    public mutating func abandonMissing() {
        abandonAll()
        firstMissing = highest &+ 1
    }

    /// Appends the sequence numbers that are to be asked for now, oldest first, and notes them as asked for. What
    /// does not fit into the list is due at the next call.
    ///
    /// - Parameters:
    ///   - now: µs.
    ///   - roundTrip: µs, to the sender and back.
    ///   - list: one generic NACK's worth (``RTCPWriter/nack(sender:media:sequences:)``).
    public mutating func due(now: Int64, roundTrip: Int64, into list: inout SequenceList) {
        guard missing > 0 else { return }
        let interval = max(roundTrip, Self.shortestInterval)
        var stillFirst = Int64.max
        var sequence = max(firstMissing, highest &- Self.window &+ 1)
        while sequence < highest {
            let entry = entry(sequence)
            if entry.pointee.state == .missing {
                consider(entry, sequence: sequence, now: now, interval: interval, list: &list)
                if entry.pointee.state == .missing { stillFirst = min(stillFirst, sequence) }
            }
            sequence &+= 1
        }
        firstMissing = min(stillFirst, highest &+ 1)
    }

    private mutating func consider(
        _ entry: UnsafeMutablePointer<Entry>, sequence: Int64, now: Int64, interval: Int64, list: inout SequenceList
    ) {
        let age = now &- entry.pointee.noticed
        if highest &- sequence > Self.oldest || age >= Self.timeLimit {
            abandon(entry)
            return
        }
        let requests = entry.pointee.requests
        if requests == 0 {
            if highest &- sequence < 2, age < Self.reorderingTolerance { return }
        } else if now &- entry.pointee.requested < interval {
            return
        }
        if requests >= Self.requestLimit {
            abandon(entry)
            return
        }
        guard list.append(UInt16(truncatingIfNeeded: sequence)) else { return }
        entry.pointee.requests = requests &+ 1
        entry.pointee.requested = now
        self.requests &+= 1
    }

    /// Forgets the stream: the next packet is its first. The counts stay.
    public mutating func reset() {
        abandonAll()
        for index in 0..<Int(Self.window) { entries[index] = Entry() }
        started = false
        highest = -1
        firstMissing = 0
    }
}
