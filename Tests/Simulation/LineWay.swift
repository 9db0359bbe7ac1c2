/// One way of an access line: a bottleneck with a drop-tail queue, then losses, then a delay that wanders and keeps
/// order. The same model as ops/lib/way.c, but without packets: what happens to a packet is known when it is sent.
struct LineWay: ~Copyable {
    /// When a packet has left the bottleneck, ns, and when it arrives, µs.
    struct Passage {
        var departure: Int64
        var arrival: Int64
    }

    /// Ethernet is not counted; IPv4 and UDP are.
    static let headerBytes = 28
    /// How long the wandering delay stays what it is, µs.
    private static let hold: Int64 = 20_000

    /// kbit/s.
    private(set) var rate: Double
    /// ns that one byte takes.
    private var byteTime: Double
    /// The queue's limit in ns of sending; in bytes when a step must not change it.
    private var queue: Double
    private let queueBytes: Double
    /// µs.
    private(set) var delay: Double
    private var jitter: Double
    private var share: Double
    private var burst: Double
    /// Everything is lost.
    var isCut = false
    /// When the last bit of what waits is sent, ns.
    private var busyUntil: Int64 = 0
    private var lastArrival: Int64 = 0
    private var isLosing = false
    private var losses: Seeded
    private var wander: Seeded
    private var offset = 0.0
    private var offsetUntil: Int64 = 0

    private(set) var bytes = 0
    private(set) var packets = 0
    private(set) var lost = 0
    private(set) var overflowed = 0
    /// What the packets waited before their turn, µs.
    var waits = Histogram(step: 5_000, size: 500)

    /// - Parameter queueBytes: instead of the profile's time.
    init(_ profile: LineProfile, isDown: Bool, queueBytes: Double? = nil, seed: UInt64) {
        rate = isDown ? profile.down : profile.up
        byteTime = 8_000_000 / rate
        queue = profile.queue * 1_000_000
        self.queueBytes = queueBytes ?? 0
        delay = profile.rtt / 2 * 1_000
        jitter = profile.jitter * 1_000
        share = profile.loss / 100
        burst = profile.burst
        losses = Seeded(seed, stream: isDown ? 1 : 2)
        wander = Seeded(seed, stream: isDown ? 3 : 4)
    }

    /// Sends a packet of so many bytes, headers included. nil: it was lost.
    @inline(__always)
    mutating func send(_ size: Int, now: Int64) -> Passage? {
        let time = now &* 1_000
        let wait = max(busyUntil &- time, 0)
        let length = Double(size) * byteTime
        if wait > 0 {
            let limit = queueBytes > 0 ? queueBytes * byteTime : queue
            guard Double(wait) + length <= limit else {
                overflowed &+= 1
                return nil
            }
        }
        busyUntil = time &+ wait &+ Int64(length)
        waits.add(wait / 1_000)
        // What is lost has used the line like any other.
        if isLost() {
            lost &+= 1
            return nil
        }
        let left = busyUntil / 1_000
        if left >= offsetUntil {
            offset = jitter > 0 ? (wander.unit() - 0.5) * jitter : 0
            offsetUntil = left &+ Self.hold
        }
        lastArrival = max(left &+ Int64(max(delay + offset, 0)), lastArrival)
        bytes &+= size
        packets &+= 1
        return Passage(departure: busyUntil, arrival: lastArrival)
    }

    @inline(__always)
    private mutating func isLost() -> Bool {
        if isCut { return true }
        guard share > 0 else { return false }
        let chance = losses.unit()
        if burst <= 1 { return chance < share }
        isLosing = isLosing ? chance >= 1 / burst : chance < share / (1 - share) / burst
        return isLosing
    }

    /// µs that a packet would wait now.
    func wait(now: Int64) -> Int64 { max(busyUntil / 1_000 &- now, 0) }

    /// A step of the rate: what waits takes the new one.
    ///
    /// - Returns: how many times as long everything takes that has not been sent.
    mutating func setRate(_ kbps: Double, now: Int64) -> Double {
        let factor = rate / kbps
        let time = now &* 1_000
        if busyUntil > time { busyUntil = time &+ Int64(Double(busyUntil &- time) * factor) }
        rate = kbps
        byteTime = 8_000_000 / kbps
        lastArrival = min(lastArrival, busyUntil / 1_000 &+ Int64(delay + jitter))
        return factor
    }

    /// The line is another from now on; what waits stays.
    ///
    /// - Returns: how many times as long everything takes that has not been sent.
    mutating func become(_ profile: LineProfile, isDown: Bool, now: Int64) -> Double {
        queue = profile.queue * 1_000_000
        delay = profile.rtt / 2 * 1_000
        jitter = profile.jitter * 1_000
        share = profile.loss / 100
        burst = profile.burst
        return setRate(isDown ? profile.down : profile.up, now: now)
    }

    mutating func forgetFigures() {
        (bytes, packets, lost, overflowed) = (0, 0, 0, 0)
        waits.removeAll()
    }
}
