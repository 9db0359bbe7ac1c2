import Briefing
import Foundation
import ICalendar
import Store

public struct SiteShown: Encodable, Sendable {
    public var id: SiteID
    public var unit: UnitID
    public var name: String
    public var line: String
    public var down: Int
    public var up: Int
    public var device: String
    public var technician: Technician?
    public var active: Bool
}

public struct UnitShown: Encodable, Sendable {
    public var id: UnitID
    public var code: String
    public var parent: UnitID?
    public var name: String
    public var kind: String
    public var from: LocalDate?
    public var until: LocalDate?
    public var successor: UnitID?
    public var email: String?
    public var sites: [SiteShown]
}

public struct UnitHistory: Encodable, Sendable {
    public struct Name: Encodable, Sendable {
        public var name: String
        public var from: LocalDate?
        public var until: LocalDate?
    }

    public struct Merged: Encodable, Sendable {
        public var id: UnitID
        public var name: String
        public var date: LocalDate?
    }

    public var names: [Name]
    public var merged: [Merged]
}

/// A group of sites that is invited with one click.
public struct SiteGroup: Encodable, Sendable {
    public var id: String
    public var name: String
    public var sites: [SiteID]
    public var units: Int
}

extension SchedulerService {
    public struct UnitForm: Decodable, Sendable {
        public var code: String?
        public var name: String?
        public var kind: String?
        public var parent: UnitID?
        public var email: String?
        /// The day from which a new name holds.
        public var from: String?
    }

    public struct MergeForm: Decodable, Sendable {
        public var into: UnitID?
        public var date: String?
    }

    public func units(for caller: Caller) -> [UnitShown] {
        let directory = directory
        return directory.tree.units.values.sorted { $0.id < $1.id }.map { unit in
            UnitShown(
                id: unit.id, code: unit.code, parent: unit.parent, name: unit.name, kind: unit.kind, from: unit.from,
                until: unit.until, successor: unit.successor, email: unit.email,
                sites: (directory.sitesOfUnit[unit.id] ?? []).compactMap { directory.sites[$0] }
                    .map { shown($0, for: caller) })
        }
    }

    func shown(_ site: Site, for caller: Caller) -> SiteShown {
        SiteShown(
            id: site.id, unit: site.unit, name: site.name, line: site.line.kind, down: site.line.down,
            up: site.line.up, device: site.device,
            technician: caller.rights.maySeeTechnicians(of: site.unit) ? site.technician : nil, active: site.isActive)
    }

    public func addUnit(_ form: UnitForm, as caller: Caller) async throws -> UnitShown {
        var check = FormCheck()
        let code = unitCode(form.code, &check)
        let name = check.text("name", form.name, 1...200)
        let kind = unitKind(form.kind, &check)
        let email = check.email("email", form.email, isRequired: false)
        if let parent = form.parent, directory.tree.units[parent] == nil {
            check.wrong("parent", "Không có đơn vị cấp trên này.", "There is no such unit above.")
        }
        if directory.tree.units.values.contains(where: { $0.code == code }) {
            check.wrong("code", "Mã này đã có đơn vị khác dùng.", "Another unit has this code.")
        }
        try check.finish()
        guard let parent = form.parent ?? directory.tree.roots.first, caller.rights.mayEditDirectory(of: parent) else {
            throw ActError.forbidden
        }
        let (now, today) = (now(), today)
        let unit = try await store.write { writing -> Unit in
            var unit = Unit(
                id: UnitID(0), code: code, name: name, kind: kind, parent: parent, email: email.isEmpty ? nil : email,
                from: today)
            unit.id = try writing.add(unit)
            try writing.record(at: now, who: caller.name, what: "unit.add", object: "unit \(unit.id)", detail: name)
            return unit
        }
        try await directoryChanged()
        return try shownUnit(unit.id, for: caller)
    }

    private func shownUnit(_ id: UnitID, for caller: Caller) throws(ActError) -> UnitShown {
        guard let unit = units(for: caller).first(where: { $0.id == id }) else { throw .notFound }
        return unit
    }

