import Briefing
import Foundation
import ICalendar
import Store

extension SchedulerService {
    /// Edits one meeting, it and those that follow, or all of a series that are still to come.
    public func edit(_ id: OccurrenceID, _ form: EditForm, as caller: Caller) async throws -> Edited {
        let scope = try scope(form.scope)
        let edited: Edited
        switch scope {
        case .this: edited = try await editOne(id, form, as: caller)
        case .following, .all:
            edited = try await store.write { writing in
                let (occurrence, series, _) = try self.editable(id, caller, writing.reading)
                guard form.version == nil || form.version == self.version(occurrence, series) else {
                    throw ActError.changedMeanwhile
                }
                try self.refusePast(occurrence)
                let seriesForm = try form.seriesForm(over: series.plan, from: occurrence)
                return try self.editSeries(series, seriesForm, from: occurrence, scope: scope, as: caller, writing)
            }
        }
        tellLetters(edited.mail)
        return edited
    }

    func scope(_ text: String?) throws(ActError) -> EditScope {
        guard let text else { return .this }
        guard let scope = EditScope(rawValue: text) else {
            throw .invalid([
                "scope": Sentence(
                    vietnamese: "Chọn phạm vi: chỉ phiên này, từ phiên này trở đi, hoặc tất cả.",
                    english: "Choose the scope: this, following, or all.")
            ])
        }
        return scope
    }

    func refusePast(_ occurrence: Occurrence) throws(ActError) {
        guard occurrence.state == .planned else {
            throw .refused(
                code: "not-planned",
                Sentence(
                    vietnamese: occurrence.state == .cancelled ? "Phiên này đã hủy." : "Phiên này không còn sửa được.",
                    english: occurrence.state == .cancelled
                        ? "This meeting has been cancelled." : "This meeting can no longer be edited."))
        }
        guard occurrence.end > ProvinceClock.local(unix: now()) else {
            throw .refused(
                code: "past",
                Sentence(
                    vietnamese: "Phiên này đã họp xong; hồ sơ của nó được giữ nguyên.",
                    english: "This meeting is over; its dossier stays as it is."))
        }
    }

    private func editOne(_ id: OccurrenceID, _ form: EditForm, as caller: Caller) async throws -> Edited {
        let now = now()
        return try await store.write { writing in
            let (old, series, oldPlan) = try self.editable(id, caller, writing.reading)
            guard form.version == nil || form.version == self.version(old, series) else {
                throw ActError.changedMeanwhile
            }
            try self.refusePast(old)
            guard form.rule == nil, form.holidays == nil else {
                throw ActError.invalid([
                    "rule": Sentence(
                        vietnamese: "Quy tắc lặp là của cả loạt họp. Hãy chọn phạm vi khác.",
                        english: "The rule belongs to the whole series. Choose another scope.")
                ])
            }
            var seriesForm = try form.seriesForm(over: oldPlan, from: old)
            seriesForm.start = form.start ?? old.start.description
            seriesForm.rule = nil
            let plan = try self.plan(seriesForm, by: caller, over: oldPlan)
            try self.checkPeople(plan, writing.reading)
            var new = old
            new.start = plan.start
            new.end = plan.start.adding(minutes: plan.minutes)
            new.own.title = plan.title == series.plan.title ? nil : plan.title
            new.own.chair = plan.chair == series.plan.chair ? nil : plan.chair
            new.own.venue = plan.venue == series.plan.venue ? nil : plan.venue
            new.own.form = plan.form == series.plan.form ? nil : plan.form
            new.own.notes = plan.notes == series.plan.notes ? nil : plan.notes
            if form.agenda != nil { new.own.hasAgenda = true }
            let isMoved = new.start != old.start || new.end != old.end
            if isMoved {
                new.answersSince = now
                new.movedFor = ""
            }
            new.isEdited = true
            new.version += 1
            let claimed = self.claim(plan)
            if isMoved || claimed != self.claim(oldPlan) {
                try self.refuseConflicts(
                    [
                        PlannedMeeting(
                            recurrenceID: new.recurrenceID, start: new.start, end: new.end, holiday: nil,
                            isSkipped: false)
                    ], plan, caller, exceptOccurrences: [id], writing.reading)
            }
            let invited = try self.isInvited(old, writing.reading)
            if invited { new.sequence = max(series.sequence, old.sequence) + 1 }
            try writing.update(new)
            try writing.setInvitees(InviteeList(sites: plan.sites, people: plan.people), of: new)
            if form.agenda != nil {
                try writing.setAgenda(plan.agenda, of: series.id, occurrence: id)
            }
            let changes = MeetingChanges(from: oldPlan, to: plan, names: self.names(writing.reading))
            try writing.record(
                at: now, who: caller.name, what: isMoved ? "occurrence.move" : "occurrence.edit",
                object: "occurrence \(id)", detail: changes.vietnamese.joined(separator: "; "))
            let letters =
                invited
                ? try self.queueUpdate(series, old: old, oldPlan: oldPlan, new: new, newPlan: plan, changes, writing)
                : 0
            return Edited(occurrence: id, series: series.id, mail: letters)
        }
    }

