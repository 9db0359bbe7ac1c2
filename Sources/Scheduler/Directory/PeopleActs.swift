import Briefing
import Foundation
import Store

public struct PersonShown: Encodable, Sendable {
    public var id: PersonID
    public var name: String
    public var email: String
    public var title: String
    public var phone: String
    public var unit: Me.Named
    public var roles: [Me.RoleShown]
    public var active: Bool
}

extension SchedulerService {
    public struct PersonForm: Decodable, Sendable {
        public struct RoleForm: Decodable, Sendable {
            public var role: String?
            public var unit: UnitID?
        }

        public var name: String?
        public var email: String?
        public var title: String?
        public var phone: String?
        public var unit: UnitID?
        public var password: String?
        public var roles: [RoleForm]?
        public var active: Bool?
    }

    /// Everybody finds a colleague; the telephone and the roles are for those who look after accounts.
    public func people(matching text: String?, unit: UnitID?, as caller: Caller) async throws -> [PersonShown] {
        let clean = text.map { String($0.prefix(100)) }
        let found = try await store.read {
            try $0.people(matching: clean?.isEmpty == true ? nil : clean, unit: unit, limit: 500)
        }
        return found.map { shown($0, for: caller) }
    }

    private func shown(_ person: Person, for caller: Caller) -> PersonShown {
        let tree = directory.tree
        let isWhole = caller.rights.mayEditDirectory(of: person.unit) || caller.person.id == person.id
        return PersonShown(
            id: person.id, name: person.name, email: person.email, title: person.title,
            phone: isWhole || caller.rights.mayBookAtAll ? person.phone : "",
            unit: .init(id: person.unit.rawValue, name: tree.name(person.unit)),
            roles: isWhole
                ? person.grants.map {
                    .init(role: $0.role, unit: .init(id: $0.unit.rawValue, name: tree.name($0.unit)))
                } : [], active: person.isActive)
    }

    public func addPerson(_ form: PersonForm, as caller: Caller) async throws -> PersonShown {
        let new = Person(
            id: PersonID(0), name: "", email: "", title: "", phone: "", unit: form.unit ?? caller.person.unit)
        let person = try filled(new, form, isNew: true, as: caller)
        var hash: String?
        if let password = form.password, !password.isEmpty {
            var check = FormCheck()
            checkPassword(password, email: person.email, name: person.name, field: "password", &check)
            try check.finish()
            hash = try await hashPassword(password)
        }
        let (now, kept) = (now(), hash)
        let made = try await store.write { writing -> Person in
            try self.refuseTakenAddress(person, writing)
            var made = person
            made.id = try writing.add(person, password: kept)
            try writing.record(
                at: now, who: caller.name, what: "person.add", object: "person \(made.id)", detail: made.email)
            return made
        }
        return shown(made, for: caller)
    }

    public func editPerson(_ id: PersonID, _ form: PersonForm, as caller: Caller) async throws -> PersonShown {
        guard let person = try await store.read({ try $0.person(id) }) else { throw ActError.notFound }
        // Nobody edits an account that may do more than their own hand reaches.
        guard caller.rights.mayEditDirectory(of: person.unit), person.grants.allSatisfy(caller.rights.mayGrant) else {
            throw ActError.forbidden
        }
        let edited = try filled(person, form, isNew: false, as: caller)
        var hash: String?
        if let password = form.password, !password.isEmpty {
            var check = FormCheck()
            checkPassword(password, email: edited.email, name: edited.name, field: "password", &check)
            try check.finish()
            hash = try await hashPassword(password)
        }
        let (now, kept) = (now(), hash)
        try await store.write { writing in
            try self.refuseTakenAddress(edited, writing)
            try self.refuseLastAdministrator(leaving: edited, writing)
            try writing.update(edited)
            if let kept { try writing.setPasswordHash(kept, of: id) }
            if kept != nil || !edited.isActive { try writing.endSessions(of: id, except: nil) }
            let roles = edited.grants.map { "\($0.role.rawValue)@\($0.unit)" }.joined(separator: " ")
            try writing.record(
                at: now, who: caller.name, what: "person.edit", object: "person \(id)",
                detail: edited.grants == person.grants ? edited.email : "\(edited.email): \(roles)")
        }
        return shown(edited, for: caller)
    }

    private func refuseTakenAddress(_ person: Person, _ writing: Writing) throws {
        if let other = try writing.reading.person(email: person.email), other.id != person.id {
            throw ActError.invalid([
                "email": Sentence(
                    vietnamese: "Địa chỉ thư này đã có tài khoản: \(other.name).",
                    english: "This address has an account already: \(other.name).")
            ])
        }
    }

    /// A province without an administrator could never be mended from its pages.
    private func refuseLastAdministrator(leaving person: Person, _ writing: Writing) throws {
        let tree = directory.tree
        func isTop(_ unit: UnitID) -> Bool { tree.parent(of: unit) == nil }
        let isOne = person.isActive && person.grants.contains { $0.role == .administrator && isTop($0.unit) }
        guard !isOne else { return }
        let others = try writing.reading.holders(of: .administrator).contains {
            $0.person != person.id && isTop($0.unit)
        }
        if !others {
            throw ActError.invalid([
                "roles": Sentence(
                    vietnamese: "Phải còn ít nhất một quản trị viên cấp tỉnh. Hãy giao quyền cho người khác trước.",
                    english: "One administrator of the province must remain. Give the role to somebody else first.")
            ])
        }
    }

    private func filled(
        _ person: Person, _ form: PersonForm, isNew: Bool, as caller: Caller
    ) throws(ActError) -> Person {
        var check = FormCheck()
        var person = person
        if isNew || form.name != nil { person.name = check.text("name", form.name, 1...120) }
        if isNew || form.email != nil { person.email = check.email("email", form.email, isRequired: true) }
        if let title = form.title { person.title = check.text("title", title, 0...120) }
        if let phone = form.phone { person.phone = check.text("phone", phone, 0...40) }
        if let unit = form.unit {
            if directory.tree.units[unit] == nil {
                check.wrong("unit", "Không có đơn vị này.", "There is no such unit.")
            } else {
                person.unit = unit
            }
        }
        if let active = form.active { person.isActive = active }
        if let roles = form.roles {
            var grants: [Grant] = []
            for role in roles.prefix(50) {
                guard let kind = role.role.flatMap(Role.init), let unit = role.unit,
                    directory.tree.units[unit] != nil
                else {
                    check.wrong("roles", "Vai trò hoặc đơn vị không đúng.", "A role or its unit is wrong.")
                    continue
                }
                grants.append(Grant(role: kind, unit: unit))
            }
            // What was there may stay; what is new must be the giver's to give.
            guard Set(grants).subtracting(person.grants).allSatisfy(caller.rights.mayGrant) else { throw .forbidden }
            person.grants = grants
        }
        try check.finish()
        guard caller.rights.mayEditDirectory(of: person.unit) else { throw .forbidden }
        return person
    }
}
