import Briefing
import Testing

@Suite struct ConductTests {
    private let one = ConductMeeting.site(1)
    private let two = ConductMeeting.site(2)
    private let three = ConductMeeting.site(3)

    // MARK: The floor

    @Test func `Hands are called in the order in which they were raised`() throws {
        var meeting = ConductMeeting()
        try meeting.act(.open)
        for site in [two, one, three] { try meeting.act(.raiseHand, site) }
        try meeting.act(.nextFloor(seconds: nil))
        #expect(meeting.conduct.floor?.seats == [two.seat])
        #expect(meeting.conduct.queue.map(\.seats) == [[one.seat], [three.seat]])
    }

    @Test func `Whoever is given the floor is heard once they agree, and the others are not`() throws {
        var meeting = ConductMeeting()
        try meeting.act(.open)
        try meeting.act(.mute(.all, isHeld: true))
        try meeting.act(.giveFloor(one.seat, seconds: 60))
        #expect(meeting.conduct.isSilenced(one.seat))
        try meeting.act(.acceptFloor, one)
        #expect(!meeting.conduct.isSilenced(one.seat))
        #expect(meeting.conduct.isSilenced(two.seat))
        #expect(!meeting.conduct.isSilenced(ConductMeeting.chair))
        #expect(meeting.refusal(.microphone(isOn: true), two) == "floor-held")
    }

    @Test func `A turn ends with its time and stands in the record`() throws {
        var meeting = ConductMeeting()
        try meeting.act(.open)
        try meeting.act(.startItem(1))
        try meeting.act(.setPolicy(FloorPolicy(consent: false)))
        try meeting.act(.giveFloor(one.seat, seconds: 60))
        meeting.wait(59)
        #expect(meeting.conduct.floor != nil)
        meeting.wait(1)
        #expect(meeting.conduct.floor == nil)
        #expect(meeting.conduct.turns.map(\.item) == [1])
        #expect(meeting.conduct.turns.first.map { $0.ended - $0.began } == 60_000)
    }

    @Test func `Two sites share one turn`() throws {
        var meeting = ConductMeeting()
        try meeting.act(.open)
        for site in [one, two, three] { try meeting.act(.raiseHand, site) }
        try meeting.act(.mergeInQueue(three.seat, with: one.seat))
        #expect(meeting.conduct.queue.map(\.seats) == [[one.seat, three.seat], [two.seat]])
        try meeting.act(.nextFloor(seconds: nil))
        #expect(meeting.conduct.floor?.seats == [one.seat, three.seat])
    }

    @Test func `Nobody is given the floor who is not there`() throws {
        var meeting = ConductMeeting()
        try meeting.act(.open)
        meeting.go(one.seat)
        #expect(meeting.refusal(.giveFloor(one.seat, seconds: nil), ConductMeeting.chairs) == "not-there")
    }

    // MARK: Who may

