import Briefing
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Scheduler

/// A meeting's conduct for pages that are not in its call: the minutes, a second screen.
extension APIRoutes {
    var conductRoutes: [APIRoute] {
        [
            APIRoute(.get, "/api/occurrences/:id/conduct") { call in
                let id: OccurrenceID = try call.id()
                let actor = try await scheduler.actor(in: id, as: call.caller)
                let after = call.query("after").flatMap { Int($0) } ?? -1
                try await scheduler.conductChange(of: id, after: after)
                guard let known = scheduler.knownConduct(of: id) else { throw ActError.notFound }
                return conductAnswer(known.conduct, known.version, of: id, to: actor)
            },
            APIRoute(.post, "/api/occurrences/:id/acts") { call in
                let id: OccurrenceID = try call.id()
                let form: ActForm = try await call.body()
                let actor = try await scheduler.actor(in: id, as: call.caller)
                guard form.happening == nil else { throw ActError.forbidden }
                guard let refusal = try await scheduler.act(form, in: id, by: actor, sender: nil) else {
                    return Response(status: .noContent)
                }
                if ["not-leader", "no-seat"].contains(refusal.code) { throw ActError.forbidden }
                throw ActError.refused(code: refusal.code, refusal.sentence)
            },
        ]
    }

    private func conductAnswer(
        _ conduct: Conduct, _ version: Int, of id: OccurrenceID, to actor: Actor
    ) -> Response {
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        var feed = ConductFeed()
        feed.update(ConductEntries(conduct, of: id, now: now).entries, lines: conduct.chat.count)
        let unit = scheduler.unitName(of: actor.seat, in: conduct)
        let news = feed.news(since: 0, .init(of: actor, in: conduct))
        let text =
            "{\"version\":\(version),\"now\":\(now),\"you\":\(conduct.ownEntry(of: actor, now: now, unit: unit)),"
            + "\"set\":{\(news.set.joined(separator: ","))}}"
        return Response(
            status: .ok,
            headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}
