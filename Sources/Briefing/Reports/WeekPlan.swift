import ICalendar

/// One week of meetings for the printed calendar of work: by day, Monday first, and part of the day.
public struct WeekPlan: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public let start: LocalDateTime
        public let end: LocalDateTime
        public let title: String
        public let chair: String
        public let participants: String
        public let place: String

        public init(
            start: LocalDateTime, end: LocalDateTime, title: String, chair: String, participants: String, place: String
        ) {
            self.start = start
            self.end = end
            self.title = title
            self.chair = chair
            self.participants = participants
            self.place = place
        }

        /// `7 giờ 30 – 9 giờ 00`; with the day where it ends on another. The spaces of each time do not break.
        public var time: String {
            let clocks = [start, end].map { $0.vietnameseClock.replacing(" ", with: "\u{A0}") }
            let ending = clocks.joined(separator: " – ")
            return end.date == start.date ? ending : "\(ending) ngày \(end.date.shortVietnamese)"
        }
    }

    public struct Part: Hashable, Sendable {
        /// `Sáng`, `Chiều`, `Tối`.
        public let name: String
        /// By start; of those that begin together, in the given order.
        public let entries: [Entry]
    }

    public struct Day: Hashable, Sendable {
        public let date: LocalDate
        /// `Thứ Hai` to `Chủ nhật`.
        public let name: String
        /// `23/11`.
        public let shortDate: String
        /// The holiday, as `Nghỉ Tết Nguyên đán`.
        public let note: String?
        public let parts: [Part]
    }

    public let monday: LocalDate
    /// Monday to Friday always; Saturday and Sunday where there is something.
    public let days: [Day]

    /// - Parameters:
    ///   - date: any day of the week.
    ///   - entries: also of other weeks, which are left out.
    ///   - holidays: names by day.
    public init(weekOf date: LocalDate, entries: [Entry], holidays: [LocalDate: String] = [:]) {
        let monday = date.monday
        self.monday = monday
        let byDay = Dictionary(grouping: entries) { $0.start.date }
        days = (0..<7).compactMap { index in
            let date = monday.adding(days: index)
            let ofDay = (byDay[date] ?? []).enumerated().sorted {
                ($0.element.start, $0.offset) < ($1.element.start, $1.offset)
            }.map(\.element)
            if index >= 5, ofDay.isEmpty { return nil }
            let holiday = holidays[date]
            return Day(
                date: date, name: date.vietnameseWeekday, shortDate: date.shortVietnamese,
                note: holiday.map { "Nghỉ \($0)" },
                parts: Self.parts(of: ofDay, showsEmpty: holiday == nil && index < 5))
        }
    }

    /// `Tuần 48 (từ ngày 23/11/2026 đến ngày 29/11/2026)`; weeks are numbered by ISO 8601.
    public var period: String {
        let sunday = monday.adding(days: 6)
        return "Tuần \(weekNumber) (từ ngày \(monday.vietnamese) đến ngày \(sunday.vietnamese))"
    }

    /// ISO 8601: week 1 is the one that holds the year's first Thursday. 1 to 53.
    public var weekNumber: Int {
        let thursday = monday.adding(days: 3)
        guard let newYear = LocalDate(year: thursday.year, month: 1, day: 1) else { return 1 }
        return (thursday.dayNumber - newYear.dayNumber) / 7 + 1
    }

    private static func parts(of entries: [Entry], showsEmpty: Bool) -> [Part] {
        let parts = [
            ("Sáng", 0..<12, showsEmpty), ("Chiều", 12..<18, showsEmpty), ("Tối", 18..<24, false),
        ]
        return parts.compactMap { name, hours, showsEmpty in
            let within = entries.filter { hours.contains($0.start.hour) }
            return within.isEmpty && !showsEmpty ? nil : Part(name: name, entries: within)
        }
    }
}