    @Test func `A delegate who gives orders is refused and nothing changes`() throws {
        var meeting = ConductMeeting()
        try meeting.act(.open)
        let before = meeting.conduct
        let orders: [ConductAct] = [
            .end, .mute(.all, isHeld: true), .giveFloor(one.seat, seconds: nil), .lock(true), .handChair(one.seat),
            .openRoll(minutes: nil), .correctRoll(one.seat, .present, reason: "x"), .remove(two.seat, reason: ""),
            .takeChair, .setStage([one.seat], .speaker), .closeVote(1),
            .addDecision(.init(text: "x", due: "", owner: "", item: nil)),
        ]
        for order in orders { #expect(meeting.refusal(order, one) == "not-leader", "\(order)") }
        #expect(meeting.conduct == before)
    }

    @Test func `Whoever is not of the meeting does nothing in it`() {
        var meeting = ConductMeeting()
        #expect(meeting.refusal(.raiseHand, ConductMeeting.site(99)) == "no-seat")
        let stranger = Actor(seat: .person(PersonID(99)), role: .secretary, name: "")
        #expect(meeting.refusal(.open, stranger) == "no-seat")
    }

    @Test func `A deputy takes over when the chair's line has been down for a while, and gives back`() throws {
        var meeting = ConductMeeting()
        try meeting.act(.open)
        try meeting.act(.setDeputies([two.seat, one.seat]))
        meeting.go(two.seat)
        meeting.go(ConductMeeting.chair)
        meeting.wait(9)
        #expect(meeting.conduct.chair == ConductMeeting.chair)
        meeting.wait(1)
        #expect(meeting.conduct.chair == one.seat)
        #expect(meeting.refusal(.mute(.all, isHeld: false), one) == nil)
        meeting.come(ConductMeeting.chair)
        #expect(meeting.refusal(.mute(.all, isHeld: false), ConductMeeting.chairs) == "not-leader")
        try meeting.act(.takeChair)
        #expect(meeting.conduct.chair == ConductMeeting.chair)
    }

    @Test func `A chair whose console is gone leads nobody, though the call still counts them in`() throws {
        var meeting = ConductMeeting()
        try meeting.act(.open)
        try meeting.act(.setDeputies([one.seat]))
        for (isConnected, hasMedia) in [(true, true), (false, true), (false, false)] {
            meeting.conduct.happen(
                .presence(ConductMeeting.chair, isConnected: isConnected, hasMedia: hasMedia, isDevice: false),
                at: meeting.now)
            if isConnected != hasMedia { meeting.wait(9) }
        }
        #expect(meeting.conduct.chair == ConductMeeting.chair)
        meeting.wait(1)
        #expect(meeting.conduct.chair == one.seat)
    }

    @Test func `A chair that is back in time stays the chair`() throws {
        var meeting = ConductMeeting()
        try meeting.act(.open)
        try meeting.act(.setDeputies([one.seat]))
        meeting.go(ConductMeeting.chair)
        meeting.wait(5)
        meeting.come(ConductMeeting.chair)
        meeting.wait(30)
        #expect(meeting.conduct.chair == ConductMeeting.chair)
    }

    // MARK: The door

    @Test func `A locked meeting lets back in who had been in`() throws {
        var meeting = ConductMeeting()
        try meeting.act(.open)
        meeting.go(one.seat)
        try meeting.act(.lock(true))
        #expect(meeting.conduct.admission(of: one) == .admitted)
        #expect(!meeting.conduct.admitsStrangers)
    }

    @Test func `Whoever comes to a waiting room waits until they are let in`() throws {
        var meeting = ConductMeeting(sites: 3)
        var fresh = meeting.conduct.plan
        fresh.seats.append(.init(seat: ConductMeeting.site(9).seat, name: "Mới", unit: UnitID(109), isInvited: true))
        try meeting.act(.waitingRoom(true))
        meeting.conduct.happen(.plan(fresh), at: meeting.now)
        let late = ConductMeeting.site(9)
        meeting.come(late.seat)
        #expect(meeting.conduct.admission(of: late) == .waiting)
        try meeting.act(.admit(.all))
        #expect(meeting.conduct.admission(of: late) == .admitted)
    }

    @Test func `The chair neither waits at the door nor is turned away from it`() throws {
        var meeting = ConductMeeting(sites: 3)
        meeting.conduct = Conduct(plan: meeting.conduct.plan)
        meeting.conduct.happen(
            .arrive(.init(seat: ConductMeeting.secretary.seat, name: "Thư ký", unit: UnitID(1), isInvited: false)),
            at: meeting.now)
        try meeting.act(.waitingRoom(true), ConductMeeting.secretary)
        meeting.come(ConductMeeting.chair)
        meeting.come(one.seat)
        #expect(meeting.conduct.attendees[ConductMeeting.chair]?.waitsSince == nil)
        #expect(meeting.conduct.attendees[one.seat]?.waitsSince != nil)
        #expect(meeting.refusal(.turnAway(ConductMeeting.chair), ConductMeeting.secretary) == "is-chair")
        #expect(meeting.conduct.attendees[ConductMeeting.chair]?.isRemoved == false)
    }

    @Test func `Whoever is turned away loses the floor like somebody who is removed`() throws {
        var meeting = ConductMeeting()
        try meeting.act(.open)
        try meeting.act(.setPolicy(FloorPolicy(consent: false)))
        try meeting.act(.giveFloor(one.seat, seconds: nil))
        try meeting.act(.turnAway(one.seat))
        #expect(meeting.conduct.floor == nil)
        #expect(meeting.conduct.admission(of: one) == .removed)
    }

    @Test func `Whoever is removed loses floor, place in the queue and stage, and stays out`() throws {
        var meeting = ConductMeeting()
        try meeting.act(.open)
        try meeting.act(.setPolicy(FloorPolicy(consent: false)))
        try meeting.act(.giveFloor(one.seat, seconds: nil))
        try meeting.act(.setStage([one.seat], .speaker))
        try meeting.act(.remove(one.seat, reason: "nhầm"))
        #expect(meeting.conduct.floor == nil)
        #expect(meeting.conduct.stage.isEmpty)
        #expect(meeting.conduct.admission(of: one) == .removed)
        #expect(meeting.refusal(.raiseHand, one) == "removed")
        try meeting.act(.readmit(one.seat))
        #expect(meeting.conduct.admission(of: one) == .admitted)
    }

    // MARK: The roll

    @Test func `The roll tells who is there, late, gone, absent and sent by others`() throws {
        var meeting = ConductMeeting()
        try meeting.act(.open)
        try meeting.act(.openRoll(minutes: nil))
        try meeting.act(.confirmRoll, one)
        try meeting.act(.confirmRoll, two)
        meeting.wait(400)
        try meeting.act(.confirmRoll, three)
        meeting.go(two.seat)
        meeting.wait(20)
        let conduct = meeting.conduct
        #expect(conduct.rollState(of: one.seat, at: meeting.now) == .present)
        #expect(conduct.rollState(of: two.seat, at: meeting.now) == .dropped)
        #expect(conduct.rollState(of: three.seat, at: meeting.now) == .late)
        #expect(conduct.rollState(of: ConductMeeting.site(4).seat, at: meeting.now) == .expected)
        try meeting.act(.closeRoll)
        #expect(meeting.conduct.rollState(of: ConductMeeting.site(4).seat, at: meeting.now) == .absent)
        meeting.come(two.seat)
        #expect(meeting.conduct.rollState(of: two.seat, at: meeting.now) == .present)
        #expect(meeting.conduct.attendees[two.seat]?.drops == 1)
    }

    @Test func `A quorum counts units that are there`() throws {
        var meeting = ConductMeeting()
        try meeting.act(.open)
        for number in 1...3 { try meeting.act(.confirmRoll, ConductMeeting.site(number)) }
        #expect(meeting.conduct.rollCounts(at: meeting.now).needed == 4)
        #expect(!meeting.conduct.rollCounts(at: meeting.now).hasQuorum)
        try meeting.act(.correctRoll(ConductMeeting.site(4).seat, .present, reason: "gọi điện xác nhận"))
        #expect(meeting.conduct.rollCounts(at: meeting.now).hasQuorum)
    }

    @Test func `A signed roll is not corrected any more`() throws {
        var meeting = ConductMeeting()
        try meeting.act(.open)
        try meeting.act(.openRoll(minutes: nil))
        #expect(meeting.refusal(.signRoll, ConductMeeting.secretary) == "roll-not-closed")
        try meeting.act(.closeRoll)
        try meeting.act(.signRoll, ConductMeeting.secretary)
        #expect(
            meeting.refusal(.correctRoll(one.seat, .present, reason: "x"), ConductMeeting.secretary) == "roll-signed")
        #expect(meeting.conduct.roll.signed?.lines[one.seat] == .absent)
    }

