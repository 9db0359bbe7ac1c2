/// Whether somebody may come into a meeting's call.
public enum Admission: String, Sendable, Codable {
    case admitted = "in"
    case waiting, removed, locked
    /// The meeting is over.
    case ended
}

extension Conduct {
    mutating func conductDoor(_ act: ConductAct, at now: Int64) throws(ConductRefusal) {
        switch act {
        case .lock(let isLocked): self.isLocked = isLocked
        case .waitingRoom(let isOn):
            hasWaitingRoom = isOn
            guard !isOn else { break }
            for seat in attendees.keys where attendees[seat]?.waitsSince != nil { letIn(seat) }
        case .admit(let target):
            for seat in try seats(of: target) {
                if case .all = target, attendees[seat]?.waitsSince == nil { continue }
                letIn(seat)
            }
        case .turnAway(let seat), .remove(let seat, _):
            guard attendees[seat] != nil else { throw .noSeat }
            guard seat != chair else {
                throw ConductRefusal("is-chair", "Không thể mời chủ trì ra khỏi phiên họp.", "The chair stays.")
            }
            attendees[seat]?.isRemoved = true
            attendees[seat]?.isAdmitted = false
            attendees[seat]?.waitsSince = nil
            leaveQueue(seat)
            stage.removeAll { $0 == seat }
            deputies.removeAll { $0 == seat }
            if presenter == seat { presenter = nil }
            if floor?.seats.contains(seat) == true { endTurn(at: now) }
        case .readmit(let seat):
            guard attendees[seat] != nil else { throw .noSeat }
            letIn(seat)
        default: throw .unknown
        }
    }

    private mutating func letIn(_ seat: Seat) {
        attendees[seat]?.isAdmitted = true
        attendees[seat]?.isRemoved = false
        attendees[seat]?.waitsSince = nil
    }

    /// Whether somebody may come in now, whichever way. Who has been in comes back through a locked door.
    public func admission(of actor: Actor) -> Admission {
        if phase == .ended { return .ended }
        guard let attendee = attendees[actor.seat] else { return isLocked || hasWaitingRoom ? .locked : .admitted }
        if leadsOrHelps(actor) || actor.seat == booked { return .admitted }
        if attendee.isRemoved { return .removed }
        if attendee.isAdmitted { return .admitted }
        if isLocked { return .locked }
        return hasWaitingRoom ? .waiting : .admitted
    }

    /// The same for a client without a seat: WHIP, WHEP, a token of an operator's.
    public var admitsStrangers: Bool { phase != .ended && !isLocked && !hasWaitingRoom }
}
