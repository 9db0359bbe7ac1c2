import Briefing
import Foundation
import ICalendar
import Scheduler
import Store

/// Ten years of a province's briefings: each unit's own every week, and the province's with all sites, its answers,
/// attendance and letters kept. All of them go on for five years more.
struct History {
    /// Weeks behind today and before it.
    var past = 520
    var ahead = 260
    let scheduler: SchedulerService
    let today: LocalDate

    /// - Parameter alone: only the province's series, from today on.
    func fill(alone: Bool) async throws {
        let directory = scheduler.directory
        let calendar = scheduler.calendar
        let sites = directory.sites.values.filter(\.isActive).sorted { $0.id < $1.id }
        let monday = today.monday
        let past = alone ? 0 : past
        let ahead = ahead
        guard let top = directory.tree.roots.first else { throw CocoaError(.fileReadCorruptFile) }
        let secretary = try await scheduler.store.read { try $0.person(email: "thuky@backan.example") }
        try await scheduler.store.write { writing in
            let start = LocalDateTime(minuteNumber: (monday.dayNumber - past * 7) * 1440 + 450)
            let province = try Self.add(
                "Giao ban tuần toàn tỉnh", top, Set(sites.map(\.id)), start, weeks: past + ahead, "MO", calendar,
                secretary?.id, writing)
            if alone { return }
            for (number, site) in sites.enumerated() where site.unit != top {
                // Tuesday to Friday, 8:00 to 16:30, so that none meets the province's.
                let day = 1 + number % 4
                let minute = 480 + number / 4 % 17 * 30
                let first = LocalDateTime(minuteNumber: (monday.dayNumber + day - past * 7) * 1440 + minute)
                _ = try Self.add(
                    "Giao ban \(site.name)", site.unit, [site.id], first, weeks: past + ahead,
                    ["MO", "TU", "WE", "TH", "FR"][day], calendar, secretary?.id, writing)
            }
            for (number, meeting) in province.meetings.prefix(past).enumerated() {
                try Self.hold(meeting, number, sites, writing)
            }
        }
    }

    private struct Added {
        var id: SeriesID
        var meetings: [Occurrence]
    }

    private static func add(
        _ title: String, _ organiser: UnitID, _ sites: Set<SiteID>, _ start: LocalDateTime, weeks: Int, _ day: String,
        _ calendar: WorkingCalendar, _ person: PersonID?, _ writing: Writing
    ) throws -> Added {
        let agenda = (1...5).map { AgendaItem(title: "Nội dung \($0)", owner: "Văn phòng", minutes: 10) }
        let plan = MeetingPlan(
            title: title, organiser: organiser, chair: nil, start: start, minutes: 30,
            rule: try RecurrenceRule(parsing: "FREQ=WEEKLY;BYDAY=\(day)"), holidays: .skip, form: .online,
            isPeriodic: true, venue: nil, sites: sites, people: [], agenda: agenda, notes: "")
        let last = start.adding(minutes: weeks * 7 * 1440)
        let id = try writing.addSeries(
            plan, uid: "\(UUID())@bench", through: last.date, follows: nil, now: 0, by: person)
        for meeting in plan.recurrence.meetings(from: start, through: last, limit: weeks, calendar: calendar) {
            _ = try writing.addOccurrence(of: id, meeting, room: UUID().uuidString)
        }
        return Added(id: id, meetings: try writing.reading.occurrences(of: id))
    }

    /// What a held meeting leaves behind.
    private static func hold(_ meeting: Occurrence, _ number: Int, _ sites: [Site], _ writing: Writing) throws {
        let at = ProvinceClock.unix(meeting.start)
        for (index, site) in sites.enumerated() {
            let answer: Reply.Answer = (index + number) % 11 == 0 ? .decline : .accept
            try writing.add(
                Reply(answer: answer, at: at - 86_400), of: .site(site.id), series: meeting.series,
                occurrence: meeting.id, sequence: 0, by: "answer link")
            try writing.record(
                at: at - 86_400, who: "answer link", what: "answer.\(answer.rawValue)",
                object: "occurrence \(meeting.id)", detail: site.name)
            try writing.set(answer == .decline ? .absent : .online, of: site.id, at: meeting.id, joined: at)
            try writing.queue(
                QueuedLetter(
                    messageID: "\(meeting.id).\(site.id)@bench", kind: "reminder", toName: site.name,
                    toAddress: "don-vi@backan.example", subject: "Nhắc họp", series: meeting.series,
                    occurrence: meeting.id, invitee: .site(site.id), state: .sent, attempts: 1, nextTry: at,
                    made: at - 90_000, sent: at - 90_000), body: Data("{}".utf8))
        }
    }
}
