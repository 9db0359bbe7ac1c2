import Briefing
import Foundation
import ICalendar
import Store
import Testing

@testable import Scheduler

/// A series that is edited from one meeting on.
@Suite struct SplitTests {
    let office: Office
    let series: SeriesID
    let meetings: [Occurrence]

    /// Every Monday at 8:00, six times, invited.
    init() async throws {
        office = try await Office()
        var form = office.form(
            "Giao ban", "2027-01-11T08:00", rule: "FREQ=WEEKLY;COUNT=6", sites: Array(office.sites.prefix(3)))
        form.agenda = [.init(title: "Tình hình tuần", owner: "", minutes: 20)]
        series = try await office.book(form).id
        meetings = try await office.meetings(series)
        _ = try await office.scheduler.invite(
            meetings[0].id, .init(scope: "series", message: nil), as: office.secretary)
    }

    private func addPaper(_ scope: String, to id: OccurrenceID) async throws {
        let admitted = try await office.scheduler.admitPaper(
            PaperForm(title: "Báo cáo \(scope)", classification: "thuong", scope: scope, filename: "bao-cao.pdf"),
            to: id, as: office.secretary)
        var paper = admitted
        paper.sha256 = String(repeating: "a", count: 64)
        paper.bytes = 10
        paper.type = "application/pdf"
        _ = try await office.scheduler.addPaper(paper, of: id, as: office.secretary)
    }

    private func answer(_ id: OccurrenceID, _ answer: String, scope: String) async throws {
        try await office.scheduler.answer(
            id, .init(site: office.sites[1], answer: answer, scope: scope), as: office.secretary)
    }

    private func shown(_ id: OccurrenceID) async throws -> OccurrenceDetail {
        try await office.scheduler.detail(id, as: office.secretary)
    }

    @Test func `Papers and answers go on with the meetings that follow`() async throws {
        try await addPaper("series", to: meetings[0].id)
        try await addPaper("this", to: meetings[3].id)
        try await answer(meetings[0].id, "accept", scope: "series")
        try await answer(meetings[4].id, "decline", scope: "this")
        office.advance(seconds: 60)
        let edited = try await office.edit(meetings[2].id, "following") { $0.title = "Giao ban mở rộng" }
        #expect(edited.series != series)
        #expect(edited.occurrence == meetings[2].id)
        let third = try await shown(meetings[2].id)
        #expect(third.title == "Giao ban mở rộng")
        #expect(third.papers.map(\.title) == ["Báo cáo series"])
        #expect(third.invitees.first { $0.site == office.sites[1] }?.answer == .accept)
        #expect(try await shown(meetings[3].id).papers.count == 2)
        let fifth = try await shown(meetings[4].id)
        #expect(fifth.invitees.first { $0.site == office.sites[1] }?.answer == .decline)
        #expect(fifth.agenda.map(\.title) == ["Tình hình tuần"])
        // Those before are what they were, and there are six in all.
        #expect(try await shown(meetings[1].id).title == "Giao ban")
        #expect(try await office.meetings(series).map(\.id) == meetings.prefix(2).map(\.id))
        #expect(try await office.meetings(edited.series).map(\.id) == meetings.dropFirst(2).map(\.id))
    }

    @Test func `Answers to the old time do not stand for the new one`() async throws {
        try await answer(meetings[3].id, "accept", scope: "this")
        let edited = try await office.edit(meetings[2].id, "following") { $0.start = "2027-01-26T09:00" }
        let starts = try await office.meetings(edited.series).map(\.start.description)
        #expect(starts == ["2027-01-26T09:00", "2027-02-02T09:00", "2027-02-09T09:00", "2027-02-16T09:00"])
        #expect(try await office.meetings(edited.series).map(\.id) == meetings.dropFirst(2).map(\.id))
        #expect(try await shown(meetings[3].id).invitees.allSatisfy { $0.answer == .none })
    }

    @Test func `A chair that a series gets later did not chair what was held before`() async throws {
        office.now = office.now.adding(minutes: 14 * 1440)
        _ = try await office.edit(meetings[3].id, "all") { $0.chair = Clearable(office.chair.person.id) }
        #expect(try await office.plan(meetings[0].id)?.chair == nil)
        #expect(try await office.plan(meetings[3].id)?.chair == office.chair.person.id)
    }

