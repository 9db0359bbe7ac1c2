import Foundation
import HTTPTypes
import Hummingbird
import Scheduler

/// What the device of an unattended site asks, with its own token instead of a session (RFC 6750 §2.1).
///
/// Browsers send no bearer token by themselves, so that no page of another site can ask in a device's name.
struct SiteRoutes: Sendable {
    let scheduler: SchedulerService

    func add(to group: RouterGroup<CallContext>) {
        group.get("/api/site") { request, _ in
            let device = try await scheduler.device(bearer: bearer(request))
            let now = Int64(Date().timeIntervalSince1970 * 1000)
            return try jsonAnswer(await scheduler.sitePage(of: device, now: now), request)
        }
        group.post("/api/site/join") { request, _ in
            let device = try await scheduler.device(bearer: bearer(request))
            let form = try await decodeForm(SchedulerService.SiteJoinForm.self, request)
            return try jsonAnswer(await scheduler.join(form, as: device), request)
        }
    }
}
