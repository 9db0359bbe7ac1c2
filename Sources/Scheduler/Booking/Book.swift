import Briefing
import Foundation
import ICalendar
import Identity
import Mail
import Store

public struct Booked: Codable, Sendable {
    public var id: SeriesID
    /// The first meeting that is still to come.
    public var occurrence: OccurrenceID
    public var occurrences: Int
}

extension SchedulerService {
    /// Books a series with all its meetings up to the horizon, or nothing.
    ///
    /// Whether it conflicts is decided in the transaction that writes it; writers take turns, so of two that want one
    /// site the second sees the first.
    ///
    /// - Parameter key: the form's own number; sent twice it books once.
    public func book(_ form: SeriesForm, key: String?, as caller: Caller) async throws -> Booked {
        guard caller.rights.mayBookAtAll else { throw ActError.forbidden }
        let plan = try plan(form, by: caller)
        let leftOut = Set(form.leaveOut ?? [])
        let meetings = meetings(of: plan, from: plan.start, limit: Self.mostMeetings).map { meeting in
            leftOut.contains(meeting.recurrenceID) ? meeting.leftOut : meeting
        }
        guard !times(meetings).isEmpty else {
            throw ActError.invalid([
                "rule": Sentence(
                    vietnamese: "Mọi ngày họp đều rơi vào ngày nghỉ và bị bỏ qua. Hãy chọn ngày khác.",
                    english: "Every date falls on a holiday and is skipped. Choose other dates.")
            ])
        }
        let now = now()
        let key = key.map { String($0.prefix(100)) }
        let booked = try await store.write { writing -> Booked in
            if let key, let text = try writing.answer(toKey: key, of: caller.person.id) {
                return try JSONDecoder().decode(Booked.self, from: Data(text.utf8))
            }
            try self.checkPeople(plan, writing.reading)
            let found = try self.conflicts(self.times(meetings), [self.claim(plan)], writing.reading)
            if !found.isEmpty {
                throw ActError.conflict(
                    ConflictReport(
                        lines: try self.lines(Array(found.prefix(50)), for: caller, writing.reading),
                        proposals: try self.proposals(for: meetings, plan, writing.reading)))
            }
            let id = try writing.addSeries(
                plan, uid: newUID(self.settings.baseURL), through: self.horizon(from: plan.start.date), follows: nil,
                now: now, by: caller.person.id)
            let added = try self.layOut(meetings, of: id, writing)
            // What was left out is cancelled rather than skipped: no later edit of the series brings it back.
            for (occurrence, meeting) in added where leftOut.contains(meeting.recurrenceID) {
                guard var cancelled = try writing.reading.occurrence(occurrence) else { continue }
                cancelled.state = .cancelled
                try writing.update(cancelled, reason: "Trùng lịch khi đặt.")
            }
            try writing.record(
                at: now, who: caller.name, what: "series.book", object: "series \(id)",
                detail: "\(plan.title); \(RuleInWords.vietnamese(plan.recurrence))")
            let nowLocal = ProvinceClock.local(unix: now)
            let first = added.first { !$0.1.isSkipped && $0.1.end > nowLocal } ?? added.first { !$0.1.isSkipped }
            guard let first else { throw ActError.notFound }
            let booked = Booked(
                id: id, occurrence: first.0, occurrences: added.count(where: { !$0.1.isSkipped }))
            if let key {
                let text = String(decoding: try JSONEncoder().encode(booked), as: UTF8.self)
                try writing.keepAnswer(text, toKey: key, of: caller.person.id, now: now)
            }
            return booked
        }
        return booked
    }

    func layOut(
        _ meetings: [PlannedMeeting], of series: SeriesID, _ writing: Writing
    ) throws -> [(OccurrenceID, PlannedMeeting)] {
        try meetings.map { (try writing.addOccurrence(of: series, $0, room: newRoom()), $0) }
    }

    /// Lays out the meetings of endless series further, as time goes on. What is taken meanwhile by somebody else is
    /// laid out all the same and shows as a conflict in the log: a rule that was booked first stands first.
    public func layOutFurther() async throws {
        let horizon = today.adding(days: Self.horizonDays)
        let now = now()
        let due = try await store.read { try $0.seriesToLayOut(before: horizon.adding(days: -366)) }
        for series in due {
            let from = LocalDateTime(minuteNumber: (series.laidOutThrough.dayNumber + 1) * 1440)
            let last = LocalDateTime(minuteNumber: horizon.dayNumber * 1440 + 1439)
            let meetings = series.plan.recurrence.meetings(
                from: from, through: last, limit: Self.mostMeetings, calendar: calendar)
            try await store.write { writing in
                guard var kept = try writing.reading.series(series.id), kept.version == series.version else { return }
                let added = try self.layOut(meetings, of: series.id, writing)
                kept.laidOutThrough = horizon
                try writing.update(kept)
                try writing.record(
                    at: now, who: "system", what: "series.lay-out", object: "series \(series.id)",
                    detail: "\(added.count) → \(horizon)")
            }
        }
    }

