/// A turn to speak that is on, or offered.
public struct Turn: Sendable, Equatable {
    public enum State: String, Sendable, Codable { case asked, holds }

    /// One seat, or several that share the turn.
    public var seats: [Seat]
    public var state: State
    public var since: Int64
    public var until: Int64?
    /// Seconds that it may take once it begins; 0: no end.
    var seconds: Int
}

public struct QueuedTurn: Sendable, Equatable {
    public var seats: [Seat]
    public var at: Int64

    func keeping(_ isKept: (Seat) -> Bool) -> QueuedTurn? {
        let rest = seats.filter(isKept)
        return rest.isEmpty ? nil : QueuedTurn(seats: rest, at: at)
    }
}

/// Who has spoken, for the minutes.
public struct PastTurn: Sendable, Equatable {
    public var seats: [Seat]
    public var began: Int64
    public var ended: Int64
    /// The agenda item that was on.
    public var item: Int?
}

extension Conduct {
    /// Longest turn, s.
    static let longestTurn = 7200

    mutating func conductFloor(_ act: ConductAct, by actor: Actor, at now: Int64) throws(ConductRefusal) {
        switch act {
        case .raiseHand: try raiseHand(actor.seat, at: now)
        case .lowerHand: leaveQueue(actor.seat)
        case .acceptFloor:
            guard floor?.seats.contains(actor.seat) == true, floor?.state == .asked else {
                throw ConductRefusal("not-asked", "Chưa được mời phát biểu.", "You have not been asked to speak.")
            }
            beginTurn(at: now)
        case .declineFloor:
            guard floor?.seats.contains(actor.seat) == true, floor?.state == .asked else { return }
            floor?.seats.removeAll { $0 == actor.seat }
            if floor?.seats.isEmpty == true { floor = nil }
        case .endTurn:
            guard floor?.seats.contains(actor.seat) == true else {
                throw ConductRefusal("no-floor", "Điểm cầu không giữ quyền phát biểu.", "You do not have the floor.")
            }
            endTurn(at: now)
        case .giveFloor(let seat, let seconds):
            guard attendees[seat] != nil else { throw .noSeat }
            let queued = queue.first { $0.seats.contains(seat) }?.seats ?? [seat]
            try give(queued, seconds: seconds, by: actor, at: now)
        case .nextFloor(let seconds):
            guard let next = queue.first(where: { $0.seats.contains(where: isThere) }) else {
                throw ConductRefusal("empty-queue", "Không còn ai đăng ký phát biểu.", "Nobody waits to speak.")
            }
            try give(next.seats, seconds: seconds, by: actor, at: now)
        case .takeFloor: endTurn(at: now)
        case .extendFloor(let seconds):
            guard let turn = floor, turn.state == .holds else {
                throw ConductRefusal("no-floor", "Không ai đang phát biểu.", "Nobody has the floor.")
            }
            floor?.until = max(now, turn.until ?? now) + Int64(seconds) * 1000
        case .removeFromQueue(let seat): leaveQueue(seat)
        case .moveInQueue(let seat, let before): try move(seat, before: before)
        case .mergeInQueue(let seat, let other): try merge(seat, with: other, at: now)
        default: throw .unknown
        }
    }

    private mutating func raiseHand(_ seat: Seat, at now: Int64) throws(ConductRefusal) {
        guard phase == .open else { throw .notOpen }
        guard floor?.seats.contains(seat) != true else {
            throw ConductRefusal("has-floor", "Điểm cầu đang có quyền phát biểu.", "You have the floor already.")
        }
        guard !queue.contains(where: { $0.seats.contains(seat) }) else { return }
        queue.append(QueuedTurn(seats: [seat], at: now))
    }

    mutating func leaveQueue(_ seat: Seat) {
        queue = queue.compactMap { $0.keeping { $0 != seat } }
    }

    private mutating func give(
        _ seats: [Seat], seconds: Int?, by actor: Actor, at now: Int64
    ) throws(ConductRefusal) {
        guard phase == .open else { throw .notOpen }
        let there = seats.filter { isThere($0) && attendees[$0]?.isRemoved != true }
        guard !there.isEmpty else {
            throw ConductRefusal(
                "not-there", "\(seats.map(name).joined(separator: ", ")) chưa kết nối, chưa thể mời phát biểu.",
                "\(seats.map(name).joined(separator: ", ")) is not connected and cannot be given the floor.")
        }
        endTurn(at: now)
        for seat in seats { leaveQueue(seat) }
        let limit = min(max(seconds ?? policy.seconds, 0), Self.longestTurn)
        floor = Turn(seats: there, state: .asked, since: now, until: nil, seconds: limit)
        // Whoever gives it to themselves needs no asking.
        if !policy.consent || there.contains(actor.seat) { beginTurn(at: now) }
    }

    private mutating func beginTurn(at now: Int64) {
        guard var turn = floor else { return }
        turn.state = .holds
        turn.since = now
        turn.until = turn.seconds > 0 ? now + Int64(turn.seconds) * 1000 : nil
        floor = turn
        for seat in turn.seats {
            attendees[seat]?.isMuted = false
            attendees[seat]?.isHeld = false
        }
    }

    mutating func endTurn(at now: Int64) {
        if let turn = floor, turn.state == .holds {
            turns.append(
                PastTurn(seats: turn.seats, began: turn.since, ended: now, item: runningItem))
        }
        floor = nil
    }

    private mutating func move(_ seat: Seat, before other: Seat?) throws(ConductRefusal) {
        guard let from = queue.firstIndex(where: { $0.seats.contains(seat) }) else { throw .noSeat }
        let turn = queue.remove(at: from)
        let to = other.flatMap { other in queue.firstIndex { $0.seats.contains(other) } } ?? queue.endIndex
        queue.insert(turn, at: to)
    }

    /// Two that want to speak share one turn, at the place of the second.
    private mutating func merge(_ seat: Seat, with other: Seat, at now: Int64) throws(ConductRefusal) {
        guard attendees[seat] != nil, let into = queue.first(where: { $0.seats.contains(other) }) else {
            throw .noSeat
        }
        guard !into.seats.contains(seat) else { return }
        let joining = queue.first { $0.seats.contains(seat) }?.seats ?? [seat]
        queue = queue.compactMap { $0.keeping { !joining.contains($0) } }
        guard let index = queue.firstIndex(where: { $0.seats.contains(other) }) else { throw .noSeat }
        queue[index].seats += joining
    }
}
