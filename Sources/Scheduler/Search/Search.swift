import Briefing
import ICalendar
import Store

extension SchedulerService {
    /// Letters of a query.
    static let longestQuery = 200
    /// Lines that are given at once, and the most that may be asked for.
    static let searchLines = (usual: 20, most: 100)

    /// Papers, their pages, agendas, minutes and meetings that have the words, of what somebody may read.
    public func search(_ form: SearchForm, as caller: Caller) async throws -> SearchPage {
        var check = FormCheck()
        let text = form.query ?? ""
        if text.count > Self.longestQuery {
            check.wrong(
                "q", "Quá dài: \(text.count) ký tự, tối đa \(Self.longestQuery).",
                "Too long: \(text.count) characters, \(Self.longestQuery) at most.")
        }
        func day(_ field: String, _ value: String?) -> LocalDate? {
            guard let value, !value.isEmpty else { return nil }
            if let day = LocalDate(value) { return day }
            check.wrong(field, "Ngày không đúng. Ví dụ: 2026-11-23.", "Not a day. For example: 2026-11-23.")
            return nil
        }
        let from = day("from", form.from)
        let to = day("to", form.to)
        var limit = Self.searchLines.usual
        if let asked = form.limit, !asked.isEmpty {
            limit = check.number("limit", Int(asked), 1...Self.searchLines.most)
        }
        var position: SearchPosition?
        if let cursor = form.cursor, !cursor.isEmpty {
            position = SearchPosition(cursor)
            if position == nil {
                check.wrong("cursor", "Không đúng. Hãy tìm lại từ đầu.", "Not valid. Search again from the beginning.")
            }
        }
        try check.finish()
        let query = SearchQuery(text)
        guard !query.isEmpty else { return SearchPage(results: [], next: nil) }
        let span = SearchSpan(
            from: from.map { ProvinceClock.unix(LocalDateTime(minuteNumber: $0.dayNumber * 1440)) },
            until: to.map { ProvinceClock.unix(LocalDateTime(minuteNumber: ($0.dayNumber + 1) * 1440)) })
        return try await store.read { [limit, position] reading in
            var scope = try SearchScope(self, caller, unit: form.unit, span: span, reading)
            let papers = try scope.papers(reading)
            var page = SearchPage(results: [], next: nil)
            var last: SearchPosition?
            try reading.find(query, in: papers, after: position) { hit in
                guard let line = try scope.line(hit, query, reading) else { return true }
                // One more than is shown tells that there is more.
                guard page.results.count < limit else {
                    page.next = last?.description
                    return false
                }
                page.results.append(line)
                last = hit.position
                return true
            }
            return page
        }
    }
}

/// When the meetings begin that are looked at, Unix seconds; nil: at any time.
struct SearchSpan: Sendable {
    var from: Int?
    /// Before this.
    var until: Int?

    func contains(_ time: Int) -> Bool { time >= from ?? .min && time < until ?? .max }
}
