import Briefing
import Foundation
import ICalendar
import Store

extension SchedulerService {
    /// Edits a series from its own page: all meetings that are still to come.
    public func edit(_ id: SeriesID, _ form: SeriesForm, as caller: Caller) async throws -> Edited {
        let edited = try await store.write { writing -> Edited in
            let series = try self.editable(id, caller, writing.reading)
            guard form.version == nil || form.version == series.version else { throw ActError.changedMeanwhile }
            return try self.editSeries(series, form, from: nil, scope: .all, as: caller, writing)
        }
        tellLetters(edited.mail)
        return edited
    }

    /// What was held stays as it was held: an edit of the time begins a series of its own with the first meeting it is
    /// about; before an edit of anything else, what the series said of past meetings is written into their own fields.
    func editSeries(
        _ series: Series, _ form: SeriesForm, from occurrence: Occurrence?, scope: EditScope, as caller: Caller,
        _ writing: Writing
    ) throws -> Edited {
        let all = try writing.reading.occurrences(of: series.id)
        let now = ProvinceClock.local(unix: now())
        let isPast: (Occurrence) -> Bool = { $0.start <= now || $0.state == .held }
        let past = all.filter { isPast($0) && $0.state != .skipped }
        let coming = all.filter { !isPast($0) }
        let first: Occurrence? =
            scope == .following
            ? occurrence
            : coming.filter { !$0.isAddition }.min { $0.recurrenceID < $1.recurrenceID } ?? coming.first
        guard let first else {
            throw ActError.refused(
                code: "past",
                Sentence(vietnamese: "Loạt họp này đã họp xong.", english: "All meetings of this series are over."))
        }
        let before = all.filter { $0.recurrenceID < first.recurrenceID && $0.state != .skipped }
        var form = form
        // A time is said of the meeting that is edited; the plan's own start is the first meeting's.
        if let occurrence, scope == .all, let text = form.start, let start = LocalDateTime(text) {
            let days = start.date.dayNumber - occurrence.recurrenceID.date.dayNumber
            let base = past.isEmpty ? series.plan.start : first.recurrenceID
            form.start = start.on(base.date.adding(days: days)).description
        }
        if form.start == nil { form.start = (before.isEmpty ? series.plan.start : first.recurrenceID).description }
        var plan = try plan(form, by: caller, over: series.plan)
        try checkPeople(plan, writing.reading)
        let isRetimed =
            plan.rule?.text != series.plan.rule?.text || plan.start.minuteOfDay != series.plan.start.minuteOfDay
            || plan.minutes != series.plan.minutes || plan.holidays != series.plan.holidays
            || (before.isEmpty ? plan.start != series.plan.start : plan.start != first.recurrenceID)
        let changes = MeetingChanges(
            from: series.plan, to: plan, names: names(writing.reading))
        let isWhole = before.isEmpty || (!isRetimed && scope == .all)
        if isWhole, past.isEmpty || canKeepPast(past.count, series.plan, plan) {
            if !isRetimed { plan.start = series.plan.start }
            return try editWhole(
                series, plan, all, coming: coming, isRetimed: isRetimed, changes, first: first, caller, writing)
        }
        return try split(
            series, plan, all, coming: coming, at: first, isRetimed: isRetimed, changes, caller, writing)
    }

    /// Whether past meetings can stay in an edited series: a meeting's own fields cannot say that it had no chair or
    /// room, nor who organised it; and the lists of very many are not written out.
    private func canKeepPast(_ count: Int, _ old: MeetingPlan, _ new: MeetingPlan) -> Bool {
        let moved = old.sites.symmetricDifference(new.sites).count + old.people.symmetricDifference(new.people).count
        return old.organiser == new.organiser && (old.chair != nil || new.chair == nil)
            && (old.venue != nil || new.venue == nil) && count * moved <= 5000
    }

