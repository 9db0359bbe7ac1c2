import Briefing
import Foundation
import ICalendar
import Scheduler
import Store

/// The acts that are measured.
struct Acts {
    let scheduler: SchedulerService
    let province: SeriesID
    let today: LocalDate
    let secretary: Caller
    var watch = Stopwatch(limits: [("calendar", 50), ("edit", 100), ("move", 100), ("cancel", 100)])
    private var meetings: [OccurrenceID] = []

    init(scheduler: SchedulerService, province: SeriesID, today: LocalDate, secretary: Caller) {
        self.scheduler = scheduler
        self.province = province
        self.today = today
        self.secretary = secretary
    }

    /// - Returns: whether all were fast enough.
    mutating func measure(administrator: Caller, delegate: Caller) async throws -> Bool {
        let coming = LocalDateTime(minuteNumber: (today.dayNumber + 7) * 1440)
        let all = try await scheduler.detail(province, as: secretary).occurrences
        meetings = all.filter { $0.start > coming && $0.state == .planned }.map(\.id)
        try await read("administrator", administrator)
        try await read("secretary", secretary)
        try await read("delegate", delegate)
        if let held = all.last(where: { $0.end < coming.adding(minutes: -20_160) }) {
            try await detail("occurrence, held, secretary", held.id, secretary)
        }
        try await edits("")
        let first = meetings[0]
        let (scheduler, secretary) = (scheduler, secretary)
        try await watch.measure("invite the series, 264 letters", times: 1) { _ in
            _ = try await scheduler.invite(first, decoded(#"{"scope":"series"}"#), as: secretary)
        }
        try await edits(", 264 letters")
        try await bookings()
        return watch.isWithin
    }

    private mutating func read(_ who: String, _ caller: Caller) async throws {
        let (scheduler, today, meetings) = (scheduler, today, meetings)
        try await watch.measure("calendar, a week, \(who)", times: 100) { turn in
            let from = today.monday.adding(days: turn % 50 * 7)
            try Self.encode(
                await scheduler.calendarPage(
                    from: from.description, to: from.adding(days: 6).description, unit: nil, as: caller))
        }
        try await watch.measure("five weeks of calendar, \(who)", times: 30) { turn in
            let from = today.monday.adding(days: turn % 10 * 7)
            try Self.encode(
                await scheduler.calendarPage(
                    from: from.description, to: from.adding(days: 34).description, unit: nil, as: caller))
        }
        try await detail("occurrence, \(who)", meetings[2], caller)
        try await watch.measure("my invitations, \(who)", times: 20) { _ in
            try Self.encode(await scheduler.myInvitations(as: caller))
        }
        try await watch.measure("list of series, \(who)", times: 10) { _ in
            try Self.encode(await scheduler.seriesList(as: caller))
        }
        let province = province
        try await watch.measure("series, \(who)", times: 20) { _ in
            try Self.encode(await scheduler.detail(province, as: caller))
        }
    }

    private mutating func detail(_ name: String, _ id: OccurrenceID, _ caller: Caller) async throws {
        let scheduler = scheduler
        try await watch.measure(name, times: 50) { _ in try Self.encode(await scheduler.detail(id, as: caller)) }
    }

    private mutating func edits(_ letters: String) async throws {
        let (scheduler, secretary, meetings) = (scheduler, secretary, meetings)
        try await watch.measure("edit one: title\(letters)", times: 30) { turn in
            _ = try await scheduler.edit(
                meetings[turn % 20 + 1], decoded(#"{"scope":"this","title":"Họp \#(letters) \#(turn)"}"#), as: secretary
            )
        }
        try await watch.measure("move one\(letters)", times: 30) { turn in
            let id = meetings[turn + 30]
            let day = try await scheduler.detail(id, as: secretary).start.date
            _ = try await scheduler.edit(
                id, decoded(#"{"scope":"this","start":"\#(day)T\#(letters.isEmpty ? "06:00" : "06:30")"}"#),
                as: secretary)
        }
        try await watch.measure("edit all: title\(letters)", times: 10) { turn in
            _ = try await scheduler.edit(
                meetings[0], decoded(#"{"scope":"all","title":"Giao ban\#(letters) \#(turn)"}"#), as: secretary)
        }
        let site = scheduler.directory.sites.keys.min() ?? SiteID(1)
        try await watch.measure("edit all: one site off, on\(letters)", times: 6) { turn in
            let field = turn % 2 == 0 ? "removeSites" : "addSites"
            _ = try await scheduler.edit(
                meetings[0], decoded(#"{"scope":"all","\#(field)":[\#(site)]}"#), as: secretary)
        }
        try await watch.measure("edit all: agenda\(letters)", times: 6) { turn in
            _ = try await scheduler.edit(
                meetings[0], decoded(#"{"scope":"all","agenda":[{"title":"Mục \#(turn)","minutes":30}]}"#),
                as: secretary)
        }
        try await watch.measure("move all by five minutes\(letters)", times: 6) { turn in
            _ = try await scheduler.edit(
                meetings[0], decoded(#"{"scope":"all","minutes":\#(turn % 2 == 0 ? 25 : 20)}"#), as: secretary)
        }
        let offset = letters.isEmpty ? 0 : 10
        try await watch.measure("cancel one\(letters)", times: 6) { turn in
            _ = try await scheduler.cancel(
                meetings[70 + turn + offset], decoded(#"{"scope":"this","reason":"đo"}"#), as: secretary)
        }
    }

    private mutating func bookings() async throws {
        let (scheduler, secretary, today) = (scheduler, secretary, today)
        let sites = scheduler.directory.sites.keys.sorted()
        let monday = today.monday.adding(days: 14)
        func form(_ day: Int, _ time: String, _ sites: [SiteID]) throws -> SeriesForm {
            try decoded(
                """
                {"title":"Họp thêm","start":"\(monday.adding(days: day))T\(time)","minutes":30,"rule":"FREQ=WEEKLY","holidays":"skip",
                "sites":\(sites.map(\.rawValue)),"people":[]}
                """)
        }
        try await watch.measure("preview, weekly, 264 sites, free", times: 10) { _ in
            try Self.encode(await scheduler.preview(form(0, "15:00", sites), except: nil, as: secretary))
        }
        try await watch.measure("preview, weekly, 264 sites, taken", times: 10) { _ in
            try Self.encode(await scheduler.preview(form(1, "08:00", sites), except: nil, as: secretary))
        }
        try await watch.measure("book, weekly, one site", times: 20) { turn in
            let time = "\(10 + turn / 4):\(["00", "30"][turn % 2])"
            _ = try await scheduler.book(form(turn % 4 / 2 * 6, time, [sites[turn + 20]]), key: nil, as: secretary)
        }
        try await watch.measure("book, weekly, 264 sites", times: 3) { turn in
            _ = try await scheduler.book(form(0, "1\(turn + 6):00", sites), key: nil, as: secretary)
        }
        try await watch.measure("book, refused, 264 sites", times: 10) { _ in
            do {
                _ = try await scheduler.book(form(0, "16:00", sites), key: nil, as: secretary)
            } catch ActError.conflict {}
        }
        try await watch.measure("free and busy of 264 sites, a week", times: 10) { _ in
            try Self.encode(
                await scheduler.freeBusy(
                    sites: sites.map(\.description).joined(separator: ","), from: monday.description,
                    to: monday.adding(days: 6).description, as: secretary))
        }
    }

    private static func encode(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        _ = try encoder.encode(value)
    }
}

/// A form as it comes from a page.
func decoded<Form: Decodable>(_ text: String) throws -> Form {
    try JSONDecoder().decode(Form.self, from: Data(text.utf8))
}
