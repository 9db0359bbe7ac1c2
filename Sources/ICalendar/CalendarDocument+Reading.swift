import CIcal
import Synchronization

extension CalendarDocument {
    /// Octets.
    public static let largestText = 1_000_000
    private static let mostLines = 60_000
    private static let mostEvents = 5_000
    private static let mostAttendees = 2_000
    static let mostDates = 5_000
    private static let deepestComponent = 6

    /// Reads the first calendar of a text that anyone may have sent.
    ///
    /// Times are turned to the province's clock: from UTC, from a zone that the text describes, or from one of the zone
    /// database. A time without a zone is taken as the province's. Seconds are cut off. What an event has besides
    /// `CalendarEvent`'s properties is left out.
    public init(parsing text: String) throws(CalendarParseError) {
        guard text.utf8.count <= Self.largestText else { throw .tooLarge }
        let unfolded = try Self.unfolded(text)
        LibICal.prepare()
        self = try LibICal.zones.withLock { _ throws(CalendarParseError) in
            guard let root = OwnedComponent(icalparser_parse_string(unfolded)),
                let calendar = Self.calendar(in: root.pointer)
            else { throw CalendarParseError.notACalendar }
            return try Self.document(calendar)
        }
    }

    /// The lines put together again (§3.1), without NUL, which would end a C string; refuses what would make libical
    /// recurse deeply or hold more than the bounds.
    private static func unfolded(_ text: String) throws(CalendarParseError) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count)
        var lines = 0
        var depth = 0
        var line: [UInt8] = []
        func end() throws(CalendarParseError) {
            guard !line.isEmpty else { return }
            lines += 1
            if begins(line, "BEGIN:") { depth += 1 }
            if begins(line, "END:") { depth -= 1 }
            guard lines <= mostLines, depth <= deepestComponent else { throw .tooMany }
            result += line
            result += [13, 10]
            line.removeAll(keepingCapacity: true)
        }
        var atLineStart = true
        for byte in text.utf8 where byte != 0 && byte != 13 {
            if byte == 10 {
                if atLineStart { try end() }
                atLineStart = true
            } else if atLineStart {
                atLineStart = false
                if byte != 32 && byte != 9 {
                    try end()
                    line.append(byte)
                }
            } else {
                line.append(byte)
            }
        }
        try end()
        return String(decoding: result, as: UTF8.self)
    }

    private static func begins(_ line: [UInt8], _ word: String) -> Bool {
        line.count >= word.utf8.count
            && zip(line, word.utf8).allSatisfy { ($0 >= 97 && $0 <= 122 ? $0 - 32 : $0) == $1 }
    }

    private static func calendar(in root: OpaquePointer) -> OpaquePointer? {
        if icalcomponent_isa(root) == ICAL_VCALENDAR_COMPONENT { return root }
        return icalcomponent_get_first_component(root, ICAL_VCALENDAR_COMPONENT)
    }

    private static func document(_ calendar: OpaquePointer) throws(CalendarParseError) -> CalendarDocument {
        let clock = ForeignClock(calendar: calendar)
        let properties = PropertyReader(component: calendar)
        let word = properties.text(ICAL_METHOD_PROPERTY)?.uppercased()
        var document = CalendarDocument(method: word.flatMap(CalendarMethod.init(rawValue:)), events: [])
        for property in properties.all(ICAL_X_PROPERTY) where property.name == "X-WR-CALNAME" {
            document.name = property.text
        }
        var event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT)
        while let component = event {
            guard document.events.count < mostEvents else { throw .tooMany }
            document.events.append(try self.event(component, clock))
            event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)
        }
        return document
    }

    private static func event(
        _ component: OpaquePointer, _ clock: ForeignClock
    ) throws(CalendarParseError) -> CalendarEvent {
        let properties = PropertyReader(component: component)
        guard let uid = properties.text(ICAL_UID_PROPERTY), !uid.isEmpty, uid.utf8.count <= 1000 else {
            throw .missingUID
        }
        guard let first = properties.first(ICAL_DTSTART_PROPERTY) else { throw .badTime("") }
        let start = try clock.read(first)
        var event = CalendarEvent(uid: uid, stamp: 0, start: start.time, end: start.time, summary: "")
        event.isAllDay = start.isDate
        if let last = properties.first(ICAL_DTEND_PROPERTY) {
            event.end = max(event.start, try clock.read(last).time)
        } else if let length = properties.text(ICAL_DURATION_PROPERTY) {
            event.end = event.start.adding(minutes: max(0, Self.seconds(length) ?? 0) / 60)
        } else if start.isDate {
            // §3.6.1: a day without an end is that day.
            event.end = event.start.adding(minutes: 1440)
        }
        if let stamp = properties.text(ICAL_DTSTAMP_PROPERTY).flatMap(BasicTime.read) {
            event.stamp = stamp.isUTC ? stamp.time.minuteNumber * 60 : ProvinceClock.unix(stamp.time)
            event.stamp += stamp.second
        }
        event.sequence = properties.text(ICAL_SEQUENCE_PROPERTY).flatMap { Int($0) }.map { max(0, $0) } ?? 0
        event.summary = properties.text(ICAL_SUMMARY_PROPERTY) ?? ""
        event.description = properties.text(ICAL_DESCRIPTION_PROPERTY) ?? ""
        event.location = properties.text(ICAL_LOCATION_PROPERTY) ?? ""
        event.comment = properties.text(ICAL_COMMENT_PROPERTY) ?? ""
        event.url = properties.text(ICAL_URL_PROPERTY)
        event.status =
            properties.text(ICAL_STATUS_PROPERTY).flatMap { CalendarStatus(rawValue: $0.uppercased()) } ?? .confirmed
        event.categories = properties.all(ICAL_CATEGORIES_PROPERTY).map(\.text)
        event.attachments = properties.all(ICAL_ATTACH_PROPERTY).compactMap(\.attachmentAddress)
        if let organizer = properties.first(ICAL_ORGANIZER_PROPERTY) {
            event.organizer = CalendarOrganizer(
                name: organizer.parameter("CN") ?? "", mail: PropertyReader.mail(organizer.text))
        }
        let attendees = properties.all(ICAL_ATTENDEE_PROPERTY)
        guard attendees.count <= mostAttendees else { throw .tooMany }
        event.attendees = attendees.map(PropertyReader.attendee)
        if let replaced = properties.first(ICAL_RECURRENCEID_PROPERTY) {
            event.recurrenceID = try clock.read(replaced).time
            event.coversFollowing = replaced.parameter("RANGE")?.uppercased() == "THISANDFUTURE"
        }
        if let text = properties.text(ICAL_RRULE_PROPERTY) {
            event.rule = try? RecurrenceRule(parsing: text)
            if event.rule == nil { event.foreignRule = String(text.prefix(RecurrenceRule.longestText)) }
        }
        event.exclusions = try clock.read(all: properties.all(ICAL_EXDATE_PROPERTY))
        event.additions = try clock.read(all: properties.all(ICAL_RDATE_PROPERTY))
        event.alarms = alarms(of: component)
        return event
    }

    private static func alarms(of event: OpaquePointer) -> [Int] {
        var minutes: [Int] = []
        var next = icalcomponent_get_first_component(event, ICAL_VALARM_COMPONENT)
        while let alarm = next, minutes.count < 20 {
            if let trigger = PropertyReader(component: alarm).first(ICAL_TRIGGER_PROPERTY),
                let seconds = seconds(trigger.text), seconds <= 0, trigger.parameter("RELATED")?.uppercased() != "END"
            {
                minutes.append(-seconds / 60)
            }
            next = icalcomponent_get_next_component(event, ICAL_VALARM_COMPONENT)
        }
        return minutes
    }

    /// §3.3.6.
    /// - Returns: nil where the text is no duration, or one beyond ten years.
    private static func seconds(_ text: String) -> Int? {
        let duration = icaldurationtype_from_string(text)
        guard icaldurationtype_is_bad_duration(duration) == 0, duration.weeks < 522, duration.days < 3660,
            duration.hours < 87_840, duration.minutes < 5_270_400, duration.seconds < 316_224_000
        else { return nil }
        let days = Int(duration.weeks) * 7 + Int(duration.days)
        let seconds =
            days * 86_400 + Int(duration.hours) * 3600 + Int(duration.minutes) * 60 + Int(duration.seconds)
        return duration.is_neg == 0 ? seconds : -seconds
    }
}
