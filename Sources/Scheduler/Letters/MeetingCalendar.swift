import Briefing
import Foundation
import ICalendar
import Store

/// A series as calendar programs know it: one master with its rule, and an event of its own for each meeting that is
/// moved or edited (RFC 5545 §3.8.4.4).
struct MeetingCalendar {
    var series: Series
    /// All meetings of the series that are laid out.
    var occurrences: [Occurrence]
    var plans: [OccurrenceID: MeetingPlan]
    var organizer: CalendarOrganizer
    /// Unix seconds.
    var stamp: Int
    var location: (MeetingPlan) -> String
    var url: (Occurrence?) -> String

    /// The meetings to come or past that an invitee of the series was taken off, one by one.
    func absences(of invitee: Invitee) -> Set<OccurrenceID> {
        Set(plans.filter { !$0.value.invites(invitee) }.keys)
    }

    /// - Parameters:
    ///   - attendees: who is named; to each invitee only itself.
    ///   - absences: the meetings that are not theirs, and not in their calendar.
    func events(attendees: [CalendarAttendee], without absences: Set<OccurrenceID> = []) -> [CalendarEvent] {
        let plan = series.plan
        guard plan.rule != nil || occurrences.contains(where: \.isAddition) else {
            guard let only = occurrences.first else { return [] }
            return [event(only, attendees, isMaster: true)]
        }
        var master = CalendarEvent(
            uid: series.uid, sequence: series.sequence, stamp: stamp, start: plan.start,
            end: plan.start.adding(minutes: plan.minutes), summary: plan.title, description: description(plan),
            location: location(plan), url: url(nil), organizer: organizer, attendees: attendees, rule: plan.rule,
            exclusions: occurrences.filter { occurrence in
                !occurrence.isAddition && (!occurrence.isHeldOrToBe || absences.contains(occurrence.id))
            }.map(\.recurrenceID),
            additions: occurrences.filter { $0.isAddition && $0.isHeldOrToBe && !absences.contains($0.id) }
                .map(\.recurrenceID),
            alarms: [10])
        // The rule's own holidays beyond what is laid out are not known to calendar programs: the rule they get ends
        // where the meetings do.
        if let rule = plan.rule, rule.count == nil, rule.until == nil, let last = occurrences.map(\.recurrenceID).max()
        {
            master.rule = rule.ending(before: last.adding(minutes: 1))
        }
        // A meeting beside the rule may have a length of its own.
        let own = occurrences.filter {
            ($0.isEdited || $0.isMoved || $0.minutes != plan.minutes) && $0.isHeldOrToBe && !absences.contains($0.id)
        }
        return [master] + own.map { event($0, attendees, isMaster: false) }
    }

    /// One meeting: of a series, with the time that the rule gave it.
    func event(_ occurrence: Occurrence, _ attendees: [CalendarAttendee], isMaster: Bool) -> CalendarEvent {
        let plan = plans[occurrence.id] ?? occurrence.plan(of: series.plan)
        return CalendarEvent(
            uid: series.uid, sequence: max(series.sequence, occurrence.sequence), stamp: stamp,
            start: occurrence.start, end: occurrence.end, summary: plan.title, description: description(plan),
            location: location(plan), url: url(occurrence), organizer: organizer, attendees: attendees,
            recurrenceID: isMaster ? nil : occurrence.recurrenceID,
            status: occurrence.state == .cancelled ? .cancelled : .confirmed,
            alarms: occurrence.state == .cancelled ? [] : [10])
    }

    private func description(_ plan: MeetingPlan) -> String {
        var lines: [String] = []
        if !plan.agenda.isEmpty {
            lines.append("Chương trình:")
            for (number, item) in plan.agenda.enumerated() {
                let owner = item.owner.isEmpty ? "" : " – \(item.owner)"
                let minutes = item.minutes > 0 ? " (\(item.minutes) phút)" : ""
                lines.append("\(number + 1). \(item.title)\(owner)\(minutes)")
            }
        }
        if !plan.notes.isEmpty { lines.append(plan.notes) }
        return lines.joined(separator: "\n")
    }
}

extension Occurrence {
    /// Neither skipped nor cancelled.
    var isHeldOrToBe: Bool { state == .planned || state == .held }
}

extension MeetingPlan {
    func invites(_ invitee: Invitee) -> Bool {
        switch invitee {
        case .site(let id): sites.contains(id)
        case .person(let id): people.contains(id)
        }
    }
}
