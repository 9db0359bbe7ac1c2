import Testing

@testable import Briefing

@Suite struct `A film in a meeting` {
    private static let paper = PaperID(12)
    private static let play = ConductAct.playFilm(paper, title: "Phóng sự", length: 61_500, at: nil)

    @Test func `is played, paused and sought by who leads only`() throws {
        var meeting = ConductMeeting()
        for act in [Self.play, .pauseFilm, .seekFilm(4_000), .stopFilm] {
            #expect(meeting.refusal(act, ConductMeeting.site(1)) == "not-leader")
        }
        #expect(meeting.refusal(.pauseFilm, ConductMeeting.chairs) == "no-film")
        #expect(meeting.refusal(.seekFilm(0), ConductMeeting.chairs) == "no-film")
        #expect(meeting.refusal(.stopFilm, ConductMeeting.chairs) == "no-film")
        try meeting.act(Self.play)
        #expect(meeting.conduct.film?.state == .playing)
        try meeting.act(.stopFilm, ConductMeeting.secretary)
        #expect(meeting.conduct.film == nil)
    }

    @Test func `stands at a point of its own and goes on from there`() throws {
        var meeting = ConductMeeting()
        try meeting.act(Self.play)
        meeting.now += 7_300
        #expect(meeting.conduct.film?.position(at: meeting.now) == 7_300)
        try meeting.act(.pauseFilm)
        #expect(meeting.conduct.film?.at == 6_000)
        meeting.now += 60_000
        #expect(meeting.conduct.film?.position(at: meeting.now) == 6_000)
        try meeting.act(.seekFilm(21_999))
        #expect(meeting.conduct.film?.at == 20_000)
        #expect(meeting.conduct.film?.state == .paused)
        try meeting.act(Self.play)
        meeting.now += 1_000
        #expect(meeting.conduct.film?.position(at: meeting.now) == 21_000)
        try meeting.act(.seekFilm(9_000_000))
        #expect(meeting.conduct.film?.at == 60_000)
    }

    @Test func `ends by itself, and with the meeting, and with the server`() throws {
        var meeting = ConductMeeting()
        try meeting.act(.open)
        try meeting.act(Self.play)
        let end = try #require(meeting.conduct.deadline)
        #expect(end - meeting.now >= 61_500)
        #expect(end - meeting.now <= 63_500)
        meeting.wait(61)
        #expect(meeting.conduct.film != nil)
        meeting.wait(2)
        #expect(meeting.conduct.film == nil)
        try meeting.act(Self.play)
        meeting.conduct.happen(.restart, at: meeting.now)
        #expect(meeting.conduct.film == nil)
        for seat in meeting.conduct.attendees.keys.sorted() { meeting.come(seat) }
        try meeting.act(Self.play)
        try meeting.act(.end)
        #expect(meeting.conduct.film == nil)
        #expect(meeting.refusal(Self.play, ConductMeeting.chairs) == "ended")
    }

    @Test func `is asked for by its paper, in bounds`() throws {
        var form = ActForm(do: "film.play")
        #expect(throws: ConductRefusal.self) { try form.act() }
        form.paper = Self.paper
        form.title = "Phóng sự"
        form.length = 5_000
        #expect(try form.act() == .playFilm(Self.paper, title: "Phóng sự", length: 5_000, at: nil))
        form.at = -1
        #expect(throws: ConductRefusal.self) { try form.act() }
        form.at = .max
        #expect(throws: ConductRefusal.self) { try form.act() }
        form.do = "film.seek"
        form.at = nil
        #expect(throws: ConductRefusal.self) { try form.act() }
        form.at = 2_000
        #expect(try form.act() == .seekFilm(2_000))
        var meeting = ConductMeeting()
        let endless = ConductAct.playFilm(Self.paper, title: "", length: 0, at: nil)
        #expect(meeting.refusal(endless, ConductMeeting.chairs) == "unknown")
    }
}
