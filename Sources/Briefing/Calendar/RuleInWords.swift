import ICalendar

/// A series' rule as a sentence. Whatever a rule says is said; one that no sentence fits is given as RFC 5545 writes it.
public enum RuleInWords {
    public static func vietnamese(_ recurrence: Recurrence) -> String {
        guard let rule = recurrence.rule else {
            let date = recurrence.start.date
            return "Một phiên, \(VietnameseCalendar.weekday(date.weekday)) ngày \(date.vietnamese), "
                + VietnameseRule.clock(recurrence)
        }
        let shape = RuleShape(rule, start: recurrence.start)
        var parts = [
            shape.map { VietnameseRule.days($0, policy: recurrence.policy) } ?? "Theo quy tắc \(pattern(rule))"
        ]
        parts.append(VietnameseRule.clock(recurrence))
        parts.append("từ ngày \(recurrence.start.date.vietnamese)")
        if let count = rule.count { parts.append("gồm \(count) phiên") }
        if let last = lastDay(rule, recurrence.start) { parts.append("đến hết ngày \(last.vietnamese)") }
        switch recurrence.policy {
        case .keep: break
        case .nextWorkingDay: parts.append("trùng ngày nghỉ lễ thì chuyển sang ngày làm việc kế tiếp")
        case .skip: parts.append("trùng ngày nghỉ lễ thì không họp")
        }
        return parts.joined(separator: ", ")
    }

    public static func english(_ recurrence: Recurrence) -> String {
        guard let rule = recurrence.rule else {
            let date = recurrence.start.date
            return "One meeting, \(EnglishCalendar.weekday(date.weekday)) \(date.english), "
                + EnglishRule.clock(recurrence)
        }
        let shape = RuleShape(rule, start: recurrence.start)
        var parts = [shape.map { EnglishRule.days($0, policy: recurrence.policy) } ?? "By the rule \(pattern(rule))"]
        parts.append(EnglishRule.clock(recurrence))
        parts.append("from \(recurrence.start.date.english)")
        if let count = rule.count { parts.append(count == 1 ? "1 meeting" : "\(count) meetings") }
        if let last = lastDay(rule, recurrence.start) { parts.append("until \(last.english)") }
        switch recurrence.policy {
        case .keep: break
        case .nextWorkingDay: parts.append("moved to the next working day on public holidays")
        case .skip: parts.append("not on public holidays")
        }
        return parts.joined(separator: ", ")
    }

    /// The last day that may have a meeting: UNTIL's, or the day before where UNTIL is earlier than a meeting's hour.
    private static func lastDay(_ rule: RecurrenceRule, _ start: LocalDateTime) -> LocalDate? {
        guard let until = rule.until else { return nil }
        return until.minuteOfDay >= start.minuteOfDay ? until.date : until.date.adding(days: -1)
    }

    /// The rule's text without its end, which the sentence says.
    private static func pattern(_ rule: RecurrenceRule) -> String {
        rule.text.split(separator: ";").filter { !$0.hasPrefix("COUNT=") && !$0.hasPrefix("UNTIL=") }
            .joined(separator: ";")
    }
}
