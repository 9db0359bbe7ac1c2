import Briefing
import Foundation
import GRDB
import ICalendar

extension Identifier: SQLExpressible {}
extension Identifier: StatementBinding {}
extension Identifier: DatabaseValueConvertible {
    public var databaseValue: DatabaseValue { rawValue.databaseValue }

    public static func fromDatabaseValue(_ value: DatabaseValue) -> Self? {
        guard let number = Int64.fromDatabaseValue(value) else { return nil }
        return Self(rawValue: number)
    }
}

extension Reading {
    public func units() throws -> [Unit] {
        try Row.fetchAll(db, sql: "SELECT * FROM unit ORDER BY id").map(unit)
    }

    public func unitNames(_ id: UnitID) throws -> [(name: String, from: LocalDate?, until: LocalDate)] {
        try Row.fetchAll(db, sql: "SELECT * FROM unit_name WHERE unit = ? ORDER BY until_day", arguments: [id])
            .compactMap { row in
                guard let until = day(row["until_day"]) else { return nil }
                return (row["name"], day(row["from_day"]), until)
            }
    }

    public func sites() throws -> [Site] {
        try Row.fetchAll(db, sql: "SELECT * FROM site ORDER BY id").map(site)
    }

    public func site(_ id: SiteID) throws -> Site? {
        try Row.fetchOne(db, sql: "SELECT * FROM site WHERE id = ?", arguments: [id]).map(site)
    }

    /// - Parameter text: part of a name or an address; nil for all.
    public func people(matching text: String?, unit: UnitID?, limit: Int) throws -> [Person] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM person WHERE (? IS NULL OR instr(\(Self.lowercase)(name), ?) > 0 OR instr(email, ?) > 0)
                    AND (? IS NULL OR unit = ?) ORDER BY name LIMIT ?
                """, arguments: [text, text?.lowercased(), text?.lowercased(), unit, unit, limit])
        return try people(rows)
    }

    /// Of all of Unicode; SQLite's own knows no Đ.
    private static let lowercase = DatabaseFunction.lowercase.name

    public func person(_ id: PersonID) throws -> Person? {
        try Row.fetchOne(db, sql: "SELECT * FROM person WHERE id = ?", arguments: [id]).flatMap(person)
    }

    public func people(_ ids: some Collection<PersonID>) throws -> [Person] {
        var found: [PersonID: Person] = [:]
        for part in Array(ids).parts(of: 500) {
            let marks = part.map { _ in "?" }.joined(separator: ", ")
            let rows = try Row.fetchAll(
                db, sql: "SELECT * FROM person WHERE id IN (\(marks))", arguments: StatementArguments(part))
            for person in try people(rows) { found[person.id] = person }
        }
        return ids.compactMap { found[$0] }
    }

    /// The active accounts that have a role, each with the unit in which it has it.
    public func holders(of role: Role) throws -> [(person: PersonID, unit: UnitID)] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT grant_of_role.person, grant_of_role.unit FROM grant_of_role
                JOIN person ON person.id = grant_of_role.person WHERE role = ? AND is_active = 1
                """, arguments: [role.rawValue]
        ).map { ($0[0], $0[1]) }
    }

    public func person(email: String) throws -> Person? {
        try Row.fetchOne(db, sql: "SELECT * FROM person WHERE email = ?", arguments: [email.lowercased()]).flatMap(
            person)
    }

    public func hasPeople() throws -> Bool {
        try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM person)") ?? false
    }

    func person(_ row: Row) throws -> Person? { try people([row]).first }

    private func people(_ rows: [Row]) throws -> [Person] {
        var grants: [PersonID: [Grant]] = [:]
        for part in rows.map({ $0["id"] as PersonID }).parts(of: 500) {
            let marks = part.map { _ in "?" }.joined(separator: ", ")
            let found = try Row.fetchCursor(
                db,
                sql: "SELECT person, role, unit FROM grant_of_role WHERE person IN (\(marks)) ORDER BY role, unit",
                arguments: StatementArguments(part))
            while let row = try found.next() {
                guard let role = Role(rawValue: row["role"]) else { continue }
                grants[row["person"], default: []].append(Grant(role: role, unit: row["unit"]))
            }
        }
        return rows.map { row in
            let id: PersonID = row["id"]
            return Person(
                id: id, name: row["name"], email: row["email"], title: row["title"], phone: row["phone"],
                unit: row["unit"], isActive: row["is_active"], grants: grants[id] ?? [])
        }
    }

    private func unit(_ row: Row) -> Unit {
        Unit(
            id: row["id"], code: row["code"], name: row["name"], kind: row["kind"], parent: row["parent"],
            email: row["email"], from: day(row["from_day"]), until: day(row["until_day"]), successor: row["successor"])
    }

    private func site(_ row: Row) -> Site {
        Site(
            id: row["id"], unit: row["unit"], name: row["name"],
            line: SiteLine(kind: row["line"], down: row["down"], up: row["up"]), device: row["device"],
            technician: Technician(
                name: row["technician_name"], phone: row["technician_phone"], email: row["technician_email"]),
            isActive: row["is_active"])
    }

    // MARK: Days and settings

    public func setting(_ name: String) throws -> String? {
        try String.fetchOne(db, sql: "SELECT value FROM setting WHERE name = ?", arguments: [name])
    }

    public func dayOverrides() throws -> [(day: LocalDate, kind: String, name: String)] {
        try Row.fetchAll(db, sql: "SELECT * FROM day_override ORDER BY day").compactMap { row in
            day(row["day"]).map { ($0, row["kind"], row["name"]) }
        }
    }
}

func day(_ text: String?) -> LocalDate? { text.flatMap { LocalDate($0) } }
