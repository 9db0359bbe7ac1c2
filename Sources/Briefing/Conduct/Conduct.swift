/// The conduct of one meeting as a state machine: who leads, who is there, who speaks, what is voted and decided.
///
/// Acts and times (Unix ms) in; nothing out but its own state. The same acts at the same times give the same state: what
/// was accepted is journalled, and read again after a restart.
public struct Conduct: Sendable, Equatable {
    public enum Phase: String, Sendable, Codable { case planned, open, ended }

    /// One seat, as the meeting knows it.
    public struct Attendee: Sendable, Equatable {
        public var planned: ConductPlan.PlannedSeat
        public internal(set) var isConnected = false
        public internal(set) var hasMedia = false
        public internal(set) var isDevice = false
        public internal(set) var microphoneIsOn = false
        /// By the chair; a floor that somebody else holds mutes as well.
        public internal(set) var isMuted = false
        public internal(set) var isHeld = false
        /// When the chair last asked for its voice; 0: never.
        public internal(set) var voiceAskedAt: Int64 = 0
        public internal(set) var isAdmitted = false
        public internal(set) var isRemoved = false
        /// When it came to wait for being let in.
        public internal(set) var waitsSince: Int64?
        public internal(set) var lastDisconnectedAt: Int64?
        public internal(set) var firstConnectedAt: Int64?
        public internal(set) var drops = 0
        /// ms for which it was gone after it had been there.
        public internal(set) var away: Int64 = 0
        public internal(set) var mark: RollMark?
    }

    public struct Item: Sendable, Equatable {
        public let id: Int
        public var title: String
        public var owner: String
        public var minutes: Int
        /// ms that it has taken, without the run that is on.
        public internal(set) var spent: Int64 = 0
        public internal(set) var since: Int64?
        public internal(set) var isDone = false
    }

    public internal(set) var plan: ConductPlan
    public internal(set) var phase = Phase.planned
    public internal(set) var openedAt: Int64?
    public internal(set) var endedAt: Int64?

    public internal(set) var chair: Seat?
    public internal(set) var booked: Seat?
    public internal(set) var deputies: [Seat] = []
    /// Since when the chair's line is down.
    var chairLostAt: Int64?

    public internal(set) var isLocked = false
    public internal(set) var hasWaitingRoom = false
    public internal(set) var policy = FloorPolicy()
    public internal(set) var attendees: [Seat: Attendee] = [:]
    public internal(set) var agenda: [Item] = []
    public internal(set) var floor: Turn?
    public internal(set) var queue: [QueuedTurn] = []
    public internal(set) var turns: [PastTurn] = []
    public internal(set) var stage: [Seat] = []
    public internal(set) var layout = Layout.speaker
    /// The page that everybody is shown; nil: none.
    public internal(set) var presentation: Presentation?
    /// Whom the chair has made presenter, beside whoever has the floor.
    public internal(set) var presenter: Seat?
    /// On all pages, in the order in which they were drawn.
    public internal(set) var marks: [Mark] = []
    /// What is played to everybody.
    public internal(set) var film: FilmShow?
    /// Of the call; nil: nothing has been recorded.
    public internal(set) var recording: RecordingState?
    public internal(set) var roll = RollCall()
    public internal(set) var votes: [Vote] = []
    public internal(set) var chat: [ChatLine] = []
    public internal(set) var decisions: [Decision] = []
    /// The secretary's notes by agenda item; `nil` is the meeting's own.
    public internal(set) var notes: [Int?: String] = [:]
    /// Of the minutes.
    public internal(set) var number = DocumentNumber()
    /// What has been counted of secret ballots, by vote: kept apart from who has voted.
    var tallies: [Int: [Int]]
    /// Numbers that are given once.
    var nextItem = 1
    var nextVote = 1
    var nextChat = 1
    var nextDecision = 1
    var nextMark = 1

    /// - Parameter tallies: of the secret ballots, where the acts to come are read again from the journal.
    public init(plan: ConductPlan, tallies: [Int: [Int]] = [:]) {
        self.plan = plan
        self.tallies = tallies
        take(plan)
    }

    // MARK: Acts

    /// Does one act, or says why not; then nothing has changed.
    public mutating func take(
        _ act: ConductAct, by actor: Actor, at now: Int64
    ) throws(ConductRefusal) {
        let before = self
        do throws(ConductRefusal) {
            try perform(act, by: actor, at: now)
        } catch {
            self = before
            throw error
        }
    }

