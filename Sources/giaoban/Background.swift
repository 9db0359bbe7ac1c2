import Foundation
import Logging
import Mail
import Scheduler
import ServiceLifecycle

/// What runs beside the pages: letters out, answers in, reminders.
struct Background: Service {
    let scheduler: SchedulerService
    let dispatch: LetterDispatch?
    let courier: Courier?
    let mailbox: Mailbox?
    let keeping: RecordKeeping
    let logger: Logger
    /// The program itself, wherever it was started from (proc(5)).
    private static var executable: String { Bundle.main.executablePath ?? "/proc/self/exe" }

    /// - Parameter relay: nil leaves letters waiting in the queue, where the pages show them.
    init(
        scheduler: SchedulerService, relay: RelaySettings?, mailbox: Mailbox?, keeping: RecordKeeping, folder: URL,
        logger: Logger
    ) {
        self.scheduler = scheduler
        self.keeping = keeping
        self.mailbox = mailbox
        self.logger = logger
        guard let relay else {
            dispatch = nil
            courier = nil
            return
        }
        let courier = Courier(
            executable: Self.executable, relay: relay, folder: folder.path,
            log: { logger.warning("\($0)") })
        let dispatch = LetterDispatch(
            store: scheduler.store, courier: courier, folder: folder.appendingPathComponent("leaving"), logger: logger)
        scheduler.onLettersQueued { Task { await dispatch.nudge() } }
        self.courier = courier
        self.dispatch = dispatch
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await ClockWork(scheduler: scheduler, logger: logger).run() }
                group.addTask { await ConversionQueue(scheduler: scheduler, logger: logger).run() }
                group.addTask {
                    await FilmCopying(scheduler: scheduler, executable: Self.executable, logger: logger).run()
                }
                group.addTask { await keeping.run() }
                if let dispatch { group.addTask { await dispatch.run() } }
                if let mailbox {
                    // A folder costs nothing to look into.
                    let reader = MailboxReader(
                        scheduler: scheduler, mailbox: mailbox, logger: logger,
                        seconds: mailbox.shown.hasPrefix("maildir:") ? 2 : 30)
                    group.addTask { await reader.run() }
                }
                if let courier {
                    group.addTask {
                        try? await Task.sleep(for: .seconds(.max / 4))
                        await courier.stop(seconds: 3)
                    }
                }
            }
        }
    }
}
