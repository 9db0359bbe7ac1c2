import Briefing
import ICalendar
import Mail
import Store

/// The letters of an emergency (triệu tập khẩn): with the first ring, and with each other to those who are silent.
extension SchedulerService {
    /// A site gets no second letter within this long, however often it is rung, in seconds.
    static let summonsPause = 120

    /// Queues the letters of an emergency.
    /// - Returns: how many.
    func queueSummons(_ id: OccurrenceID, to sites: Set<SiteID>, _ writing: Writing) throws -> Int {
        guard let meeting = try writing.reading.occurrence(id),
            let series = try writing.reading.series(meeting.series)
        else { return 0 }
        let matter = LetterMatter(
            kind: .emergency, series: series, occurrence: meeting, plan: series.plan, method: .request,
            message: series.plan.notes)
        return try queue(matter, to: recipients(sites, series.plan.people, writing.reading), writing)
    }

    /// Queues them once more, but for sites whose last one is newer than `summonsPause`.
    /// - Parameter now: Unix seconds.
    /// - Returns: how many.
    func queueSummonsAgain(
        _ id: OccurrenceID, to sites: Set<SiteID>, now: Int, _ writing: Writing
    ) throws -> Int {
        guard let meeting = try writing.reading.occurrence(id) else { return 0 }
        let last = try writing.reading.newestLetters(series: meeting.series, occurrence: id)
        let due = sites.filter { now - (last[.site($0)]?.made ?? 0) >= Self.summonsPause }
        return due.isEmpty ? 0 : try queueSummons(id, to: due, writing)
    }
}
