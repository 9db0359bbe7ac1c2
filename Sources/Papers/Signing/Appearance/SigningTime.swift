/// A moment and the clock by which it is told.
public struct SigningTime: Hashable, Sendable {
    /// Unix time in seconds, of the years 1970 to 9999.
    public var seconds: Int64
    /// Seconds by which the clock is ahead of UTC. Viet Nam's has been 7 hours ahead since 1975.
    public var offset: Int64

    public init(seconds: Int64, offset: Int64 = 7 * 3600) {
        self.seconds = min(max(seconds, 0), 253_402_214_400)
        self.offset = min(max(offset, -18 * 3600), 18 * 3600) / 60 * 60
    }

    /// `2026-11-23T07:30:00+07:00` (ISO 8601).
    public var iso8601: String {
        let parts = parts
        return "\(parts.year)-\(two(parts.month))-\(two(parts.day))T\(two(parts.hour)):\(two(parts.minute))"
            + ":\(two(parts.second))\(sign)\(two(abs(offset) / 3600)):\(two(abs(offset) / 60 % 60))"
    }

    /// `07:30:00 ngày 23/11/2026`.
    public var vietnamese: String {
        let parts = parts
        return "\(two(parts.hour)):\(two(parts.minute)):\(two(parts.second)) ngày \(two(parts.day))/\(two(parts.month))"
            + "/\(parts.year)"
    }

    /// `D:20261123073000+07'00'` (ISO 32000-1 §7.9.4).
    var pdf: String {
        let parts = parts
        return "D:\(parts.year)\(two(parts.month))\(two(parts.day))\(two(parts.hour))\(two(parts.minute))"
            + "\(two(parts.second))\(sign)\(two(abs(offset) / 3600))'\(two(abs(offset) / 60 % 60))'"
    }

    /// Reads a PDF date (§7.9.4): what is left out is the first, or UTC.
    init?(pdf text: String) {
        var digits = Substring(text.hasPrefix("D:") ? text.dropFirst(2) : text[...])
        func take(_ count: Int) -> Int64? {
            let part = digits.prefix(count)
            guard part.utf8.count == count, part.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
            digits = digits.dropFirst(count)
            return Int64(part)
        }
        guard let year = take(4), (1970...9998).contains(year) else { return nil }
        let month = take(2) ?? 1
        let day = take(2) ?? 1
        let hour = take(2) ?? 0
        let minute = take(2) ?? 0
        let second = take(2) ?? 0
        guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61 else { return nil }
        var offset: Int64 = 0
        if let sign = digits.first, sign == "+" || sign == "-" {
            digits = digits.dropFirst()
            let hours = take(2) ?? 0
            if digits.first == "'" { digits = digits.dropFirst() }
            offset = (hours * 3600 + (take(2) ?? 0) * 60) * (sign == "-" ? -1 : 1)
        }
        let local = Self.days(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second
        self.init(seconds: local - offset, offset: offset)
    }

    private var sign: String { offset < 0 ? "-" : "+" }

    private func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }

    private var parts: (year: Int64, month: Int64, day: Int64, hour: Int64, minute: Int64, second: Int64) {
        let local = max(seconds + offset, 0)
        let (days, rest) = (local / 86_400, local % 86_400)
        // Years that begin in March, so that a leap day is a year's last: 400 of them have 146,097 days.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * dayOfYear + 2) / 153
        let month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (
            year, month, dayOfYear - (153 * fromMarch + 2) / 5 + 1, rest / 3600, rest / 60 % 60, rest % 60
        )
    }

    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = (year / 400, year % 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
