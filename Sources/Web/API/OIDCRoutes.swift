import Foundation
import HTTPTypes
import Hummingbird
import Identity
import Scheduler

/// Signing in with the account that an office has elsewhere (OpenID Connect Core 1.0 §3.1).
struct OIDCRoutes: Sendable {
    let scheduler: SchedulerService
    let provider: OIDCProvider
    let baseURL: String

    func add(to group: RouterGroup<CallContext>) {
        group.get("/auth/oidc/start") { request, _ in
            let next = PathOfOurs(request.uri.queryParameters["next"].map { String($0) } ?? "")
            do throws(OIDCError) {
                let begun = try await provider.begin(redirectURI: callback)
                return redirect(
                    to: begun.address, cookies: [SignInFlow(secret: begun.request.secret, next: next).cookie])
            } catch {
                return back(SignInFailure(error), next)
            }
        }
        group.get("/auth/oidc/callback") { request, context in
            guard let flow = SignInFlow(request) else { return back(.expired, .home) }
            do {
                let claims = try await provider.finish(
                    query: request.uri.query ?? "",
                    request: AuthorizationRequest(secret: flow.secret, redirectURI: callback))
                let started = try await scheduler.signIn(
                    claims, issuer: provider.settings.issuer, address: context.remoteAddress)
                return redirect(
                    to: flow.next.text,
                    cookies: [SessionCookie.set(started.token), SignInFlow.clear])
            } catch let error as OIDCError {
                return back(SignInFailure(error), flow.next)
            } catch is ActError {
                return back(.unknownAccount, flow.next)
            }
        }
    }

    private var callback: String { "\(baseURL)/auth/oidc/callback" }

    /// To the sign-in page, which has the sentence: an address with words in it could say anything in our name.
    private func back(_ failure: SignInFailure, _ next: PathOfOurs) -> Response {
        let kept = next.text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return redirect(
            to: "/dang-nhap?error=\(failure.rawValue)" + (next == .home ? "" : "&next=\(kept)"),
            cookies: [SignInFlow.clear])
    }

    private func redirect(to address: String, cookies: [String]) -> Response {
        var response = Response(status: .found, headers: [.location: address, .cacheControl: "no-store"])
        for cookie in cookies { response.headers.append(HTTPField(name: .setCookie, value: cookie)) }
        return response
    }
}

/// Why signing in by the provider failed, as the sign-in page has sentences for it.
private enum SignInFailure: String {
    case unreachable
    case badAnswer = "bad-answer"
    case cancelled
    case refused
    case expired
    case busy
    case unknownAccount = "unknown-account"

    init(_ error: OIDCError) {
        switch error {
        case .unreachable: self = .unreachable
        case .badAnswer, .badToken: self = .badAnswer
        case .refused("access_denied"): self = .cancelled
        case .refused: self = .refused
        case .notAsked: self = .expired
        case .tooBusy: self = .busy
        }
    }
}

/// What the browser keeps while somebody is at the provider: the request's secret, and where they wanted to go.
private struct SignInFlow {
    var secret: SecretToken
    var next: PathOfOurs

    private static let name = "__Host-giaoban-oidc"

    init(secret: SecretToken, next: PathOfOurs) {
        self.secret = secret
        self.next = next
    }

    init?(_ request: Request) {
        guard let value = cookieValue(Self.name, request) else { return nil }
        let parts = value.split(separator: ".", maxSplits: 1)
        guard let secret = parts.first.flatMap({ SecretToken($0) }) else { return nil }
        self.secret = secret
        next = PathOfOurs(parts.count == 2 ? String(parts[1]).removingPercentEncoding ?? "" : "")
    }

    var cookie: String {
        let kept = next.text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return hostCookie(Self.name, "\(secret.text).\(kept)", seconds: 600)
    }

    static let clear = hostCookie(name, "", seconds: 0)
}

/// A path of our own pages. Anything else that asks to be one, an address of another site above all, is the first page.
struct PathOfOurs: Hashable, Sendable {
    let text: String

    static let home = PathOfOurs("/")

    /// Browsers take `//host`, `/\host` and both with tabs and line ends between as another site (WHATWG URL §4.4).
    init(_ text: String) {
        let bytes = Array(text.utf8)
        let isPath =
            bytes.first == UInt8(ascii: "/") && bytes.count <= 500
            && bytes.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
            && !text.hasPrefix("//")
        let isPage = !["/api/", "/auth/", "/dang-nhap"].contains { text.hasPrefix($0) }
        self.text = isPath && isPage ? text : "/"
    }
}
