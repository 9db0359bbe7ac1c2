import Briefing
import Foundation
import ICalendar
import Logging
import Mail
import Store
import Synchronization
import Testing

@testable import Scheduler

/// A scheduler on a store of its own, filled with the demo province, whose clock stands where a test puts it.
private final class ClockedOffice: Sendable {
    let scheduler: SchedulerService
    private let clock: Clock
    private let folder: URL

    private final class Clock: Sendable {
        let time: Mutex<Int>
        init(_ time: Int) { self.time = Mutex(time) }
    }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// - Parameter time: `2026-11-23T07:00`.
    init(at time: String) async throws {
        let start = try #require(LocalDateTime(time))
        let clock = Clock(ProvinceClock.unix(start))
        self.clock = clock
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("letters-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        scheduler = try SchedulerService(
            settings: SchedulerService.Settings(
                baseURL: "https://giaoban.example", papers: PaperFolders(in: folder),
                secret: [UInt8](repeating: 7, count: 32),
                templates: try LetterTemplates(
                    folder: Self.root.appendingPathComponent("scheduler/templates").path),
                joinToken: { _, _, _ in "" }),
            store: try Store(
                file: folder.appendingPathComponent("store"), chainKey: [UInt8](repeating: 1, count: 32)),
            logger: Logger(label: "test"), now: { clock.time.withLock { $0 } })
        let units = try String(
            contentsOf: Self.root.appendingPathComponent("scheduler/directory/units.csv"), encoding: .utf8)
        try await scheduler.fillDemo(units: units, province: "Tỉnh Bắc Kạn", passwordHash: "x")
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func set(_ time: String) throws {
        let time = ProvinceClock.unix(try #require(LocalDateTime(time)))
        clock.time.withLock { $0 = time }
    }

    func secretary() async throws -> Caller {
        let person = try await scheduler.store.read { try $0.person(email: "thuky@backan.example") }
        return scheduler.caller(try #require(person))
    }

    /// One meeting with the first `sites` sites.
    func book(_ start: String, sites: Int) async throws -> OccurrenceID {
        var form = SeriesForm()
        form.title = "Giao ban phòng, chống lụt bão"
        form.organiser = scheduler.directory.tree.roots.first
        form.start = start
        form.minutes = 60
        form.holidays = HolidayPolicy.keep.rawValue
        form.form = MeetingForm.online.rawValue
        form.periodic = false
        form.sites = Array(scheduler.directory.sites.keys.sorted().prefix(sites))
        return try await scheduler.book(form, key: nil, as: secretary()).occurrence
    }

    func invite(_ id: OccurrenceID) async throws {
        _ = try await scheduler.invite(id, .init(scope: "this", message: nil), as: secretary())
    }

    /// How many letters of each kind about a meeting are in the queue.
    func letters(_ id: OccurrenceID) async throws -> [String: Int] {
        let all = try await scheduler.store.read { try $0.letters(state: nil, occurrence: id, limit: 2000) }
        return Dictionary(grouping: all, by: \.kind).mapValues(\.count)
    }

    func subjects(_ id: OccurrenceID, kind: String) async throws -> [String] {
        let all = try await scheduler.store.read { try $0.letters(state: nil, occurrence: id, limit: 2000) }
        return all.filter { $0.kind == kind }.map(\.subject)
    }
}

@Suite struct `Reminders` {
    @Test func `leave once each, the day before, at the technician's hour and ten minutes before`() async throws {
        let office = try await ClockedOffice(at: "2026-11-16T08:00")
        let meeting = try await office.book("2026-11-25T14:00", sites: 5)
        try await office.invite(meeting)
        #expect(try await office.letters(meeting) == ["invitation": 5])
        let expected: [(String, [String: Int])] = [
            ("2026-11-24T13:59", [:]),
            ("2026-11-24T14:00", ["reminder": 5]), ("2026-11-24T14:01", ["reminder": 5]),
            ("2026-11-25T12:44", ["reminder": 5]), ("2026-11-25T12:45", ["reminder": 5, "technician": 5]),
            ("2026-11-25T13:49", ["reminder": 5, "technician": 5]),
            ("2026-11-25T13:50", ["reminder": 5, "technician": 5, "soon": 5]),
            ("2026-11-25T14:01", ["reminder": 5, "technician": 5, "soon": 5]),
        ]
        for (time, letters) in expected {
            try office.set(time)
            try await office.scheduler.remind()
            try await office.scheduler.remind()
            #expect(try await office.letters(meeting) == letters.merging(["invitation": 5]) { $1 }, "\(time)")
        }
    }

    @Test func `leave again for the new time of a meeting that is moved`() async throws {
        let office = try await ClockedOffice(at: "2026-11-16T08:00")
        let meeting = try await office.book("2026-11-25T14:00", sites: 3)
        try await office.invite(meeting)
        try office.set("2026-11-24T15:00")
        try await office.scheduler.remind()
        #expect(try await office.letters(meeting)["reminder"] == 3)
        var form = EditForm()
        form.start = "2026-11-27T09:00"
        _ = try await office.scheduler.edit(meeting, form, as: office.secretary())
        try await office.scheduler.remind()
        #expect(try await office.letters(meeting)["reminder"] == 3)
        try office.set("2026-11-25T14:05")
        try await office.scheduler.remind()
        #expect(try await office.letters(meeting)["soon"] == nil)
        try office.set("2026-11-26T09:00")
        try await office.scheduler.remind()
        try await office.scheduler.remind()
        #expect(try await office.letters(meeting)["reminder"] == 6)
        let subjects = try await office.subjects(meeting, kind: "reminder")
        #expect(subjects.filter { $0.contains("27/11/2026") }.count == 3)
    }

    @Test func `do not leave for a meeting that is cancelled or that nobody was invited to`() async throws {
        let office = try await ClockedOffice(at: "2026-11-16T08:00")
        let cancelled = try await office.book("2026-11-25T14:00", sites: 3)
        try await office.invite(cancelled)
        _ = try await office.scheduler.cancel(
            cancelled, .init(scope: "this", reason: "Bão", version: nil), as: office.secretary())
        let silent = try await office.book("2026-11-25T16:00", sites: 3)
        try office.set("2026-11-25T13:55")
        #expect(try await office.scheduler.remind() == 0)
        #expect(try await office.letters(silent).isEmpty)
        #expect(try await office.letters(cancelled).keys.sorted() == ["cancellation", "invitation"])
    }

    @Test func `do not go to whoever has declined`() async throws {
        let office = try await ClockedOffice(at: "2026-11-16T08:00")
        let meeting = try await office.book("2026-11-25T14:00", sites: 4)
        try await office.invite(meeting)
        let site = try #require(office.scheduler.directory.sites.keys.min())
        var answer = SchedulerService.AnswerForm()
        answer.site = site
        answer.answer = "decline"
        try await office.scheduler.answer(meeting, answer, as: office.secretary())
        try office.set("2026-11-24T15:00")
        #expect(try await office.scheduler.remind() == 3)
    }

    @Test func `that came too late for use are left out, and do not come later either`() async throws {
        let office = try await ClockedOffice(at: "2026-11-25T13:00")
        let meeting = try await office.book("2026-11-25T14:00", sites: 2)
        try await office.invite(meeting)
        // An hour before: no more “tomorrow”, but the technicians are called.
        #expect(try await office.scheduler.remind() == 2)
        #expect(try await office.letters(meeting) == ["invitation": 2, "technician": 2])
    }

    @Test func `of 264 sites are queued in one go`() async throws {
        let office = try await ClockedOffice(at: "2026-11-16T08:00")
        let meeting = try await office.book("2026-11-25T14:00", sites: 264)
        try await office.invite(meeting)
        let count = try await office.letters(meeting)["invitation"] ?? 0
        try office.set("2026-11-24T15:00")
        #expect(try await office.scheduler.remind() == count)
    }
}
