import Briefing
import HTTPTypes
import Hummingbird
import Scheduler

extension APIRoutes {
    /// What belongs to a meeting's list of papers, but the pieces of files (``uploadRoutes``) and what is asked
    /// of pages (``PageRoutes``).
    var paperRoutes: [APIRoute] {
        struct Versions: Encodable { var versions: [PaperShown] }
        return [
            APIRoute(.post, "/api/occurrences/:id/links") { call in
                try jsonAnswer(
                    await scheduler.addLink(call.body(), to: call.id(), as: call.caller), call.request,
                    status: .created)
            },
            APIRoute(.post, "/api/occurrences/:id/references") { call in
                try jsonAnswer(
                    await scheduler.addReference(call.body(), to: call.id(), as: call.caller), call.request,
                    status: .created)
            },
            APIRoute(.get, "/api/papers/:id") { call in
                let (paper, copy) = try await scheduler.copy(
                    of: call.id(), wantsOriginal: call.query("original") == "1", as: call.caller)
                return try PaperDownload(folders: scheduler.settings.papers).answer(paper, copy)
            },
            APIRoute(.get, "/api/papers/:id/versions") { call in
                try jsonAnswer(
                    Versions(versions: await scheduler.versions(of: call.id(), as: call.caller)), call.request)
            },
            APIRoute(.get, "/api/papers/:id/readings") { call in
                try jsonAnswer(
                    await scheduler.readings(of: call.id(), at: call.queryID("occurrence"), as: call.caller),
                    call.request)
            },
            APIRoute(.delete, "/api/papers/:id") { call in
                try await scheduler.withdrawPaper(call.id(), as: call.caller)
                return Response(status: .noContent)
            },
        ]
    }
}