    func isInvited(_ occurrence: Occurrence, _ reading: Reading) throws -> Bool {
        if try reading.invitedAt(occurrence.series) != nil { return true }
        return try reading.invitedAt(occurrence.id) != nil
    }

    func names(_ reading: Reading) -> MeetingChanges.Names {
        let directory = directory
        return MeetingChanges.Names(
            site: { directory.siteName($0) }, person: { (try? reading.person($0))??.name ?? "#\($0)" })
    }

    // MARK: Cancelling

    public struct CancelForm: Decodable, Sendable {
        public var scope: String?
        public var reason: String?
        public var version: Int?
    }

    /// Cancels meetings that are still to come; those that were held stay.
    public func cancel(_ id: OccurrenceID, _ form: CancelForm, as caller: Caller) async throws -> Edited {
        let scope = try scope(form.scope)
        var check = FormCheck()
        let reason = check.text("reason", form.reason, 1...500)
        try check.finish()
        let now = now()
        let edited = try await store.write { writing -> Edited in
            let (occurrence, series, plan) = try self.editable(id, caller, writing.reading)
            guard form.version == nil || form.version == self.version(occurrence, series) else {
                throw ActError.changedMeanwhile
            }
            try self.refusePast(occurrence)
            let letters: Int
            switch scope {
            case .this: letters = try self.cancelOne(occurrence, series, plan, reason: reason, caller, writing)
            case .following, .all:
                letters = try self.cancelFrom(
                    scope == .all ? nil : occurrence, series, reason: reason, caller, writing)
            }
            try writing.record(
                at: now, who: caller.name, what: "occurrence.cancel",
                object: scope == .this ? "occurrence \(id)" : "series \(series.id)",
                detail: "\(scope.rawValue): \(reason)")
            return Edited(occurrence: id, series: series.id, mail: letters)
        }
        tellLetters(edited.mail)
        return edited
    }

    private func cancelOne(
        _ occurrence: Occurrence, _ series: Series, _ plan: MeetingPlan, reason: String, _ caller: Caller,
        _ writing: Writing
    ) throws -> Int {
        var cancelled = occurrence
        cancelled.state = .cancelled
        cancelled.isEdited = true
        cancelled.version += 1
        let invited = try isInvited(occurrence, writing.reading)
        if invited { cancelled.sequence = max(series.sequence, occurrence.sequence) + 1 }
        try writing.update(cancelled, reason: reason)
        guard invited else { return 0 }
        return try queueCancellation(series, cancelled, plan, reason: reason, writing)
    }

    private func cancelFrom(
        _ first: Occurrence?, _ series: Series, reason: String, _ caller: Caller, _ writing: Writing
    ) throws -> Int {
        let now = ProvinceClock.local(unix: now())
        let all = try writing.reading.occurrences(of: series.id)
        let coming = all.filter { $0.state == .planned && $0.start > now && $0.start >= (first?.start ?? now) }
        let held = all.contains { $0.state != .skipped && $0.end <= now }
        let single = try singleInvitations(series, writing.reading).filter { invitation in
            coming.contains { $0.id == invitation.occurrence.id }
        }
        for occurrence in coming {
            var cancelled = occurrence
            cancelled.state = .cancelled
            cancelled.version += 1
            try writing.update(cancelled, reason: reason)
        }
        var ended = series
        ended.version += 1
        if let first, let rule = series.plan.rule {
            ended.plan.rule = rule.ending(before: first.recurrenceID)
        } else if !held {
            ended.state = .cancelled
        } else if let rule = series.plan.rule, let next = coming.map(\.recurrenceID).min() {
            ended.plan.rule = rule.ending(before: next)
        }
        if first == nil { ended.state = .cancelled }
        guard try writing.reading.invitedAt(series.id) != nil else {
            try writing.update(ended)
            return try queueSingleUpdates(single, of: ended, changes: [], reason: reason, writing)
        }
        ended.sequence = try nextSequence(of: series, writing.reading)
        try writing.update(ended)
        return try queueSeriesEnd(ended, from: first ?? coming.first, reason: reason, writing)
            + queueSingleUpdates(single, of: ended, changes: [], reason: reason, writing)
    }
}
