import ICalendar
import Scheduler

/// What a calendar-query asks for (RFC 4791 §9.7).
struct CalendarFilter: Sendable {
    enum Failure: Error, Hashable, Sendable {
        /// Not what RFC 4791 §9.7 allows.
        case invalid
        /// Allowed, but not known here (§7.8, CALDAV:supported-filter).
        case unsupported
    }

    private var calendar: ComponentFilter

    init(_ tree: XMLTree) throws(Failure) {
        let outermost = tree.children.filter { $0.name == .caldav("comp-filter") }
        guard outermost.count == 1, let first = outermost.first else { throw .invalid }
        calendar = try ComponentFilter(first)
        guard calendar.name == "VCALENDAR" else { throw .invalid }
        guard calendar.timeRange == nil, calendar.properties.isEmpty else { throw .unsupported }
        for component in calendar.components {
            guard component.name == "VEVENT" || component.isOnlyPresence else { throw .unsupported }
            for inner in component.components where !inner.isOnlyPresence { throw .unsupported }
        }
    }

    func matches(_ object: CalendarObject) -> Bool {
        if calendar.isNotDefined { return false }
        return calendar.components.allSatisfy { component in
            switch component.name {
            case "VEVENT": component.isNotDefined ? false : matches(component, object)
            case "VTIMEZONE": !component.isNotDefined
            default: component.isNotDefined
            }
        }
    }

    private func matches(_ component: ComponentFilter, _ object: CalendarObject) -> Bool {
        if let range = component.timeRange, !object.overlaps(from: range.from, to: range.to) { return false }
        return object.events.contains { event in
            component.properties.allSatisfy { $0.matches(event) }
                && component.components.allSatisfy { inner in
                    let isThere = inner.name == "VALARM" && !event.alarms.isEmpty
                    return isThere != inner.isNotDefined
                }
        }
    }
}

/// §9.7.1.
struct ComponentFilter: Sendable {
    var name: String
    var isNotDefined: Bool
    var timeRange: TimeRange?
    var components: [ComponentFilter] = []
    var properties: [PropertyFilter] = []

    /// The body that it comes in is bounded in depth.
    init(_ tree: XMLTree) throws(CalendarFilter.Failure) {
        guard let name = tree.attributes["name"] else { throw .invalid }
        self.name = name.uppercased()
        isNotDefined = tree.child(.caldav("is-not-defined")) != nil
        for child in tree.children {
            switch child.name {
            case .caldav("time-range"): timeRange = try TimeRange(child)
            case .caldav("comp-filter"): components.append(try ComponentFilter(child))
            case .caldav("prop-filter"): properties.append(try PropertyFilter(child))
            case .caldav("is-not-defined"): continue
            default: throw .invalid
            }
        }
    }

    /// Whether it asks for nothing but that the component is there, or not there.
    var isOnlyPresence: Bool { timeRange == nil && components.isEmpty && properties.isEmpty }
}

/// §9.9, in Unix seconds; a bound that is not given is open.
struct TimeRange: Sendable, Hashable {
    var from: Int?
    var to: Int?

    init(_ tree: XMLTree) throws(CalendarFilter.Failure) {
        from = try tree.attributes["start"].map(Self.time)
        to = try tree.attributes["end"].map(Self.time)
        guard from != nil || to != nil else { throw .invalid }
        if let from, let to, to <= from { throw .invalid }
    }

    /// In UTC, which is the only form allowed here.
    private static func time(_ text: String) throws(CalendarFilter.Failure) -> Int {
        guard let time = UTCTime.unix(text) else { throw .invalid }
        return time
    }
}

/// §9.7.2.
struct PropertyFilter: Sendable {
    var name: String
    var isNotDefined: Bool
    var match: TextMatch?

    init(_ tree: XMLTree) throws(CalendarFilter.Failure) {
        guard let name = tree.attributes["name"] else { throw .invalid }
        self.name = name.uppercased()
        isNotDefined = tree.child(.caldav("is-not-defined")) != nil
        for child in tree.children {
            switch child.name {
            case .caldav("text-match"): match = try TextMatch(child)
            case .caldav("is-not-defined"): continue
            default: throw .unsupported
            }
        }
        guard Self.known.contains(self.name) else { throw .unsupported }
    }

    private static let known: Set<String> = [
        "UID", "SUMMARY", "DESCRIPTION", "LOCATION", "URL", "STATUS", "ORGANIZER", "ATTENDEE", "CATEGORIES", "CLASS",
        "COMMENT", "RRULE", "RECURRENCE-ID",
    ]

    func matches(_ event: CalendarEvent) -> Bool {
        guard let value = value(of: event) else { return isNotDefined }
        if isNotDefined { return false }
        return match?.matches(value) ?? true
    }

    /// Nil where an event has none.
    private func value(of event: CalendarEvent) -> String? {
        func some(_ text: String) -> String? { text.isEmpty ? nil : text }
        switch name {
        case "UID": return event.uid
        case "SUMMARY": return event.summary
        case "DESCRIPTION": return some(event.description)
        case "LOCATION": return some(event.location)
        case "URL": return event.url
        case "STATUS": return event.status.rawValue
        case "ORGANIZER": return event.organizer.map { "mailto:\($0.mail)" }
        case "RRULE": return event.rule?.text
        case "RECURRENCE-ID": return event.recurrenceID?.description
        default: return nil
        }
    }
}

/// §9.7.5: whether a value has a text in it.
struct TextMatch: Sendable {
    /// §7.5.1.
    enum Collation: String, CaseIterable, Sendable {
        case ascii = "i;ascii-casemap"
        case octet = "i;octet"
    }

    var text: String
    var collation: Collation
    var isNegated: Bool

    init(_ tree: XMLTree) throws(CalendarFilter.Failure) {
        text = tree.text
        guard let collation = Collation(rawValue: tree.attributes["collation"] ?? Collation.ascii.rawValue) else {
            throw .unsupported
        }
        self.collation = collation
        isNegated = tree.attributes["negate-condition"] == "yes"
    }

    func matches(_ value: String) -> Bool {
        let (value, text) = (folded(value), folded(text))
        return (text.isEmpty || value.firstRange(of: text) != nil) != isNegated
    }

    private func folded(_ text: String) -> [UInt8] {
        guard collation == .ascii else { return Array(text.utf8) }
        return text.utf8.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? $0 - 32 : $0 }
    }
}
