import Briefing
import Foundation
import ICalendar
import Store

/// A route as its page shows it.
public struct ApprovalDetail: Encodable, Sendable {
    public struct Somebody: Encodable, Sendable {
        public var id: PersonID
        public var name: String
        public var title: String
    }

    public struct Part: Encodable, Sendable {
        public var person: Somebody
        public var state: ApprovalStep.Part.State
        public var at: String?
        public var note: String
        public var delegatedBy: String?
    }

    public struct Step: Encodable, Sendable {
        public var kind: ApprovalStep.Kind
        public var due: LocalDate?
        public var isCurrent: Bool
        public var isDone: Bool
        public var isLate: Bool
        public var parts: [Part]
    }

    public struct Act: Encodable, Sendable {
        public var at: String
        public var who: String
        public var act: String
        public var step: Int?
        public var round: Int
        public var note: String
        public var to: String?
        public var version: Int?
    }

    public struct Version: Encodable, Sendable {
        public var id: PaperID
        public var version: Int
        public var filename: String
        public var addedAt: String
        public var url: String
    }

    public var id: ApprovalID
    public var paper: PaperShown
    public var versions: [Version]
    /// The version that would be submitted now.
    public var newest: PaperID?
    public var state: ApprovalRoute.State
    public var round: Int
    public var owner: Somebody
    public var agency: String
    public var number: String
    public var note: String
    public var keepsComments: Bool
    public var steps: [Step]
    public var acts: [Act]
    /// The caller's acts: `submit`, `agree`, `sign`, `return`, `delegate`, `skip`, `withdraw`, `issue`, `comment`.
    public var may: [String]
    /// The meeting whose paper it is; nil for a series'.
    public var occurrence: OccurrenceID?
    public var organiser: String
    /// Whether the server takes signatures.
    public var takesSignatures: Bool
}

/// A route in a list.
public struct ApprovalLine: Encodable, Sendable {
    public var id: ApprovalID
    public var title: String
    public var state: ApprovalRoute.State
    public var round: Int
    public var owner: String
    public var organiser: String
    /// Whose turn it is.
    public var waiting: [String]
    public var due: LocalDate?
    public var isLate: Bool
    public var changedAt: String
}

/// Somebody's routes: what waits for them, what is under way, what is over.
public struct ApprovalLists: Encodable, Sendable {
    public var waiting: [ApprovalLine]
    public var underWay: [ApprovalLine]
    public var done: [ApprovalLine]
}

extension SchedulerService {
    /// As many as a page shows.
    private static let listed = 300

    public func approvals(as caller: Caller) async throws -> ApprovalLists {
        try await store.read { reading in
            var lists = ApprovalLists(waiting: [], underWay: [], done: [])
            for kept in try reading.approvals(of: caller.person.id, limit: Self.listed) {
                guard let line = try self.line(kept, reading) else { continue }
                if kept.route.isEnded {
                    lists.done.append(line)
                } else if kept.route.waiting.contains(caller.person.id)
                    || (kept.route.owner == caller.person.id && [.draft, .ready].contains(kept.route.state))
                {
                    lists.waiting.append(line)
                } else {
                    lists.underWay.append(line)
                }
            }
            return lists
        }
    }

    /// A paper's routes, the newest first, for those who may follow them.
    public func approvals(of id: PaperID, as caller: Caller) async throws -> [ApprovalLine] {
        _ = try await paper(id, as: caller)
        return try await store.read { reading in
            guard let paper = try reading.paper(id), let series = try reading.series(paper.series),
                try self.mayFollow(paper.first ?? id, series, caller, reading)
            else { throw ActError.forbidden }
            return try reading.approvals(ofPaper: paper.first ?? id).compactMap { try self.line($0, reading) }
        }
    }

    private func line(_ kept: KeptApproval, _ reading: Reading) throws -> ApprovalLine? {
        let route = kept.route
        guard let paper = try reading.paper(route.paper), let series = try reading.series(paper.series) else {
            return nil
        }
        let due = route.current.flatMap { route.steps[$0].due }
        return ApprovalLine(
            id: route.id, title: paper.title, state: route.state, round: route.round,
            owner: try reading.person(route.owner)?.name ?? "", organiser: directory.tree.name(series.plan.organiser),
            waiting: try reading.people(route.waiting).map(\.name), due: due, isLate: due.map { $0 < today } ?? false,
            changedAt: localText(kept.changedAt))
    }

    public func approval(_ id: ApprovalID, as caller: Caller) async throws -> ApprovalDetail {
        try await store.read { reading in
            let (kept, paper, series) = try self.approval(id, caller, reading)
            return try self.detail(kept, paper, series, for: caller, reading)
        }
    }

    private func detail(
        _ kept: KeptApproval, _ paper: Paper, _ series: Series, for caller: Caller, _ reading: Reading
    ) throws -> ApprovalDetail {
        let route = kept.route
        let acts = try reading.acts(of: route.id)
        let ids = route.people.union(acts.flatMap { [$0.person, $0.delegate].compactMap(\.self) })
        let people = Dictionary(
            try reading.people(ids.sorted()).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        func somebody(_ id: PersonID) -> ApprovalDetail.Somebody {
            .init(id: id, name: people[id]?.name ?? "", title: people[id]?.title ?? "")
        }
        let versions = try reading.versions(of: kept.first)
        let numbers = Dictionary(versions.map { ($0.id, $0.version) }, uniquingKeysWith: { first, _ in first })
        let newest = try reading.newestVersion(of: kept.first)
        return ApprovalDetail(
            id: route.id, paper: shown(paper),
            versions: versions.map {
                .init(
                    id: $0.id, version: $0.version, filename: $0.filename, addedAt: localText($0.addedAt),
                    url: "/api/papers/\($0.id)")
            }, newest: newest, state: route.state, round: route.round,
            owner: somebody(route.owner), agency: kept.agency, number: kept.number, note: kept.note,
            keepsComments: route.keepsComments,
            steps: route.steps.enumerated().map { index, step in
                ApprovalDetail.Step(
                    kind: step.kind, due: step.due, isCurrent: index == route.current, isDone: step.isDone,
                    isLate: index == route.current && step.due.map { $0 < today } ?? false,
                    parts: step.parts.map {
                        .init(
                            person: somebody($0.person), state: $0.state, at: $0.at.map(localText), note: $0.note,
                            delegatedBy: $0.delegatedBy.map { somebody($0).name })
                    })
            },
            acts: acts.map {
                .init(
                    at: localText($0.at), who: somebody($0.person).name, act: $0.act, step: $0.step, round: $0.round,
                    note: $0.note, to: $0.delegate.map { somebody($0).name }, version: $0.paper.flatMap { numbers[$0] })
            }, may: may(route, actor(caller, series), newest: newest), occurrence: paper.occurrence,
            organiser: directory.tree.name(series.plan.organiser), takesSignatures: settings.signing.isOpen)
    }

    private func may(_ route: ApprovalRoute, _ actor: ApprovalActor, newest: PaperID?) -> [String] {
        guard !route.isEnded else { return [] }
        var may = ["comment"]
        if route.waiting.contains(actor.person) {
            may += route.state == .sign ? ["sign"] : ["agree"]
            may += ["return", "delegate"]
        }
        if route.isKept(by: actor) {
            if route.state != .draft, let newest, newest != route.paper { may.append("submit") }
            switch route.state {
            case .draft: may.append("submit")
            case .comment, .approve: may.append("skip")
            case .ready: may.append("issue")
            default: break
            }
            may.append("withdraw")
        }
        return may
    }
}
