import ICalendar

public typealias ApprovalID = Identifier<ApprovalRoute>

/// One step of a route of approval: one or several people who comment or approve beside one another, or one who signs.
public struct ApprovalStep: Hashable, Sendable {
    /// In the order in which they follow one another in a route.
    public enum Kind: String, Sendable, Codable, CaseIterable, Comparable {
        /// Cho ý kiến.
        case comment
        /// Phê duyệt.
        case approve
        /// Ký số.
        case sign

        public static func < (left: Kind, right: Kind) -> Bool { left.place < right.place }

        private var place: Int {
            switch self {
            case .comment: 0
            case .approve: 1
            case .sign: 2
            }
        }
    }

    /// What one person has to do in it.
    public struct Part: Hashable, Sendable {
        public enum State: String, Sendable, Codable, CaseIterable { case waiting, done, skipped }

        public var person: PersonID
        /// Who was asked first, where they have delegated it; nil where nobody did.
        public var delegatedBy: PersonID?
        public var state: State
        /// Unix seconds of when it was done or skipped.
        public var at: Int?
        /// What they said; the reason of a skip.
        public var note: String
        /// The version that they acted on; of a signature the version that bears it.
        public var paper: PaperID?

        public init(
            person: PersonID, delegatedBy: PersonID? = nil, state: State = .waiting, at: Int? = nil, note: String = "",
            paper: PaperID? = nil
        ) {
            self.person = person
            self.delegatedBy = delegatedBy
            self.state = state
            self.at = at
            self.note = note
            self.paper = paper
        }
    }

    public var kind: Kind
    /// In the order in which they were named.
    public var parts: [Part]
    /// The day by which it is to be done; nothing happens by itself when it has passed.
    public var due: LocalDate?

    public init(kind: Kind, parts: [Part], due: LocalDate? = nil) {
        self.kind = kind
        self.parts = parts
        self.due = due
    }

    public var isDone: Bool { parts.allSatisfy { $0.state != .waiting } }
}

/// The way of a paper from its draft to its issue (luồng ký duyệt): steps in a strict order, comments before approvals before
/// signatures.
public struct ApprovalRoute: Hashable, Sendable {
    /// Where it is. It is always in just one of them.
    public enum State: String, Sendable, Codable, CaseIterable {
        /// With whoever prepares the paper.
        case draft
        case comment
        case approve
        case sign
        /// All steps are done; it waits to be issued.
        case ready
        case issued
        case withdrawn
    }

    /// What is kept of the state; the rest follows from the steps.
    public enum Progress: String, Sendable, Codable, CaseIterable { case draft, running, issued, withdrawn }

    /// The most steps of a route, and people of a step.
    public static let longest = 20

    public var id: ApprovalID
    /// The version that is on its way.
    public var paper: PaperID
    /// Whoever has made it.
    public var owner: PersonID
    public var progress: Progress
    /// From 1 on; a paper that was given back and comes again is in the next one.
    public var round: Int
    /// Whether a new version does not go to those again who have commented. Approvals and signatures never hold for a
    /// version that their givers have not seen.
    public var keepsComments: Bool
    /// Whether the version bears a signature of this round. One that was given back with it does not go on as it is.
    public var isSigned: Bool
    public var steps: [ApprovalStep]

    public init(
        id: ApprovalID, paper: PaperID, owner: PersonID, progress: Progress = .draft, round: Int = 1,
        keepsComments: Bool = false, isSigned: Bool = false, steps: [ApprovalStep]
    ) {
        self.id = id
        self.paper = paper
        self.owner = owner
        self.progress = progress
        self.round = round
        self.keepsComments = keepsComments
        self.isSigned = isSigned
        self.steps = steps
    }

    /// Where the step stands whose turn it is; nil where none is.
    public var current: Int? {
        progress == .running ? steps.firstIndex { !$0.isDone } : nil
    }

    public var state: State {
        switch progress {
        case .draft: .draft
        case .issued: .issued
        case .withdrawn: .withdrawn
        case .running:
            switch current.map({ steps[$0].kind }) {
            case .comment: .comment
            case .approve: .approve
            case .sign: .sign
            case nil: .ready
            }
        }
    }

    public var isEnded: Bool { progress == .issued || progress == .withdrawn }

    /// Whose turn it is.
    public var waiting: [PersonID] {
        guard let current else { return [] }
        return steps[current].parts.filter { $0.state == .waiting }.map(\.person)
    }

    /// Everybody who has or had a part in it.
    public var people: Set<PersonID> {
        Set([owner] + steps.flatMap(\.parts).flatMap { [$0.person, $0.delegatedBy].compactMap(\.self) })
    }

    /// What is wrong with some steps; nil where they make a route.
    public static func fault(of steps: [ApprovalStep]) -> ApprovalRefusal? {
        guard (1...longest).contains(steps.count), steps.allSatisfy({ (1...longest).contains($0.parts.count) }) else {
            return .wrongSize
        }
        for (step, next) in zip(steps, steps.dropFirst()) where step.kind > next.kind { return .wrongOrder }
        for step in steps {
            if Set(step.parts.map(\.person)).count < step.parts.count { return .namedTwice }
            if step.kind == .sign, step.parts.count > 1 { return .severalSigners }
        }
        // What everybody only comments on is neither approved nor signed by anybody.
        return steps.contains { $0.kind != .comment } ? nil : .nobodyDecides
    }
}
