extension Conduct {
    mutating func conductVoices(_ act: ConductAct, by actor: Actor, at now: Int64) throws(ConductRefusal) {
        switch act {
        case .microphone(let isOn): try switchMicrophone(of: actor.seat, isOn: isOn)
        case .mute(let target, let isHeld):
            for seat in try seats(of: target) where !isLeadersSeat(seat, by: actor) {
                attendees[seat]?.isMuted = true
                attendees[seat]?.isHeld = isHeld
                attendees[seat]?.microphoneIsOn = false
                // Whoever is muted by name no longer speaks.
                if floor?.seats.contains(seat) == true, case .seats = target {
                    floor?.seats.removeAll { $0 == seat }
                    if floor?.seats.isEmpty == true {
                        floor?.seats = [seat]
                        endTurn(at: now)
                    }
                }
            }
        case .unmute(let target):
            for seat in try seats(of: target) {
                attendees[seat]?.isMuted = false
                attendees[seat]?.isHeld = false
                // Its microphone may be off by its own hand: it is asked, and nobody opens it from afar.
                if case .seats = target { attendees[seat]?.voiceAskedAt = now }
            }
        case .setPolicy(let policy): self.policy = policy
        case .setStage(let seats, let layout):
            guard seats.allSatisfy({ attendees[$0] != nil }) else { throw .noSeat }
            stage = seats
            self.layout = layout
        default: throw .unknown
        }
    }

    private mutating func switchMicrophone(of seat: Seat, isOn: Bool) throws(ConductRefusal) {
        guard isOn else {
            attendees[seat]?.microphoneIsOn = false
            return
        }
        if isSilencedByFloor(seat) {
            throw ConductRefusal(
                "floor-held", "Đang có điểm cầu phát biểu. Hãy đăng ký phát biểu.",
                "Somebody has the floor. Raise your hand to speak.")
        }
        if attendees[seat]?.isMuted == true {
            guard attendees[seat]?.isHeld == false, policy.selfUnmute else {
                throw ConductRefusal(
                    "held", "Chủ trì đã tắt micrô của điểm cầu. Hãy đăng ký phát biểu.",
                    "The chair has muted you. Raise your hand to speak.")
            }
            attendees[seat]?.isMuted = false
        }
        attendees[seat]?.microphoneIsOn = true
    }

    /// The seats of a target; those who lead are only meant by name.
    func seats(of target: ConductAct.Target) throws(ConductRefusal) -> [Seat] {
        switch target {
        case .seats(let seats):
            guard seats.allSatisfy({ attendees[$0] != nil }) else { throw .noSeat }
            return seats
        case .unit(let unit):
            let within = units(within: unit)
            return attendees.values.filter { within.contains($0.planned.unit) }.map(\.planned.seat).sorted()
        case .all: return attendees.keys.sorted()
        }
    }

    /// A unit and all that the plan knows below it.
    func units(within top: UnitID) -> Set<UnitID> {
        var found: Set<UnitID> = [top]
        var hasGrown = true
        while hasGrown {
            hasGrown = false
            for unit in plan.units {
                if let parent = unit.parent, found.contains(parent), found.insert(unit.id).inserted { hasGrown = true }
            }
        }
        return found
    }

    private func isLeadersSeat(_ seat: Seat, by actor: Actor) -> Bool { seat == chair || seat == actor.seat }

    /// Whether somebody else's turn keeps a seat quiet. The chair can always speak.
    func isSilencedByFloor(_ seat: Seat) -> Bool {
        guard let floor, floor.state == .holds, phase == .open else { return false }
        return !floor.seats.contains(seat) && seat != chair && attendees[seat]?.planned.isInvited == true
    }

    /// Whether nobody is to hear a seat.
    public func isSilenced(_ seat: Seat) -> Bool {
        attendees[seat]?.isMuted == true || isSilencedByFloor(seat)
    }
}
