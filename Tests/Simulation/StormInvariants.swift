import Relay

/// What every site of a storm may count on, whatever happens to the others.
struct StormInvariants {
    /// kbit/s on which two or three voices go through, merged or not, and a picture beside them.
    static let (voiceRate, pictureRate) = (160.0, 360.0)
    /// µs: how long a queue may stand, how long a wanted picture may stay the same.
    private static let (longQueue, patience, starvation): (Int64, Int64, Int64) = (250_000, 3_000_000, 15_000_000)

    private struct Watch {
        var speech: Int64 = 0
        var concealed: Int64 = 0
        var before: (speech: Int64, concealed: Int64) = (0, 0)
        var queuedSince: Int64 = 0
        var black: Int64 = 0
        var main = -1
        var withoutPictureSince: Int64 = 0
        var lowSince: Int64 = 0
    }

    private var watches = Array(repeating: Watch(), count: Storm.sites)
    private(set) var failures: [String] = []

    private mutating func fail(_ world: borrowing World, _ index: Int, _ text: String) {
        failures.append(
            "\(World.clock(world.now)) site \(index) (\(world.sites[index].profile.text), now "
                + "\(Int(world.sites[index].down.rate)) kbit/s): \(text)")
    }

    /// Ten times a second.
    mutating func check(_ world: borrowing World) {
        for index in 0..<Storm.sites {
            guard world.isHere[index] else {
                watches[index].queuedSince = 0
                watches[index].withoutPictureSince = 0
                watches[index].lowSince = 0
                continue
            }
            checkVoice(world, index)
            checkQueue(world, index)
            checkPictures(world, index)
            checkEstimate(world, index)
        }
    }

    /// Audio is reserved: what is concealed while the line is as it was is the line's own loss.
    private mutating func checkVoice(_ world: borrowing World, _ index: Int) {
        let now = (world.measures[index].speech, world.measures[index].concealedByLine)
        let before = watches[index].before
        watches[index].before = now
        let isCalm = world.now - world.sites[index].disturbedAt > 2_500_000
        guard isCalm, !world.sites[index].down.isCut, world.sites[index].down.rate >= Self.voiceRate else { return }
        watches[index].speech += now.0 - before.speech
        watches[index].concealed += now.1 - before.concealed
    }

    private mutating func checkQueue(_ world: borrowing World, _ index: Int) {
        guard world.sites[index].down.rate >= Self.voiceRate, world.measures[index].standingQueue > Self.longQueue
        else {
            watches[index].queuedSince = 0
            return
        }
        if watches[index].queuedSince == 0 { watches[index].queuedSince = world.now }
        let since = max(watches[index].queuedSince, world.sites[index].disturbedAt)
        guard world.now - since > Self.patience else { return }
        fail(world, index, "a queue of \(milliseconds(world.measures[index].standingQueue)) ms stands")
        watches[index].queuedSince = world.now
    }

    private mutating func checkPictures(_ world: borrowing World, _ index: Int) {
        if world.measures[index].black > watches[index].black {
            watches[index].black = .max
            var dark: [Int] = []
            for slot in 0..<Site.slotCount
            where world.sites[index].slots[slot].blackNoted > world.now - 200_000 {
                dark.append(world.sites[index].slots[slot].publisher)
            }
            fail(world, index, "black where it should show \(dark)")
        }
        let main = world.sites[index].mainPicture
        if main != watches[index].main {
            watches[index].main = main
            watches[index].withoutPictureSince = world.now
        }
        guard main >= 0, main != index, world.isHere[main], world.sites[main].camera.canSend,
            world.sites[main].profile.up >= 200, !world.sites[main].up.isCut, !world.sites[index].down.isCut,
            world.sites[index].down.rate >= Self.pictureRate
        else {
            watches[index].withoutPictureSince = world.now
            return
        }
        var last = watches[index].withoutPictureSince
        for slot in Site.voiceSlots..<(Site.voiceSlots + Site.cameraSlots)
        where world.sites[index].slots[slot].publisher == main && world.sites[index].slots[slot].pictures > 0 {
            last = max(last, world.sites[index].slots[slot].lastDecoded)
        }
        last = max(
            last, world.sites[main].camera.onSince, world.sites[index].disturbedAt, world.sites[main].disturbedAt)
        guard world.now - last > Self.starvation else { return }
        fail(world, index, "no new picture of site \(main), at which it looks")
        watches[index].withoutPictureSince = world.now
    }

    /// A quarter of what the line bears, for 20 s, while pictures wait for more.
    private mutating func checkEstimate(_ world: borrowing World, _ index: Int) {
        let rate = world.sites[index].down.rate
        guard let report = world.measures[index].lastReport, let estimate = report.estimateKbps, report.level != .full,
            Double(estimate) < min(rate, 3_000) / 4, world.sites[index].profile.loss < 3,
            world.now - world.sites[index].disturbedAt > 20_000_000
        else {
            watches[index].lowSince = 0
            return
        }
        if watches[index].lowSince == 0 { watches[index].lowSince = world.now }
        guard world.now - watches[index].lowSince > 20_000_000 else { return }
        fail(world, index, "the estimate stays at \(estimate) kbit/s")
        watches[index].lowSince = world.now
    }

    /// What can be told only at the end.
    mutating func finish(_ world: borrowing World) {
        for index in 0..<Storm.sites where world.isMade[index] && watches[index].speech > 5_000_000 {
            let share = Double(watches[index].concealed) / Double(watches[index].speech) * 100
            // On a line that bears little more than its voices every step and every picture is felt.
            let isThin = world.sites[index].profile.down < 400
            let limit = (isThin ? 7 : 2) + 1.6 * world.sites[index].profile.loss
            if share > limit {
                fail(world, index, "\(decimal(share, 2)) % of the voices concealed, more than \(decimal(limit, 2))")
            }
        }
        if world.longestStay > 500_000 {
            failures.append("a voice stayed in the relay for \(milliseconds(world.longestStay)) ms")
        }
        let metrics = world.relay.metrics
        if metrics.srtpFailures + metrics.replays > 0 {
            failures.append("\(metrics.srtpFailures) packets did not open at the relay, \(metrics.replays) came twice")
        }
        failures += world.complaints
    }
}
