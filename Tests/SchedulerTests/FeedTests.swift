import Foundation
import ICalendar
import Logging
import Mail
import Store
import Testing

@testable import Briefing
@testable import Scheduler

@Suite struct FeedTests {
    /// A province of two districts with one weekly briefing each, in the middle of whose years the clock stands.
    private struct Province {
        let scheduler: SchedulerService
        let secretary: Caller
        let delegate: Caller
        let top: UnitID
        let district: UnitID
        let sites: [SiteID]

        init(at now: Int) async throws {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("feed-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let store = try Store(
                file: folder.appendingPathComponent("store"), chainKey: [UInt8](repeating: 1, count: 32))
            let templates = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appendingPathComponent("scheduler/templates")
            @Sendable func person(_ email: String, _ unit: UnitID, _ role: Role, over: UnitID, _ writing: Writing)
                throws
                -> PersonID
            {
                try writing.add(
                    Person(
                        id: PersonID(0), name: email, email: email, title: "", phone: "", unit: unit,
                        grants: [Grant(role: role, unit: over)]), password: nil)
            }
            let made = try await store.write { writing -> (UnitID, [UnitID], [SiteID], PersonID, PersonID) in
                let top = try writing.add(Briefing.Unit(id: UnitID(0), code: "top", name: "Tỉnh", kind: "committee"))
                let districts = try ["a", "b"].map {
                    try writing.add(
                        Briefing.Unit(id: UnitID(0), code: $0, name: "Huyện \($0)", kind: "district", parent: top))
                }
                let sites = try districts.map {
                    try writing.add(
                        Site(
                            id: SiteID(0), unit: $0, name: "S", line: SiteLine(kind: "lan", down: 9000, up: 9000),
                            device: "pc", technician: Technician()))
                }
                return (
                    top, districts, sites, try person("s@x.vn", top, .secretary, over: top, writing),
                    try person("d@x.vn", districts[0], .delegate, over: districts[0], writing)
                )
            }
            let scheduler = try SchedulerService(
                settings: .init(
                    baseURL: "https://x.vn", papers: PaperFolders(in: folder), secret: [UInt8](repeating: 2, count: 32),
                    templates: try LetterTemplates(folder: templates.path), joinToken: { _, _, _ in "" }),
                store: store, logger: Logger(label: "test"), now: { now })
            let people = try await store.read { try $0.people([made.3, made.4]) }
            secretary = scheduler.caller(people[0])
            delegate = scheduler.caller(people[1])
            (top, district, sites) = (made.0, made.1[0], made.2)
            self.scheduler = scheduler
        }

        func book(_ title: String, start: String, rule: String?, sites: [SiteID]) async throws -> SeriesID {
            var form = SeriesForm()
            form.title = title
            form.organiser = top
            form.start = start
            form.minutes = 60
            form.rule = rule
            form.form = "online"
            form.holidays = "keep"
            form.sites = sites
            return try await scheduler.book(form, key: nil, as: secretary).id
        }
    }

    /// 2026-03-02, a Monday, 08:00.
    private static let monday = 1_772_413_200

    @Test func `a delegate's calendar holds the meetings of the own unit and no other's`() async throws {
        let province = try await Province(at: Self.monday)
        let own = try await province.book(
            "Riêng", start: "2026-03-05T09:00", rule: "FREQ=WEEKLY;COUNT=20;BYDAY=TH", sites: [province.sites[0]])
        _ = try await province.book(
            "Khác", start: "2026-03-06T09:00", rule: "FREQ=WEEKLY;COUNT=20;BYDAY=FR", sites: [province.sites[1]])
        let delegate = try await province.scheduler.calendar(of: province.delegate)
        #expect(delegate.objects.map(\.name) == ["series-\(own).ics"])
        #expect(delegate.objects.first?.times.count == 20)
        let secretary = try await province.scheduler.calendar(of: province.secretary)
        #expect(secretary.objects.count == 2)
    }

    @Test func `an old series begins with the first of its meetings that is of interest`() async throws {
        let booked = try await Province(at: Self.monday)
        _ = try await booked.book(
            "Lâu năm", start: "2026-03-05T09:00", rule: "FREQ=WEEKLY;INTERVAL=2;COUNT=100;BYDAY=TH",
            sites: [booked.sites[0]])
        let later = try SchedulerService(
            settings: booked.scheduler.settings, store: booked.scheduler.store, logger: Logger(label: "test"),
            now: { Self.monday + 700 * 86_400 })
        let feed = try await later.calendar(of: booked.delegate)
        let master = try #require(feed.objects.first?.events.first)
        // 60 days before 2028-01-31 is 2027-12-02, a Thursday; the rule's fortnights fall on 2027-12-09.
        #expect(master.start == LocalDateTime("2027-12-09T09:00"))
        #expect(master.rule?.count == nil)
        let times = try #require(feed.objects.first?.times)
        #expect(times.count == 54)
        let last = LocalDateTime(minuteNumber: master.start.minuteNumber + 4000 * 1440)
        let given = master.rule?.dates(from: master.start, through: last, limit: 1000)
        #expect(given?.map { ProvinceClock.unix($0) } == times.map(\.lowerBound))
    }

    @Test func `the same calendar twice is the same text`() async throws {
        let province = try await Province(at: Self.monday)
        _ = try await province.book("Họp", start: "2026-03-05T09:00", rule: nil, sites: [province.sites[0]])
        let first = try await province.scheduler.calendar(of: province.delegate).text()
        let later = try SchedulerService(
            settings: province.scheduler.settings, store: province.scheduler.store, logger: Logger(label: "test"),
            now: { Self.monday + 100 })
        #expect(try await later.calendar(of: province.delegate).text() == first)
        #expect(first.contains("\r\nREFRESH-INTERVAL;VALUE=DURATION:PT15M\r\nX-PUBLISHED-TTL:PT15M\r\n"))
    }
}
