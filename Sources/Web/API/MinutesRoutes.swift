import Briefing
import Foundation
import HTTPTypes
import Hummingbird
import Scheduler

extension APIRoutes {
    var minutesRoutes: [APIRoute] {
        [
            APIRoute(.get, "/api/occurrences/:id/minutes") { call in
                let minutes = try await scheduler.minutes(of: call.id(), as: call.caller)
                // A page that asks every few seconds is told only what it does not know.
                if call.query("after") == minutes.version { return Response(status: .noContent) }
                return try jsonAnswer(minutes, call.request)
            },
            APIRoute(.get, "/api/occurrences/:id/minutes.odt") { call in
                try await fileAnswer(scheduler.minutesFile(.odt, of: call.id(), as: call.caller))
            },
            APIRoute(.get, "/api/occurrences/:id/minutes.docx") { call in
                try await fileAnswer(scheduler.minutesFile(.docx, of: call.id(), as: call.caller))
            },
            APIRoute(.get, "/api/occurrences/:id/minutes.pdf") { call in
                try await fileAnswer(scheduler.minutesFile(.pdf, of: call.id(), as: call.caller))
            },
            APIRoute(.get, "/api/occurrences/:id/roll.csv") { call in
                try await fileAnswer(scheduler.rollFile(.csv, of: call.id(), as: call.caller))
            },
            APIRoute(.get, "/api/occurrences/:id/roll.pdf") { call in
                try await fileAnswer(scheduler.rollFile(.pdf, of: call.id(), as: call.caller))
            },
            APIRoute(.get, "/api/occurrences/:id/votes/{vote}.pdf") { call in
                try await fileAnswer(scheduler.voteFile(call.number("vote"), of: call.id(), as: call.caller))
            },
        ]
    }
}
