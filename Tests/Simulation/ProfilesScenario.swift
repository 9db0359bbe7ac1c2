import Relay

/// `Simulation profiles`: a viewer behind each line of media/lines.csv.
enum ProfilesScenario {
    /// What a profile must show; nil: nothing is asked.
    struct Limits {
        var concealed = 2.0
        /// ms.
        var delay: Double?
        /// Pictures of the speaker a second, at least, and the lines that they have.
        var rate: Double?
        var height = 0
        /// Pictures a second of the others.
        var otherRate: Double?
        /// % of what the line, or the room, offers.
        var used: Double?
        /// ms.
        var queue: Double?
    }

    static func limits(_ profile: String) -> Limits {
        switch profile {
        case "lan": Limits(concealed: 0.1, rate: 24, height: 720, otherRate: 23, used: 95, queue: 20)
        case "leased-2m", "adsl-good": Limits(concealed: 0.5, rate: 20, height: 720, otherRate: 5, used: 80)
        case "adsl-typical": Limits(concealed: 0.5, rate: 20, height: 360, used: 80, queue: 150)
        case "adsl-bad": Limits(concealed: 1, rate: 5)
        case "adsl-worst": Limits(concealed: 2)
        case "megawan-64k": Limits(concealed: 1, delay: 400)
        default: Limits(concealed: 2, rate: 5)
        }
    }

    /// The room needs this long to settle, µs.
    private static let settling: Int64 = 10_000_000

    static func run(_ arguments: Arguments) throws -> Bool {
        let seconds = arguments.number("seconds") ?? 60
        var table = Table([
            "line", "concealed %", "left out %", "voice p95 ms", "speaker f/s", ">=360", ">=720", "others f/s",
            "kbit/s", "used %",
            "queue p95", "max ms", "over", "repair %", "freezes", "gap s", "black s", "changes", "estimate", "missed",
        ])
        var isGood = true
        var offered = 0.0
        for line in try LineProfile.all() {
            if let only = arguments.text("only"), only != line.name, line.name != "lan" { continue }
            var world = try BriefingRoom.make(
                seed: UInt64(arguments.number("seed") ?? 1), viewers: [line],
                tellsLines: arguments.has("known"))
            world.run(until: world.now + settling)
            world.beginMeasuring()
            world.run(until: world.now + Int64(seconds * 1_000_000))
            let (row, missed, kbps) = judge(&world, line: line, seconds: seconds, offered: offered)
            if offered == 0 { offered = kbps }
            table.add(row)
            for text in missed + world.complaints { say("\(line.name): \(text)") }
            isGood = isGood && missed.isEmpty && world.complaints.isEmpty
        }
        table.write()
        return isGood
    }

    private static func judge(
        _ world: inout World, line: LineProfile, seconds: Double, offered: Double
    ) -> (row: [String], missed: [String], kbps: Double) {
        let viewer = BriefingRoom.sites
        let limits = limits(line.name)
        let kbps = Double(world.measures[viewer].bytes) * 8 / 1_000 / seconds
        let used = kbps / min(line.down, offered == 0 ? kbps : offered) * 100
        let main = world.measures[viewer].main
        let per = max(main.seconds, 0.1)
        let rates = [main.pictures, main.atLeast360, main.atLeast720].map { Double($0) / per }
        let rate = limits.height >= 720 ? rates[2] : limits.height >= 360 ? rates[1] : rates[0]
        let others = Double(world.measures[viewer].otherPictures) / max(world.measures[viewer].otherSlotSeconds, 0.1)
        let concealed = world.measures[viewer].concealedShare * 100
        let delay = Double(world.measures[viewer].delays.percentile(0.95)) / 1_000
        let queue = Double(world.sites[viewer].down.waits.percentile(0.95)) / 1_000
        let black = Double(world.measures[viewer].black) / 1_000_000
        var missed: [String] = []
        func need(_ isKept: Bool, _ text: String) { if !isKept { missed.append(text) } }
        need(concealed <= limits.concealed, "concealed \(decimal(concealed, 2)) % > \(limits.concealed)")
        need(world.measures[viewer].speech > 0, "no voice")
        if let most = limits.delay { need(delay <= most, "voice delay \(Int(delay)) ms > \(most)") }
        if let least = limits.rate { need(rate >= least, "\(decimal(rate)) pictures/s of the speaker < \(least)") }
        if let least = limits.otherRate { need(others >= least, "\(decimal(others)) pictures/s of others < \(least)") }
        if let least = limits.used { need(used >= least, "\(decimal(used)) % used < \(least)") }
        if let most = limits.queue { need(queue <= most, "queue \(Int(queue)) ms > \(most)") }
        need(black == 0, "black for \(decimal(black)) s")
        let estimate = world.measures[viewer].lastReport?.estimateKbps
        let row = [
            line.name, decimal(concealed, 2), percent(world.measures[viewer].leftOutShare), "\(Int(delay))",
            decimal(rates[0]), decimal(rates[1]), decimal(rates[2]),
            decimal(others), "\(Int(kbps))", decimal(used), "\(Int(queue))",
            milliseconds(world.sites[viewer].down.waits.largest), "\(world.sites[viewer].down.overflowed)",
            percent(Double(world.measures[viewer].repairBytes) / Double(max(world.measures[viewer].bytes, 1))),
            "\(world.measures[viewer].freezes)", decimal(Double(world.measures[viewer].largestGap) / 1_000_000),
            decimal(black), "\(world.measures[viewer].layerSwitches)", estimate.map { "\($0)" } ?? "-",
            "\(missed.count)",
        ]
        return (row, missed, kbps)
    }
}
