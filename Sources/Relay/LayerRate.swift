/// How much comes in of one layer, and of each of its temporal layers with those below it.
struct LayerRate {
    /// Bytes since the last ``update(now:)``, by temporal layer.
    private var bytes = InlineArray<3, Int>(repeating: 0)
    private var packets = 0
    private var smoothed = InlineArray<3, Int>(repeating: 0)
    private var updatedAt: Int64 = 0
    private(set) var hasTemporalLayers = false

    /// IP and UDP headers of a packet.
    private static var overhead: Int { 28 }
    /// µs over which the rate is smoothed: a keyframe's burst should not look like a rate.
    private static var window: Int64 { 2_000_000 }

    @inline(__always)
    mutating func count(bytes count: Int, temporal: Int) {
        bytes[min(max(temporal, 0), 2)] &+= count &+ Self.overhead
        packets &+= 1
    }

    /// To be called every few hundred milliseconds. What has stopped keeps its last rate: it may come back.
    mutating func update(now: Int64) {
        let elapsed = now &- updatedAt
        // The first figure is to be more than a keyframe.
        guard elapsed >= (smoothed[2] == 0 ? 1_000_000 : 150_000) else { return }
        updatedAt = now
        guard packets > 0, elapsed < Self.window else {
            bytes = .init(repeating: 0)
            packets = 0
            return
        }
        if bytes[1] > 0 || bytes[2] > 0 { hasTemporalLayers = true }
        var sum = 0
        for layer in 0..<3 {
            sum &+= bytes[layer]
            let rate = Int(Int64(sum) &* 8_000_000 / elapsed)
            if smoothed[layer] == 0 {
                smoothed[layer] = rate
            } else {
                smoothed[layer] &+= Int(Int64(rate &- smoothed[layer]) &* elapsed / Self.window)
            }
        }
        bytes = .init(repeating: 0)
        packets = 0
    }

    /// bit/s with headers; 0 while not known.
    func upTo(temporal: Int) -> Int { smoothed[min(max(temporal, 0), 2)] }

    var whole: Int { smoothed[2] }
}
