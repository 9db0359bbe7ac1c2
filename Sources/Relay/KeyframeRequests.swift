/// When to ask a publisher for a keyframe of one layer: at most once a second however many receivers want one, and
/// again each second until it comes.
struct KeyframeRequests {
    /// Shortest time between two requests of one layer, µs.
    static let interval: Int64 = 1_000_000

    private var isWanted = false
    private var lastRequest: Int64 = .min / 2

    /// Somebody cannot go on without a keyframe.
    mutating func want() { isWanted = true }

    /// A keyframe came: everybody who waited has it.
    mutating func satisfied() { isWanted = false }

    /// Whether a request is to be sent now; a true answer counts as sent.
    mutating func shouldSend(now: Int64) -> Bool {
        guard isWanted, now &- lastRequest >= Self.interval else { return false }
        lastRequest = now
        return true
    }
}
