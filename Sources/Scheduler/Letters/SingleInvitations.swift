import Briefing
import ICalendar
import Mail
import Store

/// An invitation to one meeting that somebody has who was not invited to its series: it does not change with the
/// series' own letters.
struct SingleInvitation {
    var invitee: Invitee
    /// As the invitee knows the meeting.
    var occurrence: Occurrence
    var plan: MeetingPlan
}

extension SchedulerService {
    /// The single invitations to meetings that are still to come.
    func singleInvitations(_ series: Series, _ reading: Reading) throws -> [SingleInvitation] {
        let isSeriesInvited = try reading.invitedAt(series.id) != nil
        let now = nowLocal
        var found: [SingleInvitation] = []
        for occurrence in try reading.occurrences(of: series.id) where occurrence.state == .planned {
            let isInvited = try isSeriesInvited ? occurrence.isEdited : reading.invitedAt(occurrence.id) != nil
            guard isInvited, occurrence.end > now else { continue }
            let plan = try effectivePlan(occurrence, series, reading)
            let invitees =
                plan.sites.sorted().map { Invitee.site($0) } + plan.people.sorted().map { Invitee.person($0) }
            for invitee in invitees where !isSeriesInvited || !series.plan.invites(invitee) {
                found.append(SingleInvitation(invitee: invitee, occurrence: occurrence, plan: plan))
            }
        }
        return found
    }

    /// After an edit or the end of a series: tells those with a single invitation what became of their meeting.
    ///
    /// - Parameters:
    ///   - invitations: from before the edit.
    ///   - old: the series that they were sent for, as it is now.
    /// - Returns: letters queued.
    func queueSingleUpdates(
        _ invitations: [SingleInvitation], of old: Series, changes: [String], reason: String?, _ writing: Writing
    ) throws -> Int {
        let reading = writing.reading
        var count = 0
        for invitation in invitations {
            let now = try reading.occurrence(invitation.occurrence.id)
            let series = try now.flatMap { try reading.series($0.series) }
            let plan = try now.flatMap { now in try series.map { try effectivePlan(now, $0, reading) } }
            let isInSeries = series.map { $0.plan.invites(invitation.invitee) } ?? false
            let stays = now?.state == .planned && plan?.invites(invitation.invitee) == true
            let keepsName =
                stays && now?.series == old.id && now?.recurrenceID == invitation.occurrence.recurrenceID
            let to = try recipient(invitation.invitee, reading)
            if !keepsName {
                // The name that their calendar has for the meeting is no more.
                var gone = invitation.occurrence
                gone.state = .cancelled
                gone.sequence = max(gone.sequence, old.sequence) + 1
                count += try queue(
                    LetterMatter(
                        kind: .cancellation, series: old, occurrence: gone, plan: invitation.plan, method: .cancel,
                        reason: reason ?? "Lịch họp đã thay đổi."), to: to, writing)
            }
            // Who is on the series' list by now has its letter.
            guard stays, !isInSeries || !keepsName, var meeting = now, let series, let plan else { continue }
            if try isInSeries && reading.invitedAt(series.id) != nil { continue }
            meeting.sequence = max(meeting.sequence, series.sequence) + (keepsName ? 1 : 0)
            if keepsName { try writing.update(meeting) }
            let isMoved = meeting.start != invitation.occurrence.start || meeting.end != invitation.occurrence.end
            count += try queue(
                LetterMatter(
                    kind: .update, series: series, occurrence: meeting, plan: plan, method: .request,
                    oldTime: isMoved
                        ? Sentence.time(from: invitation.occurrence.start, to: invitation.occurrence.end).vietnamese
                        : nil,
                    changes: changes), to: to, writing)
        }
        return count
    }

    private func recipient(_ invitee: Invitee, _ reading: Reading) throws -> [Recipient] {
        switch invitee {
        case .site(let id): try recipients([id], [PersonID](), reading)
        case .person(let id): try recipients([SiteID](), [id], reading)
        }
    }
}
