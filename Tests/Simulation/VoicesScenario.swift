import Relay

/// `Simulation voices`: three voices that never pause and no picture, heard over each line of media/lines.csv: by somebody
/// who joined over it, and by somebody whose line has become it. Little is sent, and nothing else tells what the line bears.
enum VoicesScenario {
    /// What was heard over one line, from one seed.
    private struct Heard {
        /// %.
        var concealed: Double
        var leftOut: Double
        var kbps: Double
        /// ms: 95 % of the packets waited less.
        var queue: Int64
        /// kbit/s, at the end.
        var estimate: Int
    }

    private static let voices = 0...2
    private static let listener = 3
    /// µs before the line changes, and from then until what is heard counts.
    private static let before: Int64 = 14_000_000
    private static let settling: Int64 = 30_000_000

    /// %: what may be concealed, and left out, with the worst seed. What 64 kbit/s bear is one voice.
    private static func limits(_ profile: String) -> (concealed: Double, leftOut: Double) {
        switch profile {
        case "megawan-64k": (0.5, 100)
        case "adsl-bad", "adsl-worst", "3g-hill": (0.6, 1)
        default: (0.2, 0)
        }
    }

    static func run(_ arguments: Arguments) throws -> Bool {
        let seeds = 1...max(1, UInt64(arguments.number("seeds") ?? 3))
        let seconds = arguments.number("seconds") ?? 60
        var table = Table([
            "line", "joined", "concealed %", "worst", "left out %", "worst", "kbit/s", "queue", "estimate",
        ])
        var missed: [String] = []
        for line in try LineProfile.all() {
            if let only = arguments.text("only"), only != line.name { continue }
            for isJoinedOverIt in [true, false] {
                let heard = try seeds.map {
                    try listen(line, isJoinedOverIt: isJoinedOverIt, seed: $0, seconds: seconds)
                }
                let concealed = heard.map(\.concealed).max() ?? 0
                let leftOut = heard.map(\.leftOut).max() ?? 0
                let way = isJoinedOverIt ? "over it" : "over lan"
                table.add([
                    line.name, way, decimal(mean(heard.map(\.concealed)), 2), decimal(concealed, 2),
                    decimal(mean(heard.map(\.leftOut))), decimal(leftOut), decimal(mean(heard.map(\.kbps)), 0),
                    "\(heard.map(\.queue).max() ?? 0)",
                    "\(Int(mean(heard.map { Double($0.estimate) })))",
                ])
                let limits = limits(line.name)
                if concealed > limits.concealed || leftOut > limits.leftOut {
                    missed.append(
                        "MISSED: \(line.name), joined \(way): at most \(limits.concealed) % concealed, "
                            + "\(limits.leftOut) % left out.")
                }
            }
        }
        table.write()
        for text in missed { say(text) }
        return missed.isEmpty
    }

    private static func listen(
        _ line: LineProfile, isJoinedOverIt: Bool, seed: UInt64, seconds: Double
    ) throws -> Heard {
        var world = World(seed: seed, capacity: listener + 1)
        for index in voices {
            try world.join(index, line: BriefingRoom.lan)
            world.setMicrophone(index, .constant)
        }
        try world.join(listener, line: isJoinedOverIt ? line : BriefingRoom.lan, isWatched: true)
        world.run(until: world.now + before)
        if !isJoinedOverIt { world.setLine(listener, to: line) }
        world.run(until: world.now + settling)
        world.beginMeasuring()
        world.run(until: world.now + Int64(seconds * 1_000_000))
        return Heard(
            concealed: world.measures[listener].concealedShare * 100,
            leftOut: world.measures[listener].leftOutShare * 100,
            kbps: Double(world.measures[listener].bytes) * 8 / 1_000 / seconds,
            queue: world.sites[listener].down.waits.percentile(0.95) / 1_000,
            estimate: world.measures[listener].lastReport?.estimateKbps ?? 0)
    }

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }
}
