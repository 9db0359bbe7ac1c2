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

    mutating func forget() { value = nil }
}
