/// The share of packets that a line loses, now and in quiet: a line that always loses 3 % is no reason to send less.
struct LossTracker {
    private struct Interval {
        var lost = 0
        var total = 0
    }

    /// An interval is over after so many µs, if it has so many packets.
    private static let length: Int64 = 500_000
    private static let leastPackets = 50
    /// What may pass for a line's habit.
    private static let mostBackground = 0.08

    private var current = Interval()
    private var last = Interval()
    private var beforeLast = Interval()
    private var start: Int64 = 0
    /// Share of the packets lost over the last second or so, 0...1.
    private(set) var recent = 0.0
    /// Share lost while there was no queue, 0...1: over the last 10 s or so.
    private(set) var background = 0.0
    /// More than the line's habit, and more than a burst or two among so few packets. 0.06 is what a rate a few per cent
    /// above a line without a queue loses; 8 packets are a burst.
    var isHigh: Bool {
        recent > 0.25 || recent > background + 0.06 + 8 / Double(max(1, last.total &+ beforeLast.total))
    }

    /// Whether an interval ended with the last ``close(queued:now:)``.
    private(set) var hasNews = false

    mutating func lost() {
        current.lost &+= 1
        current.total &+= 1
    }

    mutating func received() { current.total &+= 1 }

    /// A packet that was counted as lost came after all.
    mutating func recovered() {
        if current.lost > 0 { current.lost &-= 1 }
    }

    /// Called after each feedback.
    ///
    /// - Parameter queued: there is a standing queue, so that the line's own habit is not to be seen.
    mutating func close(queued: Bool, now: Int64) {
        hasNews = false
        guard now &- start >= Self.length, current.total >= Self.leastPackets else { return }
        beforeLast = last
        last = current
        current = Interval()
        start = now
        hasNews = true
        recent = Double(last.lost &+ beforeLast.lost) / Double(max(1, last.total &+ beforeLast.total))
        guard !queued else { return }
        let share = Double(last.lost) / Double(last.total)
        // Slow to get used to loss, quicker to expect less again: the loss may be the rate's own.
        background = min(Self.mostBackground, background + (share - background) / (share > background ? 32 : 16))
    }

    /// Forgets what was counted, not the background: the line was away.
    mutating func restart(now: Int64) {
        current = Interval()
        last = Interval()
        beforeLast = Interval()
        start = now
        recent = 0
    }
}
