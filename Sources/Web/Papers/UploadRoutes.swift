import Briefing
import HTTPTypes
import Hummingbird
import NIOCore
import Scheduler

extension APIRoutes {
    /// Papers that come in: whole, or in pieces over lines that are cut.
    var uploadRoutes: [APIRoute] {
        [
            APIRoute(.post, "/api/occurrences/:id/papers") { call in
                let form = PaperForm(
                    title: call.query("title"), classification: call.query("classification"),
                    scope: call.query("scope"), filename: call.query("filename"),
                    item: call.query("item").flatMap { Int($0) }, replaces: try call.queryID("replaces"),
                    bytes: call.request.headers[.contentLength].flatMap { Int($0) })
                let paper = try await scheduler.receivePaper(
                    pieces(of: call.request), form, to: call.id(), as: call.caller)
                return try jsonAnswer(paper, call.request, status: .created)
            },
            APIRoute(.post, "/api/occurrences/:id/uploads") { call in
                try jsonAnswer(
                    await scheduler.beginUpload(call.body(), to: call.id(), as: call.caller), call.request,
                    status: .created)
            },
            APIRoute(.get, "/api/uploads/:id") { call in
                try jsonAnswer(await scheduler.upload(call.number(), as: call.caller), call.request)
            },
            APIRoute(.patch, "/api/uploads/:id") { call in
                let id = try call.number()
                guard let offset = uploadOffset.flatMap({ call.request.headers[$0] }).flatMap({ Int($0) }), offset >= 0
                else {
                    // An upload of somebody else's is none, whatever is wrong with the request.
                    _ = try await scheduler.upload(id, as: call.caller)
                    throw ActError.invalid([
                        "Upload-Offset": Sentence(
                            vietnamese: "Thiếu vị trí bắt đầu của phần tệp.",
                            english: "Where the piece begins is missing.")
                    ])
                }
                switch try await scheduler.receive(pieces(of: call.request), at: offset, of: id, as: call.caller) {
                case .goesOn(let upload): return try jsonAnswer(upload, call.request)
                case .paper(let paper): return try jsonAnswer(paper, call.request, status: .created)
                case .wrongOffset(let upload):
                    return try jsonAnswer(WrongOffset(upload), call.request, status: .conflict)
                }
            },
            APIRoute(.delete, "/api/uploads/:id") { call in
                try await scheduler.dropUpload(call.number(), as: call.caller)
                return Response(status: .noContent)
            },
        ]
    }
}

private let uploadOffset = HTTPField.Name("Upload-Offset")

private func pieces(of request: Request) -> AsyncMapSequence<RequestBody, [UInt8]> {
    request.body.map { Array($0.readableBytesView) }
}

/// A piece does not begin where the kept bytes end: where that is.
private struct WrongOffset: Encodable {
    struct Inner: Encodable {
        var code = "wrong-offset"
        var message = Sentence(
            vietnamese: "Phần tệp gửi lên không nối tiếp phần đã lưu. Hãy gửi tiếp từ vị trí được báo.",
            english: "The piece does not follow what is kept. Go on from where this says.")
        var offset: Int
    }

    var error: Inner

    init(_ upload: UploadShown) { error = Inner(offset: upload.offset) }
}
