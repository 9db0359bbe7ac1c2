import Briefing
import Foundation
import ICalendar
import Store

/// The papers of the meetings that a site is invited to next: what its pages may fetch ahead, and when they may not.
public struct ComingPapers: Encodable, Sendable {
    public struct Coming: Encodable, Sendable {
        public var id: PaperID
        public var title: String
        public var start: LocalDateTime
        public var pages: Int
    }

    /// The next meeting's first.
    public var papers: [Coming]
    /// kbit/s of the thinnest line on which the asker's sites are; nil where none is known.
    public var down: Int?
    /// Seconds after which to ask again, and nothing is to be fetched until then: one of the sites is in a call, whose voices
    /// share its line.
    public var wait: Int?
}

extension SchedulerService {
    private static let daysAheadOfPapers = 7
    private static let papersAtOnce = 100
    /// How long a call's line is left alone before the next question, in seconds.
    private static let callPause = 60

    /// What may be fetched ahead by a site's device, or by somebody for themselves and the sites of their own unit.
    public func comingPapers(for asker: SiteCaller) async throws -> ComingPapers {
        let directory = directory
        let sites: Set<SiteID>
        var person: PersonID?
        switch asker {
        case .device(let site): sites = [site]
        case .person(let caller):
            person = caller.person.id
            sites = Set(directory.sites.values.filter { $0.unit == caller.rights.home && $0.isActive }.map(\.id))
        }
        let down = sites.compactMap { directory.sites[$0]?.line.down }.min()
        if try await !callsNow().present.isDisjoint(with: sites) {
            return ComingPapers(papers: [], down: down, wait: Self.callPause)
        }
        let (today, nowLocal, who) = (today, nowLocal, person)
        let papers = try await store.read { reading -> [ComingPapers.Coming] in
            let entries = try reading.calendar(from: today, through: today.adding(days: Self.daysAheadOfPapers))
                .filter { $0.state == .planned && $0.end > nowLocal }
            let invited = try reading.invitations(among: entries.map { ($0.id, $0.series) }, sites: sites, person: who)
            var found: [ComingPapers.Coming] = []
            var seen: Set<PaperID> = []
            for entry in entries where invited[entry.id] != nil && found.count < Self.papersAtOnce {
                // What is booked and not announced is nobody's yet.
                guard let occurrence = try reading.occurrence(entry.id), try self.isInvited(occurrence, reading) else {
                    continue
                }
                let papers = try reading.papers(of: occurrence)
                let pages = try reading.pageCounts(of: papers.compactMap(\.sha256))
                for paper in papers {
                    guard let count = paper.sha256.flatMap({ pages[$0] }), count > 0, seen.insert(paper.id).inserted
                    else {
                        continue
                    }
                    found.append(.init(id: paper.id, title: paper.title, start: entry.start, pages: count))
                }
            }
            return found
        }
        return ComingPapers(papers: papers, down: down)
    }
}