    private func editWhole(
        _ series: Series, _ plan: MeetingPlan, _ all: [Occurrence], coming: [Occurrence], isRetimed: Bool,
        _ changes: MeetingChanges, first: Occurrence, _ caller: Caller, _ writing: Writing
    ) throws -> Edited {
        let now = now()
        var edited = series
        edited.plan = plan
        edited.version += 1
        let invited = try writing.reading.invitedAt(series.id) != nil
        if invited { edited.sequence = try nextSequence(of: series, writing.reading) }
        let single = try singleInvitations(series, writing.reading)
        try writing.keepPast(of: series.id, at: now, old: series.plan, new: plan)
        if isRetimed {
            edited.answersSince = now
            let ids = Set(coming.map(\.id))
            try relay(
                coming, beside: all.filter { !ids.contains($0.id) }, of: series, to: edited, caller, writing)
            edited.laidOutThrough = horizon(from: plan.start.date)
        } else if claim(plan) != claim(series.plan) {
            let planned = coming.filter { $0.state == .planned }
            try refuseConflicts(
                [], plan, caller, and: planned, exceptOccurrences: Set(planned.map(\.id)), writing.reading)
        }
        try writing.update(edited)
        try writing.setAgenda(plan.agenda, of: series.id, occurrence: nil)
        try writing.record(
            at: now, who: caller.name, what: isRetimed ? "series.retime" : "series.edit",
            object: "series \(series.id)", detail: changes.vietnamese.joined(separator: "; "))
        var letters =
            invited
            ? try queueSeriesUpdate(old: series.plan, edited, changes, isRetimed: isRetimed, writing) : 0
        letters += try queueSingleUpdates(single, of: edited, changes: changes.vietnamese, reason: nil, writing)
        let next = try writing.reading.occurrence(first.id)?.id
        return Edited(
            occurrence: try next ?? writing.reading.occurrences(of: series.id).first { $0.state == .planned }?.id
                ?? first.id, series: series.id, mail: letters)
    }

    private func split(
        _ series: Series, _ plan: MeetingPlan, _ all: [Occurrence], coming: [Occurrence], at first: Occurrence,
        isRetimed: Bool, _ changes: MeetingChanges, _ caller: Caller, _ writing: Writing
    ) throws -> Edited {
        let now = now()
        var plan = plan
        let gone = all.count(where: { $0.recurrenceID < first.recurrenceID && !$0.isAddition })
        if let rule = plan.rule, rule.count != nil, rule.text == series.plan.rule?.text {
            plan.rule = rule.droppingFirst(gone)
        }
        var ended = series
        ended.plan.rule = series.plan.rule?.ending(before: first.recurrenceID)
        ended.version += 1
        let invitedAt = try writing.reading.invitedAt(series.id)
        if invitedAt != nil { ended.sequence = try nextSequence(of: series, writing.reading) }
        let single = try singleInvitations(series, writing.reading).filter {
            $0.occurrence.recurrenceID >= first.recurrenceID
        }
        let id = try writing.addSeries(
            plan, uid: newUID(settings.baseURL), through: horizon(from: plan.start.date), follows: series.id, now: now,
            by: caller.person.id)
        try writing.copyBelongings(of: series.id, to: id, withReplies: !isRetimed)
        guard var next = try writing.reading.series(id) else { throw ActError.notFound }
        // A meeting's version counts its series' too, and does not fall when the series is another.
        next.version = ended.version
        try writing.update(next)
        let future = coming.filter { $0.recurrenceID >= first.recurrenceID }
        let held = all.filter { $0.recurrenceID >= first.recurrenceID && !coming.contains($0) }
        try relay(future, beside: held, of: series, to: next, caller, writing)
        try writing.update(ended)
        try writing.record(
            at: now, who: caller.name, what: "series.split", object: "series \(series.id)",
            detail: "→ series \(id): " + changes.vietnamese.joined(separator: "; "))
        var letters = 0
        if invitedAt != nil {
            try writing.setInvitedAt(now, series: id)
            letters = try queueSeriesUpdate(old: series.plan, next, changes, isRetimed: isRetimed, writing)
            letters += try queueSeriesEnd(ended, from: first, reason: nil, writing)
        }
        letters += try queueSingleUpdates(single, of: ended, changes: changes.vietnamese, reason: nil, writing)
        let occurrence = try writing.reading.occurrences(of: id).first { $0.state == .planned }?.id ?? first.id
        return Edited(occurrence: occurrence, series: id, mail: letters)
    }

