import ICalendar

/// What is to become of one recording: the rule of its class, and what people have decided since.
///
/// A rule only says when somebody has to look: nothing is destroyed because a day has come. Destroying takes two people,
/// and a hold stops it up to the last moment.
public struct Retention: Sendable, Equatable {
    /// How long it is kept without anybody's doing.
    public enum Term: Sendable, Equatable {
        case forEver
        /// Up to and with this day.
        case until(LocalDate)
    }

    /// Nothing is destroyed while it stands.
    public struct Hold: Sendable, Equatable {
        public var id: Int64
        public var reason: String
        /// Unix seconds.
        public var since: Int
        /// As the chain of acts names them.
        public var who: String

        public init(id: Int64, reason: String, since: Int, who: String) {
            self.id = id
            self.reason = reason
            self.since = since
            self.who = who
        }
    }

    /// A proposal to destroy it, and what came of it.
    public struct Disposal: Sendable, Equatable {
        public enum State: String, Sendable, Codable {
            /// A second person has to confirm it.
            case proposed
            case refused
            /// Its files are being removed.
            case confirmed
            /// Its files are gone.
            case done
        }

        public var id: Int64
        public var state: State
        public var reason: String
        /// The number and date of the office's decision, in words.
        public var decision: String
        /// Unix seconds.
        public var proposedAt: Int
        public var proposedBy: PersonID
        public var decidedAt: Int?
        public var decidedBy: PersonID?
        /// Why it was refused.
        public var answer: String
        public var doneAt: Int?

        public init(
            id: Int64, state: State, reason: String, decision: String, proposedAt: Int, proposedBy: PersonID,
            decidedAt: Int? = nil, decidedBy: PersonID? = nil, answer: String = "", doneAt: Int? = nil
        ) {
            self.id = id
            self.state = state
            self.reason = reason
            self.decision = decision
            self.proposedAt = proposedAt
            self.proposedBy = proposedBy
            self.decidedAt = decidedAt
            self.decidedBy = decidedBy
            self.answer = answer
            self.doneAt = doneAt
        }
    }

    /// What it comes down to today.
    public enum Standing: String, Sendable, Codable, CaseIterable {
        case kept
        /// Its time is over: somebody decides.
        case due
        case held
        /// A second person has to confirm that it is destroyed.
        case proposed
        /// Confirmed: its files are being removed, or are gone.
        case destroyed
    }

    public var kind: RecordClass
    public var term: Term
    /// Whether somebody has decided the term instead of the class's rule.
    public var isExtended: Bool
    /// Those that stand, the oldest first.
    public var holds: [Hold]
    /// The newest.
    public var disposal: Disposal?

    /// - Parameters:
    ///   - ended: the day of the recording's end.
    ///   - extended: what somebody decided instead of the rule; nil where nobody has.
    public init(
        _ kind: RecordClass, rules: RetentionRules, ended: LocalDate, extended: Term?, holds: [Hold],
        disposal: Disposal?
    ) {
        self.kind = kind
        self.holds = holds
        self.disposal = disposal
        let rule = rules[kind].map { Term.until(ended.adding(years: $0)) } ?? .forEver
        term = extended ?? rule
        isExtended = extended != nil
    }

    public func standing(on today: LocalDate) -> Standing {
        switch disposal?.state {
        case .confirmed, .done: return .destroyed
        case .proposed where holds.isEmpty: return .proposed
        case .proposed, .refused, nil: break
        }
        if !holds.isEmpty { return .held }
        guard case .until(let day) = term, day < today else { return .kept }
        return .due
    }

    // MARK: What may be decided

    /// - Parameter isClosed: whether its journal is whole.
    public func checkProposal(on today: LocalDate, isClosed: Bool) throws(RetentionRefusal) {
        guard isClosed else { throw .notClosed }
        switch standing(on: today) {
        case .due: return
        case .held: throw .held
        case .proposed: throw .proposed
        case .destroyed: throw .destroyed
        case .kept: throw .notDue
        }
    }

    public func checkConfirmation(by person: PersonID, on today: LocalDate) throws(RetentionRefusal) {
        switch standing(on: today) {
        case .proposed: break
        case .held: throw .held
        case .destroyed: throw .destroyed
        case .due, .kept: throw .notProposed
        }
        guard disposal?.proposedBy != person else { throw .samePerson }
        // The rule may have been changed since it was proposed.
        guard case .until(let day) = term, day < today else { throw .notDue }
    }

    public func checkRefusal() throws(RetentionRefusal) {
        guard disposal?.state == .proposed else { throw .notProposed }
    }

    public func checkHold(on today: LocalDate) throws(RetentionRefusal) {
        guard standing(on: today) != .destroyed else { throw .destroyed }
    }

    /// Keeping on only ever makes the time longer.
    public func checkKeeping(_ wanted: Term, on today: LocalDate) throws(RetentionRefusal) {
        switch standing(on: today) {
        case .destroyed: throw .destroyed
        case .proposed: throw .proposed
        case .kept, .due, .held: break
        }
        guard case .until(let day) = wanted else { return }
        guard day > today, case .until(let known) = term, day > known else { throw .notLonger }
    }
}

/// Why a decision about a recording is not taken.
public struct RetentionRefusal: Error, Sendable, Equatable {
    public var code: String
    public var sentence: Sentence

    init(_ code: String, _ vietnamese: String, _ english: String) {
        self.code = code
        sentence = Sentence(vietnamese: vietnamese, english: english)
    }

    static let notClosed = RetentionRefusal(
        "not-closed", "Bản ghi chưa đóng. Hãy đợi phiên họp kết thúc.", "It is still being recorded. Wait for its end.")
    static let notDue = RetentionRefusal(
        "not-due", "Bản ghi chưa hết thời hạn lưu nên chưa được hủy.",
        "Its time is not over, so that it may not be destroyed yet.")
    static let held = RetentionRefusal(
        "held", "Bản ghi đang được giữ lại. Phải bỏ lệnh giữ trước.", "It is on hold. Release the hold first.")
    static let proposed = RetentionRefusal(
        "proposed", "Bản ghi đã có đề nghị hủy đang chờ xác nhận.",
        "That it be destroyed has been proposed; that waits to be confirmed.")
    static let notProposed = RetentionRefusal(
        "not-proposed", "Bản ghi không có đề nghị hủy nào đang chờ.", "Nothing about it waits to be confirmed.")
    static let destroyed = RetentionRefusal(
        "destroyed", "Bản ghi đã được hủy.", "It has been destroyed.")
    static let samePerson = RetentionRefusal(
        "same-person", "Người đề nghị không được tự xác nhận. Cần một người thứ hai.",
        "Whoever proposed it may not confirm it. It takes a second person.")
    static let notLonger = RetentionRefusal(
        "not-longer", "Ngày giữ thêm phải sau hôm nay và sau thời hạn đang có.",
        "Keeping on has to go beyond today, and beyond the day that stands.")
    public static let noHold = RetentionRefusal(
        "no-hold", "Lệnh giữ này không còn hiệu lực.", "This hold does not stand any more.")
}

extension LocalDate {
    /// The same day so many years later; after 29 February, where there is none, 1 March: nothing is kept too short.
    func adding(years: Int) -> LocalDate {
        LocalDate(year: year + years, month: month, day: day)
            ?? LocalDate(year: year + years, month: 3, day: 1) ?? LocalDate(dayNumber: dayNumber + 366 * years)
    }
}
