import ICalendar

/// One vote as the minutes and its result sheet tell it. Of a secret ballot there are only counts, and these only once it
/// is closed.
public struct VoteRecord: Sendable, Equatable {
    public struct Ballot: Hashable, Sendable {
        public let name: String
        public let choice: Int
    }

    public let id: Int
    /// Its number among the meeting's votes, from 1.
    public let number: Int
    public let form: VoteForm
    public let state: Vote.State
    public let began: LocalDateTime
    public let closed: LocalDateTime?
    /// Why it was cancelled.
    public let reason: String
    /// By choice; nil while nobody may know them.
    public let counts: [Int]?
    public let result: Vote.Result?
    /// Voices in all.
    public let eligible: Int
    /// Who has voted how; nil where nobody may know it.
    public let ballots: [Ballot]?
    /// Who may vote and has not; nil where nobody may know it.
    public let silent: [String]?

    init(_ vote: Vote, number: Int, of conduct: Conduct) {
        id = vote.id
        self.number = number
        form = vote.form
        state = vote.state
        began = MinutesWords.local(vote.since)
        closed = vote.closedAt.map { MinutesWords.local($0) }
        reason = vote.reason
        result = vote.result
        eligible = conduct.voices(of: vote)
        switch vote.state {
        case .closed: counts = vote.result?.counts ?? conduct.counts(of: vote)
        case .open: counts = vote.showsBallots ? conduct.counts(of: vote) : nil
        case .cancelled: counts = nil
        }
        guard vote.showsBallots, vote.state != .cancelled else {
            ballots = nil
            silent = nil
            return
        }
        let units = Dictionary(
            conduct.plan.units.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        func name(_ seat: Seat) -> String {
            let planned = conduct.attendees[seat]?.planned
            guard vote.form.by == .unit, let unit = planned?.unit else { return planned?.name ?? seat.description }
            return units[unit] ?? planned?.name ?? seat.description
        }
        let order = conduct.plan.seats.map(\.seat).filter { vote.eligible.contains($0) }
        let seats = order + vote.eligible.subtracting(order).sorted()
        let cast = seats.compactMap { seat in vote.ballots[seat].map { Ballot(name: name(seat), choice: $0) } }
        ballots = cast
        func unit(_ seat: Seat) -> UnitID? { conduct.attendees[seat]?.planned.unit }
        var heard = Set(vote.ballots.keys.compactMap(unit))
        silent = seats.filter { seat in
            guard vote.ballots[seat] == nil else { return false }
            // A unit has one voice, whichever of its seats gives it.
            guard vote.form.by == .unit, let unit = unit(seat) else { return true }
            return heard.insert(unit).inserted
        }.map(name)
    }

    public var cast: Int? { counts.map { $0.reduce(0, +) } }

    // MARK: In words

    var kindWords: String {
        switch form.kind {
        case .open: "biểu quyết công khai"
        case .roll: "biểu quyết gọi tên"
        case .secret: "bỏ phiếu kín"
        }
    }

    var voterWords: String { form.by == .unit ? "mỗi đơn vị một phiếu" : "mỗi điểm cầu, đại biểu một phiếu" }

    var ruleWords: String {
        let base =
            switch form.of {
            case .cast: "số phiếu đã biểu quyết"
            case .present: "tổng số có mặt"
            case .all: "tổng số được mời"
            }
        let first = form.choices.first ?? ""
        let rule =
            switch form.rule {
            case .plurality: "chọn phương án có nhiều phiếu nhất"
            case .majority: "thông qua khi có trên một phần hai \(base) chọn “\(first)”"
            case .twoThirds: "thông qua khi có ít nhất hai phần ba \(base) chọn “\(first)”"
            case .threeQuarters: "thông qua khi có ít nhất ba phần tư \(base) chọn “\(first)”"
            }
        return form.needsQuorum ? "\(rule), với điều kiện đủ số đơn vị có mặt" : rule
    }

    /// `Hình thức biểu quyết công khai, mỗi đơn vị một phiếu; …`
    var procedure: String {
        let kind = kindWords.prefix(1).uppercased() + kindWords.dropFirst()
        return "\(kind), \(voterWords); \(ruleWords)."
    }

    /// `Tán thành: 07 phiếu; không tán thành: 01 phiếu; …`; nil while nobody may know.
    var countWords: String? {
        guard let counts else { return nil }
        let parts = zip(form.choices, counts).map { "\($0): \(MinutesWords.count($1)) phiếu" }
        let cast = counts.reduce(0, +)
        return
            "\(parts.joined(separator: "; ")); tổng số \(MinutesWords.count(cast))/\(MinutesWords.count(eligible)) phiếu."
    }

    public var verdict: String {
        switch state {
        case .open: return "Đang biểu quyết."
        case .cancelled: return reason.isEmpty ? "Đã hủy." : "Đã hủy: \(MinutesWords.sentence(reason))"
        case .closed: break
        }
        guard let result else { return "" }
        switch result.reason {
        case .quorum: return "Không có giá trị do không đủ số đơn vị có mặt."
        case .tie: return "Không có phương án nào được chọn do số phiếu ngang nhau."
        case .counted: break
        }
        if form.rule == .plurality {
            guard let choice = result.choice, form.choices.indices.contains(choice) else {
                return "Không có phương án nào được chọn."
            }
            return "Chọn phương án “\(form.choices[choice])”."
        }
        return result.passed ? "Được thông qua." : "Không được thông qua."
    }

    /// The voices of each choice by name, and who was silent; empty where only counts may be told.
    var lists: [(choice: String, names: [String])] {
        guard let ballots else { return [] }
        var lists = form.choices.enumerated().map { index, choice in
            (choice: choice, names: ballots.filter { $0.choice == index }.map(\.name))
        }
        lists.append((choice: "Không biểu quyết", names: silent ?? []))
        return lists.filter { !$0.names.isEmpty }
    }
}