    // MARK: Votes

    private func form(
        _ kind: VoteForm.Kind, by: VoteForm.Voters = .seat, rule: VoteForm.Rule = .majority, of: VoteForm.Base = .cast
    ) -> VoteForm {
        VoteForm(
            title: "Thông qua", kind: kind, by: by, choices: ["Tán thành", "Không"], rule: rule, of: of,
            needsQuorum: false)
    }

    @Test func `A vote counts once and by its rule`() throws {
        var meeting = ConductMeeting()
        try meeting.act(.open)
        try meeting.act(.openVote(form(.open, rule: .twoThirds, of: .all)))
        for number in 1...4 { try meeting.act(.castVote(1, choice: 0), ConductMeeting.site(number)) }
        #expect(meeting.refusal(.castVote(1, choice: 1), one) == "voted")
        try meeting.act(.closeVote(1))
        #expect(meeting.conduct.votes.first?.result?.counts == [4, 0])
        #expect(meeting.conduct.votes.first?.result?.passed == true)
        #expect(meeting.refusal(.castVote(1, choice: 0), ConductMeeting.site(5)) == "vote-closed")
    }

    @Test func `Half the votes are no majority`() throws {
        var meeting = ConductMeeting()
        try meeting.act(.open)
        try meeting.act(.openVote(form(.roll)))
        try meeting.act(.castVote(1, choice: 0), one)
        try meeting.act(.castVote(1, choice: 1), two)
        try meeting.act(.closeVote(1))
        #expect(meeting.conduct.votes.first?.result?.passed == false)
    }

    @Test func `A secret ballot leaves nowhere who has chosen what`() throws {
        var meeting = ConductMeeting()
        try meeting.act(.open)
        try meeting.act(.openVote(form(.secret)))
        try meeting.act(.castVote(1, choice: 1), one)
        let vote = try #require(meeting.conduct.votes.first)
        #expect(vote.ballots.isEmpty)
        #expect(vote.voted == [one.seat])
        #expect(meeting.refusal(.castVote(1, choice: 0), one) == "voted")
    }

    @Test func `Leaders and strangers have no vote`() throws {
        var meeting = ConductMeeting()
        try meeting.act(.open)
        try meeting.act(.openVote(form(.open)))
        #expect(meeting.refusal(.castVote(1, choice: 0), ConductMeeting.chairs) == "may-not-vote")
    }
}
