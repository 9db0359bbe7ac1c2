import Relay

/// `Simulation step`: a viewer's line goes from 2 Mbit/s to 500 kbit/s and back, with a shallow queue and a deep one.
enum StepScenario {
    private static let (high, low) = (2_000.0, 500.0)
    /// Seconds after which the line changes.
    private static let (down, up, end) = (40, 100, 160)

    /// What one run came to; ms.
    private struct Outcome {
        /// Until the queue was short again and stayed so.
        var drain = -1
        /// Until four fifths of the line, or of what the room offers, were used, for a second: after each step.
        var usedLow = -1
        var usedHigh = -1
        /// Changes of the layer of any slot, beyond 15 s after a step, and the least time between two of them.
        var changes = 0
    }

    static func run(_ arguments: Arguments) throws -> Bool {
        var isGood = true
        let queues: [(String, Double?)] = [("shallow queue, 100 ms", nil), ("deep queue, 512 kB", 512_000)]
        for (name, bytes) in queues {
            let outcome = try observe(
                seed: UInt64(arguments.number("seed") ?? 1), queueBytes: bytes, isVerbose: arguments.has("verbose"))
            say(
                "\(name): drained after \(outcome.drain) ms, 80 % used after \(outcome.usedLow) ms at \(Int(low)) "
                    + "and \(outcome.usedHigh) ms at \(Int(high)) kbit/s, "
                    + "\(outcome.changes) changes of the speaker's layer while settled")
            let isKept =
                (0...2_000).contains(outcome.drain) && (0...8_000).contains(outcome.usedLow)
                && (0...8_000).contains(outcome.usedHigh) && outcome.changes <= (end - 30) / 10
            if !isKept { say("MISSED: at most 2,000 ms, 8,000 ms and 8,000 ms, and one change in 10 s.") }
            isGood = isGood && isKept
        }
        return isGood
    }

    private static func observe(seed: UInt64, queueBytes: Double?, isVerbose: Bool) throws -> Outcome {
        let line = LineProfile(name: "step", down: high, up: 2_000, rtt: 40, jitter: 4, loss: 0, queue: 100)
        var world = try BriefingRoom.make(seed: seed, viewers: [line], queueBytes: queueBytes)
        let viewer = BriefingRoom.sites
        var outcome = Outcome()
        var lastBytes = 0
        var bytes: [Int] = []
        var shortSince = -1
        var changes = 0
        for tenth in 0..<(end * 10) {
            if tenth == down * 10 { world.setRate(viewer, down: low) }
            if tenth == up * 10 { world.setRate(viewer, down: high) }
            world.run(until: world.now + 100_000)
            bytes.append(world.measures[viewer].bytes - lastBytes)
            lastBytes = world.measures[viewer].bytes
            let rate = tenth >= down * 10 && tenth < up * 10 ? low : high
            let used = Double(bytes.suffix(10).reduce(0, +)) * 8 / 1_000 / rate
            if tenth >= down * 10, tenth < up * 10 {
                let isShort = world.measures[viewer].standingQueue < 75_000
                if isShort, shortSince < 0 { shortSince = tenth }
                if !isShort { shortSince = -1 }
                if outcome.drain < 0, shortSince >= 0, tenth - shortSince >= 10 {
                    outcome.drain = (shortSince - down * 10) * 100
                }
                // The first second still shows what was on its way before.
                if outcome.usedLow < 0, used >= 0.8, tenth >= down * 10 + 10, outcome.drain >= 0 {
                    outcome.usedLow = (tenth - down * 10) * 100
                }
            }
            if tenth >= up * 10 + 10, outcome.usedHigh < 0, used >= 0.8 {
                outcome.usedHigh = (tenth - up * 10) * 100
            }
            let since = tenth / 10 - (tenth >= up * 10 ? up : tenth >= down * 10 ? down : 0)
            if since >= 15 { outcome.changes += world.measures[viewer].mainSwitches - changes }
            changes = world.measures[viewer].mainSwitches
            if isVerbose, tenth % 10 == 9 {
                let report = world.measures[viewer].lastReport
                say(
                    "\(tenth / 10) s: \(Int(used * rate)) of \(Int(rate)) kbit/s, queue "
                        + "\(milliseconds(world.measures[viewer].standingQueue)) ms, estimate "
                        + "\(report?.estimateKbps ?? -1), concealed \(world.measures[viewer].concealed / 1_000) ms, "
                        + "changes \(changes), repair \(world.measures[viewer].repairBytes)")
            }
        }
        for text in world.complaints { say(text) }
        return outcome
    }
}
