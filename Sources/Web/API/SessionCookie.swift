import Briefing
import Foundation
import HTTPTypes
import Hummingbird
import Identity
import Scheduler

/// A cookie of this host alone: a name with the prefix `__Host-` binds it to the host, to HTTPS and to every path
/// (RFC 6265bis §4.1.3.2). SameSite=Lax lets a link from elsewhere find somebody signed in, and no form of another site.
///
/// - Parameter seconds: how long the browser keeps it; 0 takes it away.
func hostCookie(_ name: String, _ value: String, seconds: Int) -> String {
    "\(name)=\(value); Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=\(seconds)"
}

/// The session's secret in its cookie.
enum SessionCookie {
    static let name = "__Host-giaoban"

    static func read(_ request: Request) -> SecretToken? { cookieValue(name, request).flatMap { SecretToken($0) } }

    static func set(_ token: SecretToken) -> String {
        hostCookie(name, token.text, seconds: SchedulerService.longestSession)
    }

    static let clear = hostCookie(name, "", seconds: 0)
}

/// What one of a request's cookies says; of several of the name the first.
func cookieValue(_ name: String, _ request: Request) -> String? {
    for header in request.headers[values: .cookie] {
        for part in header.split(separator: ";") {
            let pair = part.split(separator: "=", maxSplits: 1)
            if pair.count == 2, pair[0].trimmingCharacters(in: .whitespaces) == name {
                return pair[1].trimmingCharacters(in: .whitespaces)
            }
        }
    }
    return nil
}

/// Whether a request that changes something comes from a page of ours.
enum CrossSite {
    static let tokenHeader = HTTPField.Name("X-CSRF-Token") ?? .authorization
    private static let siteHeader = HTTPField.Name("Sec-Fetch-Site") ?? .authorization

    static func isSafe(_ method: HTTPRequest.Method) -> Bool { [.get, .head, .options].contains(method) }

    /// Browsers say where a request comes from, by Sec-Fetch-Site (Fetch Metadata) or Origin; programs say neither.
    static func check(_ request: Request) throws(ActError) {
        let refused = ActError.refused(
            code: "cross-site",
            .init(
                vietnamese: "Yêu cầu đến từ trang khác nên bị từ chối. Hãy thao tác trên trang của hệ thống.",
                english: "The request comes from another site and is refused. Use the pages of this system."))
        if let site = request.headers[siteHeader], site != "same-origin", site != "none" { throw refused }
        if let origin = request.headers[.origin], let host = request.head.authority {
            guard origin == "https://\(host)" || origin == "http://\(host)" else { throw refused }
        }
    }

    /// - Parameter session: the secret from which the page's token is derived.
    static func check(_ request: Request, session: SecretToken) throws(ActError) {
        try check(request)
        guard let token = request.headers[tokenHeader],
            session.isDerived(token, for: SchedulerService.csrfPurpose)
        else {
            throw .refused(
                code: "csrf",
                .init(
                    vietnamese: "Trang đã cũ. Hãy tải lại trang rồi thử lại.",
                    english: "The page is out of date. Reload it and try again."))
        }
    }
}
