import Briefing
import ICalendar

/// A series after edits: parts (a split makes a new one), each with meetings that were moved by hand.
struct EditedSeries {
    private struct Part {
        var recurrence: Recurrence
        var moved: [LocalDateTime: (start: LocalDateTime, minutes: Int)] = [:]
    }

    private var parts: [Part]
    private let calendar = WorkingCalendar()

    init(_ recurrence: Recurrence) { parts = [Part(recurrence: recurrence)] }

    mutating func apply(_ edit: Question.Edit) {
        switch edit.kind {
        case .add:
            let index = parts.lastIndex { $0.recurrence.start <= edit.at } ?? 0
            parts[index].recurrence.additions.insert(edit.at)
        case .exclude:
            for index in parts.indices {
                parts[index].recurrence.exclusions.insert(edit.at)
                parts[index].moved[edit.at] = nil
            }
        case .move:
            guard let to = edit.to else { return }
            for index in parts.indices where planned(parts[index], through: edit.at).contains(edit.at) {
                parts[index].moved[edit.at] = (to, edit.minutes ?? parts[index].recurrence.minutes)
            }
        case .split: split(at: edit.at)
        }
    }

    private mutating func split(at moment: LocalDateTime) {
        guard let last = parts.last, let rule = last.recurrence.rule else { return }
        let first = last.recurrence.start
        let dates = rule.dates(from: first, through: moment.adding(minutes: -1), limit: 20_000)
        let next = rule.dates(from: first, through: moment.adding(minutes: 3660 * 1440), limit: dates.count + 1).last
        guard !dates.isEmpty, let next, next >= moment, let remaining = rule.droppingFirst(dates.count) else { return }
        var before = last
        var after = last
        before.recurrence.rule = rule.ending(before: moment)
        after.recurrence.rule = remaining
        after.recurrence.start = next
        before.recurrence.additions = last.recurrence.additions.filter { $0 < moment }
        after.recurrence.additions = last.recurrence.additions.filter { $0 >= moment }
        before.recurrence.exclusions = last.recurrence.exclusions.filter { $0 < moment }
        after.recurrence.exclusions = last.recurrence.exclusions.filter { $0 >= moment }
        before.moved = last.moved.filter { $0.key < moment }
        after.moved = last.moved.filter { $0.key >= moment }
        parts[parts.count - 1] = before
        parts.append(after)
    }

    private func planned(_ part: Part, through last: LocalDateTime) -> Set<LocalDateTime> {
        let all = part.recurrence.meetings(
            from: part.recurrence.start.adding(minutes: -366 * 1440), through: last.adding(minutes: 60 * 1440),
            limit: 20_000, calendar: calendar)
        return Set(all.filter { !$0.isSkipped }.map(\.recurrenceID))
    }

    /// Starts and ends of what is held, by our own reckoning.
    func meetings(from first: LocalDateTime, through last: LocalDateTime) -> [[LocalDateTime]] {
        var held: [[LocalDateTime]] = []
        for part in parts {
            // A move by hand may lead anywhere: all meetings are looked at.
            let all = part.recurrence.meetings(
                from: part.recurrence.start.adding(minutes: -400 * 1440), through: last.adding(minutes: 400 * 1440),
                limit: 20_000, calendar: calendar)
            for meeting in all where !meeting.isSkipped {
                if let moved = part.moved[meeting.recurrenceID] {
                    held.append([moved.start, moved.start.adding(minutes: moved.minutes)])
                } else {
                    held.append([meeting.start, meeting.end])
                }
            }
        }
        return held.filter { first <= $0[0] && $0[0] <= last }.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// The same as a calendar text: a master for each part, with EXDATE and RDATE, and one event for each moved meeting.
    func document(through last: LocalDateTime) -> CalendarDocument {
        var events: [CalendarEvent] = []
        for (number, part) in parts.enumerated() {
            let recurrence = part.recurrence
            let uid = "series-\(number)@giaoban.example"
            let all = recurrence.meetings(
                from: recurrence.start.adding(minutes: -400 * 1440), through: last.adding(minutes: 400 * 1440),
                limit: 20_000, calendar: calendar)
            let skipped = all.filter(\.isSkipped).map(\.recurrenceID)
            events.append(
                CalendarEvent(
                    uid: uid, stamp: 1_795_000_000, start: recurrence.start,
                    end: recurrence.start.adding(minutes: recurrence.minutes), summary: "Giao ban định kỳ",
                    rule: recurrence.rule, exclusions: (recurrence.exclusions + skipped).sorted(),
                    additions: recurrence.additions.sorted()))
            for meeting in all where !meeting.isSkipped {
                let moved = part.moved[meeting.recurrenceID]
                guard moved != nil || meeting.start != meeting.recurrenceID else { continue }
                let start = moved?.start ?? meeting.start
                events.append(
                    CalendarEvent(
                        uid: uid, sequence: 1, stamp: 1_795_000_000, start: start,
                        end: start.adding(minutes: moved?.minutes ?? recurrence.minutes), summary: "Giao ban định kỳ",
                        recurrenceID: meeting.recurrenceID))
            }
        }
        return CalendarDocument(method: .publish, events: events)
    }
}
