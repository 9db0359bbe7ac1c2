import ICalendar

/// A day of the Vietnamese lunar calendar.
public struct LunarDate: Hashable, Sendable {
    /// The Gregorian year in which the lunar year begins.
    public let year: Int
    /// 1 to 12.
    public let month: Int
    /// 1 to 30.
    public let day: Int
    /// Whether this is the second month of that number (tháng nhuận).
    public let isLeapMonth: Bool

    public init(year: Int, month: Int, day: Int, isLeapMonth: Bool = false) {
        self.year = year
        self.month = month
        self.day = day
        self.isLeapMonth = isLeapMonth
    }
}

/// The Vietnamese lunar calendar: months begin on the day of the new moon at UTC+7, the month that holds the winter
/// solstice is the eleventh, and of thirteen months between two solstices the first without a major solar term is the
/// leap month. At UTC+7 it differs from the Chinese calendar in some years (Tết 2007, 2030).
///
/// Holds from 1900 to 2199; outside, results are nil.
public enum LunarCalendar {
    private static let years = 1900...2199
    private static let zoneInDays = 7.0 / 24

    public static func lunar(_ date: LocalDate) -> LunarDate? {
        guard years.contains(date.year) else { return nil }
        let months = lunarMonths(aroundSolsticeOf: date.year)
        guard let month = months.last(where: { $0.first <= date.dayNumber }),
            date.dayNumber < month.first + month.length
        else { return nil }
        return LunarDate(
            year: month.year, month: month.number, day: date.dayNumber - month.first + 1, isLeapMonth: month.isLeap)
    }

    /// - Returns: nil where the year has no such month or the month no such day.
    public static func solar(_ date: LunarDate) -> LocalDate? {
        guard years.contains(date.year), date.day >= 1 else { return nil }
        let months = lunarMonths(aroundSolsticeOf: date.year) + lunarMonths(aroundSolsticeOf: date.year + 1)
        let month = months.first {
            $0.year == date.year && $0.number == date.month && $0.isLeap == date.isLeapMonth
        }
        guard let month, date.day <= month.length else { return nil }
        return LocalDate(dayNumber: month.first + date.day - 1)
    }

    private struct Month {
        let year: Int
        let number: Int
        let isLeap: Bool
        /// Its first day, since 1970-01-01.
        let first: Int
        /// Days.
        let length: Int
    }

    /// The months from the eleventh before a Gregorian year up to the twelfth of that year's own.
    private static func lunarMonths(aroundSolsticeOf year: Int) -> [Month] {
        var months = lunarMonths(from: year - 1, to: year)
        // The Gregorian year ends within the next cycle: its eleventh month and the one or two after.
        months += lunarMonths(from: year, to: year + 1).prefix(3)
        return months
    }

    /// The months of one cycle: from the eleventh month of one Gregorian year to before that of the next.
    private static func lunarMonths(from year: Int, to next: Int) -> [Month] {
        let start = eleventhMonth(of: year)
        let end = eleventhMonth(of: next)
        let count = end - start
        var leap: Int?
        if count == 13 {
            leap = (1..<13).first { majorTerm(newMoonDay(start + $0)) == majorTerm(newMoonDay(start + $0 + 1)) }
        }
        return (0..<count).map { offset in
            let passedLeap = leap.map { offset >= $0 } ?? false
            let number = (10 + offset - (passedLeap ? 1 : 0)) % 12 + 1
            let first = newMoonDay(start + offset)
            let isNextYear = offset - (passedLeap ? 1 : 0) >= 2
            return Month(
                year: isNextYear ? year + 1 : year, number: number, isLeap: leap == offset, first: first,
                length: newMoonDay(start + offset + 1) - first)
        }
    }

    /// The index of the new moon with which the month of the year's winter solstice begins.
    private static func eleventhMonth(of year: Int) -> Int {
        guard let last = LocalDate(year: year, month: 12, day: 31) else { return 0 }
        let days = Double(last.dayNumber) + 2_440_587.5 - 2_415_021.076998695
        var index = Int((days / 29.530588853).rounded(.down))
        // The estimate is at most one month off.
        while newMoonDay(index + 1) <= last.dayNumber { index += 1 }
        while newMoonDay(index) > last.dayNumber { index -= 1 }
        // The solstice is the beginning of the ninth major term after the spring equinox: if the month begins at or
        // after it, the month before holds it.
        return majorTerm(newMoonDay(index)) >= 9 ? index - 1 : index
    }

    /// The day of a new moon at UTC+7, since 1970-01-01.
    private static func newMoonDay(_ index: Int) -> Int {
        Int((Astronomy.newMoon(index) + zoneInDays - 2_440_587.5).rounded(.down))
    }

    /// Which twelfth of the sun's way, 0 to 11 from the spring equinox, a day begins in at UTC+7.
    private static func majorTerm(_ day: Int) -> Int {
        Int(Astronomy.sunLongitude(Double(day) + 2_440_587.5 - zoneInDays) / 30)
    }
}
