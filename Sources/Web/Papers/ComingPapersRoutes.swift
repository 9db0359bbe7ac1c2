import Hummingbird
import Scheduler

extension APIRoutes {
    /// What a page may fetch ahead: asked by signed-in people and by devices of sites.
    func addComingPapers(to group: RouterGroup<CallContext>) {
        group.get("/api/papers/coming") { request, _ in
            let asker = try await scheduler.siteCaller(request)
            return try jsonAnswer(await scheduler.comingPapers(for: asker), request)
        }
    }
}
