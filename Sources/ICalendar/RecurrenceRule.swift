/// How often a rule's period comes (RFC 5545 §3.3.10, FREQ); shorter periods than a day are refused.
public enum RecurrenceFrequency: String, Hashable, Sendable, CaseIterable {
    case daily = "DAILY"
    case weekly = "WEEKLY"
    case monthly = "MONTHLY"
    case yearly = "YEARLY"

    var vietnamese: String {
        switch self {
        case .daily: "hằng ngày"
        case .weekly: "hằng tuần"
        case .monthly: "hằng tháng"
        case .yearly: "hằng năm"
        }
    }
}

/// One day of a BYDAY list.
public struct RecurrenceDay: Hashable, Sendable, Comparable {
    /// 0 is every such weekday of the period; 2 the second, -1 the last.
    public let ordinal: Int
    /// 1 is Monday, 7 is Sunday.
    public let weekday: Int

    public init(ordinal: Int = 0, weekday: Int) {
        self.ordinal = ordinal
        self.weekday = weekday
    }

    public static func < (left: RecurrenceDay, right: RecurrenceDay) -> Bool {
        (left.weekday, left.ordinal) < (right.weekday, right.ordinal)
    }
}

/// When a series repeats: a recurrence rule after RFC 5545 §3.3.10 on the province's clock.
///
/// A rule gives at most one time a day, which is the start's. The start is the first instance only if it matches the
/// rule: §3.8.5.3 leaves undefined what an unmatched DTSTART gives, so an editor starts a series on the first day that
/// matches, and here an unmatched start neither is given nor counts towards COUNT.
public struct RecurrenceRule: Hashable, Sendable {
    /// Meetings of one rule with COUNT.
    public static let largestCount = 5000
    public static let largestInterval = 1000
    /// Characters.
    public static let longestText = 1000

    public internal(set) var frequency: RecurrenceFrequency
    public internal(set) var interval: Int = 1
    /// Meetings in all; nil where the rule does not say it.
    public internal(set) var count: Int?
    /// The last time that may be a meeting's start.
    public internal(set) var until: LocalDateTime?
    /// Sorted; empty where the rule does not say it, as for every list here.
    public internal(set) var byDay: [RecurrenceDay] = []
    /// 1 to 31, or -1 (the last day) to -31.
    public internal(set) var byMonthDay: [Int] = []
    /// 1 to 366, or -1 (the last day) to -366.
    public internal(set) var byYearDay: [Int] = []
    /// ISO 8601's week of the year: 1 to 53, or -1 to -53.
    public internal(set) var byWeekNumber: [Int] = []
    /// 1 to 12.
    public internal(set) var byMonth: [Int] = []
    /// Which of a period's days are taken: 1 is the first, -1 the last.
    public internal(set) var bySetPosition: [Int] = []
    /// The day on which a week begins: 1 is Monday, 7 is Sunday.
    public internal(set) var weekStart: Int = 1

    init(frequency: RecurrenceFrequency) { self.frequency = frequency }

    /// The rule as RFC 5545 writes it, in one fixed order of parts and values; UNTIL in UTC, as a DTSTART with a TZID
    /// demands.
    public var text: String { text(until: until.map(Self.utcText)) }

    /// - Parameter until: UNTIL's value in the form that the reader of the text needs.
    func text(until: String?) -> String {
        var parts = ["FREQ=\(frequency.rawValue)"]
        if interval != 1 { parts.append("INTERVAL=\(interval)") }
        if let count { parts.append("COUNT=\(count)") }
        if let until { parts.append("UNTIL=\(until)") }
        func list(_ name: String, _ values: [Int]) {
            if !values.isEmpty { parts.append("\(name)=\(values.map(String.init).joined(separator: ","))") }
        }
        list("BYMONTH", byMonth)
        list("BYWEEKNO", byWeekNumber)
        list("BYYEARDAY", byYearDay)
        list("BYMONTHDAY", byMonthDay)
        if !byDay.isEmpty {
            let days = byDay.map { ($0.ordinal == 0 ? "" : String($0.ordinal)) + Self.name(ofWeekday: $0.weekday) }
            parts.append("BYDAY=\(days.joined(separator: ","))")
        }
        list("BYSETPOS", bySetPosition)
        if weekStart != 1 { parts.append("WKST=\(Self.name(ofWeekday: weekStart))") }
        return parts.joined(separator: ";")
    }

    /// The same rule for the meetings before a moment: what remains of a series that is split there.
    public func ending(before moment: LocalDateTime) -> RecurrenceRule {
        var rule = self
        rule.count = nil
        let end = moment.adding(minutes: -1)
        rule.until = rule.until.map { min($0, end) } ?? end
        return rule
    }

    /// The rule of the meetings that follow the first `number`: what the later half of a split series repeats by.
    ///
    /// - Returns: nil where COUNT leaves none. A rule without COUNT stays as it is.
    public func droppingFirst(_ number: Int) -> RecurrenceRule? {
        guard let count else { return self }
        guard number < count else { return nil }
        var rule = self
        rule.count = count - max(0, number)
        return rule
    }

    static let weekdayNames = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

    static func name(ofWeekday weekday: Int) -> String {
        weekdayNames.indices.contains(weekday - 1) ? weekdayNames[weekday - 1] : weekdayNames[0]
    }

    static func utcText(_ time: LocalDateTime) -> String {
        BasicTime.text(time.adding(minutes: -ProvinceClock.offsetSeconds / 60)) + "Z"
    }
}

extension RecurrenceRule: CustomStringConvertible, Codable {
    public var description: String { text }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do throws(RecurrenceError) {
            self = try RecurrenceRule(parsing: try Self.text(in: container))
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.english)
        }
    }

    private static func text(in container: any SingleValueDecodingContainer) throws(RecurrenceError) -> String {
        guard let text = try? container.decode(String.self) else { throw .unreadable }
        return text
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
