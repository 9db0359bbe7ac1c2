import Briefing
import Foundation
import Scheduler

/// A place below /dav/, of one person's own; of anybody else's there is nothing to be seen.
enum CalDAVPlace: Hashable, Sendable {
    case root, principal, home, calendar
    /// By the last part of its path.
    case object(String)

    /// - Parameter path: as the request or an href names it; a whole address names the same place.
    /// - Returns: nil where there is none, or not for this person.
    init?(path: some StringProtocol, person: PersonID) {
        var path = String(path)
        if let scheme = path.range(of: "://") {
            guard let slash = path[scheme.upperBound...].firstIndex(of: "/") else { return nil }
            path = String(path[slash...])
        }
        let parts = path.split(separator: "/").map { $0.removingPercentEncoding ?? "" }
        let own = person.description
        if parts.isEmpty {
            self = .root
            return
        }
        guard parts.first == "dav" else { return nil }
        switch parts.count {
        case 1: self = .root
        case 3 where parts[1] == "principals" && parts[2] == own: self = .principal
        case 3 where parts[1] == "calendars" && parts[2] == own: self = .home
        case 4 where parts[1] == "calendars" && parts[2] == own && parts[3] == "meetings": self = .calendar
        case 5 where parts[1] == "calendars" && parts[2] == own && parts[3] == "meetings": self = .object(parts[4])
        default: return nil
        }
    }

    func path(of person: PersonID) -> String {
        switch self {
        case .root: "/dav/"
        case .principal: "/dav/principals/\(person)/"
        case .home: "/dav/calendars/\(person)/"
        case .calendar: "/dav/calendars/\(person)/meetings/"
        case .object(let name): "/dav/calendars/\(person)/meetings/\(name)"
        }
    }
}

/// What one request sees: a person's calendar with the text and the tag of each object.
struct CalDAVView: Sendable {
    struct Entry: Sendable {
        var object: CalendarObject
        var text: String
        var tag: EntityTag
    }

    let person: Person
    let name: String
    let entries: [Entry]
    private let byName: [String: Int]

    /// Where the root was asked for: some programs begin at the host's own root, and look for it in the answer.
    private let rootPath: String

    init(_ caller: Caller, _ feed: CalendarFeed, rootPath: String) {
        self.rootPath = rootPath
        person = caller.person
        name = feed.name
        entries = feed.objects.map {
            let text = $0.text()
            return Entry(object: $0, text: text, tag: EntityTag(of: text))
        }
        byName = Dictionary(
            entries.enumerated().map { ($1.object.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func entry(_ name: String) -> Entry? { byName[name].map { entries[$0] } }

    func path(_ place: CalDAVPlace) -> String { place == .root ? rootPath : place.path(of: person.id) }

    /// Another one as soon as any object is another (getctag).
    var tag: EntityTag {
        EntityTag(of: entries.map { "\($0.object.name) \($0.tag.strong)" }.joined(separator: "\n"))
    }
}
