import Briefing
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Scheduler

/// Calendars for programs that speak CalDAV (RFC 4791), to be read and not to be written.
struct CalDAVRoutes: Sendable {
    private let scheduler: SchedulerService
    private let access: CalDAVAccess

    /// What reads, and what would write.
    private static let reading = ["GET", "HEAD", "PROPFIND", "REPORT"]
    private static let writing = [
        "PUT", "DELETE", "POST", "PATCH", "PROPPATCH", "MKCALENDAR", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "ACL",
    ]

    init(scheduler: SchedulerService) {
        self.scheduler = scheduler
        access = CalDAVAccess(scheduler: scheduler)
    }

    func add(to group: RouterGroup<CallContext>) {
        // RFC 6764 §5: where a program begins that was told a host only.
        for method in (Self.reading + ["OPTIONS"]).compactMap({ HTTPRequest.Method($0) }) {
            group.on("/.well-known/caldav", method: method) { _, _ in Self.toRoot }
        }
        if let find = HTTPRequest.Method("PROPFIND") {
            group.on("/", method: find) { request, context in try await read(request, context) }
        }
        for path in ["/dav", "/dav/**"] as [RouterPath] {
            group.on(path, method: .options) { _, _ in
                Response(status: .noContent, headers: Self.abilities)
            }
            for method in Self.reading.compactMap({ HTTPRequest.Method($0) }) {
                group.on(path, method: method) { request, context in try await read(request, context) }
            }
            for method in Self.writing.compactMap({ HTTPRequest.Method($0) }) {
                group.on(path, method: method) { request, context in
                    _ = try await access.caller(request, context)
                    return Self.error(.forbidden) { xml in
                        // RFC 3744 §7.1.1.
                        xml.element(.dav("need-privileges")) {
                            $0.element(.dav("resource")) { xml in
                                xml.href(request.uri.path)
                                xml.element(.dav("privilege")) { $0.element(.dav("write")) }
                            }
                        }
                    }
                }
            }
        }
    }

    private static let toRoot = Response(
        status: .movedPermanently, headers: [.location: "/dav/", .cacheControl: "no-cache"])

    private static let abilities: HTTPFields = {
        var fields: HTTPFields = [.allow: (["OPTIONS"] + reading).joined(separator: ", ")]
        // RFC 4918 §18: class 3 is this RFC itself; there are no locks, so not class 2.
        if let name = HTTPField.Name("DAV") { fields[name] = "1, 3, calendar-access" }
        return fields
    }()

    private func read(_ request: Request, _ context: CallContext) async throws -> Response {
        let caller = try await access.caller(request, context)
        guard let place = CalDAVPlace(path: request.uri.path, person: caller.person.id) else {
            throw ActError.notFound
        }
        // A body is read before the calendar: what is no XML costs nothing.
        let body = try await collect(request, limit: XMLTree.largestBody)
        let tree: XMLTree?
        do throws(XMLTree.Failure) {
            tree = try body.isEmpty || request.method == .get ? nil : XMLTree.reading(body)
        } catch {
            throw error.refusal
        }
        let view = CalDAVView(
            caller, try await scheduler.calendar(of: caller), rootPath: request.uri.path == "/" ? "/" : "/dav/")
        if case .object(let name) = place, view.entry(name) == nil { throw ActError.notFound }
        var response: Response
        switch request.method.rawValue {
        case "PROPFIND": response = try Self.find(place, tree, request, view)
        case "REPORT": response = try CalDAVReport.answer(place, tree, view)
        default: response = Self.get(place, request, view)
        }
        for field in Self.abilities where field.name != .allow { response.headers[field.name] = field.value }
        return response
    }

    private static func get(_ place: CalDAVPlace, _ request: Request, _ view: CalDAVView) -> Response {
        guard case .object(let name) = place, let entry = view.entry(name) else {
            return Response(status: .methodNotAllowed, headers: abilities)
        }
        let headers: HTTPFields = [.eTag: entry.tag.strong, .cacheControl: "private, no-cache"]
        if entry.tag.isNamed(in: request) { return Response(status: .notModified, headers: headers) }
        return calendarAnswer(entry.text, headers, request)
    }

    /// RFC 4918 §9.1; no body asks for all properties.
    private static func find(
        _ place: CalDAVPlace, _ tree: XMLTree?, _ request: Request, _ view: CalDAVView
    ) throws(Refusal) -> Response {
        let depth = HTTPField.Name("Depth").flatMap { request.headers[$0] }?.lowercased() ?? "infinity"
        guard depth == "0" || depth == "1" else {
            return error(.forbidden) { $0.element(.dav("propfind-finite-depth")) }
        }
        guard tree.map({ $0.name == .dav("propfind") }) ?? true else {
            throw Refusal.notPropfind
        }
        var places = [place]
        if depth == "1" {
            switch place {
            case .root: places += [.principal, .home]
            case .home: places.append(.calendar)
            case .calendar: places += view.entries.map { .object($0.object.name) }
            case .principal, .object: break
            }
        }
        let properties = CalDAVProperties(view: view)
        let asked = tree?.child(.dav("prop"))?.children.map(\.name)
        let onlyNames = tree?.child(.dav("propname")) != nil
        return multistatus { xml in
            for place in places {
                if onlyNames {
                    properties.names(place, to: &xml)
                } else {
                    properties.response(
                        place, asked ?? properties.names(of: place, isAll: true), withData: false, to: &xml)
                }
            }
        }
    }

    static func multistatus(_ content: (inout XMLText) -> Void) -> Response {
        answer(
            HTTPResponse.Status(code: 207, reasonPhrase: "Multi-Status"), XMLText(root: .dav("multistatus"), content))
    }

    /// Which condition of a method does not hold (RFC 4918 §16).
    static func error(_ status: HTTPResponse.Status, _ content: (inout XMLText) -> Void) -> Response {
        answer(status, XMLText(root: .dav("error"), content))
    }

    private static func answer(_ status: HTTPResponse.Status, _ xml: XMLText) -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/xml; charset=utf-8", .cacheControl: "private, no-cache"],
            body: .init(byteBuffer: ByteBuffer(string: xml.text)))
    }
}
