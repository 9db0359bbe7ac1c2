/// How far the recorder's clock is ahead of a sender's: what a sender's time becomes in the film by adding it.
///
/// Each arrival tells the difference of the clocks plus the time under way, which is never less than that of an idle line.
/// So the smallest difference of the last ``window`` is taken, and followed slowly enough that nobody hears it: a clock
/// that is 200 ppm off moves by 0.2 ms a second, and the film may follow by ten times that.
struct ClockOffset {
    /// Microseconds over which the smallest difference is looked for: 20 s.
    static let window: Int64 = 20_000_000
    /// Microseconds by which the offset moves in a second at most.
    static let slew: Int64 = 2_000
    /// Microseconds of a difference that is no drift: a clock was set, or the sender is another machine.
    static let jump: Int64 = 300_000
    /// Microseconds without an arrival after which what was before says nothing any more: 5 s.
    static let pause: Int64 = 5_000_000
    /// Microseconds in which a delay has to stay before it is believed to be the line's, or the clock's: 6 s.
    private static let patience: Int64 = 6_000_000
    private static let second: Int64 = 1_000_000

    private struct Floor {
        var second: Int64
        var difference: Int64
    }

    private var floors: [Floor] = []
    private var begin: Int64 = 0
    private var last: Int64 = 0
    private var exact: Double?

    /// Microseconds; nil before the first arrival.
    var microseconds: Int64? { exact.map { Int64($0.rounded()) } }

    /// Takes note that something of the sender's time `sent` came at `arrival` of the recorder's, both in microseconds.
    mutating func note(sent: Int64, arrival: Int64) {
        let difference = arrival - sent
        guard let before = exact else {
            floors = [Floor(second: arrival / Self.second, difference: difference)]
            (begin, last, exact) = (arrival, arrival, Double(difference))
            return
        }
        let returned = arrival - last > Self.pause
        if returned {
            floors.removeAll(keepingCapacity: true)
            begin = arrival
        }
        add(difference, at: arrival)
        let target = floors.reduce(difference) { min($0, $1.difference) }
        let error = Double(target) - before
        let isNew = arrival - begin < Self.pause
        if isNew && (!returned || abs(error) > Double(Self.jump) / 3) || error < -Double(Self.jump)
            || isLate(at: arrival)
        {
            exact = Double(isLate(at: arrival) ? recentFloor(at: arrival) : target)
        } else {
            let most = Double(max(0, arrival - last)) * Double(Self.slew) / Double(Self.second)
            exact = before + min(max(error, -most), most)
        }
        last = max(last, arrival)
    }

    private mutating func add(_ difference: Int64, at arrival: Int64) {
        let second = arrival / Self.second
        if let newest = floors.indices.last, floors[newest].second == second {
            floors[newest].difference = min(floors[newest].difference, difference)
        } else {
            floors.append(Floor(second: second, difference: difference))
        }
        let oldest = second - Self.window / Self.second
        if let first = floors.first, first.second < oldest { floors.removeAll { $0.second < oldest } }
    }

    private func recentFloor(at arrival: Int64) -> Int64 {
        let from = (arrival - Self.patience) / Self.second
        return floors.filter { $0.second >= from }.map(\.difference).min() ?? 0
    }

    /// Whether all that has come for some seconds was much later than the offset says.
    private func isLate(at arrival: Int64) -> Bool {
        guard let exact, arrival - begin > Self.patience,
            floors.count(where: { $0.second >= (arrival - Self.patience) / Self.second }) >= 5
        else { return false }
        return Double(recentFloor(at: arrival)) - exact > Double(Self.jump)
    }
}
