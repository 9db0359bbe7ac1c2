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
        /// Days for which this machine keeps its own files of what the store has.
        public var ownDays: Int
        /// Bytes a second that leave for the store while somebody is in a call.
        public var rateInCalls: Int
        /// Whether somebody is in a call.
        public var isBusy: @Sendable () -> Bool

        public init(
            checkDays: Int = 30, ownDays: Int = 30, rateInCalls: Int = 250_000,
            isBusy: @escaping @Sendable () -> Bool = { false }
        ) {
            self.checkDays = checkDays
            self.ownDays = ownDays
            self.rateInCalls = rateInCalls
            self.isBusy = isBusy
        }
    }

    private let scheduler: SchedulerService
    private let films: FilmMaking
    private let settings: Settings
    private let logger: Logger
    private let (wake, waker) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    /// The store has a line of its own: what goes there takes hours, and may wait for ever.
    private let (wakeStore, storeWaker) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    /// What is on its way to the store, or out of here.
    private var moving: String?

    /// Hours of the night, when few meet.
    private static let night = Set([22, 23, 0, 1, 2, 3, 4, 5])
    /// What is so much later than it should be is checked by day, too.
    private static let patienceDays = 3
    private static let mostTried = 50
    private static let pause: Duration = .seconds(10)

    public init(scheduler: SchedulerService, films: FilmMaking, settings: Settings, logger: Logger) {
        self.scheduler = scheduler
        self.films = films
        self.settings = settings
        self.logger = logger
    }

    /// Until it is cancelled.
    public func run() async {
        scheduler.onKeepingWanted { [waker, storeWaker] in
            waker.yield()
            storeWaker.yield()
        }
        await films.onMade { [weak self] recording in await self?.made(recording) }
        // Nobody waits for their ends: what they do is whole after a kill, too.
        let lines = [
            Task { for await _ in wake { await work() } }, Task { for await _ in wakeStore { await moveToStore() } },
        ]
        while !Task.isCancelled {
            waker.yield()
            storeWaker.yield()
            try? await Task.sleep(for: Self.pause)
        }
        for line in lines { line.cancel() }
    }

    /// A film was made, perhaps again: its files are what they are from now on.
    private func made(_ recording: KeptRecording) async {
        await attempt("sealed", recording) { _ = try await self.scheduler.seal($0) }
        storeWaker.yield()
    }

    private func moveToStore() async {
        guard scheduler.settings.objectStore != nil else { return }
        let settings = settings
        let rate: @Sendable () -> Int = { settings.isBusy() ? settings.rateInCalls : 0 }
        do {
            while let next = try await scheduler.store.read({ [scheduler] in
                try $0.recordingsToStore(now: scheduler.now()).first
            }) {
                moving = next.id
                let isThere = await attempt("stored", next) { _ = try await self.scheduler.sendToStore($0, rate: rate) }
                moving = nil
                guard isThere, !Task.isCancelled else { break }
            }
            for kept in try await scheduler.store.read({ [scheduler] in
                let now = scheduler.now()
                return try $0.recordingsToDrop(storedBefore: now - settings.ownDays * 86_400, now: now)
            }) {
                moving = kept.id
                await attempt("given up here", kept) { _ = try await self.scheduler.dropOwn($0) }
                moving = nil
            }
        } catch {
            logger.error("what goes to the store could not be looked through", metadata: ["error": "\(error)"])
        }
    }

    private func work() async {
        do {
            for id in try await scheduler.store.read({ try $0.recordingsToDestroy() }) where id != moving {
                guard let kept = try await scheduler.store.read({ try $0.recording(id) }) else { continue }
                await films.abandon(id)
                await attempt("destroyed", kept) { try await self.scheduler.destroy($0) }
            }
            for kept in try await scheduler.store.read({ try $0.unsealedRecordings() }) {
                await attempt("sealed", kept) { _ = try await self.scheduler.seal($0) }
                storeWaker.yield()
            }
            try await check()
        } catch {
            logger.error("what is kept could not be looked through", metadata: ["error": "\(error)"])
        }
    }

    /// Checks one of those whose time has come; what else there is to do comes between.
    private func check() async throws {
        let limit = Self.checkedBefore(scheduler.now(), days: settings.checkDays)
        let due = try await scheduler.store.read { try $0.recordingsToCheck(before: limit, limit: Self.mostTried) }
        // One whose store is away keeps no other waiting.
        for next in due where !Task.isCancelled {
            guard await attempt("checked", next, { _ = try await self.scheduler.checkIntegrity(of: $0) }) else {
                continue
            }
            waker.yield()
            return
        }
    }

    /// What was checked, or sealed, before this is checked now; Unix seconds.
    static func checkedBefore(_ now: Int, days: Int) -> Int {
        let isNight = night.contains(ProvinceClock.local(unix: now).hour)
        return now - (days + (isNight ? 0 : patienceDays)) * 86_400
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