    private func unitCode(_ value: String?, _ check: inout FormCheck) -> String {
        let code = check.text("code", value, 1...64)
        if !isCode(code) {
            check.wrong(
                "code", "Mã chỉ gồm chữ thường không dấu, chữ số và gạch ngang.",
                "A code has lower-case letters, digits and hyphens only.")
        }
        return code
    }

    private func unitKind(_ value: String?, _ check: inout FormCheck) -> String {
        let kind = check.text("kind", value, 1...40)
        if !isCode(kind) {
            check.wrong(
                "kind", "Loại đơn vị chỉ gồm chữ thường không dấu, chữ số và gạch ngang.",
                "A kind has lower-case letters, digits and hyphens only.")
        }
        return kind
    }

    /// A new name holds from a day; the old one is kept for what was written before.
    public func editUnit(_ id: UnitID, _ form: UnitForm, as caller: Caller) async throws -> UnitShown {
        guard let unit = directory.tree.units[id] else { throw ActError.notFound }
        guard caller.rights.mayEditDirectory(of: id) else { throw ActError.forbidden }
        var check = FormCheck()
        var edited = unit
        if let name = form.name { edited.name = check.text("name", name, 1...200) }
        if let kind = form.kind { edited.kind = unitKind(kind, &check) }
        if let email = form.email {
            let clean = check.email("email", email, isRequired: false)
            edited.email = clean.isEmpty ? nil : clean
        }
        if let code = form.code, code != unit.code {
            edited.code = unitCode(code, &check)
            if directory.tree.units.values.contains(where: { $0.code == edited.code }) {
                check.wrong("code", "Mã này đã có đơn vị khác dùng.", "Another unit has this code.")
            }
        }
        if let parent = form.parent {
            edited.parent = parent
            if directory.tree.units[parent] == nil {
                check.wrong("parent", "Không có đơn vị cấp trên này.", "There is no such unit above.")
            } else if directory.tree.isWithin(parent, id) {
                check.wrong("parent", "Đơn vị không thể nằm dưới chính nó.", "A unit cannot be below itself.")
            } else if !caller.rights.mayEditDirectory(of: parent) {
                throw ActError.forbidden
            }
        }
        var since = today
        if let text = form.from {
            if let day = LocalDate(text) {
                since = day
            } else {
                check.wrong("from", wrongDay.vietnamese, wrongDay.english)
            }
        }
        try check.finish()
        let (now, renamed, day) = (now(), edited, since)
        try await store.write { writing in
            if renamed.name != unit.name {
                let last = try writing.reading.unitNames(id).last?.until
                try writing.keepName(unit.name, of: id, from: last ?? unit.from, until: day)
            }
            try writing.update(renamed)
            try writing.record(
                at: now, who: caller.name, what: "unit.edit", object: "unit \(id)",
                detail: renamed.name == unit.name ? "" : "\(unit.name) → \(renamed.name)")
        }
        try await directoryChanged()
        return try shownUnit(id, for: caller)
    }

