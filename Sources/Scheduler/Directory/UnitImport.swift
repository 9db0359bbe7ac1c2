import Briefing
import Foundation
import ICalendar
import Print
import Store

public struct ImportReport: Encodable, Sendable {
    public var added: Int
    public var changed: Int
    public var unchanged: Int
    public var errors: [ListError]
}

extension SchedulerService {
    /// The directory as a list that `importUnits` takes again.
    public func unitsCSV() -> [UInt8] {
        let directory = directory
        let units = directory.tree.units.values.filter { $0.until == nil }.sorted { $0.id < $1.id }
        return CSVWriter(
            header: UnitList.header,
            rows: units.map { unit in
                let site = directory.sitesOfUnit[unit.id]?.first.flatMap { directory.sites[$0] }
                return [
                    unit.code, unit.parent.flatMap { directory.tree.units[$0]?.code } ?? "", unit.name, unit.kind,
                    site?.line.kind ?? "", unit.email ?? "",
                ]
            }
        ).bytes
    }

    /// Takes a list in: units that are new are added, those that are known by their code are changed, none is removed.
    ///
    /// - Parameter isCheck: nothing is changed, only said what would be. With any error nothing is changed either.
    public func importUnits(_ text: String, isCheck: Bool, as caller: Caller) async throws -> ImportReport {
        guard let root = directory.tree.roots.first, caller.rights.mayEditDirectory(of: root) else {
            throw ActError.forbidden
        }
        var list = try UnitList(parsing: text)
        let before = directory
        let known = Dictionary(
            before.tree.units.values.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
        list.arrange(known: Set(known.keys))
        list.refuseRings(
            parents: known.compactMapValues { unit in unit.parent.flatMap { before.tree.units[$0]?.code } })
        var report = ImportReport(added: 0, changed: 0, unchanged: 0, errors: list.errors.sorted { $0.line < $1.line })
        for row in list.rows {
            if let unit = known[row.code] {
                let isSame =
                    unit.name == row.name && unit.kind == row.kind
                    && (row.email.isEmpty || unit.email == row.email)
                    && (row.parent.isEmpty || unit.parent.flatMap { before.tree.units[$0]?.code } == row.parent)
                if isSame { report.unchanged += 1 } else { report.changed += 1 }
            } else {
                report.added += 1
            }
        }
        guard !isCheck, report.errors.isEmpty else { return report }
        let (now, today, rows) = (now(), today, list.rows)
        let summary = "+\(report.added) ~\(report.changed)"
        try await store.write { writing in
            try self.write(rows, known: known, root: root, day: today, writing)
            try writing.record(at: now, who: caller.name, what: "units.import", object: "unit \(root)", detail: summary)
        }
        try await directoryChanged()
        return report
    }

    private func write(
        _ rows: [UnitList.Row], known: [String: Unit], root: UnitID, day: LocalDate, _ writing: Writing
    ) throws {
        var ids = known.mapValues(\.id)
        for row in rows {
            let parent = row.parent.isEmpty ? nil : ids[row.parent]
            if var unit = known[row.code] {
                if unit.name != row.name {
                    let last = try writing.reading.unitNames(unit.id).last?.until
                    try writing.keepName(unit.name, of: unit.id, from: last ?? unit.from, until: day)
                }
                unit.name = row.name
                unit.kind = row.kind
                if let parent, unit.parent != nil { unit.parent = parent }
                if !row.email.isEmpty { unit.email = row.email }
                try writing.update(unit)
                continue
            }
            let unit = Unit(
                id: UnitID(0), code: row.code, name: row.name, kind: row.kind, parent: parent ?? root,
                email: row.email.isEmpty ? nil : row.email, from: day)
            let id = try writing.add(unit)
            ids[row.code] = id
            if let line = LineKind.named(row.line) {
                _ = try writing.add(
                    Site(
                        id: SiteID(0), unit: id, name: row.name,
                        line: SiteLine(kind: line.name, down: line.down, up: line.up), device: "pc"))
            }
        }
    }
}
