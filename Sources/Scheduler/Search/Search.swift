import Briefing
import ICalendar
import Store

extension SchedulerService {
    /// Papers, their pages, agendas, minutes and meetings that have the words, of what somebody may read.
    public func search(_ form: SearchForm, as caller: Caller) async throws -> SearchPage {
        var check = FormCheck()
        let asked = SearchAsked(form, &check)
        let position = SearchAsked.position(in: form, &check) { SearchPosition($0) }
        try check.finish()
        let query = asked.query
        guard !query.isEmpty else { return SearchPage(results: [], next: nil) }
        return try await store.read { reading in
            var scope = try SearchScope(self, caller, unit: form.unit, span: asked.span, reading)
            let papers = try scope.papers(reading)
            var page = SearchPage(results: [], next: nil)
            var last: SearchPosition?
            try reading.find(query, in: papers, after: position) { hit in
                guard let line = try scope.line(hit, query, reading) else { return true }
                // One more than is shown tells that there is more.
                guard page.results.count < asked.limit else {
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
