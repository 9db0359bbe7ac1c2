/// Counts of times in equal steps, for percentiles.
struct Histogram: ~Copyable {
    /// µs of one step.
    private let step: Int64
    private let size: Int
    private let counts: UnsafeMutablePointer<UInt32>
    private(set) var count = 0
    private(set) var largest: Int64 = 0

    init(step: Int64, size: Int) {
        self.step = step
        self.size = size
        counts = .allocate(capacity: size)
        counts.initialize(repeating: 0, count: size)
    }

    deinit { counts.deallocate() }

    @inline(__always)
    mutating func add(_ value: Int64) {
        counts[min(max(Int(value / step), 0), size &- 1)] &+= 1
        count &+= 1
        if value > largest { largest = value }
    }

    mutating func removeAll() {
        counts.update(repeating: 0, count: size)
        count = 0
        largest = 0
    }

    /// The value, µs, that `share` of all do not exceed: the end of its step; 0 without values.
    func percentile(_ share: Double) -> Int64 {
        let wanted = Int((Double(count) * share).rounded(.up))
        guard wanted > 0 else { return 0 }
        var seen = 0
        for index in 0..<size {
            seen += Int(counts[index])
            if seen >= wanted { return min(Int64(index + 1) * step, largest) }
        }
        return largest
    }
}
