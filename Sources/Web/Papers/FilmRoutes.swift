import Briefing
import Hummingbird
import Scheduler

extension APIRoutes {
    /// What of a meeting's papers can be played in its call.
    var filmRoutes: [APIRoute] {
        [
            APIRoute(.get, "/api/occurrences/:id/films") { call in
                try jsonAnswer(try await scheduler.filmsShown(of: call.id(), as: call.caller), call.request)
            }
        ]
    }
}
