import Briefing
import Testing
import TestSupport

/// What no order of messages may break.
@Suite struct ConductPropertyTests {
    private static func act(_ random: inout some RandomNumberGenerator) -> (ConductAct, Actor) {
        func site() -> Actor { ConductMeeting.site(Int.random(in: 1...7, using: &random)) }
        let actor =
            [ConductMeeting.chairs, ConductMeeting.secretary, site(), site(), site()].randomElement(using: &random)
            ?? site()
        let seat = site().seat
        let vote = Int.random(in: 1...4, using: &random)
        let acts: [ConductAct] = [
            .raiseHand, .lowerHand, .acceptFloor, .declineFloor, .endTurn, .microphone(isOn: .random(using: &random)),
            .confirmRoll, .castVote(vote, choice: Int.random(in: 0...2, using: &random)), .castVote(vote, choice: nil),
            .say(.all, "x"), .open, .startItem(vote), .stopItem,
            .giveFloor(seat, seconds: Int.random(in: 0...9, using: &random)),
            .nextFloor(seconds: nil), .takeFloor, .extendFloor(seconds: 5), .removeFromQueue(seat),
            .moveInQueue(seat, before: site().seat), .mergeInQueue(seat, with: site().seat),
            .mute(.all, isHeld: .random(using: &random)), .mute(.seats([seat]), isHeld: true),
            .unmute(.unit(UnitID(10))),
            .setPolicy(FloorPolicy(selfUnmute: true, consent: .random(using: &random), seconds: 3)),
            .setStage([seat], .pair), .lock(.random(using: &random)), .waitingRoom(.random(using: &random)),
            .admit(.all), .turnAway(seat), .remove(seat, reason: ""), .readmit(seat), .setDeputies([seat]),
            .handChair(seat), .takeChair, .openRoll(minutes: 1), .closeRoll, .correctRoll(seat, .late, reason: "x"),
            .openVote(
                VoteForm(
                    title: "x", kind: [.open, .roll, .secret].randomElement(using: &random) ?? .open,
                    by: .random(in: 0...1, using: &random) == 0 ? .unit : .seat, choices: ["a", "b", "c"],
                    rule: .majority, of: .cast, needsQuorum: false)), .closeVote(vote), .cancelVote(vote, reason: ""),
            .moveItem(vote, before: 1), .note(item: nil, "x"), .showPaper(PaperID(1), page: vote), .turnPage(vote),
            .makePresenter(seat), .hidePaper, .clearPage, .eraseMark(vote),
        ]
        return (acts.randomElement(using: &random) ?? .raiseHand, actor)
    }

    @Test(arguments: 1...64)
    func `One turn at a time, each hand once, each vote once, whatever comes in whatever order`(
        seed: UInt64
    ) {
        var random = SeededGenerator(seed: seed)
        var meeting = ConductMeeting()
        var voted: [Int: Set<Seat>] = [:]
        for _ in 0..<400 {
            let before = meeting.conduct
            let (act, actor) = Self.act(&random)
            let refusal = meeting.refusal(act, actor)
            let conduct = meeting.conduct
            if refusal != nil { #expect(conduct == before, "\(act) was refused and changed something") }
            // The floor: whoever holds it is of the meeting, not removed, and not in the queue at the same time.
            let holders = conduct.floor?.seats ?? []
            #expect(conduct.floor == nil || !holders.isEmpty)
            let queued = conduct.queue.flatMap(\.seats)
            #expect(Set(queued).count == queued.count, "a hand is queued twice")
            #expect(Set(queued).isDisjoint(with: holders), "somebody waits for the floor that they have")
            #expect(conduct.queue.allSatisfy { !$0.seats.isEmpty })
            for seat in holders { #expect(conduct.attendees[seat]?.isRemoved == false) }
            if conduct.phase != .open { #expect(conduct.floor == nil && conduct.queue.isEmpty) }
            // Votes: a ballot of each voter, counted once, and never two of one unit.
            for vote in conduct.votes {
                #expect(conduct.counts(of: vote).reduce(0, +) <= vote.voted.count)
                #expect(vote.voted.isSubset(of: vote.eligible))
                if vote.form.kind == .secret { #expect(vote.ballots.isEmpty) }
                if vote.form.by == .unit {
                    let units = vote.voted.compactMap { conduct.attendees[$0]?.planned.unit }
                    #expect(Set(units).count == units.count)
                }
                if let was = voted[vote.id] { #expect(was.isSubset(of: vote.voted), "a ballot is gone") }
                voted[vote.id] = vote.voted
            }
            #expect(conduct.agenda.count { $0.since != nil } <= 1)
            #expect(conduct.chair.map { conduct.attendees[$0] != nil } ?? true)
            #expect(conduct.booked == ConductMeeting.chair)
            if Int.random(in: 0..<4, using: &random) == 0 {
                let seat = ConductMeeting.site(Int.random(in: 1...6, using: &random)).seat
                if Bool.random(using: &random) { meeting.come(seat) } else { meeting.go(seat) }
            }
            if Int.random(in: 0..<6, using: &random) == 0 { meeting.wait(Int64.random(in: 1...40, using: &random)) }
        }
    }

    @Test(arguments: 1...16) func `What the journal says again gives the same state`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed &* 77)
        var meeting = ConductMeeting()
        let plan = meeting.conduct
        var again = plan
        for _ in 0..<200 {
            let (act, actor) = Self.act(&random)
            if meeting.refusal(act, actor) == nil { try again.take(act, by: actor, at: meeting.now) }
            meeting.now += 1000
        }
        #expect(again == meeting.conduct)
    }
}
