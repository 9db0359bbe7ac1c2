import RTP
import Relay
import SecureTransport

/// Coming and going, what sites ask for, and what the relay tells them.
extension World {
    /// A site joins, and is connected at once.
    ///
    /// - Parameter publishes: a microphone and a camera, both still off; else it only watches.
    mutating func join(
        _ index: Int, line: LineProfile, queueBytes: Double? = nil, publishes: Bool = true, isWatched: Bool = false
    ) throws {
        generations[index] &+= 1
        var site = try Site(
            index: index, generation: generations[index], profile: line, queueBytes: queueBytes, seed: seed, now: now)
        site.isWatched = isWatched
        let plan = site.plan(
            room: Self.room, publishes: publishes, line: KnownLine(down: tellsLines ? Int(line.down) : nil))
        try relay.admit(plan, now: now)
        var check = site.check
        check.withUnsafeMutableBytes { relay.receive($0, from: site.address, now: now, into: &batch) }
        relay.handshake(site.id, made: .established(site.keys), datagrams: [], now: now, into: &batch)
        if isMade[index] { (sites + index).deinitialize(count: 1) }
        (sites + index).initialize(to: site)
        isMade[index] = true
        isHere[index] = true
        measures[index].lastReport = nil
        drain(now)
    }

    mutating func leave(_ index: Int) {
        guard isHere[index] else { return }
        relay.remove(sites[index].id, reason: .left, now: now)
        isHere[index] = false
        sites[index].camera.set(on: false, now: now)
    }

    /// Another line in the same place: the site goes and comes back, as it would.
    mutating func move(_ index: Int, to line: LineProfile) throws {
        leave(index)
        try join(index, line: line)
    }

    mutating func setMicrophone(_ index: Int, _ behaviour: Microphone.Behaviour) {
        guard isHere[index], behaviour != sites[index].microphone.behaviour else { return }
        let wasOn = sites[index].microphone.behaviour != .off
        sites[index].microphone.set(behaviour, now: now)
        guard wasOn != (behaviour != .off) else { return }
        relay.command(.publishing(role: .microphone, active: behaviour != .off), from: sites[index].id, now: now)
    }

    mutating func setCamera(_ index: Int, on: Bool) {
        guard isHere[index], on != sites[index].camera.isOn else { return }
        sites[index].camera.set(on: on, now: now)
        relay.command(.publishing(role: .camera, active: on), from: sites[index].id, now: now)
    }

    /// A site looks at one picture large and at others small.
    mutating func look(_ index: Int, main: Int, others: [Int], mainHeight: Int = 720, height: Int = 180) {
        guard isHere[index] else { return }
        var wishes: [ViewRequest] = []
        if main >= 0, main != index, isMade[main] {
            wishes.append(ViewRequest(participant: sites[main].id, role: .camera, height: mainHeight))
        }
        for other in others where other != index && other != main && isMade[other] {
            wishes.append(ViewRequest(participant: sites[other].id, role: .camera, height: height))
        }
        sites[index].mainPicture = main
        relay.command(.view(wishes), from: sites[index].id, now: now)
    }

    /// A step of a line's rates.
    mutating func setRate(_ index: Int, down: Double, up: Double? = nil) {
        let factor = sites[index].down.setRate(down, now: now)
        sites[index].arrivals.stretch(by: factor, now: now)
        if let up { _ = sites[index].up.setRate(up, now: now) }
        sites[index].disturbedAt = now
    }

    /// The line of a site that stays becomes another.
    mutating func setLine(_ index: Int, to line: LineProfile) {
        let factor = sites[index].down.become(line, isDown: true, now: now)
        sites[index].arrivals.stretch(by: factor, now: now)
        _ = sites[index].up.become(line, isDown: false, now: now)
        sites[index].disturbedAt = now
    }

    mutating func setCut(_ index: Int, _ isCut: Bool) {
        sites[index].down.isCut = isCut
        sites[index].up.isCut = isCut
        sites[index].disturbedAt = now
    }

    // MARK: What the relay tells

    mutating func handleEvents() {
        for event in relay.takeEvents() {
            switch event {
            case .slots(_, let viewer, let assignments):
                guard let index = here(viewer) else { continue }
                for assignment in assignments { assign(assignment, to: index) }
            case .layers(_, let owner, let role, let wanted):
                guard role == .camera, let index = here(owner) else { continue }
                sites[index].camera.want(wanted, now: now)
            case .voiceRate(_, let owner, let kbps):
                guard let index = here(owner) else { continue }
                let bytes = (kbps ?? 32) * 1_000 / 8 / 50
                sites[index].microphone.frameBytes = min(max(bytes, VoiceMark.length + 4), Microphone.mostBytes)
            case .line(_, let viewer, let report):
                guard let index = here(viewer) else { continue }
                measures[index].lastReport = report
                measures[index].reportedAt = now
            case .left(_, let name, let reason):
                guard reason != .left, let index = here(name) else { continue }
                isHere[index] = false
                complain("site \(index) was dropped: \(reason.rawValue)")
            case .connected, .publication, .speakers, .quality: break
            }
        }
    }

    private func here(_ name: ParticipantID) -> Int? {
        let index = Site.index(of: name)
        guard index < capacity, isHere[index], sites[index].id == name else { return nil }
        return index
    }

    private mutating func assign(_ assignment: SlotAssignment, to index: Int) {
        guard let position = Int(assignment.mid), position < Site.slotCount else { return }
        let publisher = assignment.participant.map(Site.index) ?? -1
        let generation = assignment.participant.map(Site.generation) ?? 0
        if assignment.picture == .held {
            sites[index].slots[position].wasHeld = true
        } else if sites[index].slots[position].picture == .held {
            sites[index].slots[position].movesSince = now
        }
        sites[index].slots[position].picture = assignment.picture
        guard
            publisher != sites[index].slots[position].publisher
                || generation != sites[index].slots[position].generation
        else { return }
        sites[index].slots[position].publisher = publisher
        sites[index].slots[position].generation = generation
        sites[index].slots[position].since = now
        sites[index].slots[position].lastDecoded = now
        sites[index].slots[position].pictures = 0
        sites[index].slots[position].wasHeld = assignment.picture == .held
        sites[index].slots[position].blackNoted = 0
        sites[index].voices[position].restart()
        sites[index].pictures[position].restart()
    }
}
