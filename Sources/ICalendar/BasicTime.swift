/// Days and times in ISO 8601's basic form, which iCalendar writes (RFC 5545 §3.3.4, §3.3.5): `20261123T073000`.
enum BasicTime {
    /// What a text of that form names.
    struct Reading {
        let time: LocalDateTime
        /// 0 to 59, beyond the time's minute.
        let second: Int
        let isUTC: Bool
        /// A day without a time: `time` is its midnight.
        let isDate: Bool
    }

    static func text(_ date: LocalDate) -> String {
        padded(date.year, 4) + padded(date.month, 2) + padded(date.day, 2)
    }

    static func text(_ time: LocalDateTime) -> String {
        text(time.date) + "T" + padded(time.hour, 2) + padded(time.minute, 2) + "00"
    }

    /// The time of seconds since 1970 in UTC, with its seconds.
    static func utcText(unix seconds: Int) -> String {
        let minute = seconds >= 0 ? seconds / 60 : (seconds - 59) / 60
        let time = LocalDateTime(minuteNumber: minute)
        return text(time.date) + "T" + padded(time.hour, 2) + padded(time.minute, 2) + padded(seconds - minute * 60, 2)
            + "Z"
    }

    /// - Returns: nil where the text is not of the form, or names no time of the years 1601 (with which Windows
    ///   begins its zones) to 2200: a bound for everything that counts days from what a stranger wrote.
    static func read(_ text: some StringProtocol) -> Reading? { read(text, years: 1601...2200) }

    /// The same of other years.
    static func read(_ text: some StringProtocol, years: ClosedRange<Int>) -> Reading? {
        let bytes = Array(text.utf8)
        let isUTC = bytes.last == UInt8(ascii: "Z")
        let form = isUTC ? bytes.count - 1 : bytes.count
        guard form == 8 || form == 15, !(form == 8 && isUTC) else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for byte in bytes[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
            return value
        }
        guard let year = number(0..<4), let month = number(4..<6), let day = number(6..<8),
            years.contains(year), let date = LocalDate(year: year, month: month, day: day)
        else { return nil }
        if form == 8 {
            let midnight = LocalDateTime(minuteNumber: date.dayNumber * 1440)
            return Reading(time: midnight, second: 0, isUTC: false, isDate: true)
        }
        guard bytes[8] == UInt8(ascii: "T"), let hour = number(9..<11), let minute = number(11..<13),
            let second = number(13..<15), second <= 60, let time = LocalDateTime(date, hour: hour, minute: minute)
        else { return nil }
        return Reading(time: time, second: min(59, second), isUTC: isUTC, isDate: false)
    }
}

/// Times in UTC, as iCalendar writes them (RFC 5545 §3.3.5, form 2): `20261123T003000Z`.
public enum UTCTime {
    /// - Returns: Unix seconds; nil where the text is not of that form.
    public static func unix(_ text: some StringProtocol) -> Int? {
        guard let reading = BasicTime.read(text, years: 1...9999), reading.isUTC else { return nil }
        return reading.time.minuteNumber * 60 + reading.second
    }
}
