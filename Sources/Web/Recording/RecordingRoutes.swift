import Briefing
import Conversion
import HTTPTypes
import Hummingbird
import NIOCore
import Scheduler

extension APIRoutes {
    /// What meetings' recordings are, the files of their films, and copies of these.
    var recordingRoutes: [APIRoute] { watchingRoutes + copyRoutes }

    private var copyRoutes: [APIRoute] {
        [
            APIRoute(.get, "/api/recordings/:id/copies") { call in
                try jsonAnswer(await scheduler.filmCopies(of: call.word("id"), as: call.caller), call.request)
            },
            APIRoute(.post, "/api/recordings/:id/copies") { call in
                try jsonAnswer(
                    await scheduler.askFilmCopy(call.body(), of: call.word("id"), as: call.caller), call.request,
                    status: .created)
            },
            APIRoute(.get, "/api/copies/:id/file") { call in
                let content = try await scheduler.filmCopyContent(call.word("id"), as: call.caller)
                return FilmDelivery(content: content, isDownload: true).answer(call.request)
            },
            APIRoute(.delete, "/api/copies/:id") { call in
                try await scheduler.dropFilmCopy(call.word("id"), as: call.caller)
                return Response(status: .noContent)
            },
        ]
    }

    private var watchingRoutes: [APIRoute] {
        struct Recordings: Encodable { var recordings: [RecordingShown] }
        struct RecordedList: Encodable { var series: [RecordedSeries] }
        struct Pages: Encodable { var pages: [RecordingPageShown] }
        return [
            APIRoute(.get, "/api/occurrences/:id/recordings") { call in
                try jsonAnswer(
                    Recordings(recordings: await scheduler.recordingsShown(of: call.id(), as: call.caller)),
                    call.request)
            },
            APIRoute(.get, "/api/recordings") { call in
                try jsonAnswer(
                    await scheduler.archive(
                        ArchiveForm(
                            search: SearchForm(
                                query: call.query("q"), from: call.query("from"), to: call.query("to"),
                                unit: call.queryID("unit"), limit: call.query("limit"), cursor: call.query("cursor")),
                            series: call.queryID("series"), speaker: call.query("speaker")), as: call.caller),
                    call.request)
            },
            APIRoute(.get, "/api/retention") { call in
                try jsonAnswer(
                    await scheduler.retentionPage(standing: call.query("standing"), as: call.caller), call.request)
            },
            APIRoute(.post, "/api/recordings/:id/retention") { call in
                let id = call.context.parameters.get("id") ?? ""
                return try jsonAnswer(
                    await scheduler.decide(call.body(), about: id, as: call.caller), call.request)
            },
            APIRoute(.post, "/api/recordings/:id/check") { call in
                let id = call.context.parameters.get("id") ?? ""
                return try jsonAnswer(await scheduler.checkNow(id, as: call.caller), call.request)
            },
            APIRoute(.get, "/api/recordings/series") { call in
                try jsonAnswer(RecordedList(series: await scheduler.recordedSeries(as: call.caller)), call.request)
            },
            APIRoute(.get, "/api/recordings/:id/film/:file") { call in
                let content = try await scheduler.filmContent(
                    call.word("file"), of: call.word("id"), as: call.caller)
                return FilmDelivery(content: content, isDownload: false).answer(call.request)
            },
            APIRoute(.get, "/api/recordings/:id/pages") { call in
                try jsonAnswer(
                    Pages(
                        pages: await scheduler.pages(
                            ofRecording: call.word("id"), as: call.caller)), call.request)
            },
            APIRoute(.get, "/api/recordings/:id/pages/:n/:size") { call in
                let parameters = call.context.parameters
                guard let number = parameters.get("n").flatMap({ Int($0) }),
                    let size = parameters.get("size").flatMap(PageSize.init)
                else { throw ActError.notFound }
                let image = try await scheduler.pageImage(
                    number, size, ofRecording: call.word("id"), as: call.caller)
                // A film that is composed again may show another page at this place.
                return PageDelivery(data: image, type: "image/webp", cache: "private, max-age=3600").answer(
                    call.request)
            },
        ]
    }
}