    /// What happens without anybody's doing.
    public mutating func happen(_ act: ConductAct, at now: Int64) {
        switch act {
        case .plan(let plan): take(plan)
        case .arrive(let planned):
            if attendees[planned.seat] == nil { attendees[planned.seat] = Attendee(planned: planned) }
        case .presence(let seat, let isConnected, let hasMedia, let isDevice):
            attend(seat, isConnected: isConnected, hasMedia: hasMedia, isDevice: isDevice, at: now)
        case .restart:
            film = nil
            for seat in attendees.keys.sorted() {
                attend(seat, isConnected: false, hasMedia: false, isDevice: false, at: now)
            }
        case .time: expire(at: now)
        case .recorder(let disk, let minutes): noteDisk(disk, minutesLeft: minutes, at: now)
        case .recorderGone: endRecording(at: now)
        default: break
        }
    }

    private mutating func perform(_ act: ConductAct, by actor: Actor, at now: Int64) throws(ConductRefusal) {
        guard attendees[actor.seat] != nil else { throw .noSeat }
        if !act.isAnybodys {
            guard leads(actor) || act == .takeChair else { throw .notLeader }
        } else if attendees[actor.seat]?.isRemoved == true {
            throw ConductRefusal("removed", "Điểm cầu đã được mời ra khỏi phiên họp.", "You have been removed.")
        }
        if phase == .ended, !Self.isAfterwards(act) { throw .ended }
        switch act {
        case .open: try open(at: now)
        case .end: try end(at: now)
        case .raiseHand, .lowerHand, .acceptFloor, .declineFloor, .endTurn, .giveFloor, .nextFloor, .takeFloor,
            .extendFloor, .removeFromQueue, .moveInQueue, .mergeInQueue:
            try conductFloor(act, by: actor, at: now)
        case .microphone, .mute, .unmute, .setPolicy, .setStage: try conductVoices(act, by: actor, at: now)
        case .startItem, .stopItem, .addItem, .moveItem: try conductAgenda(act, at: now)
        case .lock, .waitingRoom, .admit, .turnAway, .remove, .readmit: try conductDoor(act, at: now)
        case .setDeputies, .handChair, .takeChair: try conductChair(act, by: actor)
        case .confirmRoll, .openRoll, .closeRoll, .correctRoll, .signRoll, .setQuorum:
            try conductRoll(act, by: actor, at: now)
        case .castVote, .openVote, .closeVote, .cancelVote: try conductVotes(act, by: actor, at: now)
        case .say(let addressee, let text): try say(text, to: addressee, by: actor, at: now)
        case .addDecision, .editDecision, .removeDecision, .note, .numberMinutes:
            try conductMinutes(act, at: now)
        case .showPaper, .turnPage, .hidePaper, .makePresenter, .mark, .eraseMark, .clearPage:
            try conductPapers(act, by: actor)
        case .playFilm, .pauseFilm, .seekFilm, .stopFilm: try conductFilm(act, at: now)
        case .record, .pauseRecording, .stopRecording: try conductRecording(act, at: now)
        case .plan, .arrive, .presence, .restart, .time, .recorder, .recorderGone: throw .unknown
        }
    }

    /// What the secretary still does when the briefing is over.
    private static func isAfterwards(_ act: ConductAct) -> Bool {
        switch act {
        case .addDecision, .editDecision, .removeDecision, .note, .numberMinutes, .openRoll, .correctRoll, .closeRoll,
            .signRoll:
            true
        default: false
        }
    }

    /// Whether somebody leads at this moment.
    public func leads(_ actor: Actor) -> Bool { actor.role == .secretary || actor.seat == chair }

    /// Whether somebody leads, or helps as a technician.
    public func leadsOrHelps(_ actor: Actor) -> Bool { leads(actor) || actor.role == .technician }

    /// What somebody is at this moment: a deputy may hold the chair.
    public func role(of actor: Actor) -> Actor.Role { actor.seat == chair ? .chair : actor.role }

    // MARK: The meeting as a whole

    private mutating func open(at now: Int64) throws(ConductRefusal) {
        guard phase == .planned else {
            throw ConductRefusal("opened", "Phiên họp đã khai mạc.", "The briefing has been opened already.")
        }
        phase = .open
        openedAt = now
        recordByStandingOrder(at: now)
    }

    private mutating func end(at now: Int64) throws(ConductRefusal) {
        guard phase == .open else { throw .notOpen }
        stopItem(at: now)
        endTurn(at: now)
        queue = []
        film = nil
        for index in votes.indices where votes[index].state == .open {
            votes[index].state = .cancelled
            votes[index].reason = "Phiên họp kết thúc"
            votes[index].closedAt = now
        }
        if roll.state == .open { roll.state = .closed }
        presentation = nil
        endRecording(at: now)
        phase = .ended
        endedAt = now
    }

