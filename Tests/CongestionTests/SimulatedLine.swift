/// A line down to one receiver, in virtual time: a bottleneck with a queue that drops at its end, jitter both ways that
/// is drawn anew every 20 ms and keeps the order, random or bursty loss, and feedback that travels back and may be lost.
struct SimulatedLine {
    var name = ""
    /// bit/s.
    var rate = 1_000_000
    /// µs there and back, without queue and jitter.
    var roundTrip: Int64 = 20_000
    /// µs; half to either side of the mean, in each direction.
    var jitter: Int64 = 0
    /// 0...1, each direction.
    var loss = 0.0
    /// Mean packets of a burst of losses; 1: single ones.
    var burst = 1.0
    /// Longest queue, µs.
    var queue: Int64 = 100_000
    /// Receiver's clock against the sender's.
    var drift = 0.0
    /// Everything is lost.
    var isCut = false

    /// Those of media/lines.csv.
    static let profiles = [
        profile("lan", 100_000, 2, 0, 0, 50), profile("leased-2m", 2048, 20, 2, 0, 100),
        profile("adsl-good", 8192, 35, 5, 0.2, 200), profile("adsl-typical", 3072, 45, 10, 0.5, 300),
        profile("adsl-bad", 1024, 80, 40, 3, 800), profile("adsl-worst", 384, 150, 60, 5, 1000),
        profile("megawan-64k", 64, 60, 5, 0.1, 400), profile("3g-hill", 1500, 120, 80, 2, 1500),
    ]

    /// - Parameters: kbit/s, ms, ms, percent, ms.
    private static func profile(
        _ name: String, _ rate: Int, _ roundTrip: Int64, _ jitter: Int64, _ loss: Double, _ queue: Int64
    ) -> SimulatedLine {
        SimulatedLine(
            name: name, rate: rate * 1000, roundTrip: roundTrip * 1000, jitter: jitter * 1000, loss: loss / 100,
            queue: queue * 1000)
    }

    static func named(_ name: String) -> SimulatedLine { profiles.first { $0.name == name } ?? SimulatedLine() }
}
