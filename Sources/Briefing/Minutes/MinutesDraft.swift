import ICalendar

/// The minutes of one meeting as far as its conduct knows them: drafted while it runs, complete when it is over.
public struct MinutesDraft: Sendable, Equatable {
    /// A turn to speak.
    public struct Speech: Hashable, Sendable {
        public let speakers: String
        public let began: LocalDateTime
        public let seconds: Int
        /// Whether it still lasts.
        public let isOn: Bool
    }

    public struct Item: Hashable, Sendable {
        public let id: Int
        public let title: String
        public let owner: String
        /// Minutes.
        public let planned: Int
        /// Seconds, with the run that is on.
        public let spent: Int
        public let isOn: Bool
        public let isDone: Bool
        public let speeches: [Speech]
        public let note: String
    }

    public let title: String
    public let meeting: MinutesMeeting
    public let phase: Conduct.Phase
    /// When it was opened; the booked time before that.
    public let began: LocalDateTime
    public let ended: LocalDateTime?
    public let chair: String
    public let chairTitle: String
    /// For whom somebody else leads.
    public let actsFor: String?
    /// Invited sites and people.
    public let sites: Int
    public let people: Int
    public let roll: RollList
    public let items: [Item]
    /// Turns while no item of the agenda was on.
    public let otherSpeeches: [Speech]
    /// The secretary's note on the meeting as a whole.
    public let note: String
    public let number: DocumentNumber
    public let votes: [VoteRecord]
    public let decisions: [Decision]

    /// - Parameter now: Unix ms.
    public init(of conduct: Conduct, meeting: MinutesMeeting, at now: Int64) {
        func name(_ seat: Seat) -> String { conduct.attendees[seat]?.planned.name ?? "" }
        title = conduct.plan.title
        self.meeting = meeting
        phase = conduct.phase
        began = MinutesWords.local(conduct.openedAt ?? conduct.plan.start)
        ended = conduct.endedAt.map { MinutesWords.local($0) }
        chair = conduct.chair.map(name) ?? ""
        chairTitle = conduct.chair.flatMap { meeting.titles[$0] } ?? ""
        actsFor = conduct.hasActingChair ? conduct.booked.map(name) : nil
        let invited = conduct.plan.seats.filter(\.isInvited)
        sites = invited.count { if case .site = $0.seat { true } else { false } }
        people = invited.count - sites
        roll = RollList(conduct, at: now)

        var speeches: [Int?: [Speech]] = [:]
        func add(_ seats: [Seat], _ began: Int64, _ ended: Int64, item: Int?, isOn: Bool) {
            let item = item.flatMap { id in conduct.agenda.contains { $0.id == id } ? id : nil }
            speeches[item, default: []].append(
                Speech(
                    speakers: seats.map(name).joined(separator: ", "), began: MinutesWords.local(began),
                    seconds: Int(max(0, ended - began) / 1000), isOn: isOn))
        }
        for turn in conduct.turns { add(turn.seats, turn.began, turn.ended, item: turn.item, isOn: false) }
        if let turn = conduct.floor, turn.state == .holds {
            add(turn.seats, turn.since, now, item: conduct.agenda.first { $0.since != nil }?.id, isOn: true)
        }
        items = conduct.agenda.map { item in
            let spent = item.spent + (item.since.map { max(0, now - $0) } ?? 0)
            return Item(
                id: item.id, title: item.title, owner: item.owner, planned: item.minutes, spent: Int(spent / 1000),
                isOn: item.since != nil, isDone: item.isDone, speeches: speeches[item.id] ?? [],
                note: conduct.notes[item.id] ?? "")
        }
        otherSpeeches = speeches[nil] ?? []
        note = conduct.notes[nil] ?? ""
        number = conduct.number
        votes = conduct.votes.enumerated().map { VoteRecord($1, number: $0 + 1, of: conduct) }
        decisions = conduct.decisions
    }
}
