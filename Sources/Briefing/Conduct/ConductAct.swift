/// One thing that somebody does in a meeting, or that happens to it.
public enum ConductAct: Hashable, Sendable {
    /// Whom an act is about.
    public enum Target: Hashable, Sendable {
        case seats([Seat])
        case unit(UnitID)
        case all
    }

    public enum Addressee: Hashable, Sendable {
        case all, leaders, technician
        case seat(Seat)
    }

    // Anybody with a seat.
    case raiseHand, lowerHand
    case acceptFloor, declineFloor, endTurn
    case microphone(isOn: Bool)
    case confirmRoll
    /// `choice` is nil where it is kept apart: a secret ballot that is read again.
    case castVote(Int, choice: Int?)
    case say(Addressee, String)

    // Whoever presents: who leads, who has the floor, or was made presenter.
    case showPaper(PaperID, page: Int)
    case turnPage(Int)
    case hidePaper
    /// Its number is given when it is kept.
    case mark(Mark)
    case eraseMark(Int)
    /// All strokes of the page that is shown.
    case clearPage

    // Whoever leads.
    case open, end
    case startItem(Int), stopItem
    case addItem(ConductPlan.PlannedItem)
    case moveItem(Int, before: Int?)
    case makePresenter(Seat?)
    case giveFloor(Seat, seconds: Int?)
    case nextFloor(seconds: Int?)
    case takeFloor
    case extendFloor(seconds: Int)
    case removeFromQueue(Seat)
    case moveInQueue(Seat, before: Seat?)
    case mergeInQueue(Seat, with: Seat)
    case mute(Target, isHeld: Bool)
    case unmute(Target)
    case setPolicy(FloorPolicy)
    case setStage([Seat], Layout)
    case lock(Bool), waitingRoom(Bool)
    case admit(Target)
    case turnAway(Seat)
    case remove(Seat, reason: String)
    case readmit(Seat)
    case setDeputies([Seat])
    case handChair(Seat)
    case takeChair
    case openRoll(minutes: Int?)
    case closeRoll
    case correctRoll(Seat, RollState, reason: String)
    case signRoll
    case setQuorum(Fraction)
    case openVote(VoteForm)
    case closeVote(Int)
    case cancelVote(Int, reason: String)
    case addDecision(DecisionForm)
    case editDecision(Int, DecisionForm)
    case removeDecision(Int)
    case note(item: Int?, String)
    case numberMinutes(DocumentNumber)
    /// Length and start are ms; without a start it goes on where it stands.
    case playFilm(PaperID, title: String, length: Int64, at: Int64?)
    case pauseFilm
    case seekFilm(Int64)
    case stopFilm
    /// Begins to record, or goes on after a pause.
    case record
    case pauseRecording, stopRecording

    // What happens.
    /// What is booked has changed.
    case plan(ConductPlan)
    /// Somebody leads or helps who is not invited.
    case arrive(ConductPlan.PlannedSeat)
    case presence(Seat, isConnected: Bool, hasMedia: Bool, isDevice: Bool)
    /// The server has come back: nobody is connected.
    case restart
    /// Something is due.
    case time
    /// How the disk does to which the call is recorded, and what it lasts for at the present pace, where that matters.
    case recorder(RecordingState.Disk, minutesLeft: Int?)
    /// The server was away until the meeting was long over: nothing more is recorded.
    case recorderGone

    /// Whether anybody with a seat may do it, and not only whoever leads.
    public var isAnybodys: Bool {
        switch self {
        case .raiseHand, .lowerHand, .acceptFloor, .declineFloor, .endTurn, .microphone, .confirmRoll, .castVote, .say,
            .showPaper, .turnPage, .hidePaper, .mark, .eraseMark, .clearPage:
            true
        default: false
        }
    }
}

/// Whether sites may speak by themselves, and how long a turn is.
public struct FloorPolicy: Hashable, Sendable, Codable {
    /// Whether a site that was muted may switch its microphone on by itself.
    public var selfUnmute: Bool
    /// Whether whoever is given the floor is asked before their microphone is opened.
    public var consent: Bool
    /// Seconds of a turn where nothing else is said; 0: no end.
    public var seconds: Int

