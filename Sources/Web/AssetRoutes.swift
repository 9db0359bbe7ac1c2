import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The pages and what they load, read from disk when asked for, so that an edit shows at once.
struct AssetRoutes: Sendable {
    private static let types: [String: String] = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
        "js": "text/javascript; charset=utf-8", "json": "application/json; charset=utf-8",
        "svg": "image/svg+xml", "png": "image/png", "ico": "image/x-icon", "woff2": "font/woff2",
        "webmanifest": "application/manifest+json", "wav": "audio/wav",
    ]
    /// Larger files have no business in a page.
    private static let sizeLimit = 8 << 20

    /// The call's page and what the scheduler's pages share with it.
    let folder: URL
    /// The scheduler's pages.
    let pages: URL

    /// Where the scheduler's pages live; all of them are one shell, which loads the page by its path.
    static let pagePaths = [
        "/", "/dat-lich", "/phien/:id", "/dinh-ky", "/dinh-ky/:id", "/giay-moi", "/don-vi", "/nguoi-dung", "/bao-cao",
        "/thu", "/nhat-ky", "/cai-dat", "/dang-nhap", "/thiet-lap", "/tra-loi/:token",
        "/tim-kiem", "/tai-lieu/:id", "/luu-tru", "/luu-tru/thoi-han", "/ho-so", "/ho-so/:id", "/ho-so/nhap/:id",
        "/trieu-tap", "/trieu-tap/:id", "/san-sang/:id", "/bien-ban/:id", "/ky-duyet", "/ky-duyet/:id", "/trinh-ky/:id",
    ]

    func add(to router: Router<CallContext>) {
        for path in Self.pagePaths {
            router.get(RouterPath(path)) { request, _ in try serve("app.html", of: pages, request) }
        }
        router.get("/app/**") { request, context in
            try serve(context.parameters.getCatchAll().joined(separator: "/"), of: pages, request)
        }
        router.get("/phong") { request, _ in try serve("index.html", request) }
        router.get("/r/:room") { request, context in
            _ = try roomName(context)
            var answer = try serve("call.html", request)
            // The screen of an unattended site holds the call in a frame of its own, to watch over it.
            answer.headers[.contentSecurityPolicy] = SecurityHeaders.policy(frameAncestors: "'self'")
            return answer
        }
        router.get("/site") { request, _ in try serve("site.html", of: pages, request) }
        // A page that is not there is told by the shell, in the reader's language; programs get the status alone.
        router.get("/**") { request, _ in
            guard request.headers[.accept]?.contains("text/html") == true, !request.uri.path.hasPrefix("/api/") else {
                throw HTTPError(.notFound)
            }
            var answer = try serve("app.html", of: pages, request)
            if answer.status == .ok { answer.status = .notFound }
            return answer
        }
        router.get("/favicon.ico") { _, _ in Response(status: .noContent) }
        router.get("/assets/**") { request, context in
            try serve(context.parameters.getCatchAll().joined(separator: "/"), request)
        }
    }

    private func serve(_ path: String, of folder: URL? = nil, _ request: Request) throws -> Response {
        let folder = folder ?? self.folder
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let suffix = String(path.split(separator: ".").last ?? "")
        guard !parts.contains(where: { $0.isEmpty || $0.hasPrefix(".") }), !path.contains("\\"), !path.contains("%"),
            let type = Self.types[suffix]
        else { throw HTTPError(.notFound) }
        let file = folder.appendingPathComponent(path)
        guard let data = try? Data(contentsOf: file), data.count <= Self.sizeLimit else { throw HTTPError(.notFound) }
        // Weak (RFC 9110 §8.8.1): it names a text, whether it comes compressed or not.
        let tag = EntityTag(of: Array(data))
        var headers: HTTPFields = [.eTag: tag.weak, .cacheControl: "no-cache"]
        if tag.isNamed(in: request) { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = type
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: data)))
    }
}

/// What every answer says about who may do what with it.
struct SecurityHeaders: RouterMiddleware {
    typealias Context = CallContext

    private static let fields: [(HTTPField.Name, String)] = [
        (.contentSecurityPolicy, policy(frameAncestors: "'none'")),
        (.xContentTypeOptions, "nosniff"),
        (HTTPField.Name("Referrer-Policy") ?? .server, "same-origin"),
        (
            HTTPField.Name("Permissions-Policy") ?? .server,
            "camera=(self), microphone=(self), display-capture=(self), fullscreen=(self), autoplay=(self)"
        ),
    ]

    /// - Parameter frameAncestors: who may hold the page in a frame (CSP Level 3 §6.4.2).
    static func policy(frameAncestors: String) -> String {
        "default-src 'self'; connect-src 'self' wss: https:; img-src 'self' data: blob:; media-src 'self' blob:; "
            + "object-src 'none'; base-uri 'none'; frame-ancestors \(frameAncestors); form-action 'self'"
    }

    func handle(
        _ request: Request, context: CallContext,
        next: (Request, CallContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as any HTTPResponseError {
            response = try error.response(from: request, context: context)
        }
        // An answer that is stricter with itself, as a paper's file is, stays so.
        for (name, value) in Self.fields where response.headers[name] == nil { response.headers[name] = value }
        return response
    }
}
