/// `Simulation everyone`: all sites of a province speak at once; then three do, and a fourth begins.
enum EveryoneScenario {
    static func run(_ arguments: Arguments) throws -> Bool {
        let count = Int(arguments.number("sites") ?? 264)
        let lines = try Province.lines(count: count, seed: 1)
        var world = World(seed: UInt64(arguments.number("seed") ?? 1), capacity: count)
        for index in 0..<count {
            try world.join(index, line: lines[index])
            world.setMicrophone(index, .silent)
        }
        world.run(until: world.now + 3_000_000)
        for index in 0..<count { world.setMicrophone(index, .constant) }
        world.run(until: world.now + 5_000_000)
        let isLoudKept = measureAll(&world, lines: lines)

        for index in 0..<count { world.setMicrophone(index, (10..<13).contains(index) ? .constant : .silent) }
        world.run(until: world.now + 10_000_000)
        // The newcomer is on a good line, so that what is measured is the relay's.
        let newcomer = lines.indices.last { lines[$0].name == "leased-2m" } ?? count - 1
        let isHeard = measureNewcomer(&world, newcomer, lines: lines)
        for text in world.complaints { say(text) }
        return isLoudKept && isHeard && world.complaints.isEmpty
    }

    /// Voices and audio's rate at each receiver, over ten seconds.
    private static func measureAll(_ world: inout World, lines: [LineProfile]) -> Bool {
        let count = lines.count
        world.beginMeasuring()
        var before: [[Int64]] = []
        for index in 0..<count {
            before.append((0..<Site.voiceSlots).map { world.sites[index].holes[$0].received })
        }
        world.run(until: world.now + 10_000_000)
        var most = 0
        var kbps: [Double] = []
        for index in 0..<count {
            let voices = (0..<Site.voiceSlots).count { slot in
                world.sites[index].holes[slot].received - before[index][slot] >= 50
            }
            most = max(most, voices)
            kbps.append(Double(world.measures[index].soundBytes) * 8 / 1_000 / 10)
        }
        kbps.sort()
        let largest = kbps.last ?? 0
        say(
            "\(count) sites speak: at most \(most) voices a receiver, sound \(decimal(kbps[count / 2])) kbit/s at half "
                + "of them, at most \(decimal(largest))")
        let isKept = most > 0 && most <= 5 && largest <= 200
        if !isKept { say("MISSED: at most 5 voices and 200 kbit/s.") }
        return isKept
    }

    /// When each receiver hears a new speaker, and what of the beginning it misses.
    private static func measureNewcomer(_ world: inout World, _ newcomer: Int, lines: [LineProfile]) -> Bool {
        world.setMicrophone(newcomer, .constant)
        // The next frame is the first of the spurt.
        let first = world.sites[newcomer].microphone.frame
        let start = world.sites[newcomer].microphone.captured(first)
        world.awaited = (newcomer, first)
        for index in lines.indices { world.measures[index].heardAt = 0 }
        world.run(until: world.now + 3_000_000)
        world.awaited = nil
        var isKept = true
        var table = Table(["line", "sites", "heard after ms: half", "last", "clipped ms: half", "most", "never"])
        for profile in Set(lines.map(\.name)).sorted() {
            var times: [Int64] = []
            var clipped: [Int64] = []
            var never = 0
            for index in lines.indices where lines[index].name == profile && index != newcomer {
                let heard = world.measures[index].heardAt
                guard heard > 0 else {
                    never += 1
                    continue
                }
                times.append(heard - start)
                clipped.append(Int64(world.measures[index].heardFrame &- first) * VoiceMark.duration)
            }
            times.sort()
            clipped.sort()
            table.add([
                profile, "\(times.count + never)", times.isEmpty ? "-" : milliseconds(times[times.count / 2]),
                times.isEmpty ? "-" : milliseconds(times[times.count - 1]),
                clipped.isEmpty ? "-" : milliseconds(clipped[clipped.count / 2]),
                clipped.isEmpty ? "-" : milliseconds(clipped[clipped.count - 1]), "\(never)",
            ])
            // A line's own losses may take a frame; the tenth that is worst is not the relay's doing.
            let share = times.isEmpty ? 0 : times.count * 9 / 10
            if never > 0 || (share < times.count && (times[share] > 300_000 || clipped[share] > 40_000)) {
                isKept = false
            }
        }
        table.write()
        if !isKept { say("MISSED: heard within 300 ms, and nothing clipped.") }
        return isKept
    }
}
