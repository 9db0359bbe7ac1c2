import Briefing
import Foundation
import ICalendar
import Logging
import Store

/// What is done about recordings when their meetings are over: sealed when their films are done, checked at night, destroyed
/// when two people have decided it. One after the other, and always behind calls.
public actor RecordKeeping {
    public struct Settings: Sendable {
        /// Days after which a recording is checked again.
        public var checkDays: Int

        public init(checkDays: Int = 30) { self.checkDays = checkDays }
    }

    private let scheduler: SchedulerService
    private let films: FilmMaking
    private let settings: Settings
    private let logger: Logger
    private let (wake, waker) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// Hours of the night, when few meet.
    private static let night = Set([22, 23, 0, 1, 2, 3, 4, 5])
    /// What is so much later than it should be is checked by day, too.
    private static let patienceDays = 3
    private static let pause: Duration = .seconds(60)

    public init(scheduler: SchedulerService, films: FilmMaking, settings: Settings, logger: Logger) {
        self.scheduler = scheduler
        self.films = films
        self.settings = settings
        self.logger = logger
    }

    /// Until it is cancelled.
    public func run() async {
        scheduler.onKeepingWanted { [waker] in waker.yield() }
        await films.onMade { [weak self] recording in await self?.made(recording) }
        let clock = Task { [waker] in
            while !Task.isCancelled {
                waker.yield()
                try? await Task.sleep(for: Self.pause)
            }
        }
        await withTaskCancellationHandler {
            for await _ in wake {
                guard !Task.isCancelled else { break }
                await work()
            }
        } onCancel: { [waker] in
            clock.cancel()
            waker.finish()
        }
    }

    /// A film was made, perhaps again: its files are what they are from now on.
    private func made(_ recording: KeptRecording) async {
        await attempt("sealed", recording) { _ = try await self.scheduler.seal($0) }
        waker.yield()
    }

    private func work() async {
        do {
            for id in try await scheduler.store.read({ try $0.recordingsToDestroy() }) {
                guard let kept = try await scheduler.store.read({ try $0.recording(id) }) else { continue }
                await films.abandon(id)
                await attempt("destroyed", kept) { try await self.scheduler.destroy($0) }
            }
            for kept in try await scheduler.store.read({ try $0.unsealedRecordings() }) {
                await attempt("sealed", kept) { _ = try await self.scheduler.seal($0) }
            }
            try await check()
        } catch {
            logger.error("what is kept could not be looked through", metadata: ["error": "\(error)"])
        }
    }

    private func check() async throws {
        while !Task.isCancelled {
            let now = scheduler.now()
            let isNight = Self.night.contains(ProvinceClock.local(unix: now).hour)
            let days = settings.checkDays + (isNight ? 0 : Self.patienceDays)
            let due = try await scheduler.store.read {
                try $0.recordingsToCheck(before: now - days * 86_400, limit: 1)
            }
            guard let next = due.first else { return }
            guard await attempt("checked", next, { _ = try await self.scheduler.checkIntegrity(of: $0) }) else {
                return
            }
        }
    }

    @discardableResult
    private func attempt(
        _ what: String, _ kept: KeptRecording, _ work: (KeptRecording) async throws -> Void
    ) async -> Bool {
        do {
            try await work(kept)
            return true
        } catch {
            logger.error(
                "a recording could not be \(what)", metadata: ["recording": "\(kept.id)", "error": "\(error)"])
            return false
        }
    }
}
