import Briefing
import Foundation
import ICalendar
import Logging
import Mail
import Store
import Synchronization

@testable import Scheduler

/// A scheduler of its own with a small province, whose clock stands until it is set.
final class Office: Sendable {
    let scheduler: SchedulerService
    let secretary: Caller
    let chair: Caller
    let delegate: Caller
    /// Of all units, in the order of the list.
    let sites: [SiteID]
    let file: URL
    private let clock: Clock

    /// Unix seconds.
    private final class Clock: Sendable {
        let time = Mutex(0)
    }

    static let units = """
        code,parent,name,kind,line
        ubnd-tinh,,UBND tỉnh,committee,lan
        ba-be,ubnd-tinh,Huyện Ba Bể,district,leased-2m
        na-ri,ubnd-tinh,Huyện Na Rì,district,leased-2m
        so-1,ubnd-tinh,Sở Tài chính,department,leased-2m
        xa-1,ba-be,Xã Một,commune,adsl-typical
        xa-2,ba-be,Xã Hai,commune,adsl-typical
        """

    /// On Monday 4 January 2027, at 7:00.
    init() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("office-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        file = folder.appendingPathComponent("giaoban.sqlite")
        let templates = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("scheduler/templates")
        let clock = Clock()
        self.clock = clock
        clock.time.withLock { $0 = ProvinceClock.unix(LocalDateTime("2027-01-04T07:00") ?? .init(minuteNumber: 0)) }
        let scheduler = try SchedulerService(
            settings: .init(
                baseURL: "https://giaoban.example", papers: PaperFolders(in: folder),
                secret: [UInt8](repeating: 1, count: 32),
                templates: try LetterTemplates(folder: templates.path), joinToken: { _, _, _ in "" }),
            store: try Store(file: file, chainKey: [UInt8](repeating: 2, count: 32)),
            logger: Logger(label: "test"), now: { clock.time.withLock { $0 } })
        try await scheduler.fillDemo(units: Self.units, province: "Tỉnh Bắc Kạn", passwordHash: "")
        func caller(_ name: String) async throws -> Caller {
            guard let person = try await scheduler.store.read({ try $0.person(email: "\(name)@backan.example") }) else {
                throw ActError.notFound
            }
            return scheduler.caller(person)
        }
        secretary = try await caller("thuky")
        chair = try await caller("chutich")
        delegate = try await caller("babe")
        sites = scheduler.directory.sites.keys.sorted()
        self.scheduler = scheduler
        // The demo's briefing would stand in the way of others.
        for line in try await scheduler.seriesList(as: secretary) {
            _ = try await scheduler.cancel(line.id, .init(scope: nil, reason: "thử", version: nil), as: secretary)
        }
    }

    deinit { try? FileManager.default.removeItem(at: file.deletingLastPathComponent()) }

    var now: LocalDateTime {
        get { ProvinceClock.local(unix: clock.time.withLock { $0 }) }
        set { clock.time.withLock { $0 = ProvinceClock.unix(newValue) } }
    }

    func advance(seconds: Int) { clock.time.withLock { $0 += seconds } }

    func form(_ title: String, _ start: String, rule: String? = nil, sites: [SiteID]) -> SeriesForm {
        var form = SeriesForm()
        form.title = title
        form.start = start
        form.minutes = 60
        form.rule = rule
        form.holidays = "keep"
        form.sites = sites
        form.people = []
        return form
    }

    func book(_ form: SeriesForm) async throws -> Booked { try await scheduler.book(form, key: nil, as: secretary) }

    func edit(_ id: OccurrenceID, _ scope: String, _ change: (inout EditForm) -> Void) async throws -> Edited {
        var form = EditForm()
        form.scope = scope
        change(&form)
        return try await scheduler.edit(id, form, as: secretary)
    }

    /// An act of the office's secretary in a meeting.
    @discardableResult
    func act(_ name: String, in id: OccurrenceID, _ fields: (inout ActForm) -> Void = { _ in }) async throws
        -> ConductRefusal?
    {
        var form = ActForm(do: name)
        fields(&form)
        let actor = try await scheduler.actor(in: id, as: secretary)
        return try await scheduler.act(form, in: id, by: actor, sender: nil)
    }

    /// The meetings of a series that are not skipped, by their time.
    func meetings(_ series: SeriesID) async throws -> [Occurrence] {
        try await scheduler.store.read { try $0.occurrences(of: series).filter { $0.state != .skipped } }
    }

    func plan(_ id: OccurrenceID) async throws -> MeetingPlan? {
        let scheduler = scheduler
        return try await scheduler.store.read { reading in
            guard let occurrence = try reading.occurrence(id), let series = try reading.series(occurrence.series) else {
                return nil
            }
            return try scheduler.effectivePlan(occurrence, series, reading)
        }
    }

    func letters() async throws -> Int {
        try await scheduler.store.read { try $0.letterCounts().values.reduce(0, +) }
    }

    func acts() async throws -> Int64 {
        try await scheduler.store.read { try $0.acts(before: nil, matching: nil, limit: 1).first?.id ?? 0 }
    }
}
