import Conversion
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Scheduler

/// The pages of papers: how far they are made, their images, their words, and that they have been looked at.
struct PageRoutes: Sendable {
    let scheduler: SchedulerService
    /// With which join tokens are signed.
    let secret: [UInt8]

    func add(to group: RouterGroup<CallContext>) {
        group.get("/api/papers/:id/pages") { request, context in
            let paper = try await scheduler.paperAsked(request, context, secret: secret).paper
            return try jsonAnswer(await scheduler.pages(of: paper), request)
        }
        group.get("/api/papers/:id/pages/:n/:size") { request, context in
            let paper = try await scheduler.paperAsked(request, context, secret: secret).paper
            let page = try number(context)
            guard let size = context.parameters.get("size").flatMap(PageSize.init) else { throw ActError.notFound }
            return PageDelivery(
                data: try await scheduler.pageImage(page, size, of: paper), type: "image/webp",
                // A file's pages never change: they are named by its content's paper.
                cache: "private, max-age=31536000, immutable"
            ).answer(request)
        }
        group.get("/api/papers/:id/pages/:n/text") { request, context in
            let paper = try await scheduler.paperAsked(request, context, secret: secret).paper
            let text = try await scheduler.pageText(number(context), of: paper)
            return answer(Data(text.utf8), type: "text/plain; charset=utf-8", cache: "private, no-cache")
        }
        group.post("/api/papers/:id/read") { request, context in
            let asked = try await scheduler.paperAsked(request, context, secret: secret)
            let form = try await decodeForm(SchedulerService.ReadingForm.self, request)
            try await scheduler.read(asked.paper, form, as: asked.reader)
            return Response(status: .noContent)
        }
    }

    private func number(_ context: CallContext) throws -> Int {
        guard let number = context.parameters.get("n").flatMap({ Int($0) }), number > 0 else { throw ActError.notFound }
        return number
    }

    private func answer(_ data: Data, type: String, cache: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: type, .cacheControl: cache],
            body: .init(byteBuffer: ByteBuffer(bytes: data)))
    }
}
