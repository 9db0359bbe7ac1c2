import Briefing
import ICalendar
import TestSupport

@testable import Scheduler

/// One act of a secretary, drawn by chance.
enum RandomAct {
    case book(SeriesForm)
    case editOne(OccurrenceID, EditForm)
    case editMany(OccurrenceID, EditForm)
    case editSeries(SeriesID, SeriesForm)
    case cancel(OccurrenceID, scope: String)
    case add(SeriesID, String)
    case invite(OccurrenceID)
    case answer(OccurrenceID, SiteID)

    /// - Returns: nil where there is nothing yet to act on.
    static func draw(
        _ office: Office, _ snapshot: Snapshot, _ number: Int, _ random: inout SeededGenerator
    ) -> RandomAct? {
        let kind = snapshot.meetings.isEmpty ? 0 : Int.random(in: 0..<20, using: &random)
        let planned = snapshot.meetings.filter { $0.value.state == .planned && $0.value.end > office.now }
            .sorted { $0.key < $1.key }
        // Now and then one that is over, or cancelled: the refusal must change nothing.
        let all = snapshot.meetings.sorted { $0.key < $1.key }
        let pool = Int.random(in: 0..<12, using: &random) == 0 || planned.isEmpty ? all : Array(planned.prefix(12))
        if kind <= 3 { return .book(series(office, number, &random)) }
        guard let (id, meeting) = pool.randomElement(using: &random) else { return nil }
        switch kind {
        case 4...8: return .editOne(id, edit("this", office, meeting, number, &random))
        case 9...10: return .editMany(id, edit("following", office, meeting, number, &random))
        case 11...12: return .editMany(id, edit("all", office, meeting, number, &random))
        case 13:
            var form = SeriesForm()
            if Bool.random(using: &random) { form.title = "Loạt \(number)" }
            if Bool.random(using: &random) {
                form.organiser = office.scheduler.directory.tree.units.keys.randomElement(using: &random)
            }
            if Bool.random(using: &random) { form.start = time(meeting.start.date.adding(days: 1), &random) }
            return .editSeries(meeting.series, form)
        case 14: return .cancel(id, scope: "this")
        case 15: return .cancel(id, scope: ["following", "all"].randomElement(using: &random) ?? "all")
        case 16:
            return .add(
                meeting.series, time(meeting.start.date.adding(days: .random(in: 0...8, using: &random)), &random))
        case 17: return .invite(id)
        default: return meeting.sites.sorted().randomElement(using: &random).map { .answer(id, $0) }
        }
    }

    private static func time(_ day: LocalDate, _ random: inout SeededGenerator) -> String {
        let hour = ["07", "08", "09", "14"].randomElement(using: &random) ?? "07"
        return "\(day)T\(hour):\(["00", "30"].randomElement(using: &random) ?? "00")"
    }

    private static func some(_ sites: [SiteID], _ random: inout SeededGenerator) -> [SiteID] {
        Array(sites.shuffled(using: &random).prefix(.random(in: 1...2, using: &random)))
    }

    private static func series(_ office: Office, _ number: Int, _ random: inout SeededGenerator) -> SeriesForm {
        let rules = [
            "", "FREQ=WEEKLY;COUNT=8", "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=9", "FREQ=MONTHLY;BYDAY=1MO;COUNT=6",
            "FREQ=DAILY;COUNT=7", "FREQ=WEEKLY;INTERVAL=2;UNTIL=20270501T000000Z", "FREQ=MONTHLY",
        ]
        let day = office.now.date.adding(days: .random(in: 0...30, using: &random))
        var form = office.form("Họp \(number)", time(day, &random), sites: some(office.sites, &random))
        form.rule = rules.randomElement(using: &random) ?? ""
        form.holidays = ["keep", "skip", "next-working-day"].randomElement(using: &random)
        form.minutes = [30, 60, 90].randomElement(using: &random)
        if Bool.random(using: &random) { form.chair = Clearable(office.chair.person.id) }
        if Bool.random(using: &random) { form.venue = Clearable(office.sites.randomElement(using: &random)) }
        form.agenda = [.init(title: "Mục \(number)", owner: "", minutes: 10)]
        return form
    }

    private static func edit(
        _ scope: String, _ office: Office, _ meeting: Snapshot.Meeting, _ number: Int,
        _ random: inout SeededGenerator
    ) -> EditForm {
        var form = EditForm()
        form.scope = scope
        form.version = meeting.version
        func maybe() -> Bool { Int.random(in: 0..<3, using: &random) == 0 }
        if maybe() { form.title = "Tên \(number)" }
        if maybe() { form.start = time(meeting.start.date.adding(days: .random(in: -1...2, using: &random)), &random) }
        if maybe() { form.minutes = [30, 45, 90].randomElement(using: &random) }
        if maybe() { form.addSites = some(office.sites, &random) }
        if maybe() { form.removeSites = some(office.sites, &random) }
        if maybe() { form.chair = Clearable(office.secretary.person.id) }
        if maybe() { form.addPeople = [office.delegate.person.id] }
        if maybe() { form.venue = Clearable(office.sites.randomElement(using: &random)) }
        if maybe() { form.agenda = [.init(title: "Mục mới \(number)", owner: "", minutes: 5)] }
        if maybe() { form.notes = "Ghi chú \(number)" }
        if scope != "this", maybe() {
            form.rule = ["FREQ=WEEKLY;COUNT=5", "FREQ=WEEKLY;BYDAY=MO,TU,TH;COUNT=9", "FREQ=DAILY;INTERVAL=3;COUNT=6"]
                .randomElement(using: &random)
        }
        return form
    }

    /// - Returns: letters that were queued; nil where the act has none.
    func run(_ office: Office) async throws -> Int? {
        let (scheduler, secretary) = (office.scheduler, office.secretary)
        switch self {
        case .book(let form):
            _ = try await office.book(form)
            return 0
        case .editOne(let id, let form), .editMany(let id, let form):
            return try await scheduler.edit(id, form, as: secretary).mail
        case .editSeries(let id, let form): return try await scheduler.edit(id, form, as: secretary).mail
        case .cancel(let id, let scope):
            return try await scheduler.cancel(
                id, SchedulerService.CancelForm(scope: scope, reason: "thử", version: nil), as: secretary
            ).mail
        case .add(let id, let start):
            _ = try await scheduler.addMeeting(.init(start: start, minutes: 30), to: id, as: secretary)
            return nil
        case .invite(let id):
            return try await scheduler.invite(id, .init(scope: "series", message: nil), as: secretary).mail
        case .answer(let id, let site):
            try await scheduler.answer(
                id, .init(site: site, answer: "accept", scope: "this"), as: secretary)
            return 0
        }
    }
}