    public init(selfUnmute: Bool = true, consent: Bool = true, seconds: Int = 0) {
        self.selfUnmute = selfUnmute
        self.consent = consent
        self.seconds = seconds
    }
}

/// What everybody sees, as the chair sets it.
public enum Layout: String, Sendable, Codable, CaseIterable { case speaker, grid, pair, paper }

/// How a seat stands in the roll.
public enum RollState: String, Sendable, Codable, CaseIterable {
    case expected, present, late, dropped, absent, delegated

    /// Whether it counts for the quorum.
    public var isThere: Bool { self == .present || self == .late || self == .delegated }
}

/// A part of a whole, as a quorum is: two thirds.
public struct Fraction: Hashable, Sendable, Codable {
    public var numerator: Int
    public var denominator: Int

    /// nil unless 0 < numerator ≤ denominator ≤ 100.
    public init?(_ numerator: Int, _ denominator: Int) {
        guard (1...100).contains(denominator), (1...denominator).contains(numerator) else { return nil }
        self.numerator = numerator
        self.denominator = denominator
    }

    /// How many of `whole` are enough.
    public func needed(of whole: Int) -> Int { (whole * numerator + denominator - 1) / denominator }
}

public struct VoteForm: Hashable, Sendable, Codable {
    public enum Kind: String, Sendable, Codable {
        /// Everybody sees who has voted how, at once.
        case open
        /// Everybody sees it when it is closed.
        case roll
        /// Nobody ever sees it.
        case secret
    }

    /// Who has a vote.
    public enum Voters: String, Sendable, Codable { case unit, seat }

    /// What it takes, counted for the first choice; `plurality`: the choice with most votes.
    public enum Rule: String, Sendable, Codable {
        case majority, plurality
        case twoThirds = "two-thirds"
        case threeQuarters = "three-quarters"
    }

    /// Of whom the rule's part is counted.
    public enum Base: String, Sendable, Codable { case cast, present, all }

    public var title: String
    public var kind: Kind
    public var by: Voters
    /// 2 to 8.
    public var choices: [String]
    public var rule: Rule
    public var of: Base
    public var needsQuorum: Bool
    /// The agenda item that it belongs to; nil where none was on.
    public var item: Int?

    public init(
        title: String, kind: Kind, by: Voters, choices: [String], rule: Rule, of: Base, needsQuorum: Bool,
        item: Int? = nil
    ) {
        self.title = title
        self.kind = kind
        self.by = by
        self.choices = choices
        self.rule = rule
        self.of = of
        self.needsQuorum = needsQuorum
        self.item = item
    }
}

public struct DecisionForm: Hashable, Sendable, Codable {
    public var text: String
    /// The day by which it is due, ISO 8601; empty: none.
    public var due: String
    public var owner: String
    /// The agenda item that it belongs to.
    public var item: Int?

    public init(text: String, due: String, owner: String, item: Int?) {
        self.text = text
        self.due = due
        self.owner = owner
        self.item = item
    }
}

/// Why an act is not done.
public struct ConductRefusal: Error, Equatable, Sendable {
    public var code: String
    public var sentence: Sentence

    public init(_ code: String, _ vietnamese: String, _ english: String) {
        self.code = code
        sentence = Sentence(vietnamese: vietnamese, english: english)
    }

    static let notLeader = Self(
        "not-leader", "Chỉ chủ trì hoặc thư ký phiên họp làm được việc này.",
        "Only the chair or the meeting's secretary may do this.")
    static let noSeat = Self(
        "no-seat", "Điểm cầu hoặc đại biểu này không có trong phiên họp.", "That site or person is not of this meeting."
    )
    static let ended = Self("ended", "Phiên họp đã kết thúc.", "The briefing has ended.")
    static let notOpen = Self("not-open", "Phiên họp chưa khai mạc.", "The briefing has not been opened.")
    static let unknown = Self(
        "unknown", "Lệnh không đúng. Hãy tải lại trang.", "The act is not understood. Reload the page.")
}
