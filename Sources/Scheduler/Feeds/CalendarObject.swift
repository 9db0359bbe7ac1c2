import Briefing
import Foundation
import ICalendar

/// What a calendar holds under one UID: a series with its changed meetings, or one meeting (RFC 4791 §4.1).
public struct CalendarObject: Sendable {
    /// The last part of its address, of letters, digits, `-` and `.`.
    public let name: String
    /// The first is the master; those after it have a recurrence id.
    public let events: [CalendarEvent]
    /// When its meetings are, in Unix seconds, by their beginning; cancelled ones only of a meeting that stands alone.
    public let times: [Range<Int>]

    init(name: String, events: [CalendarEvent], times: [Range<Int>]) {
        self.name = name
        self.events = events
        self.times = times
    }

    public var uid: String { events.first?.uid ?? "" }

    /// As a CalDAV resource, which has no method (RFC 4791 §4.1).
    public func text() -> String { CalendarDocument(events: events).text() }

    /// Whether one of its meetings overlaps a span of time (RFC 4791 §9.9); a bound that is nil is open.
    public func overlaps(from: Int?, to: Int?) -> Bool {
        times.contains { $0.lowerBound < to ?? .max && $0.upperBound > from ?? .min }
    }
}

/// A calendar as it is read at one time.
public struct CalendarFeed: Sendable {
    /// What programs show beside it.
    public let name: String
    /// By name.
    public let objects: [CalendarObject]

    /// How long programs may keep it before they ask again, in seconds.
    public static let lifetime = 900

    /// All of it as one text that can be subscribed to.
    public func text() -> String {
        let text = CalendarDocument(method: .publish, name: name, events: objects.flatMap(\.events)).text()
        guard let end = text.range(of: "\r\nBEGIN:", range: text.index(after: text.startIndex)..<text.endIndex) else {
            return text
        }
        // RFC 7986 §5.7, and the older property that Outlook reads.
        let minutes = "PT\(Self.lifetime / 60)M"
        return text.replacingCharacters(
            in: end.lowerBound..<end.lowerBound,
            with: "\r\nREFRESH-INTERVAL;VALUE=DURATION:\(minutes)\r\nX-PUBLISHED-TTL:\(minutes)")
    }
}
