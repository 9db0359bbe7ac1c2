import ICalendar

/// What the province has decided for one day, over what the law says.
public enum DayOverride: Hashable, Sendable {
    case holiday(String)
    case dayInLieu(String)
    /// Work on a weekend or a holiday, as when days are swapped. The text says why.
    case working(String)
}

/// Which days the province's offices work: Monday to Friday without public holidays, unless an override says otherwise.
public struct WorkingCalendar: Sendable {
    public var overrides: [LocalDate: DayOverride]
    private let holidays: HolidayTables

    /// No series of days off is longer; a search ends here even where overrides leave no working day.
    private static let longestSearch = 400

    public init(overrides: [LocalDate: DayOverride] = [:], choices: HolidayChoices = .announced) {
        self.overrides = overrides
        holidays = choices == .announced ? .announced : HolidayTables(choices)
    }

    /// The holiday or day in lieu of a day; nil for working days and weekends.
    public func dayOff(on date: LocalDate) -> DayOff? {
        switch overrides[date] {
        case .holiday(let name): DayOff(date: date, kind: .holiday, vietnamese: name, english: name)
        case .dayInLieu(let name): DayOff(date: date, kind: .dayInLieu, vietnamese: name, english: name)
        case .working: nil
        case nil: holidays.dayOff(on: date)
        }
    }

    /// The Vietnamese name of the holiday or day in lieu.
    public func holidayName(_ date: LocalDate) -> String? { dayOff(on: date)?.vietnamese }

    public func isWorking(_ date: LocalDate) -> Bool {
        if case .working = overrides[date] { return true }
        return date.weekday <= 5 && dayOff(on: date) == nil
    }

    /// The first working day after a day. Where there is none within 400 days, that day is given.
    public func nextWorkingDay(after date: LocalDate) -> LocalDate {
        var day = date.adding(days: 1)
        for _ in 0..<Self.longestSearch where !isWorking(day) { day = day.adding(days: 1) }
        return day
    }

    /// The last working day before a day, found as `nextWorkingDay(after:)` is.
    public func lastWorkingDay(before date: LocalDate) -> LocalDate {
        var day = date.adding(days: -1)
        for _ in 0..<Self.longestSearch where !isWorking(day) { day = day.adding(days: -1) }
        return day
    }

    /// How many working days lie between two days, neither of which counts; at most 100 years are counted.
    public func workingDays(between first: LocalDate, and last: LocalDate) -> Int {
        let length = min(last.dayNumber - first.dayNumber, 36_600)
        guard length > 1 else { return 0 }
        return (1..<length).count { isWorking(first.adding(days: $0)) }
    }

    /// The working day that is so many working days after a day (before it where the number is negative); the day itself
    /// for 0. At most 1,000 are counted.
    public func adding(workingDays number: Int, to date: LocalDate) -> LocalDate {
        var day = date
        for _ in 0..<min(abs(number), 1000) {
            day = number > 0 ? nextWorkingDay(after: day) : lastWorkingDay(before: day)
        }
        return day
    }
}
