import Briefing
import ICalendar

/// What is asked of a search, or of the archive, once it has been looked at.
struct SearchAsked: Sendable {
    /// Letters of a query.
    private static let longestQuery = 200
    /// Lines that are given at once, and the most that may be asked for.
    private static let lines = (usual: 20, most: 100)

    let query: SearchQuery
    let span: SearchSpan
    let limit: Int

    init(_ form: SearchForm, _ check: inout FormCheck) {
        query = Self.query("q", form.query, &check)
        let from = Self.day("from", form.from, &check)
        let to = Self.day("to", form.to, &check)
        span = SearchSpan(
            from: from.map { ProvinceClock.unix(LocalDateTime(minuteNumber: $0.dayNumber * 1440)) },
            until: to.map { ProvinceClock.unix(LocalDateTime(minuteNumber: ($0.dayNumber + 1) * 1440)) })
        if let asked = form.limit, !asked.isEmpty {
            limit = check.number("limit", Int(asked), 1...Self.lines.most)
        } else {
            limit = Self.lines.usual
        }
    }

    static func query(_ field: String, _ text: String?, _ check: inout FormCheck) -> SearchQuery {
        let text = text ?? ""
        if text.count > longestQuery {
            check.wrong(
                field, "Quá dài: \(text.count) ký tự, tối đa \(longestQuery).",
                "Too long: \(text.count) characters, \(longestQuery) at most.")
        }
        return SearchQuery(text)
    }

    /// Where a page before has ended; nil: from the beginning.
    static func position<Position>(
        in form: SearchForm, _ check: inout FormCheck, _ read: (String) -> Position?
    ) -> Position? {
        guard let cursor = form.cursor, !cursor.isEmpty else { return nil }
        let position = read(cursor)
        if position == nil {
            check.wrong("cursor", "Không đúng. Hãy tìm lại từ đầu.", "Not valid. Search again from the beginning.")
        }
        return position
    }

    private static func day(_ field: String, _ value: String?, _ check: inout FormCheck) -> LocalDate? {
        guard let value, !value.isEmpty else { return nil }
        if let day = LocalDate(value) { return day }
        check.wrong(field, "Ngày không đúng. Ví dụ: 2026-11-23.", "Not a day. For example: 2026-11-23.")
        return nil
    }
}
