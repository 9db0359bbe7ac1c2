import Briefing
import ICalendar
import Testing

@Suite struct CalendarWordsTests {
    private func series(_ rule: String?, start: String = "2026-11-23T07:30", policy: HolidayPolicy = .keep) throws
        -> Recurrence
    {
        Recurrence(start: time(start), minutes: 90, rule: try rule.map(RecurrenceRule.init(parsing:)), policy: policy)
    }

    /// What every sentence on these series ends with.
    private let vietnameseEnd = ", 7 giờ 30 đến 9 giờ 00, từ ngày 23/11/2026"
    private let englishEnd = ", 7:30 to 9:00, from 23 November 2026"

    @Test(arguments: [
        ("FREQ=DAILY", "Hằng ngày", "Every day"), ("FREQ=DAILY;INTERVAL=3", "3 ngày một lần", "Every 3 days"),
        ("FREQ=WEEKLY;BYDAY=MO", "Thứ Hai hằng tuần", "Every Monday"),
        ("FREQ=WEEKLY", "Thứ Hai hằng tuần", "Every Monday"),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR", "Thứ Hai, Thứ Tư và Thứ Sáu hằng tuần", "Every Monday, Wednesday and Friday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Thứ Hai đến Thứ Sáu hằng tuần", "Every Monday to Friday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "Thứ Hai 2 tuần một lần", "Monday, every 2 weeks"),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU", "Chủ nhật 2 tuần một lần (tuần bắt đầu từ Chủ nhật)",
            "Sunday, every 2 weeks (weeks begin on Sunday)"
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=15", "Ngày 15 hằng tháng", "The 15th, every month"),
        ("FREQ=MONTHLY", "Ngày 23 hằng tháng", "The 23rd, every month"),
        (
            "FREQ=MONTHLY;BYMONTHDAY=-1", "Ngày cuối cùng của tháng hằng tháng",
            "The last day of the month, every month"
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=31", "Ngày 31 hằng tháng (tháng không có ngày 31 thì không họp)",
            "The 31st, every month (none in months without that 31st)"
        ),
        (
            "FREQ=MONTHLY;BYDAY=2TU", "Thứ Ba thứ hai của tháng, hằng tháng",
            "The second Tuesday of the month, every month"
        ),
        (
            "FREQ=MONTHLY;INTERVAL=3;BYDAY=-1FR", "Thứ Sáu cuối cùng của tháng, 3 tháng một lần",
            "The last Friday of the month, every 3 months"
        ),
        (
            "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "Thứ Sáu rơi vào ngày 13, hằng tháng",
            "Friday that falls on the 13th, every month"
        ),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1",
            "Ngày làm việc đầu tiên của tháng (tính từ Thứ Hai đến Thứ Sáu), hằng tháng",
            "The first working day of the month (Monday to Friday), every month"
        ),
        ("FREQ=YEARLY", "Ngày 23/11 hằng năm", "23 November, every year"),
        (
            "FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=5", "Ngày 5 hằng năm, chỉ trong tháng 1 và tháng 7",
            "The 5th, every year, only in January and July"
        ),
        (
            "FREQ=YEARLY;BYDAY=20MO", "Thứ Hai thứ 20 của năm, hằng năm", "The 20th Monday of the year, every year"
        ),
        (
            "FREQ=DAILY;BYDAY=MO,TU", "Hằng ngày, chỉ vào các ngày Thứ Hai và Thứ Ba",
            "Every day, only on Monday and Tuesday"
        ),
        ("FREQ=YEARLY;BYWEEKNO=20", "Theo quy tắc FREQ=YEARLY;BYWEEKNO=20", "By the rule FREQ=YEARLY;BYWEEKNO=20"),
        (
            "FREQ=MONTHLY;BYDAY=MO,2TU", "Theo quy tắc FREQ=MONTHLY;BYDAY=MO,2TU",
            "By the rule FREQ=MONTHLY;BYDAY=MO,2TU"
        ),
    ]) func `a rule is said in words`(rule: String, vietnamese: String, english: String) throws {
        let series = try series(rule)
        #expect(RuleInWords.vietnamese(series) == vietnamese + vietnameseEnd)
        #expect(RuleInWords.english(series) == english + englishEnd)
    }

    @Test func `counts, ends and holidays are said`() throws {
        let counted = try series("FREQ=WEEKLY;COUNT=10", policy: .nextWorkingDay)
        #expect(
            RuleInWords.vietnamese(counted) == "Thứ Hai hằng tuần" + vietnameseEnd
                + ", gồm 10 phiên, trùng ngày nghỉ lễ thì chuyển sang ngày làm việc kế tiếp")
        #expect(
            RuleInWords.english(counted) == "Every Monday" + englishEnd
                + ", 10 meetings, moved to the next working day on public holidays")
        let ending = try series("FREQ=WEEKLY;UNTIL=20261231", policy: .skip)
        #expect(RuleInWords.vietnamese(ending).hasSuffix(", đến hết ngày 31/12/2026, trùng ngày nghỉ lễ thì không họp"))
        #expect(RuleInWords.english(ending).hasSuffix(", until 31 December 2026, not on public holidays"))
    }

    @Test func `a series that was split before a meeting does not name that meeting's day as its last`() throws {
        var split = try series("FREQ=WEEKLY")
        split.rule = split.rule?.ending(before: time("2026-12-07T07:30"))
        #expect(RuleInWords.vietnamese(split).hasSuffix("đến hết ngày 06/12/2026"))
    }

    @Test func `one meeting, and one past midnight`() throws {
        #expect(
            RuleInWords.vietnamese(try series(nil)) == "Một phiên, Thứ Hai ngày 23/11/2026, 7 giờ 30 đến 9 giờ 00")
        #expect(RuleInWords.english(try series(nil)) == "One meeting, Monday 23 November 2026, 7:30 to 9:00")
        let night = try series(nil, start: "2026-11-23T23:00")
        #expect(RuleInWords.vietnamese(night).hasSuffix("23 giờ 00 đến 0 giờ 30 hôm sau"))
    }

    @Test func `a working day is one when holidays are moved or skipped`() throws {
        let moved = try series("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", policy: .nextWorkingDay)
        #expect(RuleInWords.vietnamese(moved).hasPrefix("Ngày làm việc cuối cùng của tháng, hằng tháng, 7 giờ 30"))
    }

    @Test func `an invitation to a Monday leaves on the Tuesday before at the latest`() {
        let clocks = LegalClocks()
        let calendar = WorkingCalendar()
        #expect(clocks.latestInvitationDay(meeting: day("2026-11-23"), calendar: calendar) == day("2026-11-17"))
        // Tết lies between.
        #expect(clocks.latestInvitationDay(meeting: day("2026-02-24"), calendar: calendar) == day("2026-02-11"))
        let inTime = clocks.invitation(meeting: day("2026-11-23"), leaving: day("2026-11-17"), calendar: calendar)
        #expect(!inTime.isLate && inTime.due == day("2026-11-17"))
        let late = clocks.invitation(meeting: day("2026-11-23"), leaving: day("2026-11-18"), calendar: calendar)
        #expect(late.isLate)
        #expect(
            late.vietnamese
                == "Giấy mời gửi ngày 18/11/2026 chỉ còn 2 ngày làm việc trước phiên họp ngày 23/11/2026; quy định ít nhất "
                + "3 ngày làm việc (Quyết định số 45/2018/QĐ-TTg), chậm nhất phải gửi ngày 17/11/2026.")
        #expect(late.english.contains("2 working days") && late.english.contains("17 November 2026"))
    }

    @Test func `the latest day keeps the term and the day after breaks it`() {
        let clocks = LegalClocks()
        let calendar = WorkingCalendar()
        for offset in 0..<800 {
            let meeting = day("2026-01-01").adding(days: offset)
            let due = clocks.latestInvitationDay(meeting: meeting, calendar: calendar)
            #expect(calendar.workingDays(between: due, and: meeting) == 3)
            #expect(calendar.workingDays(between: due.adding(days: 1), and: meeting) == 2)
        }
    }

    @Test func `conclusions fall due five working days after the meeting`() {
        let calendar = WorkingCalendar()
        let clock = LegalClocks().conclusions(
            meeting: day("2026-11-23"), issuedBy: day("2026-11-30"), calendar: calendar)
        #expect(clock.due == day("2026-11-30") && !clock.isLate)
        let late = LegalClocks().conclusions(
            meeting: day("2026-11-23"), issuedBy: day("2026-12-01"), calendar: calendar)
        #expect(late.isLate && late.vietnamese.contains("30/11/2026"))
    }
}
