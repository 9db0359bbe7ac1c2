import Briefing
import Foundation
import Hummingbird
import Scheduler

/// The reports on a calendar (RFC 4791 §7).
enum CalDAVReport {
    /// A calendar's members are asked whatever Depth says: at 0, the standard's default, none would ever be found.
    static func answer(_ place: CalDAVPlace, _ tree: XMLTree?, _ view: CalDAVView) throws(Refusal) -> Response {
        guard let tree else { throw .noReport }
        let isCalendar: Bool
        switch place {
        case .calendar, .object: isCalendar = true
        default: isCalendar = false
        }
        guard isCalendar, [.caldav("calendar-query"), .caldav("calendar-multiget")].contains(tree.name) else {
            // RFC 3253 §3.6.
            return CalDAVRoutes.error(.forbidden) { $0.element(.dav("supported-report")) }
        }
        let asked = tree.child(.dav("prop"))?.children ?? []
        if let data = asked.first(where: { $0.name == .caldav("calendar-data") }),
            !["text/calendar", nil].contains(data.attributes["content-type"]?.lowercased())
        {
            return CalDAVRoutes.error(.forbidden) { $0.element(.caldav("supported-calendar-data")) }
        }
        let names = asked.isEmpty ? [XMLName.dav("getetag")] : asked.map(\.name)
        if tree.name == .caldav("calendar-multiget") { return multiget(tree, names, view) }
        return query(place, tree, names, view)
    }

    /// §7.8.
    private static func query(
        _ place: CalDAVPlace, _ tree: XMLTree, _ names: [XMLName], _ view: CalDAVView
    ) -> Response {
        let filter: CalendarFilter
        do throws(CalendarFilter.Failure) {
            guard let wanted = tree.child(.caldav("filter")) else { throw .invalid }
            filter = try CalendarFilter(wanted)
        } catch {
            let condition = error == .invalid ? "valid-filter" : "supported-filter"
            return CalDAVRoutes.error(.forbidden) { $0.element(.caldav(condition)) }
        }
        let properties = CalDAVProperties(view: view)
        return CalDAVRoutes.multistatus { xml in
            for entry in view.entries where filter.matches(entry.object) {
                let member = CalDAVPlace.object(entry.object.name)
                if place != .calendar, place != member { continue }
                properties.response(member, names, withData: true, to: &xml)
            }
        }
    }

    /// §7.9.
    private static func multiget(_ tree: XMLTree, _ names: [XMLName], _ view: CalDAVView) -> Response {
        let properties = CalDAVProperties(view: view)
        return CalDAVRoutes.multistatus { xml in
            for child in tree.children where child.name == .dav("href") {
                let path = child.text.trimmingCharacters(in: .whitespacesAndNewlines)
                if case .object(let name)? = CalDAVPlace(path: path, person: view.person.id), view.entry(name) != nil {
                    properties.response(.object(name), names, withData: true, to: &xml)
                } else {
                    xml.element(.dav("response")) { xml in
                        xml.href(path)
                        xml.element(.dav("status"), text: "HTTP/1.1 404 Not Found")
                    }
                }
            }
        }
    }
}
