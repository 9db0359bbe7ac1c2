import ICalendar

/// Who was called and how they stood, in the order in which they were invited: live, or as it was signed off.
public struct RollList: Hashable, Sendable {
    public struct Line: Hashable, Sendable {
        public let seat: Seat
        public let name: String
        public let unit: UnitID
        public let state: RollState
        public let means: RollMark.Means?
        public let at: LocalDateTime?
        /// Why it was corrected by hand.
        public let reason: String
        /// Who came in place of the invited; empty: nobody.
        public let delegate: String
        /// How often its line was lost, and for how long in all, s.
        public let drops: Int
        public let away: Int
    }

    public struct Signed: Hashable, Sendable {
        public let by: String
        public let at: LocalDateTime
    }

    public let lines: [Line]
    public let state: RollCall.State
    public let signed: Signed?
    /// Units that are there, all that are invited, and how many it takes.
    public let unitsPresent: Int
    public let units: Int
    public let needed: Int

    /// - Parameter now: Unix ms.
    public init(_ conduct: Conduct, at now: Int64) {
        let states = conduct.roll.signed?.lines ?? conduct.rollLines(at: now)
        var order = conduct.plan.seats.map(\.seat).filter { states[$0] != nil }
        // Whoever was called and then left out of the plan still stands on a list that was signed before.
        order += Set(states.keys).subtracting(order).sorted()
        var there: [UnitID: Bool] = [:]
        lines = order.compactMap { seat in
            guard let state = states[seat], let attendee = conduct.attendees[seat] else { return nil }
            there[attendee.planned.unit] = there[attendee.planned.unit] == true || state.isThere
            let mark = attendee.mark
            return Line(
                seat: seat, name: attendee.planned.name, unit: attendee.planned.unit, state: state, means: mark?.means,
                at: mark.map { MinutesWords.local($0.at) }, reason: mark?.reason ?? "",
                delegate: attendee.planned.delegate, drops: attendee.drops, away: Int(attendee.away / 1000))
        }
        state = conduct.roll.state
        signed = conduct.roll.signed.map { Signed(by: $0.by, at: MinutesWords.local($0.at)) }
        units = there.count
        unitsPresent = there.values.count { $0 }
        needed = conduct.roll.quorum.needed(of: there.count)
    }

    public var hasQuorum: Bool { units > 0 && unitsPresent >= needed }

    public func count(_ state: RollState) -> Int { lines.count { $0.state == state } }

    // MARK: In words

    /// Who vouches for the list, or that nobody does yet.
    public var signature: String {
        if let signed {
            return "Danh sách do \(signed.by) ký xác nhận lúc \(MinutesWords.moment(signed.at))."
        }
        return state == .closed
            ? "Danh sách CHƯA ĐƯỢC KÝ XÁC NHẬN." : "Danh sách CHƯA ĐƯỢC KÝ XÁC NHẬN; việc điểm danh chưa kết thúc."
    }

    /// `Có mặt 08/09 đơn vị được mời, đủ số đơn vị cần thiết (06).`
    public var sums: String {
        let parts = RollState.allCases.compactMap { state -> String? in
            let number = count(state)
            return number == 0 ? nil : "\(MinutesWords.state(state).lowercased()) \(MinutesWords.count(number))"
        }
        let verdict = hasQuorum ? "đủ" : "chưa đủ"
        return "Có mặt \(MinutesWords.count(unitsPresent))/\(MinutesWords.count(units)) đơn vị được mời, \(verdict) số "
            + "đơn vị cần thiết (\(MinutesWords.count(needed)))"
            + (parts.isEmpty ? "." : "; theo điểm cầu, đại biểu: \(parts.joined(separator: ", ")).")
    }

    /// The columns of ``csvRows``.
    public static let csvHeader = [
        "STT", "Đơn vị, đại biểu", "Tình trạng", "Người dự thay", "Hình thức xác nhận", "Thời điểm", "Lý do, ghi chú",
        "Số lần mất kết nối", "Thời gian mất kết nối (giây)", "Ký xác nhận",
    ]

    public var csvRows: [[String]] {
        let signing = signed.map { "\($0.by), \($0.at.vietnameseClock) ngày \($0.at.date.vietnamese)" } ?? "Chưa ký"
        return lines.enumerated().map { index, line in
            [
                "\(index + 1)", line.name, MinutesWords.state(line.state), line.delegate,
                MinutesWords.means(line.means),
                line.at.map { "\($0.vietnameseClock) ngày \($0.date.vietnamese)" } ?? "", line.reason, "\(line.drops)",
                "\(line.away)", signing,
            ]
        }
    }

    /// The table as it is printed.
    public var table: MinutesTable {
        MinutesTable(
            columns: [
                .init("STT", width: 8, alignment: .centre), .init("Đơn vị, đại biểu", width: 34),
                .init("Tình trạng", width: 18), .init("Xác nhận", width: 20),
                .init("Người dự thay, ghi chú", width: 26),
            ],
            rows: lines.enumerated().map { index, line in
                var remarks = [line.delegate, line.reason].filter { !$0.isEmpty }
                if line.drops > 0 { remarks.append("mất kết nối \(line.drops) lần") }
                let confirmed = [line.at?.vietnameseClock, MinutesWords.means(line.means)].compactMap { $0 }
                return [
                    "\(index + 1)", line.name, MinutesWords.state(line.state),
                    confirmed.filter { !$0.isEmpty }.joined(separator: "\n"), remarks.joined(separator: "; "),
                ]
            })
    }
}
