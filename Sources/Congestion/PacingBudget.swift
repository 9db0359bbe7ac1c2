/// A leaky bucket: how much may leave now so that a line's queue stays short.
///
/// It fills with the pacing rate and may go below zero, by packets that cannot wait; what can wait does so until it is
/// above zero again.
public struct PacingBudget: Sendable {
    /// bit/s; what is sent at most on average.
    public var rate: Int
    /// Bytes that may leave at once after a rest: 10 ms of the rate, but two packets at least.
    private var burst: Int { max(3_000, rate / 800) }
    private var credit = 3_000
    private var filledAt: Int64

    public init(rate: Int, now: Int64) {
        self.rate = rate
        filledAt = now
    }

    /// Whether a packet that can wait may leave.
    @inline(__always)
    public mutating func isOpen(now: Int64) -> Bool {
        if now != filledAt { fill(now: now) }
        return credit > 0
    }

    /// Whether a packet may leave that somebody is waiting for already: before the others, but not without end.
    public mutating func isOpenForRepair(now: Int64) -> Bool { isOpen(now: now) || credit > -2 * burst }

    /// A packet has left.
    @inline(__always)
    public mutating func spend(bytes: Int) { credit &-= bytes }

    private mutating func fill(now: Int64) {
        let elapsed = min(max(now &- filledAt, 0), 1_000_000)
        // What a microsecond's part of the rate leaves over is not lost: only whole bytes' time is taken.
        let bytes = Int(elapsed) &* rate / 8_000_000
        guard bytes > 0 else { return }
        filledAt = elapsed == 1_000_000 ? now : filledAt &+ Int64(bytes &* 8_000_000 / max(rate, 1))
        credit = min(credit &+ bytes, burst)
        // Packets that could not wait must not hold up the others for long.
        credit = max(credit, -burst * 4)
    }
}
