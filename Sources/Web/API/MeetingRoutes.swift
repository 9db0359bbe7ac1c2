import Briefing
import Foundation
import HTTPTypes
import Hummingbird
import Scheduler

extension APIRoutes {
    var meetingRoutes: [APIRoute] {
        struct Invitations: Encodable { var invitations: [MyInvitation] }
        return [
            APIRoute(.get, "/api/calendar") { call in
                try jsonAnswer(
                    await scheduler.calendarPage(
                        from: call.query("from"), to: call.query("to"), unit: call.queryID("unit"), as: call.caller),
                    call.request)
            },
            APIRoute(.get, "/api/occurrences/:id") { call in
                let id: OccurrenceID = try call.id()
                return try jsonAnswer(await scheduler.detail(id, as: call.caller), call.request)
            },
            APIRoute(.patch, "/api/occurrences/:id") { call in
                let id: OccurrenceID = try call.id()
                let form: EditForm = try await call.body()
                return try jsonAnswer(await scheduler.edit(id, form, as: call.caller), call.request)
            },
            APIRoute(.post, "/api/occurrences/:id/cancel") { call in
                let id: OccurrenceID = try call.id()
                return try jsonAnswer(await scheduler.cancel(id, call.body(), as: call.caller), call.request)
            },
            APIRoute(.post, "/api/occurrences/:id/invitations") { call in
                try jsonAnswer(await scheduler.invite(call.id(), call.body(), as: call.caller), call.request)
            },
            APIRoute(.post, "/api/occurrences/:id/answer") { call in
                let id: OccurrenceID = try call.id()
                try await scheduler.answer(id, call.body(), as: call.caller)
                return Response(status: .noContent)
            },
            APIRoute(.post, "/api/occurrences/:id/join") { call in
                try jsonAnswer(await scheduler.join(call.id(), as: call.caller), call.request)
            },
            APIRoute(.put, "/api/occurrences/:id/attendance") { call in
                try await scheduler.setAttendance(call.id(), call.body(), as: call.caller)
                return Response(status: .noContent)
            },
            APIRoute(.get, "/api/my/invitations") { call in
                try jsonAnswer(Invitations(invitations: await scheduler.myInvitations(as: call.caller)), call.request)
            },
        ]
    }

    var officeRoutes: [APIRoute] {
        struct Holidays: Encodable { var holidays: [HolidayShown] }
        return [
            APIRoute(.get, "/api/holidays") { call in
                try jsonAnswer(Holidays(holidays: await scheduler.holidays(year: call.query("year"))), call.request)
            },
            APIRoute(.put, "/api/holidays/:date") { call in
                let form: SchedulerService.HolidayForm = try await call.body()
                try await scheduler.setHoliday(call.context.parameters.get("date") ?? "", form, as: call.caller)
                return Response(status: .noContent)
            },
            APIRoute(.delete, "/api/holidays/:date") { call in
                try await scheduler.setHoliday(call.context.parameters.get("date") ?? "", nil, as: call.caller)
                return Response(status: .noContent)
            },
            APIRoute(.get, "/api/audit") { call in
                try jsonAnswer(
                    await scheduler.acts(
                        before: call.query("before").flatMap { Int64($0) }, matching: call.query("q"), as: call.caller),
                    call.request)
            },
            APIRoute(.get, "/api/settings") { call in
                guard call.caller.rights.mayEditSettings else { throw ActError.forbidden }
                return try jsonAnswer(scheduler.office, call.request)
            },
            APIRoute(.put, "/api/settings") { call in
                try jsonAnswer(await scheduler.setOffice(call.body(), as: call.caller), call.request)
            },
            APIRoute(.get, "/api/mail") { call in
                try jsonAnswer(
                    await scheduler.letters(
                        state: call.query("state"), occurrence: call.queryID("occurrence"), relay: relay,
                        as: call.caller), call.request)
            },
            APIRoute(.post, "/api/mail/:id/retry") { call in
                try await scheduler.retryLetter(call.number(), as: call.caller)
                return Response(status: .noContent)
            },
        ]
    }
}
