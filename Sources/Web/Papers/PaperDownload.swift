import Briefing
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Scheduler

/// Files of papers, given out.
struct PaperDownload: Sendable {
    let folders: PaperFolders

    /// The file, or where the link leads. Nothing but a PDF or a picture opens in the browser itself.
    func answer(_ paper: Paper, _ copy: PaperCopy) throws -> Response {
        if let link = paper.link {
            return Response(status: .found, headers: [.location: link, .cacheControl: "no-store"])
        }
        if case .marked(let bytes) = copy {
            return Response(
                status: .ok, headers: headers(paper, mark: "marked"), body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
        }
        var mark = "none"
        if case .signed = copy { mark = "signed" }
        guard let hash = paper.sha256, let handle = try? FileHandle(forReadingFrom: folders.original(hash)),
            let count = try? handle.seekToEnd()
        else { throw ActError.notFound }
        try? handle.close()
        return Response(
            status: .ok, headers: headers(paper, mark: mark),
            body: ResponseBody(contentLength: Int(clamping: count)) { [folders] writer in
                // A recording is never held whole.
                let handle = try FileHandle(forReadingFrom: folders.original(hash))
                defer { try? handle.close() }
                while let piece = try handle.read(upToCount: 256 << 10), !piece.isEmpty {
                    try await writer.write(ByteBuffer(bytes: piece))
                }
                try await writer.finish(nil)
            })
    }

    /// - Parameter mark: whether the copy says whose it is; `signed` where it does not because it may not be changed.
    private func headers(_ paper: Paper, mark: String) -> HTTPFields {
        let opens = ["application/pdf", "image/png", "image/jpeg", "image/webp"].contains(paper.type)
        let name = paper.filename.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "tai-lieu"
        var headers: HTTPFields = [
            .contentType: paper.type, .cacheControl: "private, no-store",
            .contentDisposition: "\(opens ? "inline" : "attachment"); filename*=UTF-8''\(name)",
            .contentSecurityPolicy: "sandbox; default-src 'none'; style-src 'unsafe-inline'",
        ]
        if let name = HTTPField.Name("X-Watermark") { headers[name] = mark }
        return headers
    }
}
