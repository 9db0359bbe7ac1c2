import Briefing
import Foundation
import ICalendar
import Logging
import Mail
import Store

extension SchedulerService {
    /// A letter that leaves by itself before a meeting.
    private struct Reminder {
        var kind: LetterTemplates.Kind
        /// Minutes before the meeting from which it is due.
        var before: Int
        /// Minutes before the meeting from which it would come too late to be of use.
        var tooLate: Int
        var toTechnicians = false
    }

    private var reminders: [Reminder] {
        [
            Reminder(kind: .reminder, before: office.reminderDays * 1440, tooLate: 120),
            Reminder(kind: .technician, before: 75, tooLate: 20, toTechnicians: true),
            Reminder(kind: .soon, before: 10, tooLate: 0),
        ]
    }

    /// Queues the reminders that are due: each once for each time that a meeting has had.
    /// - Returns: letters queued.
    @discardableResult
    public func remind() async throws -> Int {
        let now = now()
        let local = nowLocal
        let reminders = reminders
        let horizon = local.adding(minutes: (reminders.map(\.before).max() ?? 0) + 1)
        let count = try await store.write { writing -> Int in
            var count = 0
            for occurrence in try writing.reading.occurrences(from: local, to: horizon, states: [.planned])
            where occurrence.start > local {
                guard try self.isInvited(occurrence, writing.reading),
                    let series = try writing.reading.series(occurrence.series)
                else { continue }
                let left = occurrence.start.minuteNumber - local.minuteNumber
                let start = ProvinceClock.unix(occurrence.start)
                for reminder in reminders where left <= reminder.before {
                    let name = reminder.kind.rawValue
                    guard try !writing.reading.hasReminder(name, occurrence: occurrence.id, start: start) else {
                        continue
                    }
                    try writing.noteReminder(name, occurrence: occurrence.id, start: start)
                    guard left > reminder.tooLate else { continue }
                    count += try self.queueReminder(reminder, occurrence, series, left: left, writing)
                }
            }
            if count > 0 {
                try writing.record(
                    at: now, who: "system", what: "reminders.send", object: "letters", detail: "\(count)")
            }
            return count
        }
        tellLetters(count)
        return count
    }

    private func queueReminder(
        _ reminder: Reminder, _ occurrence: Occurrence, _ series: Series, left: Int, _ writing: Writing
    ) throws -> Int {
        let reading = writing.reading
        let plan = try effectivePlan(occurrence, series, reading)
        var matter = LetterMatter(
            kind: reminder.kind, series: series, occurrence: occurrence, plan: plan, method: nil)
        matter.minutes = left
        matter.days = occurrence.start.date.dayNumber - nowLocal.date.dayNumber
        // Who has said that they do not come is not called.
        let replies = try reading.replies(to: occurrence, seriesAnswersSince: series.answersSince)
        var everybody = try recipients(plan.sites, plan.people, reading).filter {
            replies[$0.invitee]?.answer != .decline
        }
        if reminder.toTechnicians {
            everybody = everybody.compactMap { recipient in
                guard case .site(let id) = recipient.invitee, let site = directory.sites[id] else { return nil }
                var recipient = recipient
                // A site whose technician has no address is called at its unit's.
                if !site.technician.email.isEmpty {
                    recipient.address = site.technician.email
                    recipient.name = site.technician.name
                }
                return recipient
            }
        }
        return try queue(matter, to: everybody, writing)
    }
}

/// What the scheduler does by itself: reminders each minute, and once a day the meetings of endless rules laid out
/// further.
public struct ClockWork: Sendable {
    private let scheduler: SchedulerService
    private let logger: Logger

    public init(scheduler: SchedulerService, logger: Logger) {
        self.scheduler = scheduler
        self.logger = logger
    }

    public func run() async {
        var minutes = 0
        while !Task.isCancelled {
            do {
                if minutes % 1440 == 0 { try await scheduler.layOutFurther() }
                if minutes % 60 == 0 {
                    try await scheduler.sweepUploads(isStart: false)
                    try await scheduler.sweepFilmCopies()
                }
                try await scheduler.remind()
            } catch {
                logger.error("what is done by the clock: \(error)")
            }
            minutes += 1
            try? await Task.sleep(for: .seconds(60))
        }
    }
}
