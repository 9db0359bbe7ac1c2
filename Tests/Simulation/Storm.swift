import Relay

/// A minute of 24 sites in which everything happens: random lines that change and fall, sites that come and go, mute
/// and look elsewhere. The same for the same seed.
struct Storm: ~Copyable {
    static let sites = 24
    static let duration: Int64 = 60_000_000

    var world: World
    private var random: Seeded
    private var lines: [LineProfile] = []
    private var actions: [(at: Int64, site: Int, what: Action)] = []
    private var nextAction = 0
    private var speaker = 0

    private enum Action {
        case step(Double), cut(Bool), leave, enter, microphone(Microphone.Behaviour), camera(Bool), look, floor
    }

    init(seed: UInt64) throws {
        world = World(seed: seed, capacity: Self.sites)
        random = Seeded(seed, stream: 30)
        let profiles = try LineProfile.all()
        for _ in 0..<Self.sites {
            lines.append(
                random.chance(0.4) ? profiles[random.index(below: profiles.count)] : .random(using: &random))
        }
        world.tellsLines = random.chance(0.5)
        plan()
        for index in 0..<Self.sites { try enter(index) }
    }

    func line(_ index: Int) -> LineProfile { lines[index] }

    private mutating func plan() {
        let start = world.now
        func moment(_ random: inout Seeded) -> Int64 { start + random.time(6_000_000...(Self.duration - 4_000_000)) }
        for site in 0..<Self.sites {
            if random.chance(0.35) {
                for _ in 0..<(1 + random.index(below: 2)) {
                    let rate = max(lines[site].down * random.number(0.25...1.5), 64).rounded()
                    actions.append((moment(&random), site, .step(rate)))
                }
            }
            if random.chance(0.15) {
                let at = moment(&random)
                actions.append((at, site, .cut(true)))
                actions.append((at + random.time(500_000...4_000_000), site, .cut(false)))
            }
            if random.chance(0.15) {
                let at = moment(&random)
                actions.append((at, site, .leave))
                actions.append((at + random.time(1_000_000...8_000_000), site, .enter))
            }
            if random.chance(0.3) { actions.append((moment(&random), site, .microphone(.chatting))) }
            if random.chance(0.2) { actions.append((moment(&random), site, .microphone(.noisy))) }
            if random.chance(0.2) {
                let at = moment(&random)
                actions.append((at, site, .camera(false)))
                actions.append((at + random.time(1_000_000...10_000_000), site, .camera(true)))
            }
            for _ in 0..<2 { actions.append((moment(&random), site, .look)) }
        }
        var at = start
        while at < start + Self.duration {
            actions.append((at, random.index(below: Self.sites), .floor))
            at += random.time(5_000_000...18_000_000)
        }
        // Sorting keeps no order of equals: the site decides.
        actions.sort { ($0.at, $0.site) < ($1.at, $1.site) }
    }

    private mutating func enter(_ index: Int) throws {
        guard !world.isHere[index] else { return }
        try world.join(index, line: lines[index], isWatched: index % 3 == 0)
        world.setMicrophone(index, .silent)
        world.setCamera(index, on: true)
        look(index)
    }

    private mutating func look(_ index: Int) {
        var others: [Int] = []
        for _ in 0..<8 { others.append(random.index(below: Self.sites)) }
        var seen: [Int] = []
        for other in others where !seen.contains(other) { seen.append(other) }
        world.look(index, main: speaker, others: seen)
    }

    /// Does what is due; to be called ten times a second.
    mutating func advance() throws -> [String] {
        var told: [String] = []
        while nextAction < actions.count, actions[nextAction].at <= world.now {
            let (_, site, what) = actions[nextAction]
            nextAction += 1
            told.append("site \(site): \(what)")
            switch what {
            case .step(let rate) where world.isHere[site]: world.setRate(site, down: rate)
            case .cut(let isCut) where world.isHere[site]: world.setCut(site, isCut)
            case .leave: world.leave(site)
            case .enter: try enter(site)
            case .microphone(let behaviour) where site != speaker: world.setMicrophone(site, behaviour)
            case .camera(let isOn): world.setCamera(site, on: isOn)
            case .look: look(site)
            case .floor:
                guard world.isHere[site] else { continue }
                world.setMicrophone(speaker, .silent)
                speaker = site
                world.setMicrophone(speaker, .speaking)
                world.relay.conduct(room: World.room, chair: nil, floor: world.sites[site].id, now: world.now)
                for viewer in 0..<Self.sites { look(viewer) }
            default: break
            }
        }
        return told
    }
}
