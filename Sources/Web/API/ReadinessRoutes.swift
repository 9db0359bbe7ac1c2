import Briefing
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Scheduler
import ServiceLifecycle

extension APIRoutes {
    /// Seconds that a board's question waits for news.
    private static let boardPatience = Duration.seconds(25)
    private static let boardTick = Duration.milliseconds(300)

    var readinessRoutes: [APIRoute] {
        [
            APIRoute(.get, "/api/occurrences/:id/readiness") { call in
                let id: OccurrenceID = try call.id()
                if let after = call.query("after").flatMap({ Int($0) }) {
                    // Who may not see the board waits for nothing.
                    let board = try await scheduler.readinessBoard(of: id, as: call.caller)
                    guard board.version == after else { return try jsonAnswer(board, call.request) }
                    try await waitForNews(of: id, after: after)
                }
                return try jsonAnswer(await scheduler.readinessBoard(of: id, as: call.caller), call.request)
            },
            APIRoute(.get, "/api/sites/:id/checks") { call in
                try jsonAnswer(
                    await scheduler.checks(of: call.id(), for: call.queryID("occurrence"), as: call.caller),
                    call.request)
            },
        ]
    }

    /// Until a board is other than it was; an end of the server ends it too.
    private func waitForNews(of id: OccurrenceID, after: Int) async throws {
        let clock = ContinuousClock()
        let end = clock.now + Self.boardPatience
        while clock.now < end, !Task.isShuttingDownGracefully {
            try await Task.sleep(for: Self.boardTick)
            if try await scheduler.readinessVersion(of: id) != after { return }
        }
    }

    /// What a site says of itself: by its device's token, or by somebody who is signed in at it.
    func addSiteChecks(to group: RouterGroup<CallContext>) {
        group.post("/api/site/checks") { request, _ in
            let checker = try await scheduler.siteCaller(request)
            let form = try await decodeForm(SchedulerService.CheckForm.self, request)
            return try jsonAnswer(await scheduler.addCheck(form, by: checker), request, status: .created)
        }
        group.post("/api/site/checks/turn") { request, _ in
            let checker = try await scheduler.siteCaller(request)
            let form = try await decodeForm(SchedulerService.TurnForm.self, request)
            return try jsonAnswer(await scheduler.checkTurn(form, by: checker), request)
        }
    }
}
