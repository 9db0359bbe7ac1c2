/// How a seat answered the roll call.
public struct RollMark: Sendable, Equatable {
    public enum Means: String, Sendable, Codable { case button, device, hand }

    public var state: RollState
    public var means: Means
    public var at: Int64
    /// Why it was corrected by hand.
    public var reason: String
}

/// The roll call of a meeting.
public struct RollCall: Sendable, Equatable {
    public enum State: String, Sendable, Codable { case none, open, closed, signed }

    public struct Signed: Sendable, Equatable {
        public var by: String
        public var at: Int64
        /// The list as it was signed.
        public var lines: [Seat: RollState]
    }

    public internal(set) var state = State.none
    public internal(set) var since: Int64?
    public internal(set) var until: Int64?
    public internal(set) var signed: Signed?
    public internal(set) var quorum = Self.twoThirds

    private static let twoThirds = Fraction(2, 3) ?? .half
}

extension Fraction {
    static let half = Fraction(numerator: 1, of: 2)

    private init(numerator: Int, of denominator: Int) {
        self.numerator = numerator
        self.denominator = denominator
    }
}

/// How many seats stand how, and whether enough units are there.
public struct RollCounts: Sendable, Equatable {
    public var seats: [RollState: Int] = [:]
    /// Units with a seat that is there, and all units with one.
    public var unitsPresent = 0
    public var units = 0
    public var needed = 0

    public var hasQuorum: Bool { units > 0 && unitsPresent >= needed }
}

extension Conduct {
    /// Whoever answers later than this after the opening is late, ms.
    static let latenessAfter: Int64 = 300_000
    /// How long a line may be away before its site counts as dropped, ms.
    static let dropPatience: Int64 = 20_000

    mutating func conductRoll(_ act: ConductAct, by actor: Actor, at now: Int64) throws(ConductRefusal) {
        switch act {
        case .confirmRoll:
            // Whoever leads from a seat of their own answers for the site they sit at.
            for seat in actor.seats where attendees[seat]?.planned.isInvited == true { confirm(seat, actor, at: now) }
        case .openRoll(let minutes):
            guard roll.state != .signed else { throw Self.isSigned }
            roll.state = .open
            roll.since = now
            roll.until = minutes.map { now + Int64($0) * 60_000 }
        case .closeRoll:
            guard roll.state == .open else {
                throw ConductRefusal("roll-not-open", "Chưa mở điểm danh.", "The roll call is not open.")
            }
            roll.state = .closed
        case .correctRoll(let seat, let state, let reason):
            guard roll.state != .signed else { throw Self.isSigned }
            guard attendees[seat]?.planned.isInvited == true else { throw .noSeat }
            attendees[seat]?.mark = RollMark(state: state, means: .hand, at: now, reason: reason)
        case .signRoll:
            guard roll.state == .closed else {
                throw ConductRefusal(
                    "roll-not-closed", "Hãy kết thúc điểm danh trước khi ký xác nhận.",
                    "Close the roll call before signing it off.")
            }
            roll.signed = RollCall.Signed(by: actor.name, at: now, lines: rollLines(at: now))
            roll.state = .signed
        case .setQuorum(let quorum): roll.quorum = quorum
        default: throw .unknown
        }
    }

    private static let isSigned = ConductRefusal(
        "roll-signed", "Danh sách điểm danh đã được ký xác nhận.", "The roll has been signed off.")

    private mutating func confirm(_ seat: Seat, _ actor: Actor, at now: Int64) {
        // A correction by hand stands, but for one who had been missed.
        if let mark = attendees[seat]?.mark, mark.state.isThere || mark.means == .hand && mark.state != .absent {
            return
        }
        let begin = max(openedAt ?? plan.start, plan.start)
        let isLate = now > begin + Self.latenessAfter || roll.state == .closed || roll.state == .signed
        attendees[seat]?.mark = RollMark(
            state: isLate ? .late : .present, means: actor.isDevice ? .device : .button, at: now, reason: "")
    }

    /// How a seat stands in the roll.
    public func rollState(of seat: Seat, at now: Int64) -> RollState {
        guard let attendee = attendees[seat], attendee.planned.isInvited else { return .expected }
        guard let mark = attendee.mark else {
            return roll.state == .closed || roll.state == .signed ? .absent : .expected
        }
        guard mark.state.isThere else { return mark.state }
        if phase == .open, !attendee.isConnected, !attendee.hasMedia, mark.means != .hand,
            let gone = attendee.lastDisconnectedAt, now - gone >= Self.dropPatience
        {
            return .dropped
        }
        return attendee.planned.delegate.isEmpty || mark.means == .hand ? mark.state : .delegated
    }

    /// The roll of all invited seats.
    public func rollLines(at now: Int64) -> [Seat: RollState] {
        var lines: [Seat: RollState] = [:]
        for (seat, attendee) in attendees where attendee.planned.isInvited {
            lines[seat] = rollState(of: seat, at: now)
        }
        return lines
    }

    public func rollCounts(at now: Int64) -> RollCounts {
        var counts = RollCounts()
        var units: [UnitID: Bool] = [:]
        for (seat, state) in rollLines(at: now) {
            counts.seats[state, default: 0] += 1
            guard let unit = attendees[seat]?.planned.unit else { continue }
            units[unit] = units[unit] == true || state.isThere
        }
        counts.units = units.count
        counts.unitsPresent = units.values.count { $0 }
        counts.needed = roll.quorum.needed(of: units.count)
        return counts
    }

    /// When the roll next changes by itself, Unix ms: a line that is down makes its site dropped.
    public func nextDrop(after now: Int64) -> Int64? {
        guard phase == .open else { return nil }
        return attendees.values.compactMap { attendee in
            guard attendee.mark != nil, !attendee.isConnected, !attendee.hasMedia,
                let gone = attendee.lastDisconnectedAt
            else { return nil }
            let due = gone + Self.dropPatience
            return due > now ? due : nil
        }.min()
    }
}
