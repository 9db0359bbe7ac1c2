/// What a calendar text asks of who receives it (RFC 5546 §1.4).
public enum CalendarMethod: String, Hashable, Sendable, CaseIterable {
    case publish = "PUBLISH"
    case request = "REQUEST"
    case reply = "REPLY"
    case add = "ADD"
    case cancel = "CANCEL"
    case refresh = "REFRESH"
    case counter = "COUNTER"
    case declineCounter = "DECLINECOUNTER"
}

/// One VCALENDAR: what a mail's calendar part, a feed or a CalDAV resource holds.
///
/// A CalDAV resource has no method (RFC 4791 §4.1).
public struct CalendarDocument: Hashable, Sendable {
    public var method: CalendarMethod?
    /// The calendar's own name, which programs show beside a feed (X-WR-CALNAME); empty where it has none.
    public var name: String
    public var events: [CalendarEvent]

    public init(method: CalendarMethod? = nil, name: String = "", events: [CalendarEvent]) {
        self.method = method
        self.name = name
        self.events = events
    }
}

/// Why a text is no calendar.
public enum CalendarParseError: Error, Hashable, Sendable {
    /// More than `CalendarDocument.largestText` octets.
    case tooLarge
    /// Too many lines, components, attendees or dates.
    case tooMany
    case notACalendar
    /// An event has no UID, or none that can be kept.
    case missingUID
    /// An event has no time at which it begins, or one that cannot be read.
    case badTime(String)
    /// A time on a clock that neither the text nor the zone database describes.
    case unknownTimeZone(String)

    /// What is wrong, for people.
    public var vietnamese: String {
        switch self {
        case .tooLarge: "Nội dung lịch quá lớn (tối đa \(CalendarDocument.largestText / 1_000_000) MB)."
        case .tooMany: "Nội dung lịch có quá nhiều thành phần."
        case .notACalendar: "Nội dung không phải là lịch theo định dạng iCalendar."
        case .missingUID: "Sự kiện trong lịch thiếu mã định danh (UID)."
        case .badTime(let value): "Thời gian “\(value)” trong lịch không hợp lệ."
        case .unknownTimeZone(let zone): "Không rõ múi giờ “\(zone)” trong lịch."
        }
    }

    public var english: String {
        switch self {
        case .tooLarge: "The calendar is too large (at most \(CalendarDocument.largestText / 1_000_000) MB)."
        case .tooMany: "The calendar holds too many parts."
        case .notACalendar: "This is not a calendar in the iCalendar format."
        case .missingUID: "An event of the calendar has no identifier (UID)."
        case .badTime(let value): "\"\(value)\" in the calendar is no valid time."
        case .unknownTimeZone(let zone): "The calendar uses a time zone that is not known: \"\(zone)\"."
        }
    }
}
