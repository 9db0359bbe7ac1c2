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
            let form = try await decodeForm(SchedulerService.SetupForm.self, request)
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
        response.headers[.setCookie] = SessionCookie.set(started.token)
        return response
    }
}
