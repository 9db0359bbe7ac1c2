import Briefing
import ICalendar
import Store

/// How long a recording is kept, as pages read it.
public struct RetentionShown: Encodable, Sendable {
    public struct Hold: Encodable, Sendable {
        public var id: Int64
        public var reason: String
        public var since: LocalDateTime
        public var who: String
    }

    public struct Disposal: Encodable, Sendable {
        public var state: Retention.Disposal.State
        public var reason: String
        public var decision: String
        public var proposedAt: LocalDateTime
        public var proposedBy: String
        public var decidedAt: LocalDateTime?
        public var decidedBy: String?
        /// Why it was refused.
        public var answer: String?
        public var doneAt: LocalDateTime?
    }

    public var kind: RecordClass
    public var standing: Retention.Standing
    /// The last day; nil: for ever.
    public var until: LocalDate?
    /// Whether somebody has decided it instead of the class's rule.
    public var extended: Bool
    public var holds: [Hold]
    /// The newest, also a refused one.
    public var disposal: Disposal?
}

extension SchedulerService {
    /// What the rules, and people, say of a recording.
    ///
    /// - Parameter plan: its meeting's.
    func retention(of kept: KeptRecording, _ plan: MeetingPlan, _ reading: Reading) throws -> Retention {
        try Self.retention(of: kept, plan, office.retention, reading)
    }

    static func retention(
        of kept: KeptRecording, _ plan: MeetingPlan, _ rules: RetentionRules, _ reading: Reading
    ) throws -> Retention {
        Retention(
            RecordClass(isPeriodic: plan.isPeriodic, isEmergency: try reading.isEmergency(kept.occurrence)),
            rules: rules, ended: ProvinceClock.local(unix: Int((kept.ended ?? kept.started) / 1000)).date,
            extended: try reading.extensionOfTerm(of: kept.id), holds: try reading.holds(on: kept.id),
            disposal: try reading.disposal(of: kept.id))
    }

    func shown(_ retention: Retention, _ reading: Reading) throws -> RetentionShown {
        func local(_ seconds: Int) -> LocalDateTime { ProvinceClock.local(unix: seconds) }
        func name(_ id: PersonID) throws -> String { try self.name(ofActor: "person \(id)", reading) }
        let until: LocalDate? = if case .until(let day) = retention.term { day } else { nil }
        return RetentionShown(
            kind: retention.kind, standing: retention.standing(on: today), until: until,
            extended: retention.isExtended,
            holds: try retention.holds.map {
                .init(
                    id: $0.id, reason: $0.reason, since: local($0.since), who: try self.name(ofActor: $0.who, reading))
            },
            disposal: try retention.disposal.map {
                .init(
                    state: $0.state, reason: $0.reason, decision: $0.decision, proposedAt: local($0.proposedAt),
                    proposedBy: try name($0.proposedBy), decidedAt: $0.decidedAt.map(local),
                    decidedBy: try $0.decidedBy.map(name), answer: $0.answer.isEmpty ? nil : $0.answer,
                    doneAt: $0.doneAt.map(local))
            })
    }
}
