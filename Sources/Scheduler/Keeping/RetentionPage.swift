import Briefing
import ICalendar
import Store

/// What is kept how long: a page of the list, and what the caller may decide.
public struct RetentionPage: Encodable, Sendable {
    public struct Line: Encodable, Sendable {
        public var meeting: SearchPage.Meeting
        public var recording: RecordingShown
        /// What the caller may do now: the names of ``RetentionForm/do``.
        public var may: [String]
    }

    /// Years by class; a class without a number is kept for ever.
    public var rules: RetentionRules
    /// Of all recordings that the caller follows, by standing.
    public var counts: [Retention.Standing.RawValue: Int]
    /// How many of them differ from what they were.
    public var broken: Int
    /// Those of the asked standing: what is due first comes first.
    public var recordings: [Line]
}

extension SchedulerService {
    /// So many are shown at once: what is due is decided, so that the rest comes up.
    private static let mostShown = 200

    /// The recordings whose keeping the caller follows.
    ///
    /// - Parameter text: a standing; nil for those that wait for somebody: due, proposed and held.
    public func retentionPage(standing text: String?, as caller: Caller) async throws -> RetentionPage {
        guard caller.rights.mayFollowRecordsAtAll else { throw ActError.forbidden }
        let asked = text.flatMap(Retention.Standing.init)
        if let text, !text.isEmpty, asked == nil {
            let names = Retention.Standing.allCases.map(\.rawValue).joined(separator: ", ")
            throw ActError.invalid([
                "standing": Sentence(vietnamese: "Chọn một trong: \(names).", english: "Choose one of: \(names).")
            ])
        }
        let wanted: Set<Retention.Standing> = asked.map { [$0] } ?? [.due, .proposed, .held]
        let (found, counts, broken) = try await store.read { reading in
            var scope = try SearchScope(self, caller, unit: nil, span: SearchSpan(), reading)
            var found: [(meeting: SearchPage.Meeting, kept: KeptRecording, retention: Retention, organiser: UnitID)] =
                []
            var counts: [String: Int] = [:]
            let damaged = try reading.brokenRecordings()
            var broken = 0
            try reading.recordings(RecordingQuestion(), before: nil) { kept, _ in
                guard let known = try scope.readable(kept.occurrence, reading),
                    caller.rights.mayFollowRecords(of: known.plan.organiser)
                else { return true }
                let retention = try self.retention(of: kept, known.plan, reading)
                let standing = retention.standing(on: self.today)
                counts[standing.rawValue, default: 0] += 1
                if damaged.contains(kept.id) { broken += 1 }
                if wanted.contains(standing) {
                    found.append((known.meeting, kept, retention, known.plan.organiser))
                }
                return true
            }
            return (found, counts, broken)
        }
        let first = found.sorted { Self.urgency($0.retention) < Self.urgency($1.retention) }.prefix(Self.mostShown)
        let shown = try await shown(first.map(\.kept))
        return RetentionPage(
            rules: office.retention, counts: counts, broken: broken,
            recordings: zip(first, shown).map { line, recording in
                .init(
                    meeting: line.meeting, recording: recording,
                    may: may(caller, line.retention, of: line.organiser, isClosed: line.kept.state == .closed))
            })
    }

    /// By the day it is kept to, those without one last.
    private static func urgency(_ retention: Retention) -> Int {
        if case .until(let day) = retention.term { day.dayNumber } else { .max }
    }

    private func may(_ caller: Caller, _ retention: Retention, of organiser: UnitID, isClosed: Bool) -> [String] {
        let rights = caller.rights
        let standing = retention.standing(on: today)
        var acts: [String] = []
        if rights.mayHoldRecords(of: organiser), standing != .destroyed {
            acts.append("hold")
            if !retention.holds.isEmpty { acts.append("release") }
        }
        if rights.mayDecideRecords(of: organiser) {
            if [.due, .held, .kept].contains(standing), retention.term != .forEver { acts.append("keep") }
            if (try? retention.checkProposal(on: today, isClosed: isClosed)) != nil { acts.append("propose") }
        }
        if rights.mayConfirmDestruction(of: organiser), standing == .proposed || retention.disposal?.state == .proposed
        {
            if (try? retention.checkConfirmation(by: caller.person.id, on: today)) != nil { acts.append("confirm") }
            acts.append("refuse")
        }
        return acts
    }
}
