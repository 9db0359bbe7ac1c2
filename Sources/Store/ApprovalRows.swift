import Briefing
import Identity

/// A route as it is kept, with what concerns its paper and not its order.
public struct KeptApproval: Sendable {
    public var route: ApprovalRoute
    /// The first version of the paper.
    public var first: PaperID
    /// In whose name it is signed, and the paper's number and symbol: what an agency's signature shows.
    public var agency: String
    public var number: String
    /// What whoever submits it has said to everybody.
    public var note: String
    /// Unix seconds.
    public var madeAt: Int
    public var changedAt: Int

    public init(
        route: ApprovalRoute, first: PaperID, agency: String, number: String, note: String, madeAt: Int, changedAt: Int
    ) {
        self.route = route
        self.first = first
        self.agency = agency
        self.number = number
        self.note = note
        self.madeAt = madeAt
        self.changedAt = changedAt
    }
}

/// One act on a route, as it is kept for ever.
public struct KeptApprovalAct: Sendable {
    /// Unix seconds.
    public var at: Int
    public var person: PersonID
    /// `ApprovalAct.name`.
    public var act: String
    /// The step in which it was done, from 0; nil outside of the steps.
    public var step: Int?
    public var round: Int
    public var note: String
    public var paper: PaperID?
    /// Whom somebody has asked to stand in.
    public var delegate: PersonID?

    public init(
        at: Int, person: PersonID, act: String, step: Int?, round: Int, note: String, paper: PaperID?,
        delegate: PersonID? = nil
    ) {
        self.at = at
        self.person = person
        self.act = act
        self.step = step
        self.round = round
        self.note = note
        self.paper = paper
        self.delegate = delegate
    }
}

/// A comment at a page of a version of a paper.
public struct PaperComment: Sendable, Hashable {
    public var id: Int64
    public var paper: PaperID
    /// From 1 on.
    public var page: Int
    /// The place on the page in ten-thousandths of its width and height from its upper left; nil for the whole page.
    public var x: Int?
    public var y: Int?
    public var text: String
    public var author: PersonID
    /// Unix seconds.
    public var at: Int
    /// Whether a meeting about it was running.
    public var isInMeeting: Bool
    public var repliesTo: Int64?
    public var resolvedAt: Int?
    public var resolvedBy: PersonID?

    public init(
        id: Int64 = 0, paper: PaperID, page: Int, x: Int?, y: Int?, text: String, author: PersonID, at: Int,
        isInMeeting: Bool, repliesTo: Int64?, resolvedAt: Int? = nil, resolvedBy: PersonID? = nil
    ) {
        self.id = id
        self.paper = paper
        self.page = page
        self.x = x
        self.y = y
        self.text = text
        self.author = author
        self.at = at
        self.isInMeeting = isInMeeting
        self.repliesTo = repliesTo
        self.resolvedAt = resolvedAt
        self.resolvedBy = resolvedBy
    }
}

/// A file that waits for a signature, or has got it.
public struct PreparedSignature: Sendable {
    public enum State: String, Sendable { case waiting, done, dropped }

    /// 43 characters of base64url; names the file.
    public var id: String
    public var route: ApprovalID
    public var step: Int
    public var paper: PaperID
    public var person: PersonID
    /// What is to be signed: SHA-256, hexadecimal.
    public var digest: String
    public var ticket: SecretToken.Hash
    /// Unix seconds.
    public var madeAt: Int
    public var expiresAt: Int
    public var state: State
    /// The version that bears the signature.
    public var result: PaperID?

    public init(
        id: String, route: ApprovalID, step: Int, paper: PaperID, person: PersonID, digest: String,
        ticket: SecretToken.Hash, madeAt: Int, expiresAt: Int, state: State = .waiting, result: PaperID? = nil
    ) {
        self.id = id
        self.route = route
        self.step = step
        self.paper = paper
        self.person = person
        self.digest = digest
        self.ticket = ticket
        self.madeAt = madeAt
        self.expiresAt = expiresAt
        self.state = state
        self.result = result
    }
}
