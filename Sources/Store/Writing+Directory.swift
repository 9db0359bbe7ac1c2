import Briefing
import Foundation
import GRDB
import ICalendar

extension Writing {
    /// - Parameter unit: its `id` is not looked at.
    /// - Returns: the new unit's number.
    public func add(_ unit: Unit) throws -> UnitID {
        try db.execute(
            sql: """
                INSERT INTO unit (code, name, kind, parent, email, from_day, until_day, successor)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                unit.code, unit.name, unit.kind, unit.parent, unit.email, unit.from?.description,
                unit.until?.description, unit.successor,
            ])
        return UnitID(db.lastInsertedRowID)
    }

    public func update(_ unit: Unit) throws {
        try db.execute(
            sql: """
                UPDATE unit SET code = ?, name = ?, kind = ?, parent = ?, email = ?, from_day = ?, until_day = ?,
                    successor = ? WHERE id = ?
                """,
            arguments: [
                unit.code, unit.name, unit.kind, unit.parent, unit.email, unit.from?.description,
                unit.until?.description, unit.successor, unit.id,
            ])
    }

    /// Keeps the name that a unit had until a day.
    public func keepName(_ name: String, of unit: UnitID, from: LocalDate?, until: LocalDate) throws {
        try db.execute(
            sql: "INSERT INTO unit_name (unit, name, from_day, until_day) VALUES (?, ?, ?, ?)",
            arguments: [unit, name, from?.description, until.description])
    }

    public func add(_ site: Site) throws -> SiteID {
        try db.execute(
            sql: """
                INSERT INTO site (unit, name, line, down, up, device, technician_name, technician_phone,
                    technician_email, is_active) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, arguments: arguments(site))
        return SiteID(db.lastInsertedRowID)
    }

    public func update(_ site: Site) throws {
        try db.execute(
            sql: """
                UPDATE site SET unit = ?, name = ?, line = ?, down = ?, up = ?, device = ?, technician_name = ?,
                    technician_phone = ?, technician_email = ?, is_active = ? WHERE id = ?
                """, arguments: arguments(site) + [site.id])
    }

    private func arguments(_ site: Site) -> StatementArguments {
        [
            site.unit, site.name, site.line.kind, site.line.down, site.line.up, site.device, site.technician.name,
            site.technician.phone, site.technician.email, site.isActive,
        ]
    }

    /// - Parameter password: its hash; nil for an account without one.
    public func add(_ person: Person, password: String?) throws -> PersonID {
        try db.execute(
            sql: """
                INSERT INTO person (name, email, title, phone, unit, is_active, password) VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                person.name, person.email.lowercased(), person.title, person.phone, person.unit, person.isActive,
                password,
            ])
        let id = PersonID(db.lastInsertedRowID)
        try setGrants(person.grants, of: id)
        return id
    }

    public func update(_ person: Person) throws {
        try db.execute(
            sql: "UPDATE person SET name = ?, email = ?, title = ?, phone = ?, unit = ?, is_active = ? WHERE id = ?",
            arguments: [
                person.name, person.email.lowercased(), person.title, person.phone, person.unit, person.isActive,
                person.id,
            ])
        try setGrants(person.grants, of: person.id)
    }

    /// Whoever belongs to a unit goes over to another, and so do the roles that anybody has in it.
    public func movePeople(from old: UnitID, to new: UnitID) throws {
        try db.execute(sql: "UPDATE person SET unit = ? WHERE unit = ?", arguments: [new, old])
        // What somebody has in both is left behind, and goes.
        try db.execute(sql: "UPDATE OR IGNORE grant_of_role SET unit = ? WHERE unit = ?", arguments: [new, old])
        try db.execute(sql: "DELETE FROM grant_of_role WHERE unit = ?", arguments: [old])
    }

    private func setGrants(_ grants: [Grant], of person: PersonID) throws {
        try db.execute(sql: "DELETE FROM grant_of_role WHERE person = ?", arguments: [person])
        for grant in Set(grants) {
            try db.execute(
                sql: "INSERT INTO grant_of_role (person, role, unit) VALUES (?, ?, ?)",
                arguments: [person, grant.role.rawValue, grant.unit])
        }
    }

    public func set(_ name: String, to value: String) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", arguments: [name, value])
    }

    /// - Parameter kind: nil takes the override away.
    public func setDay(_ day: LocalDate, kind: String?, name: String) throws {
        if let kind {
            try db.execute(
                sql: "INSERT OR REPLACE INTO day_override (day, kind, name) VALUES (?, ?, ?)",
                arguments: [day.description, kind, name])
        } else {
            try db.execute(sql: "DELETE FROM day_override WHERE day = ?", arguments: [day.description])
        }
    }
}
