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
