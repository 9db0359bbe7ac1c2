extension RecurrenceRule {
    /// A rule is followed for so long after its start and no longer.
    private static let longestSpan = 200 * 366

    /// The rule's times, in order.
    ///
    /// Every period of the rule (a day, a week, a month, a year) is looked at once, so an answer costs at most the days
    /// between start and end, also for a rule that never matches. libical is not asked: the iterator of 3.0 disagrees
    /// with RFC 5545 on one valid rule in seven, searches to the year 2582 within one step, and writes outside its
    /// memory on some BYWEEKNO.
    ///
    /// - Parameters:
    ///   - start: DTSTART; given only if the rule matches it (see the type).
    ///   - last: the last moment that may be given; at most 200 years after the start count.
    ///   - limit: how many are given at most.
    public func dates(from start: LocalDateTime, through last: LocalDateTime, limit: Int) -> [LocalDateTime] {
        let furthest = start.adding(minutes: Self.longestSpan * 1440)
        let end = min(last, furthest, until ?? furthest)
        let most = min(limit, count ?? limit)
        guard most > 0, start <= end else { return [] }

        var dates: [LocalDateTime] = []
        let filled = filled(from: start.date)
        var period = RecurrencePeriod(rule: filled, start: start.date)
        while period.first <= end.date {
            for day in filled.days(of: period) where day >= start.date {
                let date = start.on(day)
                if date > end { return dates }
                dates.append(date)
                if dates.count == most { return dates }
            }
            guard period.advance() else { break }
        }
        return dates
    }

    /// The rule with what it leaves out taken from its start (RFC 5545 §3.3.10, "information missing from the rule").
    private func filled(from start: LocalDate) -> RecurrenceRule {
        var rule = self
        guard byDay.isEmpty, byMonthDay.isEmpty, byYearDay.isEmpty else { return rule }
        switch frequency {
        case .daily: break
        case .weekly: rule.byDay = [RecurrenceDay(weekday: start.weekday)]
        case .monthly: rule.byMonthDay = [start.day]
        case .yearly where !byWeekNumber.isEmpty: rule.byDay = [RecurrenceDay(weekday: start.weekday)]
        case .yearly:
            if byMonth.isEmpty { rule.byMonth = [start.month] }
            rule.byMonthDay = [start.day]
        }
        return rule
    }

    /// The days of one period that the rule takes, in order.
    private func days(of period: RecurrencePeriod) -> [LocalDate] {
        var days: [LocalDate] = []
        for month in period.months where byMonth.isEmpty || byMonth.contains(month.month) {
            for number in month.days {
                let date = LocalDate(dayNumber: month.first + number - 1)
                if takes(date, day: number, in: month) { days.append(date) }
            }
        }
        guard !bySetPosition.isEmpty else { return days }
        let positions = Set(bySetPosition.map { $0 > 0 ? $0 - 1 : days.count + $0 })
        return days.indices.filter(positions.contains).map { days[$0] }
    }

    private func takes(_ date: LocalDate, day: Int, in month: RecurrencePeriod.Month) -> Bool {
        if !byMonthDay.isEmpty, !byMonthDay.contains(day), !byMonthDay.contains(day - month.length - 1) { return false }
        if !byDay.isEmpty {
            let weekday = date.weekday
            // An ordinal counts within the month, or within the year where a yearly rule names no month.
            let isOfYear = frequency == .yearly && byMonth.isEmpty
            let place = isOfYear ? month.daysBefore + day : day
            let length = isOfYear ? month.yearLength : month.length
            let matches = byDay.contains {
                $0.weekday == weekday
                    && ($0.ordinal == 0 || $0.ordinal == (place - 1) / 7 + 1
                        || $0.ordinal == -((length - place) / 7 + 1))
            }
            if !matches { return false }
        }
        if !byYearDay.isEmpty {
            let place = month.daysBefore + day
            if !byYearDay.contains(place), !byYearDay.contains(place - month.yearLength - 1) { return false }
        }
        if !byWeekNumber.isEmpty {
            let week = WeekNumber(of: date, weekStart: weekStart)
            if !byWeekNumber.contains(week.number), !byWeekNumber.contains(week.number - week.weeks - 1) {
                return false
            }
        }
        return true
    }
}

