import Relay

/// `Simulation province`: a briefing of hours. The chair speaks, the floor goes round, pages look here and there,
/// microphones make noise, lines change and fall.
enum ProvinceScenario {
    static func run(_ arguments: Arguments) throws -> Bool {
        let hours = arguments.number("hours") ?? 8
        let count = Int(arguments.number("sites") ?? 264)
        let seed = UInt64(arguments.number("seed") ?? 1)
        let end = Int64(hours * 3_600_000_000)
        let lines = try Province.lines(count: count, seed: seed)
        var briefing = Briefing(lines: lines, seed: seed)
        var world = World(seed: seed, capacity: count)
        world.tellsLines = arguments.has("known")
        let clock = ContinuousClock()
        let start = clock.now
        let first = world.now
        for index in 0..<count {
            try briefing.enter(index, &world)
            // They do not come all at once.
            if index % 4 == 3 { world.run(until: world.now + 100_000) }
        }
        var nextWord: Int64 = 600_000_000
        while world.now - first < end {
            try briefing.advance(&world)
            world.run(until: min(world.now + 100_000, first + end))
            if world.now - first >= nextWord {
                nextWord += 600_000_000
                say(progress(world.now - first, start.duration(to: clock.now)))
            }
        }
        let took = start.duration(to: clock.now)
        write(&world, lines: lines)
        say(progress(world.now - first, took))
        for text in world.complaints { say(text) }
        say("digest \(String(world.digest, radix: 16)) of \(world.sent.datagrams) datagrams")
        return world.complaints.isEmpty
    }

    private static func progress(_ virtual: Int64, _ real: Duration) -> String {
        let seconds = Double(virtual) / 1_000_000
        let spent = Double(real.components.seconds) + Double(real.components.attoseconds) * 1e-18
        return "\(decimal(seconds)) s of the briefing in \(decimal(spent)) s: "
            + "\(decimal(seconds / spent)) times real time"
    }

    /// What the sites of each kind of line had.
    private static func write(_ world: inout World, lines: [LineProfile]) {
        var table = Table([
            "line", "sites", "concealed %", "voice p95 ms", "speaker f/s", "others f/s", "kbit/s", "queue p95",
            "up p95", "black s",
        ])
        for name in Set(lines.map(\.name)).sorted() {
            let members = lines.indices.filter { lines[$0].name == name && world.isMade[$0] }
            var (speech, concealed, black, bytes) = (Int64(0), Int64(0), Int64(0), 0)
            var (pictures, seconds, others, otherSeconds) = (0, 0.0, 0, 0.0)
            var (delay, queue, up) = (Int64(0), Int64(0), Int64(0))
            for index in members {
                speech += world.measures[index].speech
                concealed += world.measures[index].concealed
                black += world.measures[index].black
                bytes += world.measures[index].bytes
                pictures += world.measures[index].main.pictures
                seconds += world.measures[index].main.seconds
                others += world.measures[index].otherPictures
                otherSeconds += world.measures[index].otherSlotSeconds
                delay += world.measures[index].delays.percentile(0.95)
                queue += world.sites[index].down.waits.percentile(0.95)
                up += world.sites[index].up.waits.percentile(0.95)
            }
            let sites = Int64(max(members.count, 1))
            table.add([
                name, "\(members.count)", percent(Double(concealed) / Double(max(speech, 1)), 2),
                milliseconds(delay / sites), decimal(Double(pictures) / max(seconds, 0.1)),
                decimal(Double(others) / max(otherSeconds, 0.1)),
                "\(Int(Double(bytes) * 8_000 / Double(world.now) / Double(sites)))", milliseconds(queue / sites),
                milliseconds(up / sites), decimal(Double(black) / 1_000_000),
            ])
        }
        table.write()
        let metrics = world.relay.metrics
        say(
            "received \(world.sent.received), forwarded \(metrics.packetsForwarded), sent again "
                + "\(metrics.retransmissions), keyframes asked \(metrics.keyframeRequests), lost in queues and on lines "
                + "\(world.sent.dropped), longest stay of a voice \(milliseconds(world.longestStay)) ms")
    }
}

