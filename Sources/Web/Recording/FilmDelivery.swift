import HTTPTypes
import Hummingbird
import NIOCore
import Scheduler

/// The answer with a film's file: the whole or one range of it (RFC 9110 §14), read while it is sent.
struct FilmDelivery {
    let content: FilmContent
    /// Whether the browser is to keep it as a file.
    let isDownload: Bool

    func answer(_ request: Request) -> Response {
        var headers: HTTPFields = [
            .contentType: content.type, .acceptRanges: "bytes", .eTag: content.tag,
            // What still grows is another the next time; what is done plays again without its first minutes fetched twice.
            .cacheControl: content.isFinal ? "private, max-age=3600" : "private, no-store",
        ]
        if isDownload { headers[.contentDisposition] = "attachment; filename=\"\(content.name)\"" }
        let part: Range<Int>
        switch asked(request) {
        case .whole:
            return Response(status: .ok, headers: headers, body: body(0..<content.length))
        case .part(let range): part = range
        case .none:
            headers[.contentRange] = "bytes */\(content.length)"
            return Response(status: .rangeNotSatisfiable, headers: headers)
        }
        headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(content.length)"
        return Response(status: .partialContent, headers: headers, body: body(part))
    }

    private func asked(_ request: Request) -> PageDelivery.Part {
        // A range of a film that has been composed again meanwhile would be put to one of the older (§13.1.5).
        if let known = request.headers[.ifRange], known != content.tag { return .whole }
        return PageDelivery.part(of: content.length, request.headers[.range])
    }

    private func body(_ part: Range<Int>) -> ResponseBody {
        ResponseBody(contentLength: part.count) { [content] writer in
            try await content.write(part) { try await writer.write(ByteBuffer(bytes: $0)) }
            try await writer.finish(nil)
        }
    }
}
