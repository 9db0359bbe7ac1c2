/// What has arrived at a receiver over the last 1.2 s, in intervals of 20 ms of its clock: how much, and with what
/// least delay. Least delays see through jitter: one packet in the window that was lucky tells the queue.
///
/// Memory: 2 kB, made once. Invariant: of the `count` intervals the newest is at `(next − 1) & mask`; their ends rise.
struct ArrivalHistory: ~Copyable {
    private struct Interval {
        var start: Int64 = 0
        /// Arrival of its last packet.
        var end: Int64 = 0
        /// Bytes arrived up to its end, since the beginning.
        var total: Int64 = 0
        /// Least delay.
        var delay: Int64 = 0
    }

    private static let capacity = 64
    private static let mask = capacity &- 1
    /// µs.
    private static let length: Int64 = 20_000
    /// µs without an arrival that end a history.
    private static let longestGap: Int64 = 1_000_000
    private let intervals: UnsafeMutablePointer<Interval>
    private var next = 0
    private var count = 0
    private var total: Int64 = 0
    /// How much the least delay of one interval strays from its neighbours', µs: the mean of |dᵢ₋₁ − 2dᵢ + dᵢ₊₁| / 2.
    /// The second difference leaves out a queue that grows or shrinks.
    private(set) var noise: Int64 = 0
    /// `noise` times 32.
    private var noiseScaled: Int64 = 0
    private var noiseSamples: Int64 = 0

    init() {
        intervals = .allocate(capacity: Self.capacity)
        intervals.initialize(repeating: Interval(), count: Self.capacity)
    }

    deinit { intervals.deallocate() }

    /// Arrival of the newest packet on the receiver's clock, µs; nil when there is none.
    var newest: Int64? { count > 0 ? interval(0).end : nil }

    /// - Parameter age: 0 for the newest.
    private func interval(_ age: Int) -> Interval {
        intervals[(next &- 1 &- age) & Self.mask]
    }

    /// - Parameters:
    ///   - arrival: µs on the receiver's clock.
    ///   - delay: µs, with an unknown constant.
    /// - Returns: false when the history has begun anew: behind a pause, or because the clock has leapt back.
    mutating func add(arrival: Int64, delay: Int64, bytes: Int) -> Bool {
        total &+= Int64(bytes)
        var continues = true
        if count > 0 {
            let place = (next &- 1) & Self.mask
            let newest = intervals[place]
            // A packet that was overtaken belongs to the newest interval.
            if abs(arrival &- newest.end) > Self.longestGap {
                removeAll()
                continues = false
            } else if arrival &- newest.start < Self.length {
                intervals[place].end = max(newest.end, arrival)
                intervals[place].total = total
                intervals[place].delay = min(newest.delay, delay)
                return true
            } else {
                learnNoise()
            }
        }
        intervals[next & Self.mask] = Interval(start: arrival, end: arrival, total: total, delay: delay)
        next = (next &+ 1) & Self.mask
        count = min(count &+ 1, Self.capacity)
        return continues
    }

    mutating func removeAll() { count = 0 }

    private mutating func learnNoise() {
        guard count >= 3 else { return }
        let a = interval(2)
        let b = interval(1)
        let c = interval(0)
        // Pauses tell nothing about the line.
        guard c.start &- a.start < Self.length &* 8 else { return }
        let difference = abs(a.delay &- 2 &* b.delay &+ c.delay) / 2
        // One hiccup may not deafen the filter.
        let sample = min(difference, noise &* 4 &+ 10_000)
        // The first samples weigh more, so that a jittery line is known for one within half a second.
        noiseSamples = min(noiseSamples &+ 1, 32)
        noiseScaled &+= (sample &* 32 &- noiseScaled) / noiseSamples
        noise = noiseScaled / 32
    }

    /// Least delay of what has arrived over the last `window` µs.
    func leastDelay(over window: Int64) -> Int64? {
        guard count > 0 else { return nil }
        let oldest = interval(0).end &- window
        var least = interval(0).delay
        var age = 1
        while age < count {
            let interval = interval(age)
            guard interval.end >= oldest else { break }
            least = min(least, interval.delay)
            age &+= 1
        }
        return least
    }

    /// bit/s that have arrived over the last `window` µs; nil when less than half of that is known.
    func rate(over window: Int64) -> Int? {
        guard count > 1 else { return nil }
        let newest = interval(0)
        var age = 1
        while age < count &- 1, newest.end &- interval(age).end < window { age &+= 1 }
        let oldest = interval(age)
        let span = newest.end &- oldest.end
        guard span &* 2 >= window else { return nil }
        return Int(clamping: (newest.total &- oldest.total) &* 8_000_000 / max(1, span))
    }
}
