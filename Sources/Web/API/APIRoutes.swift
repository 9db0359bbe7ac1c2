import Briefing
import Foundation
import HTTPTypes
import Hummingbird
import Identity
import NIOCore
import Scheduler

/// One route of the JSON API that asks for somebody who is signed in.
struct APIRoute: Sendable {
    let method: HTTPRequest.Method
    let path: String
    let handle: @Sendable (APICall) async throws -> Response

    init(
        _ method: HTTPRequest.Method, _ path: String, _ handle: @escaping @Sendable (APICall) async throws -> Response
    ) {
        self.method = method
        self.path = path
        self.handle = handle
    }
}

/// The scheduler's API. Rights are decided in the acts themselves; here is only who asks.
struct APIRoutes: Sendable {
    let scheduler: SchedulerService
    let openAPI: URL
    let relay: String?

    func add(to group: RouterGroup<CallContext>) {
        for route in routes {
            group.on(RouterPath(route.path), method: route.method) { request, context in
                let (caller, session) = try await scheduler.signedIn(request)
                return try await route.handle(
                    APICall(request: request, context: context, caller: caller, session: session))
            }
        }
        SiteRoutes(scheduler: scheduler).add(to: group)
        addSiteChecks(to: group)
        addSigningTickets(to: group)
        addComingPapers(to: group)
        group.get("/api/openapi.json") { _, _ in
            guard let data = try? Data(contentsOf: openAPI) else { throw ActError.notFound }
            return Response(
                status: .ok, headers: [.contentType: "application/json; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(bytes: data)))
        }
    }

    var routes: [APIRoute] {
        sessionRoutes + directoryRoutes + peopleRoutes + bookingRoutes + meetingRoutes + paperRoutes + officeRoutes
            + calendarAddressRoutes + reportRoutes + conductRoutes + alertRoutes + readinessRoutes + minutesRoutes
            + approvalRoutes + signingRoutes + searchRoutes + uploadRoutes + filmRoutes + dossierRoutes
            + recordingRoutes
    }

    private var sessionRoutes: [APIRoute] {
        [
            APIRoute(.get, "/api/me") { call in
                try jsonAnswer(
                    scheduler.me(call.caller, csrf: call.session.derived(for: SchedulerService.csrfPurpose)),
                    call.request)
            },
            APIRoute(.delete, "/api/session") { call in
                try await scheduler.signOut(call.session)
                return Response(status: .noContent, headers: [.setCookie: SessionCookie.clear])
            },
            APIRoute(.put, "/api/me/password") { call in
                try await scheduler.changePassword(
                    call.body(), of: call.caller, session: call.session, address: call.context.remoteAddress)
                return Response(status: .noContent)
            },
        ]
    }

    private var directoryRoutes: [APIRoute] {
        struct Units: Encodable { var units: [UnitShown] }
        struct Groups: Encodable { var groups: [SiteGroup] }
        struct Tokens: Encodable { var tokens: [DeviceTokenShown] }
        return [
            APIRoute(.get, "/api/units") { call in
                try jsonAnswer(Units(units: scheduler.units(for: call.caller)), call.request)
            },
            APIRoute(.post, "/api/units") { call in
                try jsonAnswer(await scheduler.addUnit(call.body(), as: call.caller), call.request, status: .created)
            },
            APIRoute(.get, "/api/units.csv") { _ in
                Response(
                    status: .ok,
                    headers: [
                        .contentType: "text/csv; charset=utf-8", .cacheControl: "no-store",
                        .contentDisposition: "attachment; filename=\"don-vi.csv\"",
                    ], body: .init(byteBuffer: ByteBuffer(bytes: scheduler.unitsCSV())))
            },
            APIRoute(.post, "/api/units.csv") { call in
                let text = String(decoding: try await collect(call.request, limit: 4 << 20), as: UTF8.self)
                return try jsonAnswer(
                    await scheduler.importUnits(text, isCheck: call.query("check") == "1", as: call.caller),
                    call.request)
            },
            APIRoute(.patch, "/api/units/:id") { call in
                try jsonAnswer(await scheduler.editUnit(call.id(), call.body(), as: call.caller), call.request)
            },
            APIRoute(.post, "/api/units/:id/merge") { call in
                try jsonAnswer(await scheduler.mergeUnit(call.id(), call.body(), as: call.caller), call.request)
            },
            APIRoute(.get, "/api/units/:id/history") { call in
                try jsonAnswer(await scheduler.history(of: call.id()), call.request)
            },
            APIRoute(.get, "/api/groups") { call in
                try jsonAnswer(Groups(groups: scheduler.groups()), call.request)
            },
            APIRoute(.post, "/api/sites") { call in
                try jsonAnswer(await scheduler.addSite(call.body(), as: call.caller), call.request, status: .created)
            },
            APIRoute(.patch, "/api/sites/:id") { call in
                try jsonAnswer(await scheduler.editSite(call.id(), call.body(), as: call.caller), call.request)
            },
            APIRoute(.get, "/api/sites/:id/device-tokens") { call in
                try jsonAnswer(
                    Tokens(tokens: await scheduler.deviceTokens(of: call.id(), as: call.caller)), call.request)
            },
            APIRoute(.post, "/api/sites/:id/device-tokens") { call in
                try jsonAnswer(
                    await scheduler.addDeviceToken(call.body(), of: call.id(), as: call.caller), call.request,
                    status: .created)
            },
            APIRoute(.delete, "/api/device-tokens/:id") { call in
                try await scheduler.revokeDeviceToken(call.number(), as: call.caller)
                return Response(status: .noContent)
            },
        ]
    }

    private var peopleRoutes: [APIRoute] {
        struct People: Encodable { var people: [PersonShown] }
        return [
            APIRoute(.get, "/api/people") { call in
                try jsonAnswer(
                    People(
                        people: await scheduler.people(
                            matching: call.query("q"), unit: call.queryID("unit"), as: call.caller)), call.request)
            },
            APIRoute(.post, "/api/people") { call in
                try jsonAnswer(await scheduler.addPerson(call.body(), as: call.caller), call.request, status: .created)
            },
            APIRoute(.patch, "/api/people/:id") { call in
                try jsonAnswer(await scheduler.editPerson(call.id(), call.body(), as: call.caller), call.request)
            },
        ]
    }

    private var bookingRoutes: [APIRoute] {
        struct List: Encodable { var series: [SeriesLine] }
        struct Busy: Encodable { var rows: [BusyRow] }
        struct Proposals: Encodable { var proposals: [ConflictReport.Proposal] }
        let keyName = HTTPField.Name("Idempotency-Key")
        return [
            APIRoute(.post, "/api/series/preview") { call in
                try jsonAnswer(
                    await scheduler.preview(call.body(), except: call.queryID("except"), as: call.caller), call.request)
            },
            APIRoute(.post, "/api/series") { call in
                let key = keyName.flatMap { call.request.headers[$0] }
                return try jsonAnswer(
                    await scheduler.book(call.body(), key: key, as: call.caller), call.request, status: .created)
            },
            APIRoute(.get, "/api/series") { call in
                try jsonAnswer(List(series: await scheduler.seriesList(as: call.caller)), call.request)
            },
            APIRoute(.get, "/api/series/:id") { call in
                let id: SeriesID = try call.id()
                return try jsonAnswer(await scheduler.detail(id, as: call.caller), call.request)
            },
            APIRoute(.patch, "/api/series/:id") { call in
                let id: SeriesID = try call.id()
                let form: SeriesForm = try await call.body()
                return try jsonAnswer(await scheduler.edit(id, form, as: call.caller), call.request)
            },
            APIRoute(.post, "/api/series/:id/additions") { call in
                try jsonAnswer(
                    await scheduler.addMeeting(call.body(), to: call.id(), as: call.caller), call.request,
                    status: .created)
            },
            APIRoute(.post, "/api/series/:id/cancel") { call in
                let id: SeriesID = try call.id()
                return try jsonAnswer(await scheduler.cancel(id, call.body(), as: call.caller), call.request)
            },
            APIRoute(.get, "/api/freebusy") { call in
                try jsonAnswer(
                    Busy(
                        rows: await scheduler.freeBusy(
                            sites: call.query("sites"), from: call.query("from"), to: call.query("to"),
                            as: call.caller)), call.request)
            },
            APIRoute(.post, "/api/freetimes") { call in
                try jsonAnswer(
                    Proposals(proposals: await scheduler.freeTimes(call.body(), as: call.caller)), call.request)
            },
        ]
    }
}
