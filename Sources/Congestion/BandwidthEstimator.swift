import RTP

/// How much may be sent to one receiver: from when packets left and when transport-wide feedback says they arrived
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01). After draft-ietf-rmcat-gcc-02, but for thin, jittery, lossy
/// lines: it judges the least delay of the last moments, not single packets, and takes no offence at losses that the
/// line always has. `Congestion.md` tells how it thinks.
///
/// Rates are bit/s, sizes bytes, both of whole datagrams with IP and UDP headers; times µs.
/// Memory: 35 kB, made once.
public struct BandwidthEstimator: ~Copyable {
    /// Bounds, bit/s.
    public struct Settings: Sendable {
        /// Rate before anything is known.
        public var start: Int
        public var floor: Int
        public var ceiling: Int

        public init(start: Int = 300_000, floor: Int = 40_000, ceiling: Int = 20_000_000) {
            self.start = start
            self.floor = floor
            self.ceiling = ceiling
        }
    }

    enum Phase {
        case growing
        /// The queue is being emptied.
        case draining
    }

    let settings: Settings
    /// bit/s that may be sent now.
    public internal(set) var rate: Int
    /// bit/s that the receiver could use if it could get them: nothing is probed beyond it.
    public var demand: Int
    /// Standing queue, µs: by how much even the luckiest packets of the last moments were late.
    public internal(set) var queueDelay: Int64 = 0
    /// bit/s that arrived lately; 0 before it is known.
    public internal(set) var acknowledgedRate = 0

    var sentPackets = SentPackets()
    var arrivals = ArrivalHistory()
    var baseDelay = SlidingMinimum()
    var baseRoundTrip = SlidingMinimum()
    var losses = LossTracker()
    var capacity = CapacityEstimate()
    var phase = Phase.growing
    /// Of the last time that the rate grew or could have.
    var lastGrowth: Int64 = 0
    /// The receiver's clock when the queue was found.
    var drainArrival: Int64 = 0
    /// When the queue was last looked at for whether it shortens, and how long it was.
    var drainCheck: Int64 = 0
    var drainQueue: Int64 = 0
    /// The rate when the queue was found, and what the line carried then, bit/s.
    var drainRate = 0
    var drainFullRate = 0
    /// What the full line carries now as far as it is known, bit/s.
    var fullRate = 0
    var isCapacityDoubtful = false
    /// How long the capacity is believed while nothing is heard of it, µs.
    var belief: Int64 = BandwidthEstimator.leastBelief
    /// What the capacity was when more was tried, bit/s; nil while nothing is.
    var triedFrom: Int?
    /// When a probe last showed what the line carries.
    var lastShown: Int64 = 0
    /// When a packet last came about as soon as the soonest, µs.
    var lastEmpty: Int64 = 0
    /// Since then: the shortest queue, µs, and the most that the full line carried, bit/s.
    var leastStanding: Int64 = .max
    var mostFull = 0
    /// When the line was last found not to be full any more.
    var growthStart: Int64 = 0
    /// The line was full at least once.
    var hasBeenFull = false

    /// Ticks of the receiver's clock, unwrapped; nil before the first arrival.
    private var clock: Int64?
    var newestAcknowledged: Int64 = -1
    private var lastFeedback: Int64?
    /// The first packet that left after the last feedback: while nothing has left, none is waited for.
    private var unansweredFrom: Int64 = 0
    private var lastBackOff: Int64 = 0
    /// Rate before the feedback stopped; nil while it comes.
    private var rateBeforeSilence: Int?
    /// Losses of packets before this one are the silence's.
    private var silenceEnd: Int64 = 0

    var measurement: ProbeMeasurement?
    var offered: Probe?
    var nextProbe: Int64 = 0
    var probeInterval: Int64 = BandwidthEstimator.leastProbeInterval
    /// bit/s that the line carried in a probe; 0 since it was last too much.
    var provenRate = 0
    var latest: Int64 = 0

    public init(settings: Settings = .init()) {
        self.settings = settings
        rate = settings.start
        demand = settings.ceiling
    }

    /// Share of the packets lost over the last second, 0...1.
    public var lossFraction: Double { losses.recent }
    /// Share of the packets that the line loses without a queue, 0...1.
    public var backgroundLoss: Double { losses.background }
    /// Least time of the last half minute from a packet's leaving to its feedback, µs; 0 before it is known.
    public var roundTrip: Int64 { baseRoundTrip.value ?? 0 }
    /// How much delays stray by themselves, µs.
    public var jitter: Int64 { arrivals.noise }
    /// bit/s that the line carried when it was last full, or nil.
    public var lastCapacity: Int? { capacity.value }

    /// Whether less is sent for a moment than the line carries, so that its queue empties.
    public var isDraining: Bool { phase == .draining }

    var isSilent: Bool { rateBeforeSilence != nil }
    /// Bytes that left after the newest packet that is known to have arrived.
    var bytesUnderway: Int { newestAcknowledged < 0 ? 0 : sentPackets.bytesAfter(newestAcknowledged) }

