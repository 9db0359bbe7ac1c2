import Briefing
import Foundation
import ICalendar
import Mail
import Store

extension SchedulerService {
    public struct InvitationForm: Decodable, Sendable {
        /// `series` or `this`.
        public var scope: String?
        public var message: String?
    }

    public struct Mailed: Encodable, Sendable {
        public var mail: Int
        /// Invitees that have no address.
        public var without: [String]
    }

    /// Sends the invitation of a meeting, or of its whole series, to everybody on its list.
    public func invite(_ id: OccurrenceID, _ form: InvitationForm, as caller: Caller) async throws -> Mailed {
        var check = FormCheck()
        let message = check.longText("message", form.message, 2000)
        if let scope = form.scope, !["series", "this"].contains(scope) {
            check.wrong("scope", "Chọn gửi cho cả loạt họp hoặc chỉ phiên này.", "Choose series or this.")
        }
        try check.finish()
        let now = now()
        let mailed = try await store.write { writing -> Mailed in
            let (occurrence, series, plan) = try self.editable(id, caller, writing.reading)
            try self.refusePast(occurrence)
            let isSeries = form.scope != "this" && series.plan.rule != nil
            let count: Int
            let invited: MeetingPlan
            if isSeries {
                count = try self.queueInvitation(series, nil, message: message, kind: .invitation, writing)
                try writing.setInvitedAt(now, series: series.id)
                invited = series.plan
            } else {
                count = try self.queueInvitation(series, occurrence, message: message, kind: .invitation, writing)
                try writing.setInvitedAt(now, occurrence: id)
                // A single meeting is its series: what is edited from the series' page is told too.
                if series.plan.rule == nil, try writing.reading.occurrences(of: series.id).count == 1 {
                    try writing.setInvitedAt(now, series: series.id)
                }
                invited = plan
            }
            let reached = Set(
                try self.recipients(invited.sites, invited.people, writing.reading).map(\.invitee))
            let without = invited.sites.filter { !reached.contains(.site($0)) }.sorted()
                .map { self.directory.siteName($0) }
            try writing.record(
                at: now, who: caller.name, what: "invitation.send",
                object: isSeries ? "series \(series.id)" : "occurrence \(id)", detail: "\(count)")
            return Mailed(mail: count, without: without)
        }
        tellLetters(mailed.mail)
        return mailed
    }

    /// - Parameter occurrence: nil for the whole series.
    func queueInvitation(
        _ series: Series, _ occurrence: Occurrence?, message: String, kind: LetterTemplates.Kind, _ writing: Writing
    ) throws -> Int {
        let plan = try occurrence.map { try effectivePlan($0, series, writing.reading) } ?? series.plan
        var series = series
        // A new RDATE is a new revision of the series (RFC 5546 §2.1.4).
        if occurrence?.isAddition == true, try writing.reading.invitedAt(series.id) != nil {
            series.sequence = try nextSequence(of: series, writing.reading)
            try writing.update(series)
        }
        let matter = LetterMatter(
            kind: kind, series: series, occurrence: occurrence, plan: plan, method: .request, message: message,
            withPapers: true)
        return try queue(matter, to: recipients(plan.sites, plan.people, writing.reading), writing)
    }

    /// One meeting has changed: those who stay are told what, those who are new are invited, those who are off are
    /// told so.
    func queueUpdate(
        _ series: Series, old: Occurrence, oldPlan: MeetingPlan, new: Occurrence, newPlan: MeetingPlan,
        _ changes: MeetingChanges, _ writing: Writing
    ) throws -> Int {
        let isMoved = old.start != new.start || old.end != new.end
        let reading = writing.reading
        let update = LetterMatter(
            kind: .update, series: series, occurrence: new, plan: newPlan, method: .request,
            oldTime: isMoved ? Sentence.time(from: old.start, to: old.end).vietnamese : nil, changes: changes.vietnamese
        )
        var count = try queue(
            update,
            to: recipients(
                newPlan.sites.subtracting(changes.addedSites), newPlan.people.subtracting(changes.addedPeople),
                reading), writing)
        let invitation = LetterMatter(
            kind: .invitation, series: series, occurrence: new, plan: newPlan, method: .request, withPapers: true)
        count += try queue(
            invitation, to: recipients(changes.addedSites, changes.addedPeople, reading), writing)
        var off = new
        off.state = .cancelled
        let cancellation = LetterMatter(
            kind: .cancellation, series: series, occurrence: off, plan: newPlan, method: .cancel,
            reason: "Điểm cầu không còn trong thành phần mời.")
        count += try queue(
            cancellation, to: recipients(changes.removedSites, changes.removedPeople, reading), writing)
        return count
    }

