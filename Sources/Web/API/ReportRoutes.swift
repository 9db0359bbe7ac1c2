import Briefing
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Scheduler

extension APIRoutes {
    var reportRoutes: [APIRoute] {
        struct Lines: Encodable { var lines: [LineKind] }
        return [
            APIRoute(.get, "/api/lines") { call in
                try jsonAnswer(Lines(lines: LineKind.all), call.request)
            },
            APIRoute(.get, "/api/reports/kpi") { call in
                try jsonAnswer(
                    await scheduler.onlineShare(from: call.query("from"), to: call.query("to"), as: call.caller),
                    call.request)
            },
            APIRoute(.get, "/api/reports/kpi.csv") { call in
                try await fileAnswer(
                    scheduler.onlineShareFile(
                        .csv, from: call.query("from"), to: call.query("to"), as: call.caller))
            },
            APIRoute(.get, "/api/reports/kpi.pdf") { call in
                try await fileAnswer(
                    scheduler.onlineShareFile(
                        .pdf, from: call.query("from"), to: call.query("to"), as: call.caller))
            },
            APIRoute(.get, "/api/calendar.pdf") { call in
                try await fileAnswer(
                    scheduler.weekFile(
                        from: call.query("from"), to: call.query("to"), unit: call.queryID("unit"), as: call.caller))
            },
            APIRoute(.get, "/api/occurrences/:id/invitees.csv") { call in
                try await fileAnswer(scheduler.inviteeFile(.csv, of: call.id(), as: call.caller))
            },
            APIRoute(.get, "/api/occurrences/:id/invitees.pdf") { call in
                try await fileAnswer(scheduler.inviteeFile(.pdf, of: call.id(), as: call.caller))
            },
        ]
    }
}

/// Sheets are looked at first; tables and texts are for programs and are saved.
func fileAnswer(_ file: MadeFile) -> Response {
    Response(
        status: .ok,
        headers: [
            .contentType: file.kind.rawValue, .cacheControl: "no-store",
            .contentDisposition: "\(file.kind == .pdf ? "inline" : "attachment"); filename=\"\(file.name)\"",
        ], body: .init(byteBuffer: ByteBuffer(bytes: file.bytes)))
}
