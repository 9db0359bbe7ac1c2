import Briefing
import ICalendar
import Testing

@Suite struct CalendarHolidayTests {
    /// From the almanacs; Tết 2007 and 2030 are a day earlier than in the Chinese calendar, and 1985 a month.
    @Test(arguments: [
        ("1968-01-29", 1968), ("1985-01-21", 1985), ("2007-02-17", 2007), ("2023-01-22", 2023), ("2024-02-10", 2024),
        ("2025-01-29", 2025), ("2026-02-17", 2026), ("2027-02-06", 2027), ("2030-02-02", 2030), ("2033-01-31", 2033),
    ]) func `the first day of a lunar year is Vietnam's`(date: String, year: Int) {
        #expect(LunarCalendar.solar(LunarDate(year: year, month: 1, day: 1)) == day(date))
        #expect(LunarCalendar.lunar(day(date)) == LunarDate(year: year, month: 1, day: 1))
    }

    @Test(arguments: [(2020, 4), (2023, 2), (2025, 6), (2028, 5), (2031, 3), (2033, 11), (2036, 6)])
    func `leap months are where the almanacs have them`(year: Int, month: Int) {
        let leaps = (1...12).filter {
            LunarCalendar.solar(LunarDate(year: year, month: $0, day: 1, isLeapMonth: true)) != nil
        }
        #expect(leaps == [month])
    }

    @Test func `every day of 300 years has a lunar day and comes back from it`() {
        var previous: LunarDate?
        var number = day("1900-01-31").dayNumber
        while number < day("2199-01-01").dayNumber {
            let date = LocalDate(dayNumber: number)
            let lunar = LunarCalendar.lunar(date)
            #expect(lunar.flatMap(LunarCalendar.solar) == date)
            if let lunar, let previous, lunar.day != 1 { #expect(lunar.day == previous.day + 1) }
            previous = lunar
            // Every eleventh day, and all of some years.
            number += (2020...2036).contains(date.year) ? 1 : 11
            if number - date.dayNumber != 1 { previous = nil }
        }
        #expect(LunarCalendar.lunar(day("1899-12-31")) == nil)
        #expect(LunarCalendar.solar(LunarDate(year: 2026, month: 13, day: 1)) == nil)
        #expect(LunarCalendar.solar(LunarDate(year: 2026, month: 1, day: 31)) == nil)
    }

    @Test func `a year has the Labour Code's eleven days`() {
        let days = PublicHolidays.days(of: 2026).filter { $0.kind == .holiday }.map(\.date.description)
        #expect(
            days == [
                "2026-01-01", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-04-26",
                "2026-04-30", "2026-05-01", "2026-09-01", "2026-09-02",
            ])
    }

    /// As announced for 2023 (Hùng Kings on a Saturday, 30 April on a Sunday), 2024 and 2026.
    @Test func `a holiday on a weekend gives the next working day in lieu`() {
        func lieu(_ year: Int) -> [String] {
            PublicHolidays.days(of: year).filter { $0.kind == .dayInLieu }.map(\.date.description)
        }
        #expect(lieu(2023).filter { $0 > "2023-04" && $0 < "2023-06" } == ["2023-05-02", "2023-05-03"])
        #expect(lieu(2024).filter { $0 < "2024-03" } == ["2024-02-13", "2024-02-14"])
        #expect(lieu(2026) == ["2026-04-27"])
    }

    @Test(arguments: [
        (2021, "2021-09-03"), (2022, "2022-09-01"), (2023, "2023-09-01"), (2024, "2024-09-03"), (2025, "2025-09-01"),
        (2026, "2026-09-01"),
    ]) func `National Day's second day is the one that was announced`(year: Int, date: String) {
        let days = PublicHolidays.days(of: year).filter { $0.kind == .holiday && $0.vietnamese == "Quốc khánh" }
        #expect(days.map(\.date.description).contains(date))
        #expect(days.count == 2)
    }

    @Test func `the province's decisions hold over the law`() {
        let calendar = WorkingCalendar(
            overrides: [
                day("2026-08-31"): .dayInLieu("Nghỉ hoán đổi"), day("2026-08-22"): .working("Làm bù"),
                day("2026-11-24"): .holiday("Ngày Văn hóa Việt Nam"), day("2026-09-02"): .working("Trực"),
            ])
        #expect(!calendar.isWorking(day("2026-08-31")) && calendar.isWorking(day("2026-08-22")))
        #expect(calendar.holidayName(day("2026-11-24")) == "Ngày Văn hóa Việt Nam")
        #expect(calendar.isWorking(day("2026-09-02")) && calendar.holidayName(day("2026-09-02")) == nil)
        #expect(calendar.holidayName(day("2026-08-23")) == nil && !calendar.isWorking(day("2026-08-23")))
    }

    @Test func `working days are counted over weekends and Tết`() {
        let calendar = WorkingCalendar()
        #expect(calendar.nextWorkingDay(after: day("2026-02-13")) == day("2026-02-23"))
        #expect(calendar.lastWorkingDay(before: day("2026-02-23")) == day("2026-02-13"))
        #expect(calendar.workingDays(between: day("2026-02-12"), and: day("2026-02-24")) == 2)
        #expect(calendar.workingDays(between: day("2026-02-24"), and: day("2026-02-12")) == 0)
        #expect(calendar.adding(workingDays: 5, to: day("2026-02-12")) == day("2026-02-26"))
        #expect(calendar.adding(workingDays: -3, to: day("2026-02-24")) == day("2026-02-12"))
        #expect(calendar.adding(workingDays: 0, to: day("2026-02-14")) == day("2026-02-14"))
    }

    @Test func `a calendar without any working day is answered too`() {
        var overrides: [LocalDate: DayOverride] = [:]
        for offset in 0..<2000 { overrides[day("2026-01-01").adding(days: offset)] = .holiday("Nghỉ") }
        let calendar = WorkingCalendar(overrides: overrides)
        _ = calendar.nextWorkingDay(after: day("2026-01-01"))
        #expect(calendar.adding(workingDays: .max, to: day("2026-01-01")) > day("2026-01-01"))
    }
}
