/// A day and a time on the wall clock of the province. Text is `2026-11-23T07:30`.
public struct LocalDateTime: Hashable, Comparable, Sendable {
    public let date: LocalDate
    /// Minutes since midnight, 0 to 1439.
    public let minuteOfDay: Int

    /// - Returns: nil where the hour is not 0 to 23 or the minute not 0 to 59.
    public init?(_ date: LocalDate, hour: Int, minute: Int) {
        guard (0...23).contains(hour), (0...59).contains(minute) else { return nil }
        self.date = date
        minuteOfDay = hour * 60 + minute
    }

    /// Minutes since 1970-01-01T00:00 of the same clock.
    public init(minuteNumber: Int) {
        let day = minuteNumber >= 0 ? minuteNumber / 1440 : (minuteNumber - 1439) / 1440
        date = LocalDate(dayNumber: day)
        minuteOfDay = minuteNumber - day * 1440
    }

    /// - Returns: nil where the text is not of the form `2026-11-23T07:30` (seconds `:00` may follow), or names no
    ///   time.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "T", omittingEmptySubsequences: false)
        guard parts.count == 2, let date = LocalDate(parts[0]) else { return nil }
        let clock = parts[1].split(separator: ":", omittingEmptySubsequences: false)
        guard clock.count == 2 || (clock.count == 3 && clock[2] == "00"),
            clock.allSatisfy({
                $0.utf8.count == 2 && $0.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            }),
            let hour = Int(clock[0]), let minute = Int(clock[1])
        else { return nil }
        self.init(date, hour: hour, minute: minute)
    }

    public var hour: Int { minuteOfDay / 60 }
    public var minute: Int { minuteOfDay % 60 }
    public var minuteNumber: Int { date.dayNumber * 1440 + minuteOfDay }

    public func adding(minutes: Int) -> LocalDateTime { LocalDateTime(minuteNumber: minuteNumber + minutes) }

    /// The same time of another day.
    public func on(_ date: LocalDate) -> LocalDateTime {
        LocalDateTime(minuteNumber: date.dayNumber * 1440 + minuteOfDay)
    }

    public static func < (left: LocalDateTime, right: LocalDateTime) -> Bool { left.minuteNumber < right.minuteNumber }
}

extension LocalDateTime: CustomStringConvertible, Codable {
    public var description: String { "\(date)T\(padded(hour, 2)):\(padded(minute, 2))" }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let time = LocalDateTime(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a time is written 2026-11-23T07:30")
        }
        self = time
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// The province's clock: Asia/Ho_Chi_Minh, UTC+7 without daylight saving since 1975-06-13 (IANA tz database).
public enum ProvinceClock {
    public static let zone = "Asia/Ho_Chi_Minh"
    public static let offsetSeconds = 7 * 3600

    public static func local(unix seconds: Int) -> LocalDateTime {
        let shifted = seconds + offsetSeconds
        return LocalDateTime(minuteNumber: shifted >= 0 ? shifted / 60 : (shifted - 59) / 60)
    }

    public static func unix(_ time: LocalDateTime) -> Int { time.minuteNumber * 60 - offsetSeconds }
}
