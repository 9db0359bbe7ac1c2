import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Scheduler

/// Calendars that programs subscribe to: the address itself is the right to read.
struct FeedRoutes: Sendable {
    let scheduler: SchedulerService
    /// All sites of a province may come from behind one address, each every quarter of an hour.
    private let limiter = RateLimiter(burst: 300, perSecond: 10)

    init(scheduler: SchedulerService) { self.scheduler = scheduler }

    func add(to group: RouterGroup<CallContext>) {
        for kind in FeedKind.allCases {
            for method in [HTTPRequest.Method.get, .head] {
                group.on("/calendar/\(kind.rawValue)/:token", method: method) { request, context in
                    try await answer(kind, request, context)
                }
            }
        }
    }

    private func answer(_ kind: FeedKind, _ request: Request, _ context: CallContext) async throws -> Response {
        try await limiter.admit(context.remoteAddress)
        let name = context.parameters.get("token") ?? ""
        guard name.hasSuffix(".ics") else { throw ActError.notFound }
        let text = try await scheduler.feed(kind, token: String(name.dropLast(4))).text()
        let tag = EntityTag(of: text)
        // Private (RFC 9111 §5.2.2.7): no store between may keep what the address's secret opens.
        let headers: HTTPFields = [
            .eTag: tag.weak, .cacheControl: "private, max-age=\(CalendarFeed.lifetime)",
            .contentDisposition: "inline; filename=\"giao-ban.ics\"",
        ]
        if tag.isNamed(in: request) { return Response(status: .notModified, headers: headers) }
        return calendarAnswer(text, headers, request)
    }
}

/// A calendar's text; a HEAD has only its fields (RFC 9110 §9.3.2).
func calendarAnswer(_ text: String, _ headers: HTTPFields, _ request: Request) -> Response {
    var headers = headers
    headers[.contentType] = "text/calendar; charset=utf-8"
    guard request.method != .head else { return Response(status: .ok, headers: headers) }
    return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
}