    func queueCancellation(
        _ series: Series, _ occurrence: Occurrence, _ plan: MeetingPlan, reason: String, _ writing: Writing
    ) throws -> Int {
        let matter = LetterMatter(
            kind: .cancellation, series: series, occurrence: occurrence, plan: plan, method: .cancel, reason: reason)
        return try queue(matter, to: recipients(plan.sites, plan.people, writing.reading), writing)
    }

    func queueSeriesUpdate(
        old: MeetingPlan, _ series: Series, _ changes: MeetingChanges, isRetimed: Bool, _ writing: Writing
    ) throws -> Int {
        let plan = series.plan
        let oldTime =
            isRetimed
            ? (old.rule == nil ? old.time.vietnamese : RuleInWords.vietnamese(old.recurrence)) : nil
        let reading = writing.reading
        let update = LetterMatter(
            kind: .update, series: series, occurrence: nil, plan: plan, method: .request, oldTime: oldTime,
            changes: changes.vietnamese)
        var count = try queue(
            update,
            to: recipients(
                plan.sites.subtracting(changes.addedSites), plan.people.subtracting(changes.addedPeople), reading),
            writing)
        let invitation = LetterMatter(
            kind: .invitation, series: series, occurrence: nil, plan: plan, method: .request, withPapers: true)
        count += try queue(invitation, to: recipients(changes.addedSites, changes.addedPeople, reading), writing)
        let cancellation = LetterMatter(
            kind: .cancellation, series: series, occurrence: nil, plan: plan, method: .cancel,
            reason: "Điểm cầu không còn trong thành phần mời.")
        count += try queue(
            cancellation, to: recipients(changes.removedSites, changes.removedPeople, reading), writing)
        return count
    }

    /// A series ends before its time: with a reason it is cancelled, without one another goes on from it, and calendar
    /// programs are told where the old one ends.
    func queueSeriesEnd(_ series: Series, from first: Occurrence?, reason: String?, _ writing: Writing) throws -> Int {
        let plan = series.plan
        let everybody = try recipients(plan.sites, plan.people, writing.reading)
        // Where nothing is left of it, it is cancelled for calendar programs too: a rule that ends before its first
        // time would still give that one (RFC 5545 §3.8.5.3). What was held stays in their calendars.
        let isNothingLeft = try !writing.reading.occurrences(of: series.id).contains(where: \.isHeldOrToBe)
        if isNothingLeft || series.state == .cancelled {
            return try queue(
                LetterMatter(
                    kind: .cancellation, series: series, occurrence: nil, plan: plan,
                    method: isNothingLeft ? .cancel : .request, reason: reason), to: everybody, writing)
        }
        let day = first.map { $0.start.date.vietnamese } ?? ""
        if let reason {
            return try queue(
                LetterMatter(
                    kind: .cancellation, series: series, occurrence: nil, plan: plan, method: .request,
                    reason: "Hủy các phiên từ ngày \(day). \(reason)"), to: everybody, writing)
        }
        return try queue(
            LetterMatter(
                kind: .update, series: series, occurrence: nil, plan: plan, method: .request,
                changes: ["Lịch cũ kết thúc trước ngày \(day); từ ngày đó theo lịch mới trong thư kèm theo."]),
            to: everybody, writing)
    }

    /// Above every revision that anybody has of the series or of one of its meetings (RFC 5546 §2.1.4).
    func nextSequence(of series: Series, _ reading: Reading) throws -> Int {
        try max(series.sequence, reading.occurrences(of: series.id).map(\.sequence).max() ?? 0) + 1
    }
}
