import Briefing
import Foundation
import Testing

/// Papers that everybody is shown.
@Suite struct ConductPapersTests {
    private static let one = ConductMeeting.site(1)
    private static let two = ConductMeeting.site(2)
    private let paper = PaperID(12)

    private static func plan(_ conduct: Conduct, _ papers: [ConductPlan.PlannedPaper]) -> ConductPlan {
        var plan = conduct.plan
        plan.papers = papers
        return plan
    }

    private static func meeting() throws -> ConductMeeting {
        var meeting = ConductMeeting()
        meeting.conduct.happen(
            .plan(
                plan(
                    meeting.conduct,
                    [
                        .init(id: PaperID(12), root: PaperID(12), title: "Báo cáo", item: 1, pages: 9),
                        .init(id: PaperID(13), root: PaperID(13), title: "Phụ lục", item: nil, pages: 0),
                    ])), at: meeting.now)
        try meeting.act(.open)
        return meeting
    }

    private func stroke(_ name: String = "a", page: Int = 1, numbers: Int = 4) -> ConductAct {
        .mark(
            Mark(
                id: 0, paper: paper, page: page, stroke: name, tool: .pen, colour: 0,
                points: Array(repeating: 500, count: numbers)))
    }

    @Test func `Who leads, who has the floor and who was made presenter turn pages, and nobody else`() throws {
        var meeting = try Self.meeting()
        #expect(meeting.refusal(.showPaper(paper, page: 1), Self.one) == "not-presenter")
        try meeting.act(.showPaper(paper, page: 1))
        #expect(meeting.refusal(.turnPage(2), Self.one) == "not-presenter")
        try meeting.act(.makePresenter(Self.one.seat))
        try meeting.act(.turnPage(2), Self.one)
        #expect(meeting.conduct.presentation?.page == 2)
        #expect(meeting.refusal(.makePresenter(Self.two.seat), Self.one) == "not-leader")
        try meeting.act(.giveFloor(Self.two.seat, seconds: nil))
        #expect(meeting.refusal(.turnPage(3), Self.two) == "not-presenter")
        try meeting.act(.acceptFloor, Self.two)
        try meeting.act(.turnPage(3), Self.two)
        try meeting.act(.takeFloor)
        #expect(meeting.refusal(.turnPage(4), Self.two) == "not-presenter")
        try meeting.act(.makePresenter(nil))
        #expect(meeting.refusal(.hidePaper, Self.one) == "not-presenter")
        #expect(meeting.conduct.presentation?.page == 3)
    }

    @Test func `Only papers of the meeting are shown, and only pages that they have`() throws {
        var meeting = try Self.meeting()
        #expect(meeting.refusal(.turnPage(1), ConductMeeting.chairs) == "nothing-shown")
        #expect(meeting.refusal(.showPaper(PaperID(99), page: 1), ConductMeeting.chairs) == "no-paper")
        #expect(meeting.refusal(.showPaper(PaperID(13), page: 1), ConductMeeting.chairs) == "no-pages")
        for page in [0, -1, 10, .max] {
            #expect(meeting.refusal(.showPaper(paper, page: page), ConductMeeting.chairs) == "no-page")
        }
        try meeting.act(.showPaper(paper, page: 9))
        #expect(meeting.refusal(.turnPage(10), ConductMeeting.chairs) == "no-page")
    }

    @Test func `Strokes stay on their pages until they are erased or cleared, each once, and not without end`() throws {
        var meeting = try Self.meeting()
        try meeting.act(.showPaper(paper, page: 1))
        for name in ["a", "b", "b"] { try meeting.act(stroke(name)) }
        try meeting.act(stroke("c", page: 2))
        #expect(meeting.conduct.shownMarks.map(\.stroke) == ["a", "b"])
        try meeting.act(.eraseMark(1))
        #expect(meeting.conduct.shownMarks.map(\.stroke) == ["b"])
        try meeting.act(.turnPage(2))
        #expect(meeting.conduct.shownMarks.map(\.stroke) == ["c"])
        try meeting.act(.clearPage)
        #expect(meeting.conduct.shownMarks.isEmpty)
        for number in 1...10 { try meeting.act(stroke("n\(number)", page: 2, numbers: Conduct.longestStroke)) }
        #expect(meeting.refusal(stroke("more", page: 2), ConductMeeting.chairs) == "page-full")
        #expect(meeting.refusal(stroke("far", page: 10), ConductMeeting.chairs) == "no-page")
        #expect(meeting.refusal(stroke("mine"), Self.one) == "not-presenter")
    }

    @Test func `A withdrawn paper is not shown any more, and a newer version is once it has pages`() throws {
        var meeting = try Self.meeting()
        try meeting.act(.showPaper(paper, page: 7))
        func renew(_ papers: [ConductPlan.PlannedPaper]) {
            meeting.conduct.happen(.plan(Self.plan(meeting.conduct, papers)), at: meeting.now)
        }
        renew([.init(id: PaperID(20), root: paper, title: "Báo cáo", item: nil, pages: 0)])
        #expect(meeting.conduct.presentation?.paper == paper)
        renew([.init(id: PaperID(20), root: paper, title: "Báo cáo", item: nil, pages: 5)])
        #expect(meeting.conduct.presentation?.paper == PaperID(20))
        #expect(meeting.conduct.presentation?.page == 5)
        renew([])
        #expect(meeting.conduct.presentation == nil)
    }

    @Test func `Nobody presents in a meeting that is over, nor whom the chair has removed`() throws {
        var meeting = try Self.meeting()
        try meeting.act(.makePresenter(Self.one.seat))
        try meeting.act(.showPaper(paper, page: 1), Self.one)
        try meeting.act(.remove(Self.one.seat, reason: ""))
        #expect(meeting.refusal(.turnPage(2), Self.one) == "removed")
        #expect(meeting.conduct.presenter == nil)
        try meeting.act(.end)
        #expect(meeting.conduct.presentation == nil)
        #expect(meeting.refusal(.showPaper(paper, page: 1), ConductMeeting.chairs) == "ended")
    }

    @Test(arguments: [
        #"{"do":"paper.mark","paper":1,"page":1,"tool":"pen","points":[1,2,3]}"#,
        #"{"do":"paper.mark","paper":1,"page":1,"tool":"pen","points":[1,10001]}"#,
        #"{"do":"paper.mark","paper":1,"page":1,"tool":"pen","points":[-1,1]}"#,
        #"{"do":"paper.mark","paper":1,"page":1,"tool":"pen","points":[]}"#,
        #"{"do":"paper.mark","paper":1,"page":1,"tool":"pen","points":[1,1],"colour":4}"#,
        #"{"do":"paper.mark","paper":1,"page":1,"tool":"pen","points":[1,1],"stroke":"a\"b"}"#,
        #"{"do":"paper.mark","paper":1,"page":1,"points":[1,1]}"#,
        #"{"do":"paper.turn"}"#,
        #"{"do":"paper.show","page":1}"#,
        #"{"do":"paper.fold"}"#,
    ])
    func `What is no act about papers is refused`(text: String) throws {
        let form = try JSONDecoder().decode(ActForm.self, from: Data(text.utf8))
        #expect(throws: ConductRefusal.self) { try form.act() }
    }

    @Test func `A plan of a journal may name no papers`() throws {
        let text = #"{"title":"x","start":1,"end":2,"seats":[],"units":[],"agenda":[],"isEmergency":false}"#
        #expect(try JSONDecoder().decode(ConductPlan.self, from: Data(text.utf8)).papers.isEmpty)
    }
}
