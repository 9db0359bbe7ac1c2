import ICalendar

/// Days and times as people read them.
extension LocalDate {
    /// `23/11/2026`.
    public var vietnamese: String { "\(shortVietnamese)/\(year)" }

    /// `23/11`.
    var shortVietnamese: String { "\(twoDigits(day))/\(twoDigits(month))" }

    /// `Thứ Hai`.
    var vietnameseWeekday: String { VietnameseCalendar.weekday(weekday) }

    /// `23 November 2026`.
    public var english: String { "\(day) \(EnglishCalendar.month(month)) \(year)" }

    /// `Monday`.
    var englishWeekday: String { EnglishCalendar.weekday(weekday) }
}

extension LocalDateTime {
    /// `7 giờ 30`.
    public var vietnameseClock: String { "\(hour) giờ \(twoDigits(minute))" }

    /// `7:30`.
    public var englishClock: String { "\(hour):\(twoDigits(minute))" }
}

extension Sentence {
    /// When a meeting is: `7 giờ 30 đến 9 giờ 00, Thứ Hai ngày 23/11/2026`, `7:30–9:00, Monday 2026-11-23`.
    public static func time(from start: LocalDateTime, to end: LocalDateTime) -> Sentence {
        let day = start.date
        return Sentence(
            vietnamese: "\(start.vietnameseClock) đến \(end.vietnameseClock), \(day.vietnameseWeekday) ngày "
                + day.vietnamese,
            english: "\(start.englishClock)–\(end.englishClock), \(day.englishWeekday) \(day)")
    }
}

private func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }

private func joined(_ words: [String], last conjunction: String) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
}

/// Names of days in Vietnamese.
enum VietnameseCalendar {
    private static let weekdays = ["Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật"]

    /// - Parameter number: 1 is Monday, 7 is Sunday.
    static func weekday(_ number: Int) -> String {
        weekdays.indices.contains(number - 1) ? weekdays[number - 1] : String(number)
    }

    static func list(_ words: [String]) -> String { joined(words, last: "và") }
}

/// Names of days and months in English.
enum EnglishCalendar {
    private static let weekdays = [
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    ]
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    static func weekday(_ number: Int) -> String {
        weekdays.indices.contains(number - 1) ? weekdays[number - 1] : String(number)
    }

    static func month(_ number: Int) -> String {
        months.indices.contains(number - 1) ? months[number - 1] : String(number)
    }

    static func list(_ words: [String]) -> String { joined(words, last: "and") }

    private static let ordinals = ["first", "second", "third", "fourth", "fifth"]

    /// `first`, `12th`, `last`, `second last`.
    static func ordinal(_ number: Int) -> String {
        if number == -1 { return "last" }
        let size = abs(number)
        let word = ordinals.indices.contains(size - 1) ? ordinals[size - 1] : numeral(size)
        return number < 0 ? "\(word) last" : word
    }

    /// `1st`, `22nd`, `13th`.
    static func numeral(_ number: Int) -> String {
        let suffix =
            switch (number % 100, number % 10) {
            case (11...13, _): "th"
            case (_, 1): "st"
            case (_, 2): "nd"
            case (_, 3): "rd"
            default: "th"
            }
        return "\(number)\(suffix)"
    }
}
