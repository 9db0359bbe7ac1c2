import Briefing
import Foundation
import HTTPTypes
import Hummingbird
import Scheduler
import ServiceLifecycle

/// What rings, for pages and for devices: the two routes that take a session's cookie or a device's token.
struct AlertRoutes: Sendable {
    let scheduler: SchedulerService

    func add(to group: RouterGroup<CallContext>) {
        group.get("/api/alerts") { request, _ in
            let listener = try await scheduler.siteCaller(request)
            let after = request.uri.queryParameters["after"].flatMap { Int($0) }
            // Whoever waits is let go when the server ends, so that it ends at once.
            let ringing = try await withGracefulShutdownHandler {
                try await scheduler.ringing(for: listener, after: after)
            } onGracefulShutdown: {
                Task { await scheduler.alertBoard.stop() }
            }
            return try jsonAnswer(ringing, request)
        }
        group.post("/api/alerts/:id/acknowledge") { request, context in
            let listener = try await scheduler.siteCaller(request)
            guard let id = context.parameters.get("id").flatMap({ Int64($0) }), id > 0 else { throw ActError.notFound }
            let form = try await decodeForm(SchedulerService.AcknowledgeForm.self, request)
            return try jsonAnswer(await scheduler.acknowledge(AlertID(id), form, as: listener), request)
        }
    }
}

extension APIRoutes {
    /// Convening in an emergency, and a technician's call.
    var alertRoutes: [APIRoute] {
        struct Emergencies: Encodable { var emergencies: [EmergencyLine] }
        return [
            APIRoute(.get, "/api/emergencies") { call in
                try jsonAnswer(Emergencies(emergencies: await scheduler.emergencies(as: call.caller)), call.request)
            },
            APIRoute(.post, "/api/emergencies") { call in
                let key = HTTPField.Name("Idempotency-Key").flatMap { call.request.headers[$0] }
                return try jsonAnswer(
                    await scheduler.convene(call.body(), key: key, as: call.caller), call.request, status: .created)
            },
            APIRoute(.get, "/api/emergencies/:id") { call in
                let id: OccurrenceID = try call.id()
                return try jsonAnswer(await scheduler.emergency(id, as: call.caller), call.request)
            },
            APIRoute(.post, "/api/emergencies/:id/ring") { call in
                let id: OccurrenceID = try call.id()
                return try jsonAnswer(await scheduler.ringAgain(id, call.body(), as: call.caller), call.request)
            },
            APIRoute(.post, "/api/emergencies/:id/end") { call in
                try await scheduler.endEmergency(call.id(), as: call.caller)
                return Response(status: .noContent)
            },
            APIRoute(.post, "/api/sites/:id/talk") { call in
                try jsonAnswer(await scheduler.talk(to: call.id(), as: call.caller), call.request)
            },
        ]
    }
}
