import Briefing
import ICalendar
import Testing

private let owner = ApprovalActor(person: PersonID(1), isSecretary: false)
private let secretary = ApprovalActor(person: PersonID(2), isSecretary: true)

private func actor(_ number: Int64) -> ApprovalActor { ApprovalActor(person: PersonID(number), isSecretary: false) }

private func step(_ kind: ApprovalStep.Kind, _ people: Int64...) -> ApprovalStep {
    ApprovalStep(kind: kind, parts: people.map { .init(person: PersonID($0)) })
}

private func route(_ steps: ApprovalStep..., keepsComments: Bool = false) -> ApprovalRoute {
    ApprovalRoute(
        id: ApprovalID(1), paper: PaperID(10), owner: owner.person, keepsComments: keepsComments, steps: steps)
}

/// Comments of two beside one another, one approval, two signatures.
private func usual(keepsComments: Bool = false) -> ApprovalRoute {
    route(
        step(.comment, 11, 12), step(.approve, 13), step(.sign, 14), step(.sign, 15), keepsComments: keepsComments)
}

struct ApprovalTests {
    @Test func `a paper goes from draft over comments, approvals and signatures to its issue`() throws {
        var route = usual()
        #expect(route.state == .draft && route.waiting.isEmpty)
        try route.take(.submit(PaperID(10)), by: owner, at: 1)
        #expect(route.state == .comment && route.waiting == [PersonID(11), PersonID(12)])
        try route.take(.agree(note: "Đồng ý"), by: actor(12), at: 2)
        #expect(route.state == .comment && route.waiting == [PersonID(11)])
        try route.take(.agree(note: ""), by: actor(11), at: 3)
        #expect(route.state == .approve)
        try route.take(.agree(note: ""), by: actor(13), at: 4)
        #expect(route.state == .sign && route.waiting == [PersonID(14)])
        try route.take(.sign(PaperID(20)), by: actor(14), at: 5)
        #expect(route.waiting == [PersonID(15)] && route.paper == PaperID(20))
        try route.take(.sign(PaperID(21)), by: actor(15), at: 6)
        #expect(route.state == .ready)
        try route.take(.issue, by: secretary, at: 7)
        #expect(route.state == .issued && route.isEnded)
        #expect(route.steps[0].parts[1].note == "Đồng ý" && route.steps[0].parts[1].at == 2)
    }

