/// Delays in steps of 1 µs up to a second; what is longer counts as a second, but for the maximum.
struct Histogram {
    private var buckets = [UInt32](repeating: 0, count: 1_000_001)
    private(set) var count = 0
    private(set) var maximum: Int64 = 0

    mutating func add(_ delay: Int64) {
        buckets[Int(min(max(delay, 0), 1_000_000))] &+= 1
        count += 1
        maximum = max(maximum, delay)
    }

    /// The smallest delay, µs, that this share of all does not exceed.
    func quantile(_ share: Double) -> Int {
        var left = Int((Double(count) * share).rounded(.up))
        for (delay, number) in buckets.enumerated() where number > 0 {
            left -= Int(number)
            if left <= 0 { return delay }
        }
        return 0
    }

    /// How many there were of each delay that there was, in steps of `step` µs.
    func counts(step: Int) -> [[Int]] {
        var found: [[Int]] = []
        for (delay, number) in buckets.enumerated() where number > 0 {
            let place = delay / step * step
            if found.last?[0] == place {
                found[found.count - 1][1] += Int(number)
            } else {
                found.append([place, Int(number)])
            }
        }
        return found
    }

    mutating func removeAll() { self = Histogram() }
}
