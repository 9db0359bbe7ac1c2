import Briefing
import Foundation
import ICalendar
import Logging
import Mail
import Store

extension SchedulerService {
    /// What a letter to the office's mailbox turned out to be.
    enum Intake: String {
        case answer, bounce, notAnAnswer = "not-an-answer", unknown, outdated, repeated
    }

    /// Takes one letter in: an answer of a calendar program (iMIP REPLY, RFC 6047 §2.5), or a letter that came back
    /// (RFC 3464). The same letter twice counts once.
    ///
    /// A REPLY is believed as far as a letter can be: it must come from the address that was invited, or name it as the
    /// attendee and answer a meeting whose UID only invitees have.
    @discardableResult
    func take(_ letter: ReceivedLetter) async throws -> Intake {
        let now = now()
        return try await store.write { writing in
            if !letter.messageID.isEmpty, try writing.reading.hasRead(messageID: letter.messageID) { return .repeated }
            let outcome: Intake
            if let bounce = letter.bounce {
                outcome = try self.take(bounce, writing)
            } else if let reply = letter.calendars.lazy.compactMap({ try? CalendarDocument(parsing: $0) })
                .first(where: { $0.method == .reply })
            {
                outcome = try self.take(reply, from: letter.from, writing)
            } else {
                outcome = .notAnAnswer
            }
            if !letter.messageID.isEmpty {
                try writing.noteRead(messageID: letter.messageID, outcome: outcome.rawValue, now: now)
            }
            return outcome
        }
    }

    private func take(_ bounce: ReceivedLetter.Bounce, _ writing: Writing) throws -> Intake {
        guard bounce.isFinal, let id = bounce.originalID, let letter = try writing.reading.letter(messageID: id) else {
            return .unknown
        }
        try writing.letterReturned(messageID: id, error: bounce.reason)
        try writing.record(
            at: now(), who: "mailbox", what: "letter.returned", object: "letter \(letter.id)",
            detail: "\(letter.toAddress): \(bounce.reason)")
        return .bounce
    }

    private func take(_ document: CalendarDocument, from address: String, _ writing: Writing) throws -> Intake {
        let reading = writing.reading
        var outcome = Intake.unknown
        for event in document.events.prefix(50) {
            guard let attendee = event.attendees.first, let series = try reading.series(uid: event.uid) else {
                continue
            }
            let occurrence: Occurrence?
            if let recurrence = event.recurrenceID {
                occurrence = try reading.occurrence(of: series.id, recurrence: recurrence)
                if occurrence == nil { continue }
            } else if series.plan.rule == nil {
                occurrence = try reading.occurrences(of: series.id).first
            } else {
                occurrence = nil
            }
            // A stale answer is to a time that is no more (RFC 5546 §2.1.5).
            let answersSince = max(series.answersSince, occurrence?.answersSince ?? 0)
            let sequence = max(series.sequence, occurrence?.sequence ?? 0)
            if answersSince > 0, event.sequence < sequence {
                outcome = .outdated
                continue
            }
            let plan = try occurrence.map { try effectivePlan($0, series, reading) } ?? series.plan
            let mail = attendee.mail.lowercased()
            let invitee = try recipients(plan.sites, plan.people, reading).first { recipient in
                let invited = recipient.address.lowercased()
                return invited == mail || invited == address.lowercased()
            }?.invitee
            guard let invitee else { continue }
            let answer: Reply.Answer
            switch attendee.participation {
            case .accepted, .tentative: answer = .accept
            case .declined: answer = .decline
            case .delegated: answer = .delegate
            default: continue
            }
            let note = String(event.comment.prefix(1000))
            let reply = Reply(
                answer: answer, delegateName: attendee.delegatedTo ?? "", delegateEmail: attendee.delegatedTo ?? "",
                note: attendee.participation == .tentative ? "Dự kiến dự. \(note)" : note, at: now())
            if let occurrence, occurrence.state != .planned || occurrence.end <= nowLocal { continue }
            try keep(reply, of: invitee, series, occurrence, by: "mail \(address)", writing)
            outcome = .answer
        }
        return outcome
    }
}

/// Looks into the office's mailbox every now and then.
public struct MailboxReader: Sendable {
    private let scheduler: SchedulerService
    private let mailbox: Mailbox
    private let logger: Logger
    private let seconds: Int

    public init(scheduler: SchedulerService, mailbox: Mailbox, logger: Logger, seconds: Int = 30) {
        self.scheduler = scheduler
        self.mailbox = mailbox
        self.logger = logger
        self.seconds = seconds
    }

    /// Reads until it is cancelled. A letter is marked as read after what it says has been stored.
    public func run() async {
        while !Task.isCancelled {
            do {
                while case let letters = try await fetch(), !letters.isEmpty {
                    for letter in letters {
                        let outcome = try await scheduler.take(letter)
                        logger.info("mailbox: \(outcome.rawValue) from \(letter.from)")
                    }
                    try await acknowledge(letters)
                }
            } catch {
                logger.warning("the mailbox cannot be read: \(error)")
            }
            try? await Task.sleep(for: .seconds(seconds))
        }
    }

    // libcurl and the disk block: not on the threads that serve everybody.
    private func fetch() async throws -> [ReceivedLetter] {
        try await blocking { try mailbox.fetch(limit: 50) }
    }

    private func acknowledge(_ letters: [ReceivedLetter]) async throws {
        try await blocking { try mailbox.acknowledge(letters) }
    }

    private func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global(qos: .utility).async { continuation.resume(with: Swift.Result { try body() }) }
        }
    }
}
