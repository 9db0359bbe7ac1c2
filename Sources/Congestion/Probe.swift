/// A short burst to be sent at a rate that the line is not known to carry.
public struct Probe: Sendable, Equatable {
    /// bit/s, media included.
    public var rate: Int
    /// Bytes to be sent at that rate, media included, IP and UDP headers too.
    public var bytes: Int
}

/// Measures one probe: the packets between its first and last transport-wide sequence number.
struct ProbeMeasurement {
    /// What a probe showed.
    struct Result {
        /// bit/s at which it left and arrived.
        var sent: Int
        var arrived: Int
        /// bit/s at which it arrived at least, if jitter has squeezed it.
        var arrivedAtLeast: Int
    }

    let probe: Probe
    let first: Int64
    /// The number after its last packet; nil while it is being sent.
    var end: Int64?
    let began: Int64
    private var received = 0
    private var bytes = 0
    private var firstSize = 0
    private var lastSize = 0
    private var firstSent: Int64 = 0
    private var lastSent: Int64 = 0
    private var firstArrival: Int64 = 0
    private var lastArrival: Int64 = 0

    init(_ probe: Probe, first: Int64, now: Int64) {
        self.probe = probe
        self.first = first
        began = now
    }

    mutating func received(_ sequence: Int64, entry: SentPackets.Entry, arrival: Int64) {
        guard sequence >= first, sequence < end ?? .max else { return }
        let size = Int(entry.size)
        if received == 0 {
            firstSize = size
            firstSent = entry.time
            firstArrival = arrival
        }
        received &+= 1
        bytes &+= size
        lastSize = size
        lastSent = max(lastSent, entry.time)
        lastArrival = max(lastArrival, arrival)
    }

    /// - Parameter noise: µs by which an arrival may stray.
    /// - Returns: nil when too little of it arrived to tell.
    func result(noise: Int64) -> Result? {
        guard let end, received >= 4, Int64(received) &* 5 >= (end &- first) &* 4 else { return nil }
        let arrivalTime = max(1, lastArrival &- firstArrival)
        return Result(
            sent: rate(bytes &- lastSize, over: max(1, lastSent &- firstSent)),
            arrived: rate(bytes &- firstSize, over: arrivalTime),
            arrivedAtLeast: rate(bytes &- firstSize, over: arrivalTime &+ max(0, noise)))
    }

    private func rate(_ bytes: Int, over time: Int64) -> Int {
        Int(clamping: Int64(bytes) &* 8_000_000 / time)
    }
}