    /// A packet leaves.
    ///
    /// - Parameter bytes: the datagram, with 28 for IP and UDP.
    /// - Returns: the transport-wide sequence number to write into it.
    @inline(__always)
    public mutating func sent(bytes: Int, now: Int64) -> UInt16 {
        sentPackets.append(bytes: bytes, now: now)
    }

    /// Transport-wide feedback has come.
    ///
    /// - Parameter packet: the bytes that it was read from.
    public mutating func receive(_ feedback: TransportFeedback, in packet: RawSpan, now: Int64) {
        latest = now
        let isFirst = lastFeedback == nil
        if isFirst {
            lastGrowth = now
            nextProbe = now &+ Self.firstProbeDelay
        }
        endSilence(now: now)
        lastFeedback = now
        unansweredFrom = sentPackets.next
        var statuses = feedback.statuses
        // More than is remembered cannot be told: a hostile receiver's long list costs no more than an honest one.
        var budget = 2 &* SentPackets.capacity
        var acknowledgedSomething = false
        while budget > 0, let status = statuses.next(in: packet) {
            budget &-= 1
            guard let sequence = sentPackets.extended(status.sequence) else { continue }
            if let ticks = status.receivedAt {
                if received(sequence, ticks: ticks, now: now) { acknowledgedSomething = true }
            } else {
                lost(sequence)
            }
        }
        guard acknowledgedSomething else { return }
        acknowledgedRate = arrivals.rate(over: acknowledgedWindow) ?? acknowledgedRate
        let newest = sentPackets[newestAcknowledged]
        baseRoundTrip.add(max(0, now &- newest.time), now: now)
        judge(now: now)
        evaluateProbe(now: now)
    }

    private mutating func lost(_ sequence: Int64) {
        guard sequence >= silenceEnd, sentPackets[sequence].fate == .unknown else { return }
        sentPackets.note(.lost, of: sequence)
        losses.lost()
    }

    /// Returns false for a packet that was acknowledged before.
    private mutating func received(_ sequence: Int64, ticks: Int64, now: Int64) -> Bool {
        let entry = sentPackets[sequence]
        switch entry.fate {
        case .received:
            return false
        case .lost:
            losses.recovered()
        case .unknown:
            if sequence >= silenceEnd { losses.received() }
        }
        sentPackets.note(.received, of: sequence)
        newestAcknowledged = max(newestAcknowledged, sequence)
        let arrival = unwrap(ticks) &* 250
        var delay = arrival &- entry.time
        if let base = baseDelay.value, delay &- base > Self.impossibleDelay || base &- delay > Self.impossibleDelay {
            // The receiver's clock was set: all that is known of delays is of another clock.
            arrivals.removeAll()
            clock = ticks
            delay = ticks &* 250 &- entry.time
            baseDelay.restart(at: delay, now: now)
        }
        let least = baseDelay.value ?? delay
        baseDelay.add(delay, now: now)
        // For half a minute nothing came as soon as before.
        if let base = baseDelay.value, base &- least > Self.noticeableRise, isLittleSent { routeIsLonger() }
        if !arrivals.add(arrival: (clock ?? 0) &* 250, delay: delay, bytes: Int(entry.size)) { resumeAfterPause() }
        measurement?.received(sequence, entry: entry, arrival: arrival)
        return true
    }

    /// Ticks wrap at 2³².
    private mutating func unwrap(_ ticks: Int64) -> Int64 {
        guard let last = clock else {
            clock = ticks
            return ticks
        }
        let time = last &+ Int64(Int32(truncatingIfNeeded: ticks &- last))
        clock = time
        return time
    }

    /// Called every 5 to 10 ms: notices that feedback fails to come.
    public mutating func tick(now: Int64) {
        latest = now
        guard sentPackets.next > unansweredFrom else { return }
        // What left first without an answer; long forgotten if it has fallen out of the ring.
        let oldest = max(unansweredFrom, sentPackets.next &- SentPackets.capacity)
        let waited = now &- sentPackets[oldest].time
        guard waited > Self.patience &+ 2 &* min(roundTrip, 2_000_000), now &- lastBackOff >= Self.backOffInterval
        else { return }
        lastBackOff = now
        if rateBeforeSilence == nil {
            rateBeforeSilence = rate
            measurement = nil
            offered = nil
        }
        // An eighth is left, so that a line that carries again is found by its feedback, and a line that only lost
        // its way back is not overrun for long.
        let least = max(settings.floor, (rateBeforeSilence ?? rate) / 8)
        rate = max(min(rate, least), rate * 7 / 10)
    }

    private mutating func endSilence(now: Int64) {
        guard let before = rateBeforeSilence else { return }
        rateBeforeSilence = nil
        silenceEnd = sentPackets.next
        losses.restart(now: now)
        arrivals.removeAll()
        phase = .growing
        lastGrowth = now
        // The line is the same until its queue says otherwise.
        rate = max(rate, before * 9 / 10)
        nextProbe = now &+ Self.firstProbeDelay
        probeInterval = Self.leastProbeInterval
    }
}
