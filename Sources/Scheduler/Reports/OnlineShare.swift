import Briefing
import Foundation
import ICalendar
import Print
import Store

/// The share of meetings held online, attendance and punctuality, by unit.
public struct OnlineShareShown: Encodable, Sendable {
    public struct Row: Encodable, Sendable {
        public var unit: Me.Named
        public var kind: String
        /// How many of the listed units are above it.
        public var depth: Int
        /// 0 to 1.
        public var target: Double
        /// Nil where nothing was held.
        public var met: Bool?
        public var figures: Figures

        private enum CodingKeys: String, CodingKey { case unit, kind, depth, target, met }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(unit, forKey: .unit)
            try container.encode(kind, forKey: .kind)
            try container.encode(depth, forKey: .depth)
            try container.encode(target, forKey: .target)
            try container.encode(met, forKey: .met)
            try figures.encode(to: encoder)
        }
    }

    /// Shares are 0 to 1, and null where there is nothing to divide by.
    public struct Figures: Encodable, Sendable {
        let counted: OnlineShareReport.Figures

        private enum CodingKeys: String, CodingKey {
            case held, online, share, invited, called, attended, attendance, onTime
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(counted.held, forKey: .held)
            try container.encode(counted.online, forKey: .online)
            try container.encode(counted.share, forKey: .share)
            try container.encode(counted.invited, forKey: .invited)
            try container.encode(counted.called, forKey: .called)
            try container.encode(counted.attended, forKey: .attended)
            try container.encode(counted.attendance, forKey: .attendance)
            try container.encode(counted.onTimeShare, forKey: .onTime)
        }
    }

    public var rows: [Row]
    public var total: Figures
}

extension SchedulerService {
    /// A report is about at most as many days.
    static let mostReportDays = 366

    /// What somebody may know: their units and those below. A meeting counts once its end has passed, unless it was
    /// cancelled.
    func onlineShareReport(from: String?, to: String?, as caller: Caller) async throws -> OnlineShareReport {
        let tops = caller.rights.reportTops
        guard !tops.isEmpty else { throw ActError.forbidden }
        let (first, last) = try span(from, to, most: Self.mostReportDays)
        let tree = directory.tree
        let visible = tops.reduce(into: Set<UnitID>()) { $0.formUnion(tree.subtree($1)) }
        let targets = OnlineShareTargets(byKind: office.targets)
        let now = now()
        return try await store.read { reading in
            let briefings = try reading.heldBriefings(from: first, through: last, endedBy: now)
            var active: Set<UnitID> = []
            for briefing in briefings {
                active.insert(briefing.organiser)
                for site in briefing.invited { active.insert(site.unit) }
            }
            // A unit that was merged away long before is not a unit that held nothing.
            let units = visible.sorted().compactMap { tree.units[$0] }.filter { unit in
                active.contains(unit.id)
                    || (unit.from.map { $0 <= last } ?? true) && (unit.until.map { $0 > first } ?? true)
            }
            return OnlineShareReport(
                units: units, briefings: briefings, from: first, to: last, targets: targets,
                countsOthers: visible.count == tree.units.count)
        }
    }

    public func onlineShare(from: String?, to: String?, as caller: Caller) async throws -> OnlineShareShown {
        let report = try await onlineShareReport(from: from, to: to, as: caller)
        return OnlineShareShown(
            rows: report.rows.map { row in
                .init(
                    unit: .init(id: row.unit.id.rawValue, name: row.unit.name), kind: row.unit.kind, depth: row.depth,
                    target: row.target, met: row.met, figures: .init(counted: row.own))
            }, total: .init(counted: report.total))
    }

    public func onlineShareFile(
        _ kind: MadeFile.Kind, from: String?, to: String?, as caller: Caller
    ) async throws -> MadeFile {
        let report = try await onlineShareReport(from: from, to: to, as: caller)
        let name = "ty-le-hop-truc-tuyen-\(report.from)-\(report.to)"
        switch kind {
        case .csv:
            return MadeFile(
                kind: .csv, name: "\(name).csv",
                bytes: CSVWriter(header: OnlineShareReport.csvHeader, rows: report.csvRows).bytes)
        case .pdf, .odt, .docx:
            let document = report.sheet.document(
                letterhead: letterhead(of: caller.person.unit),
                closing: Closing(recipients: [], position: "NGƯỜI LẬP BÁO CÁO", name: caller.person.name),
                footer: printedFooter, created: printedAt)
            return MadeFile(
                kind: kind, name: "\(name).\(kind.ending)", bytes: try await PrintQueue.shared.file(kind, of: document))
        }
    }
}
