import Briefing
import Foundation
import ICalendar
import Store
import TestSupport
import Testing

@testable import Scheduler

/// What is found is what may be read, whoever looks: compared with asking of each meeting alone.
@Suite struct SearchRightsTests {
    /// Series with papers of their own and meetings that invite others than their series does.
    private func fill(_ office: Office, seed: UInt64) async throws {
        let directory = office.scheduler.directory
        let units = directory.tree.units.keys.sorted()
        let sites = office.sites
        let people = [office.delegate.person.id, office.chair.person.id, office.secretary.person.id]
        try await office.scheduler.store.write { writing in
            var random = SeededGenerator(seed: seed)
            for number in 0..<25 {
                let start = LocalDateTime(minuteNumber: 1_000_000_000 / 60 + number * 1440)
                let plan = MeetingPlan(
                    title: "Họp số \(number)", organiser: units.randomElement(using: &random) ?? units[0],
                    chair: Bool.random(using: &random) ? people.randomElement(using: &random) : nil, start: start,
                    minutes: 30, rule: nil, holidays: .keep, form: .online, isPeriodic: false, venue: nil,
                    sites: Set(sites.shuffled(using: &random).prefix(Int.random(in: 0...2, using: &random))),
                    people: Set(people.shuffled(using: &random).prefix(Int.random(in: 0...1, using: &random))),
                    agenda: [AgendaItem(title: "Chung \(number)", owner: "", minutes: 5)], notes: "")
                let id = try writing.addSeries(
                    plan, uid: "\(number)@test", through: start.date, follows: nil, now: 0, by: nil)
                try Self.add("s\(number)", to: id, nil, writing)
                for turn in 0..<3 {
                    let time = start.adding(minutes: turn * 60)
                    let meeting = PlannedMeeting(recurrenceID: time, start: time, end: time.adding(minutes: 30))
                    let occurrence = try writing.addOccurrence(of: id, meeting, room: "r-\(number)-\(turn)")
                    try Self.add("o\(number)-\(turn)", to: id, occurrence, writing)
                    guard var kept = try writing.reading.occurrence(occurrence), turn > 0 else { continue }
                    kept.isEdited = true
                    if Bool.random(using: &random) { kept.own.chair = people.randomElement(using: &random) }
                    try writing.update(kept)
                    try writing.setInvitees(
                        InviteeList(
                            sites: Set(sites.shuffled(using: &random).prefix(Int.random(in: 0...2, using: &random))),
                            people: Set(people.shuffled(using: &random).prefix(Int.random(in: 0...1, using: &random)))),
                        of: kept)
                }
            }
        }
    }

    private static func add(
        _ file: String, to series: SeriesID, _ occurrence: OccurrenceID?, _ writing: Writing
    ) throws {
        _ = try writing.add(
            Paper(
                id: PaperID(0), series: series, occurrence: occurrence, title: "Chung \(file)", filename: "\(file).pdf",
                type: "application/pdf", bytes: 1, sha256: file, link: nil, classification: .ordinary, addedBy: nil,
                addedAt: 0, isWithdrawn: false))
        try writing.addPage(of: file, number: 1, width: 1, height: 1, text: "chung trang \(file)")
    }

    private func found(
        _ office: Office, _ caller: Caller, unit: UnitID? = nil
    ) async throws -> (pages: Set<PaperID>, papers: Set<PaperID>, meetings: Set<OccurrenceID>) {
        var (pages, papers): (Set<PaperID>, Set<PaperID>) = ([], [])
        var meetings: Set<OccurrenceID> = []
        var cursor: String?
        repeat {
            let page = try await office.scheduler.search(
                SearchForm(query: "chung", from: nil, to: nil, unit: unit, limit: "37", cursor: cursor), as: caller)
            for line in page.results {
                meetings.insert(line.meeting.id)
                guard let paper = line.paper?.id else { continue }
                let isNew = line.kind == .page ? pages.insert(paper).inserted : papers.insert(paper).inserted
                #expect(isNew, "\(line.kind) \(paper) twice")
            }
            cursor = page.next
        } while cursor != nil
        return (pages, papers, meetings)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `Everybody finds the papers that they may read, all of them and no other`(seed: UInt64) async throws {
        let office = try await Office()
        try await fill(office, seed: seed)
        let scheduler = office.scheduler
        let all = try await scheduler.store.read { reading in
            try (1...100).compactMap { try reading.paper(PaperID($0)) }
        }
        #expect(all.count == 100)
        var people = [office.secretary, office.chair, office.delegate]
        for name in ["quantri", "kythuat", "kiemtra"] {
            if let person = try await scheduler.store.read({ try $0.person(email: "\(name)@backan.example") }) {
                people.append(scheduler.caller(person))
            }
        }
        for caller in people {
            var readable: Set<PaperID> = []
            for paper in all where (try? await scheduler.paper(paper.id, as: caller)) != nil {
                readable.insert(paper.id)
            }
            let (pages, papers, meetings) = try await found(office, caller)
            #expect(pages == readable && papers == readable, "\(caller.person.email)")
            for meeting in meetings {
                #expect(try await scheduler.store.read { try scheduler.mayRead(meeting, caller, $0) })
            }
        }
        // Somebody who may read little is among them, and somebody who may read much.
        let few = try await found(office, office.delegate).pages.count
        #expect(few > 0 && few < 100)
        let most = try await found(office, office.secretary).pages.count
        #expect(most == 100)
    }

    @Test func `A unit's search finds what it organises or is invited to`() async throws {
        let office = try await Office()
        try await fill(office, seed: 5)
        let scheduler = office.scheduler
        let unit = try #require(scheduler.directory.tree.units.values.first { $0.code == "na-ri" }?.id)
        let whole = try await found(office, office.secretary).pages
        let part = try await found(office, office.secretary, unit: unit).pages
        #expect(!part.isEmpty && part.isStrictSubset(of: whole))
        for paper in whole {
            guard let occurrence = try await scheduler.store.read({ try $0.paper(paper)?.occurrence }),
                let plan = try await office.plan(occurrence)
            else { continue }
            let isOf = plan.organiser == unit || plan.sites.contains { scheduler.directory.unit(of: $0) == unit }
            #expect(part.contains(paper) == isOf)
        }
    }
}
