extension RecurrenceRule {
    /// Reads a rule as RFC 5545 §3.3.10 writes it, with or without `RRULE:` before it.
    ///
    /// UNTIL may be in UTC, on the province's clock, or a day, which then counts whole.
    public init(parsing text: String) throws(RecurrenceError) {
        guard text.utf8.count <= Self.longestText else { throw .unreadable }
        var text = text.filter { !$0.isWhitespace }.uppercased()
        if text.hasPrefix("RRULE:") { text.removeFirst("RRULE:".count) }
        guard !text.isEmpty else { throw .unreadable }

        var parts: [String: String] = [:]
        for part in text.split(separator: ";", omittingEmptySubsequences: true) {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2 else { throw .unknownPart(String(part)) }
            let name = String(sides[0])
            guard parts.updateValue(String(sides[1]), forKey: name) == nil else { throw .repeatedPart(name) }
        }
        guard let word = parts.removeValue(forKey: "FREQ") else { throw .missingFrequency }
        guard let frequency = RecurrenceFrequency(rawValue: word) else { throw .unsupportedFrequency(word) }
        self.init(frequency: frequency)
        // In one order, so that the same text always meets the same objection.
        for (name, value) in parts.sorted(by: { $0.key < $1.key }) { try read(name, value) }
        try check()
    }

    private mutating func read(_ name: String, _ value: String) throws(RecurrenceError) {
        switch name {
        case "INTERVAL":
            guard let number = Self.number(value), (1...Self.largestInterval).contains(number) else {
                throw .badInterval(value)
            }
            interval = number
        case "COUNT":
            guard let number = Self.number(value), (1...Self.largestCount).contains(number) else {
                throw .badCount(value)
            }
            count = number
        case "UNTIL":
            guard let reading = BasicTime.read(value) else { throw .badUntil(value) }
            until =
                reading.isDate
                ? reading.time.adding(minutes: 1439)
                : reading.time.adding(minutes: reading.isUTC ? ProvinceClock.offsetSeconds / 60 : 0)
        case "WKST":
            guard let index = Self.weekdayNames.firstIndex(of: value) else {
                throw .badValue(part: name, value: value)
            }
            weekStart = index + 1
        case "BYDAY": byDay = try Self.days(value)
        case "BYMONTHDAY": byMonthDay = try Self.numbers(name, value, largest: 31)
        case "BYYEARDAY": byYearDay = try Self.numbers(name, value, largest: 366)
        case "BYWEEKNO": byWeekNumber = try Self.numbers(name, value, largest: 53)
        case "BYSETPOS": bySetPosition = try Self.numbers(name, value, largest: 366)
        case "BYMONTH":
            byMonth = try Self.numbers(name, value, largest: 12)
            if let negative = byMonth.first(where: { $0 < 0 }) { throw .badValue(part: name, value: String(negative)) }
        case "BYHOUR", "BYMINUTE", "BYSECOND", "RSCALE", "SKIP": throw .unsupportedPart(name)
        default: throw .unknownPart(name)
        }
    }

    /// What §3.3.10 says of parts together.
    private func check() throws(RecurrenceError) {
        if count != nil && until != nil { throw .countWithUntil }
        if frequency == .weekly && !byMonthDay.isEmpty {
            throw .partNotAllowed(part: "BYMONTHDAY", frequency: frequency)
        }
        if frequency != .yearly && !byYearDay.isEmpty { throw .partNotAllowed(part: "BYYEARDAY", frequency: frequency) }
        if frequency != .yearly && !byWeekNumber.isEmpty {
            throw .partNotAllowed(part: "BYWEEKNO", frequency: frequency)
        }
        for day in byDay where day.ordinal != 0 {
            let largest = frequency == .monthly || (frequency == .yearly && !byMonth.isEmpty) ? 5 : 53
            guard frequency == .monthly || (frequency == .yearly && byWeekNumber.isEmpty) else {
                throw .partNotAllowed(part: "BYDAY=\(day.ordinal)", frequency: frequency)
            }
            if abs(day.ordinal) > largest { throw .badValue(part: "BYDAY", value: String(day.ordinal)) }
        }
        if !bySetPosition.isEmpty {
            let lists = [byMonthDay, byYearDay, byWeekNumber, byMonth]
            if byDay.isEmpty && lists.allSatisfy(\.isEmpty) { throw .setPositionAlone }
        }
        if !byMonthDay.isEmpty {
            let months = byMonth.isEmpty ? Array(1...12) : byMonth
            let longest = months.map { LocalDate.length(ofMonth: $0, year: 2024) }.max() ?? 31
            if byMonthDay.allSatisfy({ abs($0) > longest }) { throw .neverHappens }
        }
    }

    /// Digits alone, at most six.
    private static func number(_ text: some StringProtocol) -> Int? {
        guard (1...6).contains(text.utf8.count),
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int(text)
    }

    /// A number that a sign may precede; never 0.
    private static func signed(_ text: some StringProtocol) -> Int? {
        let sign = text.first == "-" ? -1 : 1
        let digits = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
        guard let number = number(digits), number != 0 else { return nil }
        return sign * number
    }

    private static func numbers(_ part: String, _ text: String, largest: Int) throws(RecurrenceError) -> [Int] {
        var numbers: Set<Int> = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let number = signed(word), abs(number) <= largest else {
                throw .badValue(part: part, value: String(word))
            }
            numbers.insert(number)
        }
        return numbers.sorted()
    }

    private static func days(_ text: String) throws(RecurrenceError) -> [RecurrenceDay] {
        var days: Set<RecurrenceDay> = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let index = weekdayNames.firstIndex(of: String(word.suffix(2))) else {
                throw .badValue(part: "BYDAY", value: String(word))
            }
            let before = word.dropLast(2)
            guard let ordinal = before.isEmpty ? 0 : signed(before), abs(ordinal) <= 53 else {
                throw .badValue(part: "BYDAY", value: String(word))
            }
            days.insert(RecurrenceDay(ordinal: ordinal, weekday: index + 1))
        }
        return days.sorted()
    }
}