    /// One more meeting beside the rule.
    public func addMeeting(_ form: AdditionForm, to id: SeriesID, as caller: Caller) async throws -> Booked {
        let now = now()
        let (booked, letters) = try await store.write { writing -> (Booked, Int) in
            let series = try self.editable(id, caller, writing.reading)
            var check = FormCheck()
            guard let start = form.start.flatMap({ LocalDateTime($0) }) else {
                check.wrong("start", "Chưa chọn ngày giờ.", "Choose the day and time.")
                throw ActError.invalid(check.fields)
            }
            let minutes = check.number("minutes", form.minutes ?? series.plan.minutes, 5...Self.longestMeeting)
            try check.finish()
            if try writing.reading.occurrence(of: id, recurrence: start) != nil {
                throw ActError.invalid([
                    "start": Sentence(
                        vietnamese: "Loạt họp này đã có phiên vào đúng giờ đó.",
                        english: "The series has a meeting at just that time.")
                ])
            }
            let meeting = PlannedMeeting(
                recurrenceID: start, start: start, end: start.adding(minutes: minutes), holiday: nil, isSkipped: false)
            try self.refuseConflicts([meeting], series.plan, caller, writing.reading)
            let occurrence = try writing.addOccurrence(of: id, meeting, isAddition: true, room: newRoom())
            try writing.record(
                at: now, who: caller.name, what: "occurrence.add", object: "occurrence \(occurrence)",
                detail: start.description)
            let added = try writing.reading.occurrence(occurrence)
            var letters = 0
            if let added, try writing.reading.invitedAt(id) != nil {
                letters = try self.queueInvitation(series, added, message: "", kind: .invitation, writing)
                try writing.setInvitedAt(now, occurrence: occurrence)
            }
            return (Booked(id: id, occurrence: occurrence, occurrences: 1), letters)
        }
        tellLetters(letters)
        return booked
    }

    public struct AdditionForm: Decodable, Sendable {
        public var start: String?
        public var minutes: Int?
    }

    /// A series that the caller may edit; what they may not even read is not there for them.
    func editable(_ id: SeriesID, _ caller: Caller, _ reading: Reading) throws -> Series {
        guard let series = try reading.series(id) else { throw ActError.notFound }
        guard caller.rights.mayBook(for: series.plan.organiser) else {
            throw try mayRead(series, caller) ? ActError.forbidden : ActError.notFound
        }
        guard series.state == .active else {
            throw ActError.refused(
                code: "cancelled",
                Sentence(vietnamese: "Loạt họp này đã hủy.", english: "This series has been cancelled."))
        }
        return series
    }

    /// - Parameter occurrences: meetings of `plan` that are there already, and may have something of their own.
    func refuseConflicts(
        _ meetings: [PlannedMeeting], _ plan: MeetingPlan, _ caller: Caller, and occurrences: [Occurrence] = [],
        exceptSeries: SeriesID? = nil, exceptOccurrences: Set<OccurrenceID> = [], _ reading: Reading
    ) throws {
        let own = try claimed(occurrences, plan, reading)
        let found = try conflicts(
            times(meetings) + own.times, own.claims, exceptSeries: exceptSeries,
            exceptOccurrences: exceptOccurrences, reading)
        guard !found.isEmpty else { return }
        throw ActError.conflict(
            ConflictReport(
                lines: try lines(Array(found.prefix(50)), for: caller, reading),
                proposals: try proposals(
                    for: meetings.isEmpty ? occurrences.map(planned) : meetings, plan, exceptSeries: exceptSeries,
                    exceptOccurrences: exceptOccurrences, reading)))
    }
}

private func planned(_ occurrence: Occurrence) -> PlannedMeeting {
    PlannedMeeting(
        recurrenceID: occurrence.recurrenceID, start: occurrence.start, end: occurrence.end,
        isSkipped: occurrence.state != .planned)
}

/// RFC 5545 §3.8.4.7: unique in the world.
func newUID(_ baseURL: String) -> String {
    let host = baseURL.split(separator: "/").last.map(String.init) ?? "giaoban"
    return "\(UUID().uuidString.lowercased())@\(host.split(separator: ":").first.map(String.init) ?? "giaoban")"
}

/// The name of a call: nobody guesses it, and a join token is asked for besides.
func newRoom() -> String {
    let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")
    var generator = SystemRandomNumberGenerator()
    return "hop-" + String((0..<12).compactMap { _ in letters.randomElement(using: &generator) })
}
