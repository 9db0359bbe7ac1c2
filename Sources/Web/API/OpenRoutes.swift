import Foundation
import HTTPTypes
import Hummingbird
import Identity
import Scheduler

/// What is there for those who are not signed in: signing in itself, the first set-up, and answers by a letter's link.
struct OpenRoutes: Sendable {
    let scheduler: SchedulerService
    let provider: OIDCProvider?
    let baseURL: String

    private struct Options: Encodable {
        struct Provider: Encodable { var name: String }

        var setup: Bool
        var oidc: Provider?
        var province: String
        var demo: [DemoAccount]
    }

    func add(to group: RouterGroup<CallContext>) {
        group.get("/api/signin-options") { request, _ in
            try jsonAnswer(
                Options(
                    setup: await scheduler.needsSetup(), oidc: provider.map { .init(name: $0.settings.name) },
                    province: scheduler.office.province, demo: scheduler.settings.demoAccounts), request)
        }
        group.post("/api/setup") { request, context in
            try CrossSite.check(request)
            let form: SchedulerService.SetupForm = try await decodeForm(SchedulerService.SetupForm.self, request)
            return try answer(await scheduler.setUp(form, address: context.remoteAddress), request)
        }
        group.post("/api/session") { request, context in
            try CrossSite.check(request)
            let form = try await decodeForm(SchedulerService.SignInForm.self, request)
            return try answer(await scheduler.signIn(form, address: context.remoteAddress), request)
        }
        group.get("/api/answers/:token") { request, context in
            try jsonAnswer(await scheduler.answerPage(context.parameters.get("token") ?? ""), request)
        }
        group.post("/api/answers/:token") { request, context in
            try CrossSite.check(request)
            let form = try await decodeForm(SchedulerService.AnswerForm.self, request)
            try await scheduler.answer(token: context.parameters.get("token") ?? "", form)
            return Response(status: .noContent)
        }
        if let provider { OIDCRoutes(scheduler: scheduler, provider: provider, baseURL: baseURL).add(to: group) }
    }

    private func answer(_ started: StartedSession, _ request: Request) throws -> Response {
        var response = try jsonAnswer(started.me, request)
        response.headers[.setCookie] = SessionCookie.set(started.token, seconds: 30 * 86_400)
        return response
    }
}

/// Signing in with the account that an office has elsewhere (OpenID Connect Core 1.0 §3.1).
struct OIDCRoutes: Sendable {
    let scheduler: SchedulerService
    let provider: OIDCProvider
    let baseURL: String

    /// Holds the request's secret while the browser is at the provider. Lax, since the way back is a link of another site.
    private static let cookie = "__Host-giaoban-oidc"

    func add(to group: RouterGroup<CallContext>) {
        group.get("/auth/oidc/start") { _, _ in
            do throws(OIDCError) {
                let begun = try await provider.begin(redirectURI: "\(baseURL)/auth/oidc/callback")
                return Response(
                    status: .found,
                    headers: [
                        .location: begun.address, .cacheControl: "no-store",
                        .setCookie:
                            "\(Self.cookie)=\(begun.request.secret.text); Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600",
                    ])
            } catch {
                return back(error)
            }
        }
        group.get("/auth/oidc/callback") { request, context in
            guard let secret = cookie(request) else { return back(.notAsked) }
            let begun = AuthorizationRequest(secret: secret, redirectURI: "\(baseURL)/auth/oidc/callback")
            do {
                let claims = try await provider.finish(query: request.uri.query ?? "", request: begun)
                let started = try await scheduler.signIn(
                    claims, issuer: provider.settings.issuer, address: context.remoteAddress)
                return Response(
                    status: .found,
                    headers: [
                        .location: "/", .cacheControl: "no-store",
                        .setCookie: SessionCookie.set(started.token, seconds: 30 * 86_400),
                    ])
            } catch let error as OIDCError {
                return back(error)
            } catch is ActError {
                return Response(status: .found, headers: [.location: "/dang-nhap?error=unknown-account"])
            }
        }
    }

    private func back(_ error: OIDCError) -> Response {
        Response(
            status: .found,
            headers: [
                .location: "/dang-nhap?error=oidc&reason="
                    + (error.vietnamese.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""),
                .cacheControl: "no-store",
            ])
    }

    private func cookie(_ request: Request) -> SecretToken? { secretCookie(Self.cookie, request) }
}
