import ICalendar
import Synchronization

/// The holidays of the years that were asked for: a year costs a hundred new moons, and each meeting of a series asks.
final class HolidayTables: Sendable {
    /// Of the choices that most calendars hold.
    static let announced = HolidayTables(.announced)

    private let choices: HolidayChoices
    private let years = Mutex<[Int: [LocalDate: DayOff]]>([:])

    init(_ choices: HolidayChoices) { self.choices = choices }

    func dayOff(on date: LocalDate) -> DayOff? {
        let year = date.year
        if let known = years.withLock({ $0[year] }) { return known[date] }
        let table = PublicHolidays.table(of: year, choices: choices)
        years.withLock { $0[year] = table }
        return table[date]
    }
}