    /// Lays out the meetings of `next` over those of `series`: what falls on the same day, shifted as the plan is,
    /// stays the same meeting, with its papers, its answers and its call.
    ///
    /// - Parameter held: meetings of `series` that stay as they are, and for whose dates no other is laid out.
    private func relay(
        _ future: [Occurrence], beside held: [Occurrence], of series: Series, to next: Series, _ caller: Caller,
        _ writing: Writing
    ) throws {
        let now = now()
        let nowLocal = ProvinceClock.local(unix: now)
        let meetings = self.meetings(of: next.plan, from: next.plan.start, limit: Self.mostMeetings)
        let shift: Int
        if let oldFirst = future.filter({ !$0.isAddition }).map(\.recurrenceID).min()?.date {
            shift = next.plan.start.date.dayNumber - oldFirst.dayNumber
        } else {
            shift = 0
        }
        var byDay: [Int: PlannedMeeting] = [:]
        for meeting in meetings { byDay[meeting.recurrenceID.date.dayNumber] = meeting }
        var taken = Set(held.filter { !$0.isAddition }.map { $0.recurrenceID.date.dayNumber + shift })
        // A meeting that stood beside the old rule, and that the new one names, is the new one's.
        let additions = future.filter(\.isAddition)
        for addition in additions where byDay[addition.recurrenceID.date.dayNumber]?.start == addition.start {
            taken.insert(addition.recurrenceID.date.dayNumber)
        }
        var updates: [Occurrence] = []
        var removals: [Occurrence] = []
        for occurrence in future {
            var moved = occurrence
            moved.series = next.id
            moved.version += 1
            let day = occurrence.recurrenceID.date.dayNumber + shift
            if occurrence.isAddition {
                moved.isAddition = byDay[occurrence.recurrenceID.date.dayNumber]?.start != occurrence.start
                updates.append(moved)
            } else if let meeting = byDay[day], taken.insert(day).inserted {
                moved.recurrenceID = meeting.recurrenceID
                // A meeting that was moved by hand keeps the time that somebody chose for it.
                let isOwn = occurrence.isEdited && occurrence.isMoved && occurrence.movedFor.isEmpty
                if !isOwn {
                    if moved.start != meeting.start || moved.end != meeting.end { moved.answersSince = now }
                    moved.start = meeting.start
                    moved.end = meeting.end
                    moved.movedFor = meeting.movedFor ?? ""
                    if moved.state != .cancelled { moved.state = meeting.isSkipped ? .skipped : .planned }
                }
                updates.append(moved)
            } else {
                removals.append(occurrence)
            }
        }
        // What the new rule gives of the past was never held.
        var fresh = meetings.filter { !taken.contains($0.recurrenceID.date.dayNumber) && $0.start > nowLocal }
        try refuseConflicts(
            fresh, next.plan, caller, and: updates.filter { $0.state == .planned },
            exceptOccurrences: Set(future.map(\.id)), writing.reading)
        try writing.loosenRecurrences(of: future.map(\.id))
        var names = Set(next.id == series.id ? held.map(\.recurrenceID) : [])
        for index in updates.indices { updates[index].recurrenceID = names.free(updates[index].recurrenceID) }
        fresh = fresh.filter { names.insert($0.recurrenceID).inserted }
        for occurrence in removals {
            if try writing.isOnRecord(occurrence.id) {
                var cancelled = occurrence
                if next.id == series.id { cancelled.recurrenceID = names.free(occurrence.recurrenceID) }
                cancelled.state = .cancelled
                cancelled.version += 1
                try writing.update(cancelled, reason: "Quy tắc lặp đã thay đổi.")
            } else {
                try writing.removeUnannounced(occurrence.id)
            }
        }
        for occurrence in updates {
            if next.id != series.id { try writing.moveBelongings(of: occurrence.id, to: next.id) }
            try writing.update(occurrence)
        }
        _ = try layOut(fresh, of: next.id, writing)
    }
}

extension Set<LocalDateTime> {
    /// The time, or the next minute that is not in use: no two meetings of a series are called by one time.
    fileprivate mutating func free(_ time: LocalDateTime) -> LocalDateTime {
        var time = time
        while !insert(time).inserted { time = time.adding(minutes: 1) }
        return time
    }
}