    @Test func `signers sign in their order and nobody before the approvals`() throws {
        var route = usual()
        try route.take(.submit(PaperID(10)), by: owner, at: 1)
        for early in [14, 15] as [Int64] {
            #expect(throws: ApprovalRefusal.notYourTurn) {
                try route.take(.sign(PaperID(20)), by: actor(early), at: 2)
            }
        }
        for person in [11, 12, 13] as [Int64] { try route.take(.agree(note: ""), by: actor(person), at: 3) }
        #expect(throws: ApprovalRefusal.notYourTurn) { try route.take(.sign(PaperID(20)), by: actor(15), at: 4) }
        #expect(throws: ApprovalRefusal.wrongKind) { try route.take(.agree(note: ""), by: actor(14), at: 4) }
    }

    @Test func `what is returned goes back to draft and restarts with a new version`() throws {
        var route = usual()
        try route.take(.submit(PaperID(10)), by: owner, at: 1)
        for person in [11, 12] as [Int64] { try route.take(.agree(note: ""), by: actor(person), at: 2) }
        #expect(throws: ApprovalRefusal.noReason) { try route.take(.giveBack(reason: " \n"), by: actor(13), at: 3) }
        try route.take(.giveBack(reason: "Sai số liệu"), by: actor(13), at: 3)
        #expect(route.state == .draft && route.round == 2)
        // Until it comes again everybody sees what had been done.
        #expect(route.steps[0].isDone)
        try route.take(.submit(PaperID(11)), by: owner, at: 4)
        #expect(route.state == .comment && route.waiting == [PersonID(11), PersonID(12)])
    }

    @Test func `comments hold for a new version where the route says so, approvals never`() throws {
        var route = usual(keepsComments: true)
        try route.take(.submit(PaperID(10)), by: owner, at: 1)
        for person in [11, 12, 13] as [Int64] { try route.take(.agree(note: ""), by: actor(person), at: 2) }
        try route.take(.giveBack(reason: "Thiếu phụ lục"), by: actor(14), at: 3)
        try route.take(.submit(PaperID(11)), by: owner, at: 4)
        #expect(route.state == .approve && route.waiting == [PersonID(13)])
    }

    @Test func `a signed version that was returned does not come again as it is`() throws {
        var route = usual()
        try route.take(.submit(PaperID(10)), by: owner, at: 1)
        for person in [11, 12, 13] as [Int64] { try route.take(.agree(note: ""), by: actor(person), at: 2) }
        try route.take(.sign(PaperID(20)), by: actor(14), at: 3)
        try route.take(.giveBack(reason: "Nhầm thẩm quyền"), by: actor(15), at: 4)
        #expect(throws: ApprovalRefusal.newVersionNeeded) {
            try route.take(.submit(PaperID(20)), by: owner, at: 5)
        }
        try route.take(.submit(PaperID(21)), by: owner, at: 5)
        #expect(route.state == .comment && !route.isSigned)
    }

    @Test func `a newer version takes the place of the one under way and begins anew`() throws {
        var route = usual()
        try route.take(.submit(PaperID(10)), by: owner, at: 1)
        for person in [11, 12, 13] as [Int64] { try route.take(.agree(note: ""), by: actor(person), at: 2) }
        #expect(throws: ApprovalRefusal.notDraft) { try route.take(.submit(PaperID(10)), by: owner, at: 3) }
        try route.take(.submit(PaperID(11)), by: secretary, at: 3)
        #expect(route.state == .comment && route.round == 2 && route.paper == PaperID(11))
    }

    @Test func `whoever delegates has no turn any more, and who stands in for them has it`() throws {
        var route = usual()
        try route.take(.submit(PaperID(10)), by: owner, at: 1)
        #expect(throws: ApprovalRefusal.inTheStepAlready) {
            try route.take(.delegate(to: PersonID(12), note: ""), by: actor(11), at: 2)
        }
        try route.take(.delegate(to: PersonID(30), note: "Đi công tác"), by: actor(11), at: 2)
        try route.take(.delegate(to: PersonID(31), note: ""), by: actor(30), at: 2)
        #expect(throws: ApprovalRefusal.notYourTurn) { try route.take(.agree(note: ""), by: actor(11), at: 3) }
        #expect(route.waiting == [PersonID(31), PersonID(12)])
        #expect(route.steps[0].parts[0].delegatedBy == PersonID(11))
        #expect(route.people.contains(PersonID(11)) && route.people.contains(PersonID(31)))
    }

    @Test func `the owner skips comments and approvals with a reason, and never a signature`() throws {
        var route = usual()
        try route.take(.submit(PaperID(10)), by: owner, at: 1)
        #expect(throws: ApprovalRefusal.notTheOwner) { try route.take(.skip(reason: "Gấp"), by: actor(13), at: 2) }
        #expect(throws: ApprovalRefusal.noReason) { try route.take(.skip(reason: ""), by: owner, at: 2) }
        try route.take(.agree(note: "Được"), by: actor(11), at: 2)
        try route.take(.skip(reason: "Gấp"), by: owner, at: 3)
        #expect(route.steps[0].parts.map(\.state) == [.done, .skipped] && route.steps[0].parts[0].note == "Được")
        try route.take(.skip(reason: "Đã duyệt tại cuộc họp"), by: secretary, at: 4)
        #expect(throws: ApprovalRefusal.signaturesAreNotSkipped) {
            try route.take(.skip(reason: "Gấp"), by: owner, at: 5)
        }
    }

    @Test func `what is withdrawn stays withdrawn`() throws {
        var route = usual()
        try route.take(.submit(PaperID(10)), by: owner, at: 1)
        #expect(throws: ApprovalRefusal.notTheOwner) {
            try route.take(.withdraw(reason: "x"), by: actor(11), at: 2)
        }
        try route.take(.withdraw(reason: "Không còn cần thiết"), by: secretary, at: 2)
        for act in [ApprovalAct.submit(PaperID(10)), .agree(note: ""), .issue, .skip(reason: "x")] {
            #expect(throws: ApprovalRefusal.ended) { try route.take(act, by: owner, at: 3) }
        }
        #expect(route.state == .withdrawn && route.waiting.isEmpty)
    }

    @Test func `steps that make no route are told by what is wrong with them`() {
        func fault(_ steps: ApprovalStep...) -> ApprovalRefusal? { ApprovalRoute.fault(of: steps) }
        #expect(fault() == .wrongSize)
        #expect(fault(step(.approve)) == .wrongSize)
        #expect(fault(step(.sign, 1), step(.approve, 2)) == .wrongOrder)
        #expect(fault(step(.approve, 2, 2)) == .namedTwice)
        #expect(fault(step(.sign, 1, 2)) == .severalSigners)
        #expect(fault(step(.comment, 1)) == .nobodyDecides)
        #expect(fault(step(.comment, 1), step(.approve, 1), step(.sign, 1), step(.sign, 2)) == nil)
    }
}
