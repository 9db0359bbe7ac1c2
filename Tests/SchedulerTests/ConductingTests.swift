import Briefing
import Foundation
import Store
import Testing

@testable import Scheduler

@Suite struct `A technician of the organising unit` {
    /// Works in the province's committee, which organises.
    private func technician(_ office: Office, also role: Role? = nil) throws -> Caller {
        let top = office.secretary.person.unit
        var person = office.delegate.person
        person.unit = top
        person.grants = [Grant(role: .technician, unit: top)] + (role.map { [Grant(role: $0, unit: top)] } ?? [])
        return office.scheduler.caller(person)
    }

    @Test func `reads the meeting and sits in it as its technician`() async throws {
        let office = try await Office()
        let booked = try await office.book(office.form("Giao ban", "2027-01-04T07:30", sites: office.sites))
        let technician = try technician(office)
        #expect(try await office.scheduler.detail(booked.occurrence, as: technician).title == "Giao ban")
        let actor = try await office.scheduler.actor(in: booked.occurrence, as: technician)
        #expect(actor.role == .technician && actor.seats == [.person(technician.person.id)])
        let refusal = try await office.scheduler.act(
            ActForm(do: "open"), in: booked.occurrence, by: actor, sender: nil)
        #expect(refusal?.code == "not-leader")
    }

    @Test func `sits at the site for which they answer`() async throws {
        let office = try await Office()
        let booked = try await office.book(office.form("Giao ban", "2027-01-04T07:30", sites: office.sites))
        let actor = try await office.scheduler.actor(
            in: booked.occurrence, as: try technician(office, also: .delegate))
        #expect(actor.role == .delegate && actor.seat.asSite != nil)
    }

    @Test func `does not read what was decided`() async throws {
        let office = try await Office()
        let invited = office.sites.filter { office.scheduler.directory.unit(of: $0) != office.secretary.person.unit }
        let booked = try await office.book(office.form("Giao ban", "2027-01-04T07:30", sites: invited))
        try await office.act("open", in: booked.occurrence)
        try await office.act("close", in: booked.occurrence)
        _ = try await office.scheduler.minutes(of: booked.occurrence, as: office.delegate)
        await #expect(throws: ActError.self) {
            try await office.scheduler.minutes(of: booked.occurrence, as: try technician(office))
        }
    }
}

@Suite struct `A vote on an item of the agenda` {
    private func meeting(_ office: Office) async throws -> OccurrenceID {
        var form = office.form("Giao ban", "2027-01-04T07:30", sites: office.sites)
        form.agenda = [.init(title: "Thu ngân sách"), .init(title: "Phòng, chống thiên tai")]
        let id = try await office.book(form).occurrence
        try await office.act("open", in: id)
        return id
    }

    private func vote(_ office: Office, _ title: String, in id: OccurrenceID) async throws {
        try await office.act("vote.open", in: id) {
            $0.title = title
            // What a page says of it counts for nothing.
            $0.item = 1
        }
    }

    @Test func `belongs to the one that runs when it is opened, and still does when its journal is read again`()
        async throws
    {
        let office = try await Office()
        let id = try await meeting(office)
        try await vote(office, "Trước các nội dung", in: id)
        try await office.act("agenda.start", in: id) { $0.item = 2 }
        try await vote(office, "Về thiên tai", in: id)
        try await office.act("agenda.stop", in: id)
        #expect(try await office.scheduler.conduct(of: id).votes.map(\.form.item) == [nil, 2])
        let lines = try await office.scheduler.store.read { try $0.conductLines(of: id) }
        let again = try #require(ConductTable.Entry(lines: lines, tallies: [:], room: ""))
        #expect(again.conduct.votes.map(\.form.item) == [nil, 2])
    }

    @Test func `is told to pages with its item`() async throws {
        let office = try await Office()
        let id = try await meeting(office)
        try await office.act("agenda.start", in: id) { $0.item = 2 }
        try await vote(office, "Về thiên tai", in: id)
        let conduct = try await office.scheduler.conduct(of: id)
        let entry = ConductEntries(conduct, of: id, now: 0).entries.first { $0.key == "vote/1" }
        #expect(entry?.json.contains("\"item\":2") == true)
    }

    @Test func `of an older journal is of no item`() throws {
        let form = try JSONDecoder().decode(
            ActForm.self, from: Data(#"{"do":"vote.open","title":"Chuẩn y dự toán"}"#.utf8))
        guard case .openVote(let vote) = try form.act() else {
            Issue.record("a vote was expected")
            return
        }
        #expect(vote.item == nil)
    }
}