    /// A unit ends on a day; its sites, its people and the units below it go over to another. What was held before
    /// keeps its name.
    public func mergeUnit(_ id: UnitID, _ form: MergeForm, as caller: Caller) async throws -> UnitShown {
        guard let unit = directory.tree.units[id] else { throw ActError.notFound }
        guard caller.rights.mayEditDirectory(of: id) else { throw ActError.forbidden }
        var check = FormCheck()
        let into = form.into.flatMap { directory.tree.units[$0] }
        if into == nil {
            check.wrong("into", "Chưa chọn đơn vị tiếp nhận.", "Choose the unit that takes over.")
        } else if let into, directory.tree.isWithin(into.id, id) {
            check.wrong(
                "into", "Đơn vị tiếp nhận không thể là chính nó hoặc nằm dưới nó.",
                "The unit that takes over cannot be the same or below it.")
        } else if into?.until != nil {
            check.wrong("into", "Đơn vị tiếp nhận đã chấm dứt.", "The unit that takes over has ended itself.")
        }
        if unit.until != nil { check.wrong("into", "Đơn vị này đã sáp nhập.", "This unit has been merged already.") }
        let date = form.date.flatMap { LocalDate($0) }
        if date == nil { check.wrong("date", wrongDay.vietnamese, wrongDay.english) }
        try check.finish()
        guard let into, let date else { throw ActError.notFound }
        guard caller.rights.mayEditDirectory(of: into.id) else { throw ActError.forbidden }
        let now = now()
        let before = directory
        try await store.write { writing in
            for child in before.tree.children(of: id) {
                guard var below = before.tree.units[child], below.until == nil else { continue }
                below.parent = into.id
                try writing.update(below)
            }
            for site in before.sitesOfUnit[id] ?? [] {
                guard var moved = before.sites[site] else { continue }
                moved.unit = into.id
                if moved.name.isEmpty { moved.name = unit.name }
                try writing.update(moved)
            }
            try writing.movePeople(from: id, to: into.id)
            var ended = unit
            ended.until = date
            ended.successor = into.id
            try writing.update(ended)
            try writing.record(
                at: now, who: caller.name, what: "unit.merge", object: "unit \(id)",
                detail: "\(unit.name) → \(into.name), \(date)")
        }
        try await directoryChanged()
        return try shownUnit(into.id, for: caller)
    }

    public func history(of id: UnitID) async throws -> UnitHistory {
        guard let unit = directory.tree.units[id] else { throw ActError.notFound }
        let kept = try await store.read { reading in
            try reading.unitNames(id).map { UnitHistory.Name(name: $0.name, from: $0.from, until: $0.until) }
        }
        let merged = directory.tree.units.values.filter { $0.successor == id }.sorted { $0.id < $1.id }
        return UnitHistory(
            names: kept + [.init(name: unit.name, from: kept.last?.until ?? unit.from, until: unit.until)],
            merged: merged.map { .init(id: $0.id, name: $0.name, date: $0.until) })
    }

    /// The groups that the tree itself makes: all, one for each kind of unit, and the units below each inner unit.
    public func groups() -> [SiteGroup] {
        let directory = directory
        let today = today
        let open = directory.tree.units.values.filter { $0.exists(on: today) }.sorted { $0.id < $1.id }
        func sites(_ units: [Unit]) -> [SiteID] {
            units.flatMap { directory.sitesOfUnit[$0.id] ?? [] }.filter { directory.sites[$0]?.isActive == true }
        }
        func group(_ id: String, _ name: String, _ units: [Unit]) -> SiteGroup? {
            let found = sites(units)
            return found.isEmpty ? nil : SiteGroup(id: id, name: name, sites: found, units: units.count)
        }
        var groups: [SiteGroup] = []
        let kinds = ["party", "committee", "department", "district", "commune"]
        let others = Set(open.map(\.kind)).subtracting(kinds).sorted()
        for kind in kinds + others {
            let units = open.filter { $0.kind == kind }
            if units.count > 1, let made = group("kind:\(kind)", groupName(kind), units) { groups.append(made) }
        }
        for unit in open where unit.parent != nil {
            let below = directory.tree.children(of: unit.id).compactMap { directory.tree.units[$0] }
                .filter { $0.exists(on: today) }
            if let made = group("under:\(unit.id)", "Các xã, phường thuộc \(unit.name)", below) { groups.append(made) }
        }
        if let all = group("all", "Tất cả điểm cầu", open) { groups.append(all) }
        return groups
    }

    private func groupName(_ kind: String) -> String {
        switch kind {
        case "department": "Tất cả sở, ban, ngành"
        case "district": "Tất cả huyện, thị xã, thành phố"
        case "commune": "Tất cả xã, phường, thị trấn"
        case "party": "Khối Đảng"
        case "committee": "Ủy ban nhân dân"
        default: "Tất cả: \(kind)"
        }
    }
}

let wrongDay = Sentence(
    vietnamese: "Ngày không đúng. Hãy chọn ngày dạng 2026-11-23.", english: "Not a day. Write it as 2026-11-23.")

/// Lower-case letters, digits and hyphens.
func isCode(_ text: String) -> Bool {
    !text.isEmpty
        && text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
        }
}
