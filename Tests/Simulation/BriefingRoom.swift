import Relay

/// The room of the must-show table: one publisher, three voices, eight others, all on a local network, and viewers.
enum BriefingRoom {
    static let publisher = 0
    static let voices = 1...3
    static let others = 4...11
    static let sites = 12

    static let lan = LineProfile(
        name: "lan", down: 100_000, up: 100_000, rtt: 2, jitter: 0, loss: 0, queue: 50)

    /// - Parameter viewers: their lines; the first has the place ``sites``.
    static func make(
        seed: UInt64, viewers: [LineProfile], queueBytes: Double? = nil, tellsLines: Bool = false
    ) throws -> World {
        var world = World(seed: seed, capacity: sites + viewers.count)
        world.tellsLines = tellsLines
        for index in 0..<sites {
            try world.join(index, line: lan)
            world.setMicrophone(index, voices.contains(index) ? .speaking : .silent)
            world.setCamera(index, on: true)
        }
        for (position, line) in viewers.enumerated() {
            try world.join(sites + position, line: line, queueBytes: queueBytes, isWatched: true)
            world.setMicrophone(sites + position, .silent)
        }
        for index in 0..<(sites + viewers.count) { world.look(index, main: publisher, others: Array(others)) }
        return world
    }
}
