import Briefing
import HTTPTypes
import Hummingbird
import NIOCore
import Scheduler

extension APIRoutes {
    /// What meetings' recordings are, and the files of their films.
    var recordingRoutes: [APIRoute] {
        struct Recordings: Encodable { var recordings: [RecordingShown] }
        return [
            APIRoute(.get, "/api/occurrences/:id/recordings") { call in
                try jsonAnswer(
                    Recordings(recordings: await scheduler.recordingsShown(of: call.id(), as: call.caller)),
                    call.request)
            },
            APIRoute(.get, "/api/recordings") { call in
                try jsonAnswer(
                    await scheduler.archive(
                        SearchForm(
                            query: call.query("q"), from: call.query("from"), to: call.query("to"),
                            unit: call.queryID("unit"), limit: call.query("limit"), cursor: call.query("cursor")),
                        as: call.caller), call.request)
            },
            APIRoute(.get, "/api/recordings/:id/film/:file") { call in
                let parameters = call.context.parameters
                let content = try await scheduler.filmContent(
                    parameters.get("file") ?? "", of: parameters.get("id") ?? "", as: call.caller)
                return FilmDelivery(content: content, isDownload: call.query("download") == "1").answer(call.request)
            },
        ]
    }
}
