import Briefing
import Foundation
import ICalendar

/// Answers, line by line in JSON, what the recurrence and the calendar give, for a comparison with other programs
/// (Tests/EndToEnd/test_recurrence_agrees_with_an_oracle.py).
@main
struct RecurrenceOracle {
    private struct Answer: Encodable {
        var error: String?
        var dates: [LocalDateTime]?
        var text: String?
        var meetings: [[LocalDateTime]]?
        /// `2027-1-1`, with a `+` behind the month of a leap month; by day.
        var lunar: [String: String]?
        var holidays: [String: String]?
        /// What our own reading of `text` found different from what was written.
        var isReadBack: Bool?
    }

    static func main() throws {
        let decoder = JSONDecoder()
        let encoder = JSONEncoder()
        while let line = readLine() {
            var answer = Answer()
            do {
                answer = try self.answer(try decoder.decode(Question.self, from: Data(line.utf8)))
            } catch let error as RecurrenceError {
                answer.error = error.english
            } catch {
                answer.error = "\(error)"
            }
            try FileHandle.standardOutput.write(contentsOf: try encoder.encode(answer) + Data("\n".utf8))
        }
    }

    private static func answer(_ question: Question) throws -> Answer {
        switch question {
        case .dates(let text, let start, let through):
            let rule = try RecurrenceRule(parsing: text)
            return Answer(dates: rule.dates(from: start, through: through, limit: 5000), text: rule.text)
        case .series(let recurrence, let edits, let from, let through):
            var series = EditedSeries(recurrence)
            for edit in edits { series.apply(edit) }
            let document = series.document(through: through)
            let text = document.text()
            return Answer(
                text: text, meetings: series.meetings(from: from, through: through),
                isReadBack: try CalendarDocument(parsing: text) == document)
        case .lunar(let first, let last):
            var days: [String: String] = [:]
            for number in first.dayNumber...max(first.dayNumber, last.dayNumber) {
                let date = LocalDate(dayNumber: number)
                guard let lunar = LunarCalendar.lunar(date) else { continue }
                days[date.description] = "\(lunar.year)-\(lunar.month)\(lunar.isLeapMonth ? "+" : "")-\(lunar.day)"
                if LunarCalendar.solar(lunar) != date { days[date.description] = "no way back" }
            }
            return Answer(lunar: days)
        case .holidays(let year):
            let days = PublicHolidays.days(of: year).map { ($0.date.description, $0.english) }
            return Answer(holidays: Dictionary(days) { first, _ in first })
        }
    }
}
