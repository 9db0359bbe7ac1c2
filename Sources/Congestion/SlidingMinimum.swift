/// The least of the values of the last half minute, in six parts of 5 s. So long a memory spans times in which the
/// queue never empties; so short a one follows a clock that drifts (200 ppm are 6 ms) and a route that has become longer.
struct SlidingMinimum {
    private static let part: Int64 = 5_000_000
    private var parts = InlineArray<6, Int64>(repeating: .max)
    private var index = 0
    private var partStart: Int64 = 0
    /// nil before the first value.
    private(set) var value: Int64?

    mutating func add(_ new: Int64, now: Int64) {
        guard let value else {
            restart(at: new, now: now)
            return
        }
        let age = now &- partStart
        if age >= Self.part {
            // After a pause of any length one part ends: what was known before it is still the best guess.
            partStart = now
            index = index == 5 ? 0 : index &+ 1
            parts[index] = new
            var least = new
            for index in 0..<6 { least = min(least, parts[index]) }
            self.value = least
        } else if new < parts[index] {
            parts[index] = new
            if new < value { self.value = new }
        }
    }

    /// Forgets all but this value.
    mutating func restart(at new: Int64, now: Int64) {
        parts = InlineArray<6, Int64>(repeating: .max)
        parts[index] = new
        partStart = now
        value = new
    }
}
