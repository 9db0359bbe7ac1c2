import ICalendar

/// The parts of a rule's Vietnamese sentence.
enum VietnameseRule {
    /// `7 giờ 30 đến 9 giờ 00`.
    static func clock(_ recurrence: Recurrence) -> String {
        let start = recurrence.start
        let end = start.adding(minutes: recurrence.minutes)
        let days = end.date.dayNumber - start.date.dayNumber
        let later = days == 0 ? "" : days == 1 ? " hôm sau" : " ngày \(end.date.vietnamese)"
        return "\(start.vietnameseClock) đến \(end.vietnameseClock)\(later)"
    }

    static func days(_ shape: RuleShape, policy: HolidayPolicy) -> String {
        var text: String
        if !shape.positions.isEmpty {
            text = positions(shape, policy: policy)
        } else {
            switch (shape.period, shape.days) {
            case (.day, .every): text = often(shape).capitalised
            case (.day, let days): text = "\(often(shape).capitalised), chỉ vào \(phrase(days, in: .month))"
            case (.week, .weekdays(let weekdays)): text = "\(list(weekdays)) \(often(shape))"
            case (.month, .weekdays(let weekdays)), (.year, .weekdays(let weekdays)):
                text = "Mọi \(list(weekdays)), \(often(shape))"
            case (_, let days): text = "\(phrase(days, in: shape.period).capitalised) \(often(shape))"
            }
        }
        text += months(shape)
        if let day = shape.seldomDay {
            text +=
                shape.period == .year
                ? " (năm không có ngày \(day) đó thì không họp)" : " (tháng không có ngày \(day) thì không họp)"
        }
        if let weekday = shape.weekStart { text += " (tuần bắt đầu từ \(VietnameseCalendar.weekday(weekday)))" }
        return text
    }

    private static func positions(_ shape: RuleShape, policy: HolidayPolicy) -> String {
        let which = VietnameseCalendar.list(shape.positions.map(position))
        let chosen = shape.period == .year && !shape.months.isEmpty ? " (chỉ tính các tháng đã chọn)" : ""
        let unit = unit(shape.period) + chosen
        guard shape.isMondayToFriday else {
            return "Ngày \(which) trong số \(phrase(shape.days, in: .month)) của \(unit), \(often(shape))"
        }
        // Unless holidays are moved or skipped, the rule's "working day" is any from Monday to Friday.
        let meant = policy == .keep ? " (tính từ Thứ Hai đến Thứ Sáu)" : ""
        return "Ngày làm việc \(which) của \(unit)\(meant), \(often(shape))"
    }

    private static func unit(_ period: RuleShape.Period) -> String {
        switch period {
        case .day: "ngày"
        case .week: "tuần"
        case .month: "tháng"
        case .year: "năm"
        }
    }

    private static func often(_ shape: RuleShape) -> String {
        let unit = unit(shape.period)
        return shape.interval == 1 ? "hằng \(unit)" : "\(shape.interval) \(unit) một lần"
    }

    private static func months(_ shape: RuleShape) -> String {
        guard !shape.months.isEmpty else { return "" }
        return ", chỉ trong \(VietnameseCalendar.list(shape.months.map { "tháng \($0)" }))"
    }

    private static func phrase(_ days: RuleShape.Days, in period: RuleShape.Period) -> String {
        switch days {
        case .every: "mọi ngày"
        case .weekdays(let weekdays): "các ngày \(list(weekdays))"
        case .ordinals(let ordinals, let scope):
            "\(VietnameseCalendar.list(ordinals.map(ordinal))) của \(scope == .year ? "năm" : "tháng"),"
        case .monthDays(let numbers): VietnameseCalendar.list(numbers.map(monthDay))
        case .weekdaysOnMonthDays(let weekdays, let numbers):
            "\(list(weekdays)) rơi vào \(alternatives(numbers)),"
        case .ordinalsOnMonthDays(let ordinals, let numbers):
            "\(VietnameseCalendar.list(ordinals.map(ordinal))) của tháng nếu rơi vào \(alternatives(numbers)),"
        case .dayOfYear(let day, let month): "ngày \(day)/\(month)"
        }
    }

    private static func list(_ weekdays: [Int]) -> String {
        if weekdays == Array(1...7) { return "tất cả các ngày trong tuần" }
        if weekdays == [1, 2, 3, 4, 5] { return "Thứ Hai đến Thứ Sáu" }
        return VietnameseCalendar.list(weekdays.map(VietnameseCalendar.weekday))
    }

    private static func alternatives(_ numbers: [Int]) -> String {
        numbers.map(monthDay).joined(separator: " hoặc ")
    }

    /// `Thứ Ba thứ hai`.
    private static func ordinal(_ day: RecurrenceDay) -> String {
        "\(VietnameseCalendar.weekday(day.weekday)) \(position(day.ordinal))"
    }

    /// `đầu tiên`, `thứ hai`, `cuối cùng`, `thứ 2 tính từ cuối`.
    private static func position(_ number: Int) -> String {
        switch number {
        case 1: "đầu tiên"
        case 2: "thứ hai"
        case 3: "thứ ba"
        case 4: "thứ tư"
        case 5: "thứ năm"
        case -1: "cuối cùng"
        case ..<0: "thứ \(-number) tính từ cuối"
        default: "thứ \(number)"
        }
    }

    private static func monthDay(_ number: Int) -> String {
        switch number {
        case -1: "ngày cuối cùng của tháng"
        case ..<0: "ngày thứ \(-number) tính từ cuối tháng"
        default: "ngày \(number)"
        }
    }
}
