public struct Vote: Sendable, Equatable {
    public enum State: String, Sendable, Codable { case open, closed, cancelled }

    public struct Result: Sendable, Equatable, Encodable {
        public var counts: [Int]
        public var passed: Bool
        /// The choice that won, of a plurality; nil: none alone.
        public var choice: Int?
        public var reason: Reason

        public enum Reason: String, Sendable, Codable { case counted, quorum, tie }
    }

    public let id: Int
    public var form: VoteForm
    public internal(set) var state = State.open
    public var since: Int64
    public internal(set) var closedAt: Int64?
    /// Why it was cancelled.
    public internal(set) var reason = ""
    /// Who may vote: seats, or one seat for each unit.
    public internal(set) var eligible: Set<Seat>
    /// Who has voted; for a unit, the seat that did.
    public internal(set) var voted: Set<Seat> = []
    /// Who has voted how; empty for a secret ballot.
    public internal(set) var ballots: [Seat: Int] = [:]
    public internal(set) var result: Result?

    /// Whether anybody may know who has voted how.
    public var showsBallots: Bool {
        switch form.kind {
        case .open: true
        case .roll: state == .closed
        case .secret: false
        }
    }
}

extension Conduct {
    static let voteLimit = 200

    mutating func conductVotes(_ act: ConductAct, by actor: Actor, at now: Int64) throws(ConductRefusal) {
        switch act {
        case .openVote(let form):
            guard phase == .open else { throw .notOpen }
            if let item = form.item, !agenda.contains(where: { $0.id == item }) { throw Self.noItem }
            guard votes.count < Self.voteLimit else {
                throw ConductRefusal("full", "Đã có quá nhiều lần biểu quyết.", "There are too many votes.")
            }
            let eligible = Set(attendees.values.filter { $0.planned.isInvited && !$0.isRemoved }.map(\.planned.seat))
            votes.append(Vote(id: nextVote, form: form, since: now, eligible: eligible))
            if form.kind == .secret, tallies[nextVote] == nil {
                tallies[nextVote] = Array(repeating: 0, count: form.choices.count)
            }
            nextVote += 1
        case .castVote(let id, let choice): try cast(choice, in: id, by: actor)
        case .closeVote(let id):
            let index = try openVote(id)
            votes[index].result = result(of: votes[index], at: now)
            votes[index].state = .closed
            votes[index].closedAt = now
        case .cancelVote(let id, let reason):
            let index = try openVote(id)
            votes[index].state = .cancelled
            votes[index].reason = reason
            votes[index].closedAt = now
        default: throw .unknown
        }
    }

    private func openVote(_ id: Int) throws(ConductRefusal) -> Int {
        guard let index = votes.firstIndex(where: { $0.id == id }) else {
            throw ConductRefusal("no-vote", "Không có lần biểu quyết này.", "There is no such vote.")
        }
        guard votes[index].state == .open else {
            throw ConductRefusal("vote-closed", "Biểu quyết đã kết thúc.", "The vote is closed.")
        }
        return index
    }

    private mutating func cast(_ choice: Int?, in id: Int, by actor: Actor) throws(ConductRefusal) {
        let index = try openVote(id)
        let form = votes[index].form
        if let choice {
            guard form.choices.indices.contains(choice) else {
                throw ConductRefusal("no-choice", "Không có phương án này.", "There is no such choice.")
            }
        } else {
            // Only a secret ballot that is read again has its choice elsewhere.
            guard form.kind == .secret else { throw .unknown }
        }
        guard let seat = actor.seats.first(where: { votes[index].eligible.contains($0) }) else {
            throw ConductRefusal(
                "may-not-vote", "Điểm cầu không có quyền biểu quyết.", "You have no vote in this.")
        }
        guard !hasVoted(seat, votes[index]) else {
            throw ConductRefusal("voted", "Đã biểu quyết rồi.", "You have voted already.")
        }
        votes[index].voted.insert(seat)
        guard let choice else { return }
        if form.kind == .secret { tallies[id]?[choice] += 1 } else { votes[index].ballots[seat] = choice }
    }

    private func hasVoted(_ seat: Seat, _ vote: Vote) -> Bool {
        guard vote.form.by == .unit, let unit = attendees[seat]?.planned.unit else { return vote.voted.contains(seat) }
        return vote.voted.contains { attendees[$0]?.planned.unit == unit }
    }

    /// The votes that somebody may still give.
    public func mayVote(_ actor: Actor) -> [Int] {
        votes.filter { vote in
            guard vote.state == .open, let seat = actor.seats.first(where: { vote.eligible.contains($0) }) else {
                return false
            }
            return !hasVoted(seat, vote)
        }.map(\.id)
    }

    /// How many voices a vote has in all: seats, or units.
    public func voices(of vote: Vote) -> Int { count(vote.eligible, vote.form.by) }

    private func count(_ seats: Set<Seat>, _ by: VoteForm.Voters) -> Int {
        by == .seat ? seats.count : Set(seats.compactMap { attendees[$0]?.planned.unit }).count
    }

    /// What a vote has counted: of a secret one only when it is closed.
    public func counts(of vote: Vote) -> [Int] {
        if vote.form.kind == .secret {
            let tally = tallies[vote.id] ?? []
            return vote.form.choices.indices.map { tally.indices.contains($0) ? tally[$0] : 0 }
        }
        var counts = Array(repeating: 0, count: vote.form.choices.count)
        for choice in vote.ballots.values where counts.indices.contains(choice) { counts[choice] += 1 }
        return counts
    }

    private func result(of vote: Vote, at now: Int64) -> Vote.Result {
        let counts = counts(of: vote)
        let base =
            switch vote.form.of {
            case .cast: counts.reduce(0, +)
            case .present:
                count(vote.eligible.filter { rollState(of: $0, at: now).isThere || isThere($0) }, vote.form.by)
            case .all: voices(of: vote)
            }
        let most = counts.max() ?? 0
        let winners = counts.indices.filter { counts[$0] == most && most > 0 }
        if vote.form.needsQuorum, !rollCounts(at: now).hasQuorum {
            return Vote.Result(counts: counts, passed: false, choice: nil, reason: .quorum)
        }
        let first = counts.first ?? 0
        switch vote.form.rule {
        case .plurality:
            return Vote.Result(
                counts: counts, passed: winners.count == 1, choice: winners.count == 1 ? winners.first : nil,
                reason: winners.count == 1 ? .counted : .tie)
        case .majority: return Vote.Result(counts: counts, passed: first * 2 > base, choice: nil, reason: .counted)
        case .twoThirds: return counted(counts, first * 3 >= base * 2 && first > 0)
        case .threeQuarters: return counted(counts, first * 4 >= base * 3 && first > 0)
        }
    }

    private func counted(_ counts: [Int], _ passed: Bool) -> Vote.Result {
        Vote.Result(counts: counts, passed: passed, choice: nil, reason: .counted)
    }
}
