import Briefing
import Foundation
import ICalendar
import Scheduler

/// The properties of places below /dav/ (RFC 4918 §15, 3744 §5, 4791 §5 and §6, 5397, 6638 §2.4).
struct CalDAVProperties: Sendable {
    let view: CalDAVView

    /// What `allprop` and `propname` name (RFC 4918 §9.1); what RFC 4791 defines is only given when asked for.
    func names(of place: CalDAVPlace, isAll: Bool) -> [XMLName] {
        var names: [XMLName] = ["resourcetype", "displayname"].map(XMLName.dav)
        if case .object = place {
            names = ["resourcetype", "getetag", "getcontenttype", "getcontentlength"].map(XMLName.dav)
        }
        guard !isAll else { return names }
        let others: [XMLName] =
            [
                "current-user-principal", "principal-URL", "owner", "current-user-privilege-set",
                "supported-report-set",
            ].map(XMLName.dav)
            + [
                "calendar-home-set", "calendar-user-address-set", "supported-calendar-component-set",
                "supported-calendar-data", "calendar-description",
            ].map(XMLName.caldav) + [.calendarServer("getctag")]
        return names + others.filter { write($0, of: place) != nil }
    }

    /// One property, ready to be written; nil where the place has none of this name.
    func write(_ name: XMLName, of place: CalDAVPlace) -> ((inout XMLText) -> Void)? {
        if let content = common(name, of: place) { return { $0.element(name, content: content) } }
        let content: ((inout XMLText) -> Void)? =
            switch place {
            case .root, .home: nil
            case .principal: ofPrincipal(name)
            case .calendar: ofCalendar(name)
            case .object(let object): view.entry(object).flatMap { ofObject(name, $0) }
            }
        return content.map { content in { $0.element(name, content: content) } }
    }

    private func common(_ name: XMLName, of place: CalDAVPlace) -> ((inout XMLText) -> Void)? {
        switch name {
        case .dav("resourcetype"):
            return { xml in
                switch place {
                case .root, .home: xml.element(.dav("collection"))
                case .principal:
                    xml.element(.dav("collection"))
                    xml.element(.dav("principal"))
                case .calendar:
                    xml.element(.dav("collection"))
                    xml.element(.caldav("calendar"))
                case .object: break
                }
            }
        case .dav("displayname"):
            switch place {
            case .root, .home: return { $0.append("Giao ban") }
            case .principal: return { $0.append(view.person.name) }
            case .calendar: return { $0.append(view.name) }
            case .object(let object):
                let summary = view.entry(object)?.object.events.first?.summary
                return summary.map { summary in { $0.append(summary) } }
            }
        case .dav("current-user-principal"), .dav("owner"):
            return { $0.href(view.path(.principal)) }
        case .dav("principal-collection-set"):
            return { $0.href(view.path(.root)) }
        case .dav("current-user-privilege-set"):
            // RFC 3744 §5.4: programs that look here offer no editing.
            return { xml in
                for privilege in ["read", "read-current-user-privilege-set"] {
                    xml.element(.dav("privilege")) { $0.element(.dav(privilege)) }
                }
            }
        case .dav("supported-report-set"):
            return { xml in
                guard place == .calendar else { return }
                for report in ["calendar-query", "calendar-multiget"] {
                    xml.element(.dav("supported-report")) {
                        $0.element(.dav("report")) { $0.element(.caldav(report)) }
                    }
                }
            }
        default: return nil
        }
    }

    private func ofPrincipal(_ name: XMLName) -> ((inout XMLText) -> Void)? {
        switch name {
        case .dav("principal-URL"): return { $0.href(view.path(.principal)) }
        case .caldav("calendar-home-set"): return { $0.href(view.path(.home)) }
        case .caldav("calendar-user-address-set"): return { $0.href("mailto:\(view.person.email)") }
        default: return nil
        }
    }

    private func ofCalendar(_ name: XMLName) -> ((inout XMLText) -> Void)? {
        switch name {
        case .calendarServer("getctag"): return { $0.append(view.tag.strong) }
        case .dav("getetag"): return { $0.append(view.tag.strong) }
        case .dav("getcontenttype"): return { $0.append("text/calendar; charset=utf-8") }
        case .caldav("calendar-description"): return { $0.append(view.name) }
        case .caldav("supported-calendar-component-set"):
            return { $0.element(.caldav("comp"), ["name": "VEVENT"]) }
        case .caldav("supported-calendar-data"):
            return { $0.element(.caldav("calendar-data"), ["content-type": "text/calendar", "version": "2.0"]) }
        case .caldav("supported-collation-set"):
            return { xml in
                for name in TextMatch.Collation.allCases {
                    xml.element(.caldav("supported-collation"), text: name.rawValue)
                }
            }
        default: return nil
        }
    }

    private func ofObject(_ name: XMLName, _ entry: CalDAVView.Entry) -> ((inout XMLText) -> Void)? {
        switch name {
        case .dav("getetag"): return { $0.append(entry.tag.strong) }
        case .dav("getcontenttype"): return { $0.append("text/calendar; charset=utf-8; component=VEVENT") }
        case .dav("getcontentlength"): return { $0.append(String(entry.text.utf8.count)) }
        default: return nil
        }
    }

    // MARK: Multi-status (RFC 4918 §13)

    /// The answer about one place: what it has of the properties asked for, and what it has not.
    ///
    /// - Parameter withData: whether calendar-data is one of them, which only a report may ask for (RFC 4791 §9.6).
    func response(_ place: CalDAVPlace, _ names: [XMLName], withData: Bool, to xml: inout XMLText) {
        var found: [(inout XMLText) -> Void] = []
        var missing: [XMLName] = []
        for name in names {
            if withData, name == .caldav("calendar-data"), case .object(let object) = place,
                let entry = view.entry(object)
            {
                found.append { $0.element(name, text: entry.text) }
            } else if let write = write(name, of: place) {
                found.append(write)
            } else {
                missing.append(name)
            }
        }
        xml.element(.dav("response")) { xml in
            xml.href(view.path(place))
            if !found.isEmpty || missing.isEmpty {
                Self.propstat("200 OK", to: &xml) { xml in for write in found { write(&xml) } }
            }
            if !missing.isEmpty {
                Self.propstat("404 Not Found", to: &xml) { xml in for name in missing { xml.element(name) } }
            }
        }
    }

    /// Only which properties there are.
    func names(_ place: CalDAVPlace, to xml: inout XMLText) {
        xml.element(.dav("response")) { xml in
            xml.href(view.path(place))
            Self.propstat("200 OK", to: &xml) { xml in
                for name in names(of: place, isAll: false) { xml.element(name) }
            }
        }
    }

    private static func propstat(_ status: String, to xml: inout XMLText, _ content: (inout XMLText) -> Void) {
        xml.element(.dav("propstat")) { xml in
            xml.element(.dav("prop")) { content(&$0) }
            xml.element(.dav("status"), text: "HTTP/1.1 \(status)")
        }
    }
}
