import ICalendar

/// The parts of a rule's English sentence.
enum EnglishRule {
    /// `7:30 to 9:00`.
    static func clock(_ recurrence: Recurrence) -> String {
        let start = recurrence.start
        let end = start.adding(minutes: recurrence.minutes)
        let days = end.date.dayNumber - start.date.dayNumber
        let later = days == 0 ? "" : days == 1 ? " the next day" : " on \(end.date.english)"
        return "\(start.englishClock) to \(end.englishClock)\(later)"
    }

    static func days(_ shape: RuleShape, policy: HolidayPolicy) -> String {
        var text: String
        if !shape.positions.isEmpty {
            text = positions(shape, policy: policy)
        } else {
            switch (shape.period, shape.days) {
            case (.day, .every): text = every(shape).capitalised
            case (.day, let days): text = "\(every(shape).capitalised), only on \(phrase(days))"
            case (.week, .weekdays(let weekdays)):
                text =
                    shape.interval == 1 ? "Every \(list(weekdays))" : "\(list(weekdays).capitalised), \(every(shape))"
            case (_, .weekdays(let weekdays)) where shape.interval == 1: text = "Every \(list(weekdays))"
            case (_, .weekdays(let weekdays)): text = "Each \(list(weekdays)), \(every(shape))"
            case (_, let days): text = "\(phrase(days).capitalised), \(every(shape))"
            }
        }
        if !shape.months.isEmpty {
            text += ", only in \(EnglishCalendar.list(shape.months.map(EnglishCalendar.month)))"
        }
        if let day = shape.seldomDay {
            let unit = shape.period == .year ? "years" : "months"
            text += " (none in \(unit) without that \(EnglishCalendar.numeral(day)))"
        }
        if let weekday = shape.weekStart { text += " (weeks begin on \(EnglishCalendar.weekday(weekday)))" }
        return text
    }

    private static func positions(_ shape: RuleShape, policy: HolidayPolicy) -> String {
        let which = EnglishCalendar.list(shape.positions.map(EnglishCalendar.ordinal))
        guard shape.isMondayToFriday else {
            return "The \(which) of \(phrase(shape.days)), \(every(shape))"
        }
        let chosen = shape.period == .year && !shape.months.isEmpty ? " (of the chosen months)" : ""
        let unit = unit(shape.period) + chosen
        let meant = policy == .keep ? " (Monday to Friday)" : ""
        return "The \(which) working day of the \(unit)\(meant), \(every(shape))"
    }

    private static func unit(_ period: RuleShape.Period) -> String {
        switch period {
        case .day: "day"
        case .week: "week"
        case .month: "month"
        case .year: "year"
        }
    }

    private static func every(_ shape: RuleShape) -> String {
        let unit = unit(shape.period)
        return shape.interval == 1 ? "every \(unit)" : "every \(shape.interval) \(unit)s"
    }

    private static func phrase(_ days: RuleShape.Days) -> String {
        switch days {
        case .every: "every day"
        case .weekdays(let weekdays): list(weekdays)
        case .ordinals(let ordinals, let scope):
            "the \(EnglishCalendar.list(ordinals.map(ordinal))) of the \(scope == .year ? "year" : "month")"
        case .monthDays(let numbers): EnglishCalendar.list(numbers.map(monthDay))
        case .weekdaysOnMonthDays(let weekdays, let numbers):
            "\(list(weekdays)) that falls on \(alternatives(numbers))"
        case .ordinalsOnMonthDays(let ordinals, let numbers):
            "the \(EnglishCalendar.list(ordinals.map(ordinal))) of the month if it falls on \(alternatives(numbers))"
        case .dayOfYear(let day, let month): "\(day) \(EnglishCalendar.month(month))"
        }
    }

    private static func list(_ weekdays: [Int]) -> String {
        if weekdays == Array(1...7) { return "day of the week" }
        if weekdays == [1, 2, 3, 4, 5] { return "Monday to Friday" }
        return EnglishCalendar.list(weekdays.map(EnglishCalendar.weekday))
    }

    private static func alternatives(_ numbers: [Int]) -> String {
        numbers.map(monthDay).joined(separator: " or ")
    }

    private static func ordinal(_ day: RecurrenceDay) -> String {
        "\(EnglishCalendar.ordinal(day.ordinal)) \(EnglishCalendar.weekday(day.weekday))"
    }

    private static func monthDay(_ number: Int) -> String {
        number > 0
            ? "the \(EnglishCalendar.numeral(number))" : "the \(EnglishCalendar.ordinal(number)) day of the month"
    }
}
