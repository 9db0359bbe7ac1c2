extension OnlineShareReport {
    /// What is counted. Shares are nil where there is nothing to divide by: no meeting is not a bad share.
    public struct Figures: Hashable, Sendable {
        /// Meetings held, and of these online or mixed.
        public private(set) var held = 0
        public private(set) var online = 0
        /// Invitations of sites; of these to meetings whose roll was called; of these attended; of these on time.
        public private(set) var invited = 0
        public private(set) var called = 0
        public private(set) var attended = 0
        public private(set) var onTime = 0

        public init() {}

        init(meetingOf form: MeetingForm) {
            held = 1
            online = form == .inPerson ? 0 : 1
        }

        init(attendance: Attendance, wasCalled: Bool) {
            invited = 1
            guard wasCalled else { return }
            called = 1
            switch attendance {
            case .none, .absent: break
            case .late: attended = 1
            case .online, .inPerson: (attended, onTime) = (1, 1)
            }
        }

        /// Online meetings of those held, 0 to 1.
        public var share: Double? { ratio(online, held) }
        /// Attended invitations of those whose roll was called, 0 to 1.
        public var attendance: Double? { ratio(attended, called) }
        /// On time of those attended, 0 to 1.
        public var onTimeShare: Double? { ratio(onTime, attended) }

        /// Whether the share of online meetings is at least so much; nil where none was held. In whole numbers, so that
        /// 9 of 10 are 90 per cent.
        public func reaches(percent: Int) -> Bool? {
            held == 0 ? nil : online * 100 >= percent * held
        }

        public static func + (left: Figures, right: Figures) -> Figures {
            var sum = left
            sum += right
            return sum
        }

        public static func += (left: inout Figures, right: Figures) {
            left.held += right.held
            left.online += right.online
            left.invited += right.invited
            left.called += right.called
            left.attended += right.attended
            left.onTime += right.onTime
        }

        private func ratio(_ part: Int, _ whole: Int) -> Double? { whole == 0 ? nil : Double(part) / Double(whole) }
    }
}

/// What share of its meetings a unit of each kind is to hold online, in per cent.
///
/// By default 95 for the province's committee and party office, 90 for departments, 70 for districts, 50 for communes
/// and what is not named; a province sets its own.
public struct OnlineShareTargets: Hashable, Sendable {
    /// By kind of unit, 0 to 100.
    public let byKind: [String: Int]
    public let others: Int

    public static let defaults = ["committee": 95, "party": 95, "department": 90, "district": 70, "commune": 50]

    /// What is outside 0 to 100 is held to it.
    public init(byKind: [String: Int] = Self.defaults, others: Int = 50) {
        self.byKind = byKind.mapValues { min(max($0, 0), 100) }
        self.others = min(max(others, 0), 100)
    }

    public func percent(forKind kind: String) -> Int { byKind[kind] ?? others }
}
