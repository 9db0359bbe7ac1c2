import Briefing
import TestSupport
import Testing

/// Routes under random acts of random people: what always holds.
struct ApprovalPropertyTests {
    private static func steps(_ generator: inout SeededGenerator) -> [ApprovalStep] {
        var steps: [ApprovalStep] = []
        for kind in ApprovalStep.Kind.allCases {
            for _ in 0..<Int.random(in: 0...2, using: &generator) {
                let people = (1...5).shuffled(using: &generator)
                    .prefix(kind == .sign ? 1 : Int.random(in: 1...3, using: &generator))
                steps.append(ApprovalStep(kind: kind, parts: people.map { .init(person: PersonID(Int64($0))) }))
            }
        }
        return steps
    }

    private static func act(_ generator: inout SeededGenerator, _ paper: inout Int64) -> ApprovalAct {
        let somebody = PersonID(Int64.random(in: 1...7, using: &generator))
        switch Int.random(in: 0..<20, using: &generator) {
        case 0..<4:
            paper += Int64.random(in: 0...1, using: &generator)
            return .submit(PaperID(paper))
        case 4..<10: return .agree(note: "ý kiến")
        case 10..<15:
            paper += 1
            return .sign(PaperID(paper))
        case 15: return .giveBack(reason: Bool.random(using: &generator) ? "sai" : "")
        case 16: return .delegate(to: somebody, note: "")
        case 17: return .skip(reason: "gấp")
        case 18: return Int.random(in: 0..<20, using: &generator) == 0 ? .withdraw(reason: "thôi") : .agree(note: "")
        default: return .issue
        }
    }

    @Test(arguments: 0..<300) func `random acts break nothing that holds of a route`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let steps = Self.steps(&generator)
        guard ApprovalRoute.fault(of: steps) == nil else { return }
        var paper: Int64 = 1
        var route = ApprovalRoute(
            id: ApprovalID(1), paper: PaperID(1), owner: PersonID(1),
            keepsComments: Bool.random(using: &generator), steps: steps)
        for now in 1..<120 {
            let before = route
            let actor = ApprovalActor(
                person: PersonID(Int64.random(in: 1...7, using: &generator)),
                isSecretary: Int.random(in: 0..<5, using: &generator) == 0)
            let act = Self.act(&generator, &paper)
            do {
                try route.take(act, by: actor, at: now)
            } catch {
                // What is refused changes nothing.
                #expect(route == before)
                continue
            }
            Self.check(route, after: before, act, by: actor)
        }
    }

    private static func check(
        _ route: ApprovalRoute, after before: ApprovalRoute, _ act: ApprovalAct, by actor: ApprovalActor
    ) {
        // The steps and their people stay: nobody is lost, and nobody comes in but by delegation.
        #expect(route.steps.map(\.kind) == before.steps.map(\.kind))
        #expect(route.steps.map(\.parts.count) == before.steps.map(\.parts.count))
        #expect(
            before.people.subtracting(route.people).isEmpty || { if case .delegate = act { true } else { false } }())
        #expect(!before.isEnded && route.round >= before.round)
        // In one state: the steps before the current one are done, none behind it has begun.
        if let current = route.current {
            #expect(route.steps[..<current].allSatisfy { $0.isDone })
            #expect(
                route.steps[(current + 1)...].allSatisfy { step in
                    step.parts.allSatisfy { $0.state == .waiting } || (step.kind == .comment && route.keepsComments)
                })
            #expect(route.state.rawValue == route.steps[current].kind.rawValue)
            #expect(!route.waiting.isEmpty)
        } else {
            #expect(route.waiting.isEmpty)
        }
        switch act {
        case .sign(let signed):
            #expect(before.state == .sign && before.waiting == [actor.person] && route.paper == signed)
        case .agree: #expect(before.waiting.contains(actor.person))
        case .submit, .skip, .withdraw, .issue: #expect(before.isKept(by: actor))
        case .giveBack: #expect(route.state == .draft && before.waiting.contains(actor.person))
        case .delegate: #expect(before.waiting.contains(actor.person))
        }
        // Whoever has signed has signed what was approved in this very round: no approval holds over from another.
        if route.progress == .running, route.isSigned {
            #expect(route.steps.allSatisfy { $0.kind == .sign || $0.isDone })
        }
        if route.state == .issued {
            #expect(before.state == .ready && route.steps.allSatisfy { $0.isDone })
            #expect(route.steps.filter { $0.kind == .sign }.flatMap(\.parts).allSatisfy { $0.state == .done })
        }
        if case .submit(let version) = act {
            #expect(route.steps.filter { $0.kind != .comment }.flatMap(\.parts).allSatisfy { $0.state == .waiting })
            #expect(route.paper == version && !(before.isSigned && version == before.paper))
        }
        // What is kept of an act is kept until a round ends.
        if route.round == before.round, before.progress == .running {
            for (step, old) in zip(route.steps, before.steps) {
                for (part, earlier) in zip(step.parts, old.parts) where earlier.state != .waiting {
                    #expect(part == earlier)
                }
            }
        }
    }
}
