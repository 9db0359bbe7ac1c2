import CIcal
import Synchronization

extension CalendarDocument {
    /// The document as RFC 5545 writes it: lines end with CRLF and are folded at 75 octets, times are on the clock
    /// Asia/Ho_Chi_Minh, which the text describes. No value can add a line or a property of its own.
    public func text() -> String {
        LibICal.prepare()
        return LibICal.zones.withLock { _ in
            guard let calendar = OwnedComponent(icalcomponent_new(ICAL_VCALENDAR_COMPONENT)) else { return "" }
            let writer = PropertyWriter(component: calendar.pointer)
            writer.add(ICAL_VERSION_PROPERTY, ICAL_TEXT_VALUE, "2.0")
            writer.addText(ICAL_PRODID_PROPERTY, "-//Giaoban//Giaoban//VI")
            writer.add(ICAL_CALSCALE_PROPERTY, ICAL_TEXT_VALUE, "GREGORIAN")
            if let method { writer.add(ICAL_METHOD_PROPERTY, ICAL_METHOD_VALUE, method.rawValue) }
            if !name.isEmpty { writer.addNamed("X-WR-CALNAME", name) }
            Self.addZone(to: calendar.pointer)
            for event in events { Self.add(event, to: calendar.pointer) }
            return LibICal.take(icalcomponent_as_ical_string_r(calendar.pointer)) ?? ""
        }
    }

    /// VTIMEZONE of the province: one offset since 1975 (IANA tz database, Asia/Ho_Chi_Minh).
    private static func addZone(to calendar: OpaquePointer) {
        guard let zone = icalcomponent_new(ICAL_VTIMEZONE_COMPONENT) else { return }
        PropertyWriter(component: zone).addText(ICAL_TZID_PROPERTY, ProvinceClock.zone)
        if let standard = icalcomponent_new(ICAL_XSTANDARD_COMPONENT) {
            let writer = PropertyWriter(component: standard)
            writer.add(ICAL_DTSTART_PROPERTY, ICAL_DATETIME_VALUE, "19750613T000000")
            writer.add(ICAL_TZOFFSETFROM_PROPERTY, ICAL_UTCOFFSET_VALUE, "+0700")
            writer.add(ICAL_TZOFFSETTO_PROPERTY, ICAL_UTCOFFSET_VALUE, "+0700")
            writer.addText(ICAL_TZNAME_PROPERTY, "+07")
            icalcomponent_add_component(zone, standard)
        }
        icalcomponent_add_component(calendar, zone)
    }

    private static func add(_ event: CalendarEvent, to calendar: OpaquePointer) {
        guard let component = icalcomponent_new(ICAL_VEVENT_COMPONENT) else { return }
        let writer = PropertyWriter(component: component)
        writer.addText(ICAL_UID_PROPERTY, event.uid)
        writer.add(ICAL_DTSTAMP_PROPERTY, ICAL_DATETIME_VALUE, BasicTime.utcText(unix: event.stamp))
        writer.add(ICAL_SEQUENCE_PROPERTY, ICAL_INTEGER_VALUE, String(min(max(0, event.sequence), Int(Int32.max))))
        writer.addTime(ICAL_DTSTART_PROPERTY, event.start)
        writer.addTime(ICAL_DTEND_PROPERTY, max(event.start, event.end))
        if let recurrenceID = event.recurrenceID {
            let range = event.coversFollowing ? icalparameter_new_range(ICAL_RANGE_THISANDFUTURE) : nil
            writer.addTime(ICAL_RECURRENCEID_PROPERTY, recurrenceID, parameters: [range])
        }
        if let rule = event.rule { writer.add(ICAL_RRULE_PROPERTY, ICAL_RECUR_VALUE, rule.text) }
        for time in event.exclusions { writer.addTime(ICAL_EXDATE_PROPERTY, time) }
        for time in event.additions { writer.addTime(ICAL_RDATE_PROPERTY, time) }
        writer.addText(ICAL_SUMMARY_PROPERTY, event.summary)
        if !event.description.isEmpty { writer.addText(ICAL_DESCRIPTION_PROPERTY, event.description) }
        if !event.location.isEmpty { writer.addText(ICAL_LOCATION_PROPERTY, event.location) }
        if let url = event.url { writer.addAddress(ICAL_URL_PROPERTY, ICAL_URI_VALUE, url) }
        writer.add(ICAL_STATUS_PROPERTY, ICAL_STATUS_VALUE, event.status.rawValue)
        if let organizer = event.organizer {
            writer.addAddress(
                ICAL_ORGANIZER_PROPERTY, ICAL_CALADDRESS_VALUE, "mailto:" + organizer.mail,
                parameters: [PropertyWriter.commonName(organizer.name)])
        }
        for attendee in event.attendees { writer.add(attendee) }
        for attachment in event.attachments { writer.addAttachment(attachment) }
        for category in event.categories { writer.addText(ICAL_CATEGORIES_PROPERTY, category) }
        if !event.comment.isEmpty { writer.addText(ICAL_COMMENT_PROPERTY, event.comment) }
        for minutes in event.alarms { addAlarm(minutes, summary: event.summary, to: component) }
        icalcomponent_add_component(calendar, component)
    }

    private static func addAlarm(_ minutes: Int, summary: String, to event: OpaquePointer) {
        guard let alarm = icalcomponent_new(ICAL_VALARM_COMPONENT) else { return }
        let writer = PropertyWriter(component: alarm)
        writer.add(ICAL_ACTION_PROPERTY, ICAL_ACTION_VALUE, "DISPLAY")
        // DESCRIPTION is required of a DISPLAY alarm (§3.6.6).
        writer.addText(ICAL_DESCRIPTION_PROPERTY, summary.isEmpty ? "Giao ban" : summary)
        // A year at most: libical counts seconds in 32 bits.
        let bounded = min(max(0, minutes), 366 * 1440)
        writer.add(ICAL_TRIGGER_PROPERTY, ICAL_TRIGGER_VALUE, bounded == 0 ? "PT0S" : "-PT\(bounded)M")
        icalcomponent_add_component(event, alarm)
    }
}
