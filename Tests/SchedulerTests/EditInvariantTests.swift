import Briefing
import Foundation
import ICalendar
import Store
import Testing
import TestSupport

@testable import Scheduler

/// What no sequence of acts may break.
@Suite struct EditInvariantTests {
    @Test(arguments: 1...16) func `Whatever is edited, what was held stays and nothing is booked twice`(seed: Int)
        async throws
    {
        let office = try await Office()
        var random = SeededGenerator(seed: UInt64(seed))
        var dossiers: [OccurrenceID: Snapshot.Meeting] = [:]
        var before = try await Snapshot(office)
        var done = 0
        for number in 0..<40 {
            if Int.random(in: 0..<5, using: &random) == 0 {
                office.now = office.now.adding(minutes: .random(in: 200...12_000, using: &random))
            }
            office.advance(seconds: 1)
            for (id, meeting) in before.held(at: office.now) where dossiers[id] == nil {
                dossiers[id] = meeting.dossier
            }
            guard let act = RandomAct.draw(office, before, number, &random) else { continue }
            let comment = Comment(rawValue: "seed \(seed), act \(number) at \(office.now): \(act)")
            let (acts, letters) = (try await office.acts(), try await office.letters())
            do {
                let mail = try await act.run(office)
                #expect(try await office.acts() == acts + 1, comment)
                if let mail { #expect(try await office.letters() == letters + mail, comment) }
            } catch let error as ActError {
                // A refusal leaves no trace: no line, no letter, no change.
                #expect(try await office.acts() == acts, comment)
                #expect(try await office.letters() == letters, comment)
                #expect(try await Snapshot(office) == before, "\(comment): \(error)")
                continue
            }
            let after = try await Snapshot(office)
            check(before, after, act, dossiers, comment)
            done += 1
            before = after
        }
        // Sequences of refusals show nothing.
        #expect(done >= 12)
        let key = office.scheduler.store.auditKey
        let verdict = try await office.scheduler.store.read { try $0.verifyActs(key: key) }
        #expect(verdict == .whole(count: try await office.acts()))
    }

    private func check(
        _ before: Snapshot, _ after: Snapshot, _ act: RandomAct, _ dossiers: [OccurrenceID: Snapshot.Meeting],
        _ comment: Comment
    ) {
        for (id, dossier) in dossiers { #expect(after.meetings[id]?.dossier == dossier, comment) }
        if case .editOne(let id, _) = act { onlyChanged(id, before, after, comment) }
        if case .cancel(let id, "this") = act { onlyChanged(id, before, after, comment) }
        for (id, meeting) in after.meetings {
            guard let old = before.meetings[id] else { continue }
            #expect(meeting.version >= old.version, comment)
            if meeting.dossier != old.dossier || meeting.state != old.state {
                #expect(meeting.version > old.version, comment)
            }
        }
        #expect(Set(after.uids).count == after.uids.count, comment)
        let planned = after.meetings.filter { $0.value.state == .planned }.sorted { $0.value.start < $1.value.start }
        for (index, (_, meeting)) in planned.enumerated() {
            for (_, other) in planned[(index + 1)...] {
                guard other.start < meeting.end else { break }
                let isTwice = meeting.shares(other)
                #expect(!isTwice, "\(comment): \(meeting) and \(other)")
                if isTwice { return }
            }
        }
    }

    private func onlyChanged(_ id: OccurrenceID, _ before: Snapshot, _ after: Snapshot, _ comment: Comment) {
        #expect((after.meetings[id]?.version ?? 0) > (before.meetings[id]?.version ?? 0), comment)
        var (old, new) = (before.meetings, after.meetings)
        old[id] = nil
        new[id] = nil
        #expect(old == new, comment)
    }
}
