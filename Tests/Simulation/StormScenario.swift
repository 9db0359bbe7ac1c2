import Relay

/// `Simulation seeds` and `Simulation seed`: storms, and what must be kept in them.
enum StormScenario {
    static func run(_ arguments: Arguments) throws -> Bool {
        let count = arguments.values.first.flatMap(UInt64.init) ?? 200
        let first = UInt64(arguments.number("from") ?? 1)
        let clock = ContinuousClock()
        let start = clock.now
        var failed = 0
        for seed in first..<(first + count) {
            let failures = try observe(seed, isVerbose: false).failures
            guard let reason = failures.first else { continue }
            failed += 1
            if failed <= 10 { say("seed \(seed): \(reason)" + (failures.count > 1 ? " (\(failures.count))" : "")) }
        }
        let seconds = start.duration(to: clock.now).components.seconds
        say("\(count - UInt64(failed)) of \(count) seeds kept everything, in \(seconds) s")
        return failed <= Int(arguments.number("allow") ?? 0)
    }

    static func runOne(_ arguments: Arguments) throws -> Bool {
        guard let seed = arguments.values.first.flatMap(UInt64.init) else {
            say("Which seed?")
            return false
        }
        let (failures, digest) = try observe(seed, isVerbose: arguments.has("verbose"))
        for reason in failures { say("seed \(seed): \(reason)") }
        say("digest \(String(digest, radix: 16)), \(failures.count) failures")
        return failures.isEmpty
    }

    private static func observe(_ seed: UInt64, isVerbose: Bool) throws -> (failures: [String], digest: UInt64) {
        var storm = try Storm(seed: seed)
        var invariants = StormInvariants()
        let end = storm.world.now + Storm.duration
        while storm.world.now < end {
            let told = try storm.advance()
            if isVerbose { for text in told { say("\(World.clock(storm.world.now)) \(text)") } }
            storm.world.run(until: storm.world.now + 100_000)
            let known = invariants.failures.count
            invariants.check(storm.world)
            if isVerbose { for text in invariants.failures[known...] { say("FAILED \(text)") } }
        }
        invariants.finish(storm.world)
        if isVerbose { write(storm) }
        return (invariants.failures, storm.world.digest)
    }

    /// How each site did.
    private static func write(_ storm: borrowing Storm) {
        var table = Table([
            "site", "line", "concealed %", "by line", "voice p95", "speaker f/s", "others", "kbit/s", "queue p95",
            "black s", "freezes", "estimate",
        ])
        for index in 0..<Storm.sites where storm.world.isMade[index] {
            let speech = Double(max(storm.world.measures[index].speech, 1))
            let main = storm.world.measures[index].main
            table.add([
                "\(index)", storm.line(index).text, percent(Double(storm.world.measures[index].concealed) / speech),
                percent(Double(storm.world.measures[index].concealedByLine) / speech),
                milliseconds(storm.world.measures[index].delays.percentile(0.95)),
                decimal(Double(main.pictures) / max(main.seconds, 0.1)),
                decimal(
                    Double(storm.world.measures[index].otherPictures)
                        / max(storm.world.measures[index].otherSlotSeconds, 0.1)),
                "\(storm.world.measures[index].bytes * 8 / 60_000)",
                milliseconds(storm.world.sites[index].down.waits.percentile(0.95)),
                decimal(Double(storm.world.measures[index].black) / 1_000_000),
                "\(storm.world.measures[index].freezes)",
                storm.world.measures[index].lastReport?.estimateKbps.map { "\($0)" } ?? "-",
            ])
        }
        table.write()
    }
}
