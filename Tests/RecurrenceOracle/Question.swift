import Briefing
import ICalendar

/// One line of standard input: what the Python side asks.
enum Question: Decodable {
    /// The times of a rule.
    case dates(rule: String, start: LocalDateTime, through: LocalDateTime)
    /// A series after a sequence of edits, as a calendar text and as our own list of meetings.
    case series(Recurrence, edits: [Edit], from: LocalDateTime, through: LocalDateTime)
    /// The lunar date of every day of a span.
    case lunar(from: LocalDate, through: LocalDate)
    case holidays(year: Int)

    /// One edit of a series, in the order in which a secretary makes them.
    struct Edit: Decodable {
        enum Kind: String, Decodable {
            case exclude, add, move, split
        }
        let kind: Kind
        let at: LocalDateTime
        let to: LocalDateTime?
        let minutes: Int?
    }

    private enum Keys: String, CodingKey {
        case ask, rule, start, through, from, year, series, edits
    }

    init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: Keys.self)
        switch try keys.decode(String.self, forKey: .ask) {
        case "dates":
            self = .dates(
                rule: try keys.decode(String.self, forKey: .rule),
                start: try keys.decode(LocalDateTime.self, forKey: .start),
                through: try keys.decode(LocalDateTime.self, forKey: .through))
        case "series":
            self = .series(
                try keys.decode(Recurrence.self, forKey: .series), edits: try keys.decode([Edit].self, forKey: .edits),
                from: try keys.decode(LocalDateTime.self, forKey: .from),
                through: try keys.decode(LocalDateTime.self, forKey: .through))
        case "lunar":
            self = .lunar(
                from: try keys.decode(LocalDate.self, forKey: .from),
                through: try keys.decode(LocalDate.self, forKey: .through))
        default: self = .holidays(year: try keys.decode(Int.self, forKey: .year))
        }
    }
}
