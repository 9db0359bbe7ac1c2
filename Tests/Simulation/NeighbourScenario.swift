/// `Simulation neighbour`: one viewer of twelve sites is on a bad line instead of a good one. The other sites get what
/// they got before, within 2 %.
enum NeighbourScenario {
    private struct Seen {
        var kbps = 0.0
        var mainRate = 0.0
        var mainTall = 0.0
        var otherRate = 0.0
    }

    private static let seconds = 60.0

    static func run(_ arguments: Arguments) throws -> Bool {
        let seed = UInt64(arguments.number("seed") ?? 1)
        let before = try observe(BriefingRoom.lan, seed: seed)
        guard let worst = try LineProfile.all().first(where: { $0.name == arguments.text("line") ?? "adsl-worst" })
        else { return false }
        let after = try observe(worst, seed: seed)
        var table = Table(["site", "kbit/s", "then", "speaker f/s", "then", ">=720", "then", "others f/s", "then"])
        var isGood = true
        for (index, pair) in zip(before, after).enumerated() {
            let numbers = [
                (pair.0.kbps, pair.1.kbps), (pair.0.mainRate, pair.1.mainRate), (pair.0.mainTall, pair.1.mainTall),
                (pair.0.otherRate, pair.1.otherRate),
            ]
            table.add(["\(index)"] + numbers.flatMap { [decimal($0.0), decimal($0.1)] })
            for (one, other) in numbers where abs(one - other) > 0.02 * max(one, other) { isGood = false }
        }
        table.write()
        say(isGood ? "Nobody noticed." : "MISSED: a neighbour's bad line changed something by more than 2 %.")
        return isGood
    }

    /// What the sites but the last get while that one is behind `line`.
    private static func observe(_ line: LineProfile, seed: UInt64) throws -> [Seen] {
        let last = 11
        var world = World(seed: seed, capacity: 12)
        for index in 0...last {
            try world.join(index, line: index == last ? line : BriefingRoom.lan)
            world.setMicrophone(index, (1...3).contains(index) ? .speaking : .silent)
            // The one that moves only watches: a smaller picture from it would be no wonder.
            if index < last { world.setCamera(index, on: true) }
        }
        for index in 0...last { world.look(index, main: 0, others: Array(1..<10)) }
        world.run(until: world.now + 15_000_000)
        world.beginMeasuring()
        world.run(until: world.now + Int64(seconds * 1_000_000))
        return (0..<last).map { index in
            let main = world.measures[index].main
            let per = max(main.seconds, 0.1)
            return Seen(
                kbps: Double(world.measures[index].bytes) * 8 / 1_000 / seconds,
                mainRate: Double(main.pictures) / per, mainTall: Double(main.atLeast720) / per,
                otherRate: Double(world.measures[index].otherPictures)
                    / max(world.measures[index].otherSlotSeconds, 0.1))
        }
    }
}