/// One period of a rule as the parts of months that it covers.
private struct RecurrencePeriod {
    struct Month {
        let month: Int
        /// Its first day, since 1970-01-01.
        let first: Int
        let length: Int
        /// Days of the year before it.
        let daysBefore: Int
        let yearLength: Int
        /// Those within the period.
        let days: ClosedRange<Int>
    }

    private let frequency: RecurrenceFrequency
    private let interval: Int
    private(set) var first: LocalDate

    init(rule: RecurrenceRule, start: LocalDate) {
        frequency = rule.frequency
        interval = rule.interval
        first =
            switch rule.frequency {
            case .daily: start
            case .weekly: start.adding(days: -((start.weekday - rule.weekStart + 7) % 7))
            case .monthly: LocalDate(year: start.year, month: start.month, day: 1) ?? start
            case .yearly: LocalDate(year: start.year, month: 1, day: 1) ?? start
            }
    }

    /// - Returns: false at the end of the calendar's years.
    mutating func advance() -> Bool {
        let next: LocalDate? =
            switch frequency {
            case .daily: first.adding(days: interval)
            case .weekly: first.adding(days: 7 * interval)
            case .monthly: Self.firstOfMonth(first.year * 12 + first.month - 1 + interval)
            case .yearly: LocalDate(year: first.year + interval, month: 1, day: 1)
            }
        guard let next, next.year < 9999 else { return false }
        first = next
        return true
    }

    private static func firstOfMonth(_ number: Int) -> LocalDate? {
        LocalDate(year: number / 12, month: number % 12 + 1, day: 1)
    }

    /// In order: one month, two where a week lies across, or the twelve of a year.
    var months: [Month] {
        let (year, month, day) = (first.year, first.month, first.day)
        switch frequency {
        case .daily: return [Self.month(month, year) { _ in day...day }]
        case .weekly:
            let length = LocalDate.length(ofMonth: month, year: year)
            let here = Self.month(month, year) { day...min($0, day + 6) }
            guard day + 6 > length else { return [here] }
            let next = month == 12 ? (1, year + 1) : (month + 1, year)
            return [here, Self.month(next.0, next.1) { _ in 1...(day + 6 - length) }]
        case .monthly: return [Self.month(month, year) { 1...$0 }]
        case .yearly: return (1...12).map { Self.month($0, year) { 1...$0 } }
        }
    }

    private static func month(_ month: Int, _ year: Int, days: (Int) -> ClosedRange<Int>) -> Month {
        let length = LocalDate.length(ofMonth: month, year: year)
        let newYear = LocalDate(year: year, month: 1, day: 1)?.dayNumber ?? 0
        let first = LocalDate(year: year, month: month, day: 1)?.dayNumber ?? newYear
        let isLeap = LocalDate.length(ofMonth: 2, year: year) == 29
        return Month(
            month: month, first: first, length: length, daysBefore: first - newYear, yearLength: isLeap ? 366 : 365,
            days: days(length))
    }
}

/// A day's week after ISO 8601, with any first day of the week: the first week has at least four days of its year.
private struct WeekNumber {
    /// 1 to 53.
    let number: Int
    /// Weeks of the year to which the week belongs.
    let weeks: Int

    init(of date: LocalDate, weekStart: Int) {
        // The week's fourth day lies in the year to which the week belongs.
        let middle = date.adding(days: 3 - (date.weekday - weekStart + 7) % 7)
        let first = Self.firstMiddle(of: middle.year, weekStart: weekStart)
        number = (middle.dayNumber - first) / 7 + 1
        weeks = (Self.firstMiddle(of: middle.year + 1, weekStart: weekStart) - first) / 7
    }

    /// The fourth day of a year's first week.
    private static func firstMiddle(of year: Int, weekStart: Int) -> Int {
        guard let newYear = LocalDate(year: year, month: 1, day: 1) else { return 0 }
        let middleWeekday = (weekStart + 2) % 7 + 1
        return newYear.dayNumber + (middleWeekday - newYear.weekday + 7) % 7
    }
}
