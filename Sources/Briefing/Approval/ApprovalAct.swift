/// What somebody does on a route of approval.
public enum ApprovalAct: Hashable, Sendable {
    /// Trình: sends a version on its way; while one is under way, a newer one in its place.
    case submit(PaperID)
    /// Has commented, or approves.
    case agree(note: String)
    /// Has signed; the version that bears the signature.
    case sign(PaperID)
    /// Trả lại.
    case giveBack(reason: String)
    /// Ủy quyền: somebody else does it in one's place.
    case delegate(to: PersonID, note: String)
    /// Bỏ qua: what is open of the step whose turn it is.
    case skip(reason: String)
    /// Rút lại.
    case withdraw(reason: String)
    /// Ban hành.
    case issue

    /// As the chain of acts and the pages name it.
    public var name: String {
        switch self {
        case .submit: "submit"
        case .agree: "agree"
        case .sign: "sign"
        case .giveBack: "return"
        case .delegate: "delegate"
        case .skip: "skip"
        case .withdraw: "withdraw"
        case .issue: "issue"
        }
    }

    /// The words that come with it.
    public var note: String {
        switch self {
        case .submit, .sign, .issue: ""
        case .agree(let note), .delegate(_, let note): note
        case .giveBack(let reason), .skip(let reason), .withdraw(let reason): reason
        }
    }
}

/// Who acts.
public struct ApprovalActor: Hashable, Sendable {
    public var person: PersonID
    /// Whether they book for the unit that organises the meeting, and so may stand in for the route's owner.
    public var isSecretary: Bool

    public init(person: PersonID, isSecretary: Bool) {
        self.person = person
        self.isSecretary = isSecretary
    }
}

extension ApprovalRoute {
    /// Does an act, or changes nothing and says why.
    ///
    /// - Parameter now: Unix seconds.
    public mutating func take(_ act: ApprovalAct, by actor: ApprovalActor, at now: Int) throws(ApprovalRefusal) {
        guard !isEnded else { throw .ended }
        switch act {
        case .submit(let paper): try submit(paper, actor)
        case .agree(let note):
            try finishPart(of: actor, at: now, note: note, kinds: [.comment, .approve], paper: paper)
        case .sign(let signed):
            try finishPart(of: actor, at: now, note: "", kinds: [.sign], paper: signed)
            paper = signed
            isSigned = true
        case .giveBack(let reason):
            try checkReason(reason)
            _ = try turn(of: actor.person)
            progress = .draft
            round += 1
        case .delegate(let person, let note): try delegate(to: person, note, actor)
        case .skip(let reason): try skip(reason, actor, at: now)
        case .withdraw(let reason):
            try checkOwner(actor)
            try checkReason(reason)
            progress = .withdrawn
        case .issue:
            try checkOwner(actor)
            guard state == .ready else { throw .notReady }
            progress = .issued
        }
    }

    /// Whether somebody stands in for the owner.
    public func isKept(by actor: ApprovalActor) -> Bool { actor.isSecretary || actor.person == owner }

    private func checkOwner(_ actor: ApprovalActor) throws(ApprovalRefusal) {
        guard isKept(by: actor) else { throw .notTheOwner }
    }

    private func checkReason(_ reason: String) throws(ApprovalRefusal) {
        guard reason.contains(where: { !$0.isWhitespace }) else { throw .noReason }
    }

    /// Where the part is that somebody is to do now.
    private func turn(of person: PersonID) throws(ApprovalRefusal) -> (step: Int, part: Int) {
        guard progress == .running else { throw .isDraft }
        guard let current,
            let part = steps[current].parts.firstIndex(where: { $0.person == person && $0.state == .waiting })
        else { throw .notYourTurn }
        return (current, part)
    }

    private mutating func submit(_ paper: PaperID, _ actor: ApprovalActor) throws(ApprovalRefusal) {
        try checkOwner(actor)
        // A newer version takes the place of one that is under way: it begins anew, as after a return.
        guard progress == .draft || paper != self.paper else { throw .notDraft }
        guard !isSigned || paper != self.paper else { throw .newVersionNeeded }
        if progress == .running { round += 1 }
        for index in steps.indices where steps[index].kind != .comment || !keepsComments {
            for part in steps[index].parts.indices {
                let asked = steps[index].parts[part]
                steps[index].parts[part] = .init(person: asked.person, delegatedBy: asked.delegatedBy)
            }
        }
        self.paper = paper
        isSigned = false
        progress = .running
    }

    private mutating func finishPart(
        of actor: ApprovalActor, at now: Int, note: String, kinds: Set<ApprovalStep.Kind>, paper: PaperID
    ) throws(ApprovalRefusal) {
        let (step, part) = try turn(of: actor.person)
        guard kinds.contains(steps[step].kind) else { throw .wrongKind }
        steps[step].parts[part].state = .done
        steps[step].parts[part].at = now
        steps[step].parts[part].note = note
        steps[step].parts[part].paper = paper
    }

    private mutating func delegate(
        to person: PersonID, _ note: String, _ actor: ApprovalActor
    ) throws(ApprovalRefusal) {
        let (step, part) = try turn(of: actor.person)
        guard !steps[step].parts.contains(where: { $0.person == person }) else { throw .inTheStepAlready }
        steps[step].parts[part].delegatedBy = steps[step].parts[part].delegatedBy ?? actor.person
        steps[step].parts[part].person = person
    }

    private mutating func skip(_ reason: String, _ actor: ApprovalActor, at now: Int) throws(ApprovalRefusal) {
        try checkOwner(actor)
        try checkReason(reason)
        guard progress == .running else { throw .isDraft }
        guard let current else { throw .notYourTurn }
        guard steps[current].kind != .sign else { throw .signaturesAreNotSkipped }
        for part in steps[current].parts.indices where steps[current].parts[part].state == .waiting {
            steps[current].parts[part].state = .skipped
            steps[current].parts[part].at = now
            steps[current].parts[part].note = reason
            steps[current].parts[part].paper = paper
        }
    }
}
