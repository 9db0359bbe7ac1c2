/// Lets so many through at once, and so many a second.
struct TokenBucket {
    private let burst: Double
    private let perSecond: Double
    private var tokens: Double
    private var updated = 0.0

    init(burst: Double, perSecond: Double) {
        self.burst = burst
        self.perSecond = perSecond
        tokens = burst
    }

    /// - Parameter now: seconds on any clock.
    mutating func take(now: Double) -> Bool {
        tokens = min(burst, tokens + max(now - updated, 0) * perSecond)
        updated = now
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }

    /// Whether nothing has been taken for so long that it is full again.
    func isQuiet(now: Double) -> Bool { now - updated >= burst / perSecond }
}
