import Briefing
import ICalendar
import Mail
import Store

/// The calendar part of the letters of one matter: written once for all who have the same meetings, with each
/// recipient's own ATTENDEE set in.
struct InvitationCalendar {
    /// Nil for one meeting; for a series the meetings that are left out, because the recipient is not invited to them.
    typealias Contents = Set<OccurrenceID>?

    private let method: CalendarMethod
    private let contents: (Invitee) -> Contents
    private let events: (Contents, [CalendarAttendee]) -> [CalendarEvent]
    /// What stands before, between and after the ATTENDEE lines.
    private var written: [Contents: [String]] = [:]

    private static let nobody = CalendarAttendee(name: "", mail: "nobody@invalid", answerWanted: true)

    init(
        method: CalendarMethod, contents: @escaping (Invitee) -> Contents,
        events: @escaping (Contents, [CalendarAttendee]) -> [CalendarEvent]
    ) {
        self.method = method
        self.contents = contents
        self.events = events
    }

    mutating func part(for attendee: CalendarAttendee, _ invitee: Invitee) -> Letter.Calendar {
        let contents = contents(invitee)
        let pieces: [String]
        if let known = written[contents] {
            pieces = known
        } else {
            pieces = Self.parts(of: CalendarDocument(method: method, events: events(contents, [Self.nobody])).text())
            written[contents] = pieces
        }
        return Letter.Calendar(method: method.rawValue, text: pieces.joined(separator: Self.attendeeLines(attendee)))
    }

    /// A line that begins with ATTENDEE is one: a value's own line ends are escaped (RFC 5545 §3.3.11), and a folded
    /// line goes on with a space (§3.1).
    private static func parts(of text: String) -> [String] {
        var parts: [String] = []
        var part = ""
        var isAttendee = false
        for line in text.split(separator: "\r\n", omittingEmptySubsequences: true) {
            if line.hasPrefix(" ") {
                if isAttendee { continue }
            } else {
                isAttendee = line.hasPrefix("ATTENDEE")
                if isAttendee {
                    parts.append(part)
                    part = ""
                    continue
                }
            }
            part += line
            part += "\r\n"
        }
        parts.append(part)
        return parts
    }

    /// ATTENDEE as it stands in an event, folded.
    private static func attendeeLines(_ attendee: CalendarAttendee) -> String {
        let time = LocalDateTime(minuteNumber: 0)
        let text = CalendarDocument(
            events: [CalendarEvent(uid: "x", stamp: 0, start: time, end: time, summary: "", attendees: [attendee])]
        ).text()
        var lines = ""
        for line in text.split(separator: "\r\n") {
            if line.hasPrefix("ATTENDEE") || (line.hasPrefix(" ") && !lines.isEmpty) {
                lines += line
                lines += "\r\n"
            } else if !lines.isEmpty {
                break
            }
        }
        return lines
    }
}

extension SchedulerService {
    func invitationCalendar(_ matter: LetterMatter, method: CalendarMethod, _ reading: Reading) throws
        -> InvitationCalendar
    {
        // What is over needs no event of its own in what is sent now: a calendar program has it already.
        let now = nowLocal
        let current = try reading.occurrences(of: matter.series.id).filter {
            $0.end > now || $0.isAddition || $0.state == .cancelled || $0.state == .skipped
                || matter.series.plan.rule == nil
        }
        var calendar = try meetingCalendar(matter.series, reading, occurrences: current)
        guard let occurrence = matter.occurrence else {
            return InvitationCalendar(
                method: method, contents: { [calendar] in calendar.absences(of: $0) },
                events: { [calendar] absences, attendees in
                    let events = calendar.events(attendees: attendees, without: absences ?? [])
                    guard method == .cancel else { return events }
                    return events.prefix(1).map { event in
                        var event = event
                        event.status = .cancelled
                        return event
                    }
                })
        }
        calendar.plans[occurrence.id] = matter.plan
        let isMaster = matter.series.plan.rule == nil && calendar.occurrences.count <= 1
        // A meeting beside the rule is no meeting of the series that a calendar program knows: whoever has the series
        // gets all of it anew, with the new RDATE (RFC 5546 §3.2.2).
        let isNewToSeries =
            try matter.kind == .invitation && occurrence.isAddition && reading.invitedAt(matter.series.id) != nil
        return InvitationCalendar(
            method: method,
            contents: { [calendar] invitee in
                isNewToSeries && matter.series.plan.invites(invitee) ? calendar.absences(of: invitee) : nil
            },
            events: { [calendar] absences, attendees in
                absences.map { calendar.events(attendees: attendees, without: $0) }
                    ?? [calendar.event(occurrence, attendees, isMaster: isMaster)]
            })
    }
}
