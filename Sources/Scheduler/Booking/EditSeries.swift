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
    /// about, an edit of anything else is written into the past meetings' own fields as it was.
    func editSeries(
        _ series: Series, _ form: SeriesForm, from occurrence: Occurrence?, scope: EditScope, as caller: Caller,
        _ writing: Writing
    ) throws -> Edited {
        let all = try writing.reading.occurrences(of: series.id)
        let now = ProvinceClock.local(unix: now())
        let isPast: (Occurrence) -> Bool = { $0.start <= now || $0.state == .held }
        let past = all.filter { isPast($0) && $0.state != .skipped }
        let first: Occurrence? = scope == .following ? occurrence : all.first { !isPast($0) }
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
        if before.isEmpty || (!isRetimed && scope == .all) {
            if !isRetimed { plan.start = series.plan.start }
            return try editWhole(
                series, plan, all, past: past, isRetimed: isRetimed, changes, first: first, caller, writing)
        }
        return try split(series, plan, all, at: first, isRetimed: isRetimed, changes, caller, writing)
    }

    private func editWhole(
        _ series: Series, _ plan: MeetingPlan, _ all: [Occurrence], past: [Occurrence], isRetimed: Bool,
        _ changes: MeetingChanges, first: Occurrence, _ caller: Caller, _ writing: Writing
    ) throws -> Edited {
        let now = now()
        var edited = series
        edited.plan = plan
        edited.version += 1
        let invited = try writing.reading.invitedAt(series.id) != nil
        if invited { edited.sequence += 1 }
        let oldInvitees = InviteeList(sites: series.plan.sites, people: series.plan.people)
        var kept: [(Occurrence, InviteeList)] = []
        if !past.isEmpty || plan.sites != series.plan.sites || plan.people != series.plan.people {
            let changesOf = try writing.reading.changes(of: all.filter(\.isEdited).map(\.id))
            for occurrence in past {
                kept.append((occurrence, writing.reading.apply(changesOf[occurrence.id] ?? [], to: oldInvitees)))
            }
        }
        let future = all.filter { occurrence in !past.contains { $0.id == occurrence.id } }
        if isRetimed {
            edited.answersSince = now
            try relay(future, of: series, to: edited, caller, writing)
            edited.laidOutThrough = horizon(from: plan.start.date)
        } else if claim(plan) != claim(series.plan) {
            try refuseConflicts(
                future.filter { $0.state == .planned }.map(\.meeting), plan, caller, exceptSeries: series.id,
                writing.reading)
        }
        try writing.update(edited)
        try writing.setAgenda(plan.agenda, of: series.id, occurrence: nil)
        for (occurrence, invitees) in kept { try pin(occurrence, series.plan, invitees, writing) }
        try writing.record(
            at: now, who: caller.name, what: isRetimed ? "series.retime" : "series.edit",
            object: "series \(series.id)", detail: changes.vietnamese.joined(separator: "; "))
        let letters =
            invited
            ? try queueSeriesUpdate(old: series.plan, edited, changes, isRetimed: isRetimed, writing) : 0
        let next = try writing.reading.occurrence(first.id)?.id
        return Edited(
            occurrence: try next ?? writing.reading.occurrences(of: series.id).first { $0.state == .planned }?.id
                ?? first.id, series: series.id, mail: letters)
    }

    /// Writes into a past meeting what its series said of it.
    private func pin(
        _ occurrence: Occurrence, _ plan: MeetingPlan, _ invitees: InviteeList, _ writing: Writing
    ) throws {
        var pinned = occurrence
        pinned.own.title = occurrence.own.title ?? plan.title
        pinned.own.chair = occurrence.own.chair ?? plan.chair
        pinned.own.venue = occurrence.own.venue ?? plan.venue
        pinned.own.form = occurrence.own.form ?? plan.form
        pinned.own.notes = occurrence.own.notes ?? plan.notes
        pinned.isEdited = true
        if !occurrence.own.hasAgenda {
            pinned.own.hasAgenda = true
            try writing.setAgenda(
                plan.agenda.map { AgendaItem(title: $0.title, owner: $0.owner, minutes: $0.minutes) },
                of: occurrence.series, occurrence: occurrence.id)
        }
        try writing.update(pinned)
        try writing.setInvitees(invitees, of: pinned)
    }

    private func split(
        _ series: Series, _ plan: MeetingPlan, _ all: [Occurrence], at first: Occurrence, isRetimed: Bool,
        _ changes: MeetingChanges, _ caller: Caller, _ writing: Writing
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
        if invitedAt != nil { ended.sequence += 1 }
        let id = try writing.addSeries(
            plan, uid: newUID(settings.baseURL), through: horizon(from: plan.start.date), follows: series.id, now: now,
            by: caller.person.id)
        try writing.copyBelongings(of: series.id, to: id, withReplies: !isRetimed)
        guard let next = try writing.reading.series(id) else { throw ActError.notFound }
        let future = all.filter { $0.recurrenceID >= first.recurrenceID }
        try relay(future, of: series, to: next, caller, writing)
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
        let occurrence = try writing.reading.occurrences(of: id).first { $0.state == .planned }?.id ?? first.id
        return Edited(occurrence: occurrence, series: id, mail: letters)
    }

    /// Lays out the meetings of `next` over those of `series`: what falls on the same day, shifted as the plan is,
    /// stays the same meeting, with its papers, its answers and its call.
    private func relay(
        _ future: [Occurrence], of series: Series, to next: Series, _ caller: Caller, _ writing: Writing
    ) throws {
        let now = now()
        let meetings = self.meetings(of: next.plan, from: next.plan.start, limit: Self.mostMeetings)
        let shift: Int
        if let oldFirst = future.first(where: { !$0.isAddition })?.recurrenceID.date {
            shift = next.plan.start.date.dayNumber - oldFirst.dayNumber
        } else {
            shift = 0
        }
        var byDay: [Int: PlannedMeeting] = [:]
        for meeting in meetings { byDay[meeting.recurrenceID.date.dayNumber] = meeting }
        var taken: Set<Int> = []
        var updates: [Occurrence] = []
        var removals: [Occurrence] = []
        for occurrence in future {
            var moved = occurrence
            moved.series = next.id
            moved.version += 1
            let day = occurrence.recurrenceID.date.dayNumber + shift
            if occurrence.isAddition {
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
        let fresh = meetings.filter { !taken.contains($0.recurrenceID.date.dayNumber) }
        try refuseConflicts(
            updates.filter { $0.state == .planned }.map(\.meeting) + fresh, next.plan, caller,
            exceptOccurrences: Set(future.map(\.id)), writing.reading)
        try writing.loosenRecurrences(of: future.map(\.id))
        for occurrence in removals {
            if try writing.isOnRecord(occurrence.id) {
                var cancelled = occurrence
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

extension Occurrence {
    var meeting: PlannedMeeting {
        PlannedMeeting(
            recurrenceID: recurrenceID, start: start, end: end, holiday: nil,
            isSkipped: state == .skipped)
    }
}
