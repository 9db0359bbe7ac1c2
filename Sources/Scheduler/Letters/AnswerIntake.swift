import Briefing
import Foundation
import ICalendar
import Identity
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
    /// A REPLY is believed as far as a letter can be (RFC 5546 §6.1.1): its From must be the address that was invited, or
    /// that of a person of the directory who may answer for the invited unit on the page too; and it answers for the
    /// invitee that its ATTENDEE names. Where ATTENDEE is nobody that was invited, as programs write it whose owner has
    /// several addresses, the From alone says who answers. Everybody who was invited knows the meeting's UID: it proves
    /// nothing.
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
            guard let series = try reading.series(uid: event.uid), series.state == .active else { continue }
            let occurrence: Occurrence?
            if let recurrence = event.recurrenceID {
                occurrence = try reading.occurrence(of: series.id, recurrence: recurrence)
                if occurrence == nil { continue }
            } else {
                let all = series.plan.rule == nil ? try reading.occurrences(of: series.id) : []
                occurrence = all.count == 1 ? all.first : nil
            }
            if let occurrence, occurrence.state != .planned || occurrence.end <= nowLocal { continue }
            let plan = try occurrence.map { try effectivePlan($0, series, reading) } ?? series.plan
            guard let (attendee, invitees) = try answering(event, from: address.lowercased(), plan, reading),
                let answer = Reply.Answer(attendee.participation)
            else { continue }
            // A stale answer is to a time that is no more (RFC 5546 §2.1.5); one from before a change of anything else
            // still holds.
            let answersSince = max(series.answersSince, occurrence?.answersSince ?? 0)
            if answersSince > 0, event.sequence < max(series.sequence, occurrence?.sequence ?? 0) {
                outcome = .outdated
                continue
            }
            let note = String(event.comment.prefix(1000))
            let reply = Reply(
                answer: answer, delegateName: attendee.delegatedTo ?? "", delegateEmail: attendee.delegatedTo ?? "",
                note: attendee.participation == .tentative
                    ? "Dự kiến dự. \(note)".trimmingCharacters(in: .whitespaces) : note, at: now())
            for invitee in invitees {
                try keep(reply, of: invitee, series, occurrence, by: "mail \(address)", writing)
            }
            outcome = .answer
        }
        return outcome
    }

    /// For whom an event of a REPLY speaks, and the line that says what; nil where its sender may not.
    ///
    /// - Parameter sender: the letter's From, lower-case.
    private func answering(_ event: CalendarEvent, from sender: String, _ plan: MeetingPlan, _ reading: Reading) throws
        -> (CalendarAttendee, [Invitee])?
    {
        let invited = try recipients(plan.sites, plan.people, reading)
        func invitees(at address: String) -> [Invitee] {
            invited.filter { $0.address.lowercased() == address }.map(\.invitee)
        }
        for attendee in event.attendees.prefix(20) {
            let named = invitees(at: attendee.mail.lowercased())
            guard !named.isEmpty else { continue }
            if attendee.mail.lowercased() == sender { return (attendee, named) }
            guard let person = try reading.person(email: sender), person.isActive else { continue }
            let rights = caller(person).rights
            let allowed = named.filter { invitee in
                guard case .site(let id) = invitee, let unit = directory.unit(of: id) else { return false }
                return rights.mayAnswer(for: unit)
            }
            if !allowed.isEmpty { return (attendee, allowed) }
        }
        guard let attendee = event.attendees.first,
            event.attendees.allSatisfy({ invitees(at: $0.mail.lowercased()).isEmpty })
        else { return nil }
        let own = invitees(at: sender)
        return own.isEmpty ? nil : (attendee, own)
    }
}

extension Reply.Answer {
    /// Who comes tentatively is counted as coming; the note says the rest.
    fileprivate init?(_ participation: CalendarAttendee.Participation) {
        switch participation {
        case .accepted, .tentative: self = .accept
        case .declined: self = .decline
        case .delegated: self = .delegate
        case .needsAction: return nil
        }
    }
}

/// Looks into the office's mailbox every now and then.
public struct MailboxReader: Sendable {
    private let scheduler: SchedulerService
    private let mailbox: Mailbox
    private let logger: Logger
    private let seconds: Int
    private let work = BlockingWork(label: "mailbox", lanes: 1, room: 1)

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

    private func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await work.run { Result { try body() } }.get()
    }
}
