import Briefing
import Foundation
import ICalendar
import Identity
import Logging
import Mail
import Scheduler
import Store

/// Measures the scheduler's acts, from the form to the answer as JSON and the flushed transaction, without HTTP:
/// with one province-wide series of five years, then with ten years of history of every unit.
///
/// `SchedulerBench [FOLDER]`: with a folder, the filled stores are kept there and used again. `SchedulerBench search`
/// measures searches among 100,000 pages.
@main
struct SchedulerBench {
    static let password = "Giao ban 7 gio 30"

    static func main() async throws {
        if CommandLine.arguments.dropFirst().first == "search" { return try await search() }
        let kept = CommandLine.arguments.dropFirst().first.map { URL(fileURLWithPath: $0) }
        var isWithin = true
        for alone in [true, false] {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("scheduler-\(UUID())")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let file = folder.appendingPathComponent("giaoban.sqlite")
            let copy = kept?.appendingPathComponent(alone ? "one-series.sqlite" : "history.sqlite")
            if let copy, FileManager.default.fileExists(atPath: copy.path) {
                try FileManager.default.copyItem(at: copy, to: file)
            }
            if try await !run(in: folder, alone: alone, copy: copy) { isWithin = false }
        }
        if !isWithin { exit(1) }
    }

    static func run(in folder: URL, alone: Bool, copy: URL?) async throws -> Bool {
        let scheduler = try service(in: folder)
        let began = ContinuousClock.now
        if try await scheduler.needsSetup() {
            try await fill(scheduler, today: today, alone: alone)
            if let copy { try scheduler.store.backUp(to: copy) }
        }
        let secretary = try await caller("thuky@backan.example", scheduler)
        guard let province = try await scheduler.seriesList(as: secretary).first(where: { $0.sites > 200 })?.id else {
            throw CocoaError(.fileReadCorruptFile)
        }
        say(
            """

            \(alone ? "One series of 264 sites, 5 years" : "10 years of 264 units, and 5 years ahead"), \
            written in \(began.duration(to: .now).components.seconds) s
            \("ms".padding(toLength: 58, withPad: " ", startingAt: 0))     p50     p95     max     CPU
            """)
        var acts = Acts(scheduler: scheduler, province: province, today: today, secretary: secretary)
        return try await acts.measure(
            administrator: caller("quantri@backan.example", scheduler),
            delegate: caller("babe@backan.example", scheduler))
    }

    static var today: LocalDate { ProvinceClock.local(unix: Int(Date().timeIntervalSince1970)).date }

    static func service(in folder: URL) throws -> SchedulerService {
        try SchedulerService(
            settings: .init(
                baseURL: "https://giaoban.example", papers: PaperFolders(in: folder),
                secret: [UInt8](repeating: 7, count: 32),
                templates: try LetterTemplates(folder: "scheduler/templates"), joinToken: { _, _, _ in "" }),
            store: try Store(
                file: folder.appendingPathComponent("giaoban.sqlite"), chainKey: [UInt8](repeating: 9, count: 32)),
            logger: Logger(label: "bench"))
    }

    /// 100,000 pages of 5,000 papers, looked through by who may read all of them and by who may read one unit's.
    static func search() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("search-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let scheduler = try service(in: folder)
        let began = ContinuousClock.now
        try await fill(scheduler, today: today, alone: true)
        try await SearchedPages(scheduler: scheduler, today: today).fill()
        let size = try FileManager.default.attributesOfItem(
            atPath: folder.appendingPathComponent("giaoban.sqlite").path)[.size]
        say(
            """
            100,000 pages written and indexed in \(began.duration(to: .now).components.seconds) s, \(size ?? 0) bytes
            \("ms".padding(toLength: 58, withPad: " ", startingAt: 0))     p50     p95     max     CPU
            """)
        var bench = SearchBench(scheduler: scheduler)
        let isWithin = try await bench.measure([
            ("all rights", caller("quantri@backan.example", scheduler)),
            ("few rights", caller("babe@backan.example", scheduler)),
        ])
        if !isWithin { exit(1) }
    }

    static func fill(_ scheduler: SchedulerService, today: LocalDate, alone: Bool) async throws {
        let units = try String(contentsOfFile: "scheduler/directory/units.csv", encoding: .utf8)
        try await scheduler.fillDemo(
            units: units, province: "Tỉnh Bắc Kạn", passwordHash: try PasswordHash.make(password: password).text)
        // The demo's own briefing would stand in the province's way.
        let secretary = try await caller("thuky@backan.example", scheduler)
        for line in try await scheduler.seriesList(as: secretary) {
            _ = try await scheduler.cancel(line.id, decoded(#"{"scope":"all","reason":"đo"}"#), as: secretary)
        }
        try await History(scheduler: scheduler, today: today).fill(alone: alone)
    }

    static func caller(_ email: String, _ scheduler: SchedulerService) async throws -> Caller {
        let session = try await scheduler.signIn(
            decoded(#"{"email":"\#(email)","password":"\#(password)"}"#) as SchedulerService.SignInForm,
            address: "127.0.0.1")
        return try await scheduler.caller(session: session.token)
    }
}