    @Test func `Sites, agenda and title of all change only what is still to come`() async throws {
        let past = try await office.plan(meetings[0].id)
        office.now = office.now.adding(minutes: 9 * 1440)
        _ = try await office.edit(meetings[3].id, "all") {
            $0.title = "Tên mới"
            $0.addSites = [office.sites[4]]
            $0.removeSites = [office.sites[0]]
            $0.agenda = [.init(title: "Mục mới", owner: "", minutes: 5)]
        }
        let kept = try await office.plan(meetings[0].id)
        #expect(kept?.title == past?.title)
        #expect(kept?.sites == past?.sites)
        #expect(kept?.agenda.map(\.title) == past?.agenda.map(\.title))
        let coming = try await office.plan(meetings[1].id)
        #expect(coming?.title == "Tên mới")
        #expect(coming?.sites == [office.sites[1], office.sites[2], office.sites[4]])
        #expect(coming?.agenda.map(\.title) == ["Mục mới"])
    }

    @Test func `A meeting that was held early is not laid out once more`() async throws {
        // The second is moved before the first, and held.
        _ = try await office.edit(meetings[1].id, "this") { $0.start = "2027-01-08T08:00" }
        office.now = office.now.adding(minutes: 5 * 1440)
        let held = try await office.plan(meetings[1].id)
        _ = try await office.edit(meetings[0].id, "all") { $0.start = "2027-01-11T09:00" }
        #expect(try await office.plan(meetings[1].id) == held)
        let all = try await Snapshot(office).meetings.values.filter { $0.state == .planned }
        #expect(all.count == 6)
        #expect(all.count { $0.start.date.description == "2027-01-18" } == 0)
    }

    @Test func `A meeting that was added by hand does not stand in the way of a rule that names its time`() async throws
    {
        let added = try await office.scheduler.addMeeting(
            .init(start: "2027-01-12T08:00", minutes: 60), to: series, as: office.secretary)
        let edited = try await office.edit(meetings[0].id, "all") { $0.rule = "FREQ=WEEKLY;BYDAY=MO,TU;COUNT=6" }
        let starts = try await office.meetings(edited.series).filter { $0.state == .planned }.map(\.start)
        #expect(Set(starts).count == starts.count)
        #expect(try await office.plan(added.occurrence)?.start == LocalDateTime("2027-01-12T08:00"))
    }

    @Test func `A meeting is not moved onto another of its own series`() async throws {
        let before = try await Snapshot(office)
        let letters = try await office.letters()
        await #expect(throws: ActError.self) {
            try await office.edit(meetings[0].id, "this") { $0.start = "2027-01-18T08:30" }
        }
        #expect(try await Snapshot(office) == before)
        #expect(try await office.letters() == letters)
    }

    @Test func `A site that one meeting invites besides is not booked twice when the series moves`() async throws {
        let own = office.sites[5]
        _ = try await office.edit(meetings[2].id, "this") { $0.addSites = [own] }
        _ = try await office.book(office.form("Khác", "2027-01-25T14:00", sites: [own]))
        await #expect(throws: ActError.self) {
            try await office.edit(meetings[0].id, "all") { $0.start = "2027-01-11T14:00" }
        }
        // Where that meeting is left out, the move is free.
        _ = try await office.edit(meetings[3].id, "following") { $0.start = "2027-02-01T14:00" }
    }

    @Test(arguments: ["this", "following", "all"])
    func `Of two edits of what both have read, the second is refused`(scope: String) async throws {
        let version = try await shown(meetings[1].id).version
        let first = try await office.edit(meetings[1].id, scope) {
            $0.version = version
            $0.title = "Một"
        }
        let error = await #expect(throws: ActError.self) {
            try await office.edit(meetings[1].id, scope) {
                $0.version = version
                $0.title = "Hai"
            }
        }
        if case .changedMeanwhile = error {} else { Issue.record("\(String(describing: error))") }
        #expect(try await shown(meetings[1].id).version > version)
        #expect(first.mail > 0)
    }

    @Test func `Letters leave with the edit, and none with a refusal`() async throws {
        let letters = try await office.letters()
        let edited = try await office.edit(meetings[0].id, "this") { $0.start = "2027-01-11T09:00" }
        #expect(edited.mail == 3)
        #expect(try await office.letters() == letters + 3)
        await #expect(throws: ActError.self) {
            try await office.edit(meetings[0].id, "this") { $0.minutes = 0 }
        }
        #expect(try await office.letters() == letters + 3)
    }
}
