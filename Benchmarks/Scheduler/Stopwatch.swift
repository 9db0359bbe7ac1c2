import Foundation

/// How long an act takes, over and over.
struct Stopwatch {
    /// Milliseconds at the 95th percentile that an act may take, by what the name begins with.
    let limits: [(prefix: String, milliseconds: Double)]
    private(set) var isWithin = true

    init(limits: [(prefix: String, milliseconds: Double)]) { self.limits = limits }

    /// Runs an act and prints its times, and the CPU time of the middle one, which neighbours on the machine do not
    /// lengthen; the first run is not counted.
    mutating func measure(_ name: String, times: Int, _ act: (Int) async throws -> Void) async throws {
        var taken: [Double] = []
        var worked: [Double] = []
        for turn in 0...times {
            let (start, work) = (ContinuousClock.now, clock())
            try await act(turn)
            let spent = ContinuousClock.now - start
            guard turn > 0 else { continue }
            taken.append(Double(spent.components.attoseconds) / 1e15 + Double(spent.components.seconds) * 1000)
            worked.append(Double(clock() - work) / 1000)
        }
        taken.sort()
        worked.sort()
        func quantile(_ share: Double) -> Double { taken[min(taken.count - 1, Int(Double(taken.count) * share))] }
        let limit = limits.first { name.hasPrefix($0.prefix) }?.milliseconds
        let isOver = limit.map { quantile(0.95) > $0 } ?? false
        if isOver { isWithin = false }
        let padded = name.padding(toLength: 58, withPad: " ", startingAt: 0)
        let figures = [quantile(0.5), quantile(0.95), taken.last ?? 0, worked[worked.count / 2]].map {
            String(format: "%8.1f", $0)
        }.joined()
        say("\(padded)\(figures)\(limit.map { "  of \(Int($0))" } ?? "")\(isOver ? "  TOO SLOW" : "")")
    }
}

/// A line, at once.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
