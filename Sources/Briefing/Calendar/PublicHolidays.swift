import ICalendar

/// A day on which the province's offices rest besides weekends.
public struct DayOff: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, Codable {
        case holiday
        /// A working day given for a holiday that fell on a weekly day of rest.
        case dayInLieu = "day-in-lieu"
    }

    public let date: LocalDate
    public let kind: Kind
    public let vietnamese: String
    public let english: String

    public init(date: LocalDate, kind: Kind, vietnamese: String, english: String) {
        self.date = date
        self.kind = kind
        self.vietnamese = vietnamese
        self.english = english
    }
}

/// What the Government chooses each year within Bộ luật Lao động 2019, điều 112 khoản 1 and 3.
public struct HolidayChoices: Hashable, Sendable {
    /// Of Tết's five days, how many lie before the first day of the lunar year, by Gregorian year; 1 where none is
    /// named: the last day of the old year and the first four of the new.
    public var tetDaysBefore: [Int: Int]
    /// The years in which National Day's second day is 3 September and those in which it is 1 September; where none is
    /// named, 1 September unless that is a weekend or 3 September a Friday, as was chosen from 2021 to 2026.
    public var nationalDayFollows: [Int: Bool]

    public init(tetDaysBefore: [Int: Int] = [:], nationalDayFollows: [Int: Bool] = [:]) {
        self.tetDaysBefore = tetDaysBefore
        self.nationalDayFollows = nationalDayFollows
    }

    /// As announced: Tết 2024 from 29 tháng Chạp (8/2), Tết 2025 from 28 tháng Chạp (27/1).
    public static let announced = HolidayChoices(tetDaysBefore: [2024: 2, 2025: 2])
}

/// Vietnam's paid public holidays: Bộ luật Lao động 2019 (45/2019/QH14), điều 112 khoản 1, with the day in lieu of điều
/// 111 khoản 3. Swapped working days of a year are no law: they are data (`DayOverride`).
public enum PublicHolidays {
    private struct FixedHoliday {
        let month: Int
        let day: Int
        let vietnamese: String
        let english: String
    }

    /// Holidays of the Gregorian calendar besides National Day. A further one is one line here: 24 November (Ngày Văn hóa
    /// Việt Nam, Nghị quyết 80-NQ/TW) once it is found in the Labour Code; until then a province names it by an override.
    private static let fixed = [
        FixedHoliday(month: 1, day: 1, vietnamese: "Tết Dương lịch", english: "New Year's Day"),
        FixedHoliday(month: 4, day: 30, vietnamese: "Ngày Chiến thắng 30/4", english: "Reunification Day"),
        FixedHoliday(month: 5, day: 1, vietnamese: "Ngày Quốc tế Lao động", english: "Labour Day"),
    ]

    /// The holidays of a Gregorian year with their days in lieu, in order. Outside 1900 to 2198 there are no lunar ones.
    public static func days(of year: Int, choices: HolidayChoices = .announced) -> [DayOff] {
        table(of: year, choices: choices).values.sorted { $0.date < $1.date }
    }

    static func table(of year: Int, choices: HolidayChoices) -> [LocalDate: DayOff] {
        var table: [LocalDate: DayOff] = [:]
        for holiday in holidays(of: year, choices: choices) {
            // Two holidays on one day (10 tháng Ba may be 30 April) are one day off with both names.
            let other = table[holiday.date]
            table[holiday.date] = DayOff(
                date: holiday.date, kind: .holiday,
                vietnamese: [other?.vietnamese, holiday.vietnamese].compactMap(\.self).joined(separator: ", "),
                english: [other?.english, holiday.english].compactMap(\.self).joined(separator: ", "))
        }
        for holiday in table.values.sorted(by: { $0.date < $1.date }) where holiday.date.weekday > 5 {
            var day = holiday.date.adding(days: 1)
            while day.weekday > 5 || table[day] != nil { day = day.adding(days: 1) }
            table[day] = DayOff(
                date: day, kind: .dayInLieu, vietnamese: "Nghỉ bù \(holiday.vietnamese)",
                english: "Day in lieu of \(holiday.english)")
        }
        return table
    }

    private static func holidays(of year: Int, choices: HolidayChoices) -> [DayOff] {
        var days: [DayOff] = []
        func add(_ date: LocalDate?, _ vietnamese: String, _ english: String) {
            guard let date else { return }
            days.append(DayOff(date: date, kind: .holiday, vietnamese: vietnamese, english: english))
        }
        for holiday in fixed {
            add(LocalDate(year: year, month: holiday.month, day: holiday.day), holiday.vietnamese, holiday.english)
        }
        if let tet = LunarCalendar.solar(LunarDate(year: year, month: 1, day: 1)) {
            let before = min(max(0, choices.tetDaysBefore[year] ?? 1), 4)
            for offset in -before..<(5 - before) {
                add(tet.adding(days: offset), "Tết Nguyên đán", "Lunar New Year (Tết)")
            }
        }
        add(
            LunarCalendar.solar(LunarDate(year: year, month: 3, day: 10)), "Giỗ Tổ Hùng Vương",
            "Hùng Kings' Commemoration Day")
        if let national = LocalDate(year: year, month: 9, day: 2) {
            let before = national.adding(days: -1)
            let follows = choices.nationalDayFollows[year] ?? (before.weekday > 5 || national.weekday == 4)
            add(national, "Quốc khánh", "National Day")
            add(follows ? national.adding(days: 1) : before, "Quốc khánh", "National Day")
        }
        return days
    }
}
