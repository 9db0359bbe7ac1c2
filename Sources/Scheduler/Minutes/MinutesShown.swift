import Briefing
import ICalendar

/// The minutes as their page shows them: the document as it will be printed, and what is edited beside it.
public struct MinutesShown: Encodable, Sendable {
    public struct Item: Encodable, Sendable {
        public var id: Int
        public var title: String
        public var owner: String
        /// Minutes planned.
        public var minutes: Int
        public var note: String
    }

    public struct DecisionShown: Encodable, Sendable {
        public var id: Int
        public var text: String
        public var due: LocalDate?
        public var owner: String
        public var item: Int?
    }

    /// The notice of conclusions, and the days that do not count towards a term.
    public struct Term: Encodable, Sendable {
        /// The meeting's day, from which is counted.
        public var from: LocalDate
        public var due: LocalDate
        public var days: Int
        public var message: Sentence
        /// From that day on, in order.
        public var daysOff: [LocalDate]
        /// The last day that ``daysOff`` knows.
        public var known: LocalDate
    }

    public struct Roll: Encodable, Sendable {
        public struct Line: Encodable, Sendable {
            public var seat: String
            public var name: String
            public var state: RollState
            public var how: String
            public var at: LocalDateTime?
            public var reason: String
            public var delegate: String
        }

        public struct Signed: Encodable, Sendable {
            public var by: String
            public var at: LocalDateTime
        }

        public var state: RollCall.State
        public var signed: Signed?
        public var present: Int
        public var units: Int
        public var needed: Int
        public var lines: [Line]
    }

    public struct VoteShown: Encodable, Sendable {
        public var id: Int
        public var title: String
        public var kind: VoteForm.Kind
        public var state: Vote.State
        public var verdict: String
    }

    public var occurrence: OccurrenceID
    public var title: String
    public var start: LocalDateTime
    public var state: Conduct.Phase
    public var mayEdit: Bool
    /// Changes with anything of the rest.
    public var version: String
    /// Số and ký hiệu; empty until they are given.
    public var number: String
    public var symbol: String
    public var document: MinutesDocument
    public var agenda: [Item]
    public var note: String
    public var decisions: [DecisionShown]
    public var conclusions: Term
    public var roll: Roll
    public var votes: [VoteShown]
}

extension SchedulerService {
    public func minutes(of id: OccurrenceID, as caller: Caller) async throws -> MinutesShown {
        let minutes = try await readMinutes(of: id, as: caller)
        let draft = minutes.draft
        var shown = MinutesShown(
            occurrence: id, title: draft.title, start: minutes.occurrence.start, state: draft.phase,
            mayEdit: minutes.mayEdit, version: "", number: draft.number.number,
            symbol: draft.number.symbol, document: draft.document,
            agenda: draft.items.map {
                .init(id: $0.id, title: $0.title, owner: $0.owner, minutes: $0.planned, note: $0.note)
            }, note: draft.note,
            decisions: draft.decisions.map {
                .init(
                    id: $0.id, text: $0.form.text, due: LocalDate($0.form.due), owner: $0.form.owner, item: $0.form.item
                )
            }, conclusions: term(from: draft.ended?.date ?? minutes.occurrence.end.date, draft.meeting),
            roll: roll(draft.roll),
            votes: draft.votes.map {
                .init(id: $0.id, title: $0.form.title, kind: $0.form.kind, state: $0.state, verdict: $0.verdict)
            })
        shown.version = String(fingerprint(try jsonText(shown)), radix: 16)
        return shown
    }

    /// How far terms are laid out, days.
    private static let termHorizon = 120

    private func term(from first: LocalDate, _ meeting: MinutesMeeting) -> MinutesShown.Term {
        let calendar = calendar
        let clock = clocks.conclusions(meeting: first, issuedBy: today, calendar: calendar)
        return .init(
            from: first, due: meeting.conclusionsDue, days: meeting.conclusionsDays,
            message: Sentence(vietnamese: clock.vietnamese, english: clock.english),
            daysOff: (0...Self.termHorizon).map { first.adding(days: $0) }.filter { !calendar.isWorking($0) },
            known: first.adding(days: Self.termHorizon))
    }

    private func roll(_ roll: RollList) -> MinutesShown.Roll {
        .init(
            state: roll.state, signed: roll.signed.map { .init(by: $0.by, at: $0.at) }, present: roll.unitsPresent,
            units: roll.units, needed: roll.needed,
            lines: roll.lines.map {
                .init(
                    seat: $0.seat.description, name: $0.name, state: $0.state, how: $0.means?.rawValue ?? "", at: $0.at,
                    reason: $0.reason, delegate: $0.delegate)
            })
    }
}
