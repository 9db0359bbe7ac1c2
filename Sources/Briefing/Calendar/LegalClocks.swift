import ICalendar

/// A term that the law or the province's rules set, and whether it is kept.
public struct LegalClock: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, Codable {
        /// Invitations to a periodic meeting leave in time: Quyết định 45/2018/QĐ-TTg.
        case invitation
        /// The notice of conclusions follows in time: Quyết định 45/2018/QĐ-TTg.
        case conclusions
    }

    public let kind: Kind
    /// The last day that keeps the term.
    public let due: LocalDate
    public let isLate: Bool
    public let vietnamese: String
    public let english: String
}

/// The two terms around a periodic meeting, in working days (of `WorkingCalendar`).
public struct LegalClocks: Hashable, Sendable {
    /// Full working days between an invitation's day and the meeting's; 0 or more.
    public var invitationDays: Int
    /// Working days after the meeting within which conclusions follow; 0 or more.
    public var conclusionsDays: Int

    public init(invitationDays: Int = 3, conclusionsDays: Int = 5) {
        self.invitationDays = invitationDays
        self.conclusionsDays = conclusionsDays
    }

    /// The latest day on which an invitation may leave: `invitationDays` full working days lie between it and the
    /// meeting's day.
    public func latestInvitationDay(meeting: LocalDate, calendar: WorkingCalendar) -> LocalDate {
        calendar.adding(workingDays: -max(0, invitationDays), to: meeting).adding(days: -1)
    }

    /// - Parameter day: when the invitation left, or would leave now.
    public func invitation(meeting: LocalDate, leaving day: LocalDate, calendar: WorkingCalendar) -> LegalClock {
        let due = latestInvitationDay(meeting: meeting, calendar: calendar)
        let left = calendar.workingDays(between: day, and: meeting)
        let isLate = day > due
        let vietnamese =
            isLate
            ? "Giấy mời gửi ngày \(day.vietnamese) chỉ còn \(left) ngày làm việc trước phiên họp ngày "
                + "\(meeting.vietnamese); quy định ít nhất \(invitationDays) ngày làm việc (Quyết định số "
                + "45/2018/QĐ-TTg), chậm nhất phải gửi ngày \(due.vietnamese)."
            : "Giấy mời phải gửi chậm nhất ngày \(due.vietnamese) (trước phiên họp ít nhất \(invitationDays) "
                + "ngày làm việc)."
        let english =
            isLate
            ? "An invitation that leaves on \(day.english) has \(counted(left)) before the meeting of "
                + "\(meeting.english); at least \(invitationDays) are required (Decision 45/2018/QĐ-TTg), so it was due "
                + "on \(due.english)."
            : "The invitation must leave by \(due.english), at least \(counted(invitationDays)) before the meeting."
        return LegalClock(kind: .invitation, due: due, isLate: isLate, vietnamese: vietnamese, english: english)
    }

    /// - Parameters:
    ///   - meeting: the day on which the meeting ended.
    ///   - day: when the conclusions were issued, or today.
    public func conclusions(meeting: LocalDate, issuedBy day: LocalDate, calendar: WorkingCalendar) -> LegalClock {
        let due = calendar.adding(workingDays: max(0, conclusionsDays), to: meeting)
        let isLate = day > due
        let vietnamese =
            isLate
            ? "Thông báo kết luận đã quá hạn: phải ban hành chậm nhất ngày \(due.vietnamese) (\(conclusionsDays) ngày "
                + "làm việc sau phiên họp)."
            : "Thông báo kết luận phải ban hành chậm nhất ngày \(due.vietnamese) (\(conclusionsDays) ngày làm việc sau "
                + "phiên họp)."
        let english =
            isLate
            ? "The notice of conclusions is overdue: it was due on \(due.english), \(counted(conclusionsDays)) after the "
                + "meeting."
            : "The notice of conclusions is due by \(due.english), \(counted(conclusionsDays)) after the meeting."
        return LegalClock(kind: .conclusions, due: due, isLate: isLate, vietnamese: vietnamese, english: english)
    }

    private func counted(_ days: Int) -> String { days == 1 ? "1 working day" : "\(days) working days" }
}
