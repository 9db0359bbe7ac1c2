import Briefing
import Foundation
import Store
import Testing

@testable import Scheduler

/// Units and people as administrators look after them.
@Suite struct DirectoryActTests {
    let office: Office
    let administrator: Caller

    init() async throws {
        office = try await Office()
        let person = try await office.scheduler.store.read { try $0.person(email: "quantri@backan.example") }
        administrator = office.scheduler.caller(try #require(person))
    }

    private func unit(_ code: String) throws -> UnitID {
        try #require(office.scheduler.directory.tree.units.values.first { $0.code == code }?.id)
    }

    private func roles(_ email: String) async throws -> [Grant] {
        let person = try await office.scheduler.store.read { try $0.person(email: email) }
        return try #require(person).grants
    }

    private typealias Form = SchedulerService.PersonForm

    private func addPerson(_ name: String, of unit: UnitID, roles: [(Role, UnitID)]) async throws {
        var form = Form()
        form.name = name
        form.email = "\(name)@backan.example"
        form.unit = unit
        form.roles = roles.map { .init(role: $0.0.rawValue, unit: $0.1) }
        _ = try await office.scheduler.addPerson(form, as: administrator)
    }

    @Test func `The unit that takes another over takes its people over, and the roles that anybody has in it`()
        async throws
    {
        let (first, second, department) = (try unit("xa-1"), try unit("xa-2"), try unit("so-1"))
        try await addPerson("xa", of: first, roles: [(.delegate, first), (.technician, department)])
        try await addPerson("tinh", of: department, roles: [(.technician, first)])
        try await addPerson("ca-hai", of: second, roles: [(.technician, first), (.technician, second)])
        _ = try await office.scheduler.mergeUnit(
            first, .init(into: second, date: "2027-01-04"), as: administrator)
        let moved = try await office.scheduler.store.read { try $0.person(email: "xa@backan.example") }
        #expect(moved?.unit == second)
        #expect(
            Set(try await roles("xa@backan.example")) == [
                Grant(role: .delegate, unit: second), Grant(role: .technician, unit: department),
            ])
        #expect(try await roles("tinh@backan.example") == [Grant(role: .technician, unit: second)])
        #expect(try await roles("ca-hai@backan.example") == [Grant(role: .technician, unit: second)])
    }

    @Test func `The province's last administrator stays one`() async throws {
        var form = Form()
        form.roles = []
        let id = administrator.person.id
        await #expect(throws: ActError.self) {
            try await office.scheduler.editPerson(id, form, as: administrator)
        }
        let top = try unit("ubnd-tinh")
        // An administrator of a unit below is none of the province.
        try await addPerson("huyen", of: top, roles: [(.administrator, try unit("ba-be"))])
        await #expect(throws: ActError.self) {
            try await office.scheduler.editPerson(id, form, as: administrator)
        }
        try await addPerson("tinh", of: top, roles: [(.administrator, top)])
        _ = try await office.scheduler.editPerson(id, form, as: administrator)
        #expect(try await roles("quantri@backan.example") == [])
    }
}