/// The course of a briefing: who speaks, who looks at what, whose line changes.
private struct Briefing {
    private let lines: [LineProfile]
    private var random: Seeded
    private var floor = 0
    private var floorUntil: Int64 = 0
    private var nextVote: Int64 = 901_000_000
    private var voteUntil: Int64 = 0
    private var nextLook: [Int64]
    private var returns: [Int64]

    init(lines: [LineProfile], seed: UInt64) {
        self.lines = lines
        random = Seeded(seed, stream: 21)
        nextLook = Array(repeating: 0, count: lines.count)
        returns = Array(repeating: 0, count: lines.count)
    }

    /// A site joins as its technician has set it up.
    mutating func enter(_ index: Int, _ world: inout World) throws {
        try world.join(index, line: lines[index], isWatched: index < 8)
        world.setCamera(index, on: true)
        world.setMicrophone(index, habit(index))
        look(index, &world)
    }

    /// What a microphone does while its site does not have the floor.
    private func habit(_ index: Int) -> Microphone.Behaviour {
        if index == 0 { return .chatting }
        return index % 20 == 7 ? .noisy : index % 5 == 3 ? .silent : .off
    }

    /// Ten times a second.
    mutating func advance(_ world: inout World) throws {
        if world.now >= floorUntil { giveFloor(&world) }
        if world.now >= nextVote {
            nextVote = world.now + 1_800_000_000
            voteUntil = world.now + 20_000_000
            for index in lines.indices where index != floor { world.setMicrophone(index, .chatting) }
        }
        if voteUntil > 0, world.now >= voteUntil {
            voteUntil = 0
            for index in lines.indices where index != floor { world.setMicrophone(index, habit(index)) }
        }
        for index in lines.indices {
            if returns[index] > 0, world.now >= returns[index] {
                returns[index] = 0
                try enter(index, &world)
            }
            if world.isHere[index], world.now >= nextLook[index] { look(index, &world) }
        }
        // About one a minute: somebody's line falls, changes or comes back.
        if random.chance(0.002) { try disturb(1 + random.index(below: lines.count - 1), &world) }
    }

    private mutating func giveFloor(_ world: inout World) {
        world.setMicrophone(floor, habit(floor))
        // Every other word is the chair's.
        floor = floor == 0 ? 1 + random.index(below: lines.count - 1) : 0
        if !world.isHere[floor] { floor = 0 }
        floorUntil = world.now + random.time(20_000_000...150_000_000)
        world.setMicrophone(floor, .speaking)
        world.relay.conduct(
            room: World.room, chair: world.sites[0].id, floor: world.sites[floor].id, now: world.now)
        // The pages turn to whoever has the floor, one after the other.
        for index in lines.indices { nextLook[index] = min(nextLook[index], world.now + random.time(0...400_000)) }
    }

    private mutating func look(_ index: Int, _ world: inout World) {
        nextLook[index] = world.now + random.time(60_000_000...600_000_000)
        let page = random.chance(0.7) ? 0 : random.index(below: max(lines.count / 8, 1))
        let others = (0..<8).map { (page * 8 + $0 + 1) % lines.count }
        world.look(index, main: floor, others: others)
    }

    private mutating func disturb(_ index: Int, _ world: inout World) throws {
        guard world.isHere[index], index != floor else { return }
        switch random.index(below: 4) {
        case 0:
            world.leave(index)
            returns[index] = world.now + random.time(5_000_000...60_000_000)
        case 1: world.setCut(index, !world.sites[index].down.isCut)
        case 2: world.setRate(index, down: max(lines[index].down * random.number(0.4...1), 64))
        default:
            world.setRate(index, down: lines[index].down, up: lines[index].up)
            world.setCut(index, false)
        }
    }
}
