import ICalendar

/// What a rule says, with what it leaves to the start filled in (RFC 5545 §3.3.10: "information missing from the rule is
/// taken from DTSTART"), for sentences in any language.
struct RuleShape {
    enum Period {
        case day, week, month, year
    }

    /// Which days of a period; days of the month from the first to the last.
    enum Days {
        case every
        /// 1 is Monday.
        case weekdays([Int])
        /// With ordinals, within the month or the year that `scope` says.
        case ordinals([RecurrenceDay], scope: Period)
        case monthDays([Int])
        case weekdaysOnMonthDays([Int], monthDays: [Int])
        case ordinalsOnMonthDays([RecurrenceDay], monthDays: [Int])
        /// One day of a yearly rule.
        case dayOfYear(day: Int, month: Int)
    }

    let period: Period
    let interval: Int
    /// The only months; empty for all.
    let months: [Int]
    let days: Days
    /// Which of the days of a period, sorted from the first to the last; empty for all.
    let positions: [Int]
    /// Said only where it matters; 1 is Monday.
    let weekStart: Int?

    /// - Returns: nil for a rule that no sentence here says rightly.
    init?(_ rule: RecurrenceRule, start: LocalDateTime) {
        guard rule.byYearDay.isEmpty, rule.byWeekNumber.isEmpty else { return nil }
        interval = rule.interval
        months = rule.byMonth
        positions = Self.fromTheFirst(rule.bySetPosition)
        let numbers = Self.fromTheFirst(rule.byMonthDay)
        let plain = rule.byDay.filter { $0.ordinal == 0 }.map(\.weekday)
        let ordinals = rule.byDay.filter { $0.ordinal != 0 }
        // "Every Monday and the second Tuesday" has no short sentence.
        guard plain.isEmpty || ordinals.isEmpty else { return nil }

        switch rule.frequency {
        case .daily:
            guard positions.isEmpty else { return nil }
            period = .day
            switch (plain.isEmpty, numbers.isEmpty) {
            case (true, true): days = .every
            case (false, true): days = .weekdays(plain)
            case (true, false): days = .monthDays(numbers)
            case (false, false): days = .weekdaysOnMonthDays(plain, monthDays: numbers)
            }
        case .weekly:
            period = .week
            days = .weekdays(plain.isEmpty ? [start.date.weekday] : plain)
        case .monthly, .yearly:
            period = rule.frequency == .monthly ? .month : .year
            let scope: Period = rule.frequency == .yearly && months.isEmpty ? .year : .month
            if !ordinals.isEmpty {
                if numbers.isEmpty {
                    days = .ordinals(ordinals, scope: scope)
                } else if scope == .month {
                    days = .ordinalsOnMonthDays(ordinals, monthDays: numbers)
                } else {
                    return nil
                }
            } else if !plain.isEmpty {
                days =
                    numbers.isEmpty
                    ? .weekdays(plain) : .weekdaysOnMonthDays(plain, monthDays: numbers)
            } else if !numbers.isEmpty {
                days = .monthDays(numbers)
            } else if rule.frequency == .yearly && months.isEmpty {
                days = .dayOfYear(day: start.date.day, month: start.date.month)
            } else {
                days = .monthDays([start.date.day])
            }
        }
        // Where a week begins decides which weeks an interval skips, and which day of a week is the first.
        let matters = rule.frequency == .weekly && (interval > 1 || !positions.isEmpty)
        weekStart = matters && rule.weekStart != 1 ? rule.weekStart : nil
    }

    /// Whether the days are those on which offices usually work.
    var isMondayToFriday: Bool {
        if case .weekdays([1, 2, 3, 4, 5]) = days { return true }
        return false
    }

    /// The one day that not every month or year has, where the rule takes one: 29, 30 or 31.
    var seldomDay: Int? {
        switch days {
        case .monthDays(let numbers): numbers.first { $0 > 28 && isMissing($0) }
        case .dayOfYear(29, 2): 29
        default: nil
        }
    }

    /// Those that count from the first before those that count from the last.
    private static func fromTheFirst(_ numbers: [Int]) -> [Int] {
        numbers.filter { $0 > 0 } + numbers.filter { $0 < 0 }
    }

    private func isMissing(_ day: Int) -> Bool {
        (months.isEmpty ? Array(1...12) : months).contains { LocalDate.length(ofMonth: $0, year: 2023) < day }
    }
}
