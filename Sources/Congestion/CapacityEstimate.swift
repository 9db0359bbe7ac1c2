/// What the line carried when it was last known to be full, as in draft-ietf-rmcat-gcc-02 §5.5: near it the rate grows
/// carefully.
struct CapacityEstimate {
    /// bit/s; nil before the line was full, and after it proved to be wider than it was.
    private(set) var value: Int?

    /// The line was full, and so much arrived.
    mutating func update(_ rate: Int) {
        guard let old = value, abs(rate &- old) < old / 5 else {
            value = rate
            return
        }
        value = old &+ (rate &- old) * 2 / 5
    }

    /// Nothing has contradicted it for long: it may be more.
    ///
    /// - Parameter limit: bit/s to which it may grow.
    mutating func grow(for elapsed: Int64, to limit: Int) {
        guard let old = value, old < limit else { return }
        value = min(old &+ Int(Int64(old / 10) &* elapsed / 1_000_000), limit)
    }

    /// It was not more after all.
    mutating func restore(_ rate: Int) { value = rate }

    mutating func forget() { value = nil }
}