    /// What is booked: seats and agenda are added, and what is known of them is renewed; nobody who was there is lost.
    private mutating func take(_ plan: ConductPlan) {
        let before = self.plan
        self.plan = plan
        for planned in plan.seats {
            if attendees[planned.seat] == nil { attendees[planned.seat] = Attendee(planned: planned) }
            attendees[planned.seat]?.planned = planned
        }
        let planned = Set(plan.seats.map(\.seat))
        for (seat, attendee) in attendees where !planned.contains(seat) {
            // Whoever has been there stays in the record, uninvited.
            if attendee.firstConnectedAt == nil && attendee.mark == nil {
                attendees[seat] = nil
            } else {
                attendees[seat]?.planned.isInvited = false
            }
        }
        if phase == .planned, before.agenda != plan.agenda || agenda.isEmpty {
            agenda = []
            nextItem = 1
            for item in plan.agenda { append(item) }
        }
        if booked != plan.chair || chair == nil {
            if chair == nil || chair == booked { chair = plan.chair }
            booked = plan.chair
        }
        if !deputies.isEmpty { deputies.removeAll { attendees[$0] == nil } }
        queue = queue.compactMap { $0.keeping { attendees[$0] != nil } }
        stage.removeAll { attendees[$0] == nil }
        if presenter.map({ attendees[$0] == nil }) == true { presenter = nil }
        renewPresentation()
    }

    // MARK: Who is there

    private mutating func attend(
        _ seat: Seat, isConnected: Bool, hasMedia: Bool, isDevice: Bool, at now: Int64
    ) {
        guard var attendee = attendees[seat] else { return }
        let (was, isNow) = (attendee.isConnected || attendee.hasMedia, isConnected || hasMedia)
        let couldLead = attendee.isConnected
        attendee.isConnected = isConnected
        attendee.hasMedia = hasMedia
        if isNow { attendee.isDevice = isDevice }
        if !isConnected { attendee.microphoneIsOn = false }
        if !was && isNow {
            if let gone = attendee.lastDisconnectedAt { attendee.away += max(0, now - gone) }
            if attendee.firstConnectedAt == nil { attendee.firstConnectedAt = now }
            attendee.lastDisconnectedAt = nil
            // The door is the chair's: whoever holds it, or was booked for it, comes in by themselves.
            let isOpen = !hasWaitingRoom && !isLocked || seat == chair || seat == booked
            if isOpen && !attendee.isRemoved { attendee.isAdmitted = true }
            if !attendee.isAdmitted && !attendee.isRemoved && attendee.waitsSince == nil { attendee.waitsSince = now }
        } else if was && !isNow {
            attendee.lastDisconnectedAt = now
            attendee.waitsSince = nil
            attendee.drops += 1
        }
        attendees[seat] = attendee
        // Nobody opens an emergency: it begins with the first who comes.
        if plan.isEmergency, phase == .planned, isNow, attendee.planned.isInvited {
            phase = .open
            openedAt = now
            recordByStandingOrder(at: now)
        }
        if seat == chair {
            // Whose line is down may count as in the call for half a minute (RFC 7675 §5.1), but leads nobody.
            if isConnected || isNow && !was {
                chairLostAt = nil
            } else if couldLead || was && !isNow {
                chairLostAt = chairLostAt ?? now
            }
        }
    }

    /// Whether a seat can be heard and seen at all.
    func isThere(_ seat: Seat) -> Bool { attendees[seat].map { $0.isConnected || $0.hasMedia } ?? false }

    func name(_ seat: Seat) -> String { attendees[seat]?.planned.name ?? "" }

    // MARK: Time

    /// How long a chair may be away before a deputy takes over, ms.
    static let chairPatience: Int64 = 10_000
    /// How long somebody is asked whether they want to speak, ms.
    static let askingTime: Int64 = 30_000

    /// When ``ConductAct/time`` changes something, Unix ms; nil: not by itself.
    public var deadline: Int64? {
        var times: [Int64] = []
        if let floor {
            if floor.state == .asked { times.append(floor.since + Self.askingTime) }
            if let until = floor.until { times.append(until) }
        }
        if roll.state == .open, let until = roll.until { times.append(until) }
        if let filmEnd { times.append(filmEnd) }
        if let chairLostAt, phase == .open, successor != nil { times.append(chairLostAt + Self.chairPatience) }
        return times.min()
    }

    private mutating func expire(at now: Int64) {
        if let floor {
            if floor.state == .asked, now >= floor.since + Self.askingTime { self.floor = nil }
            if let until = floor.until, floor.state == .holds, now >= until { endTurn(at: now) }
        }
        if roll.state == .open, let until = roll.until, now >= until { roll.state = .closed }
        endFilm(at: now)
        if let lost = chairLostAt, phase == .open, now >= lost + Self.chairPatience, let successor {
            chair = successor
            chairLostAt = nil
        }
    }

    /// The first deputy who has a console.
    private var successor: Seat? { deputies.first { $0 != chair && attendees[$0]?.isConnected == true } }
}
