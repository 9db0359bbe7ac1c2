import Briefing
import Hummingbird
import Scheduler

extension APIRoutes {
    /// New addresses of calendars; each takes the place of the one before.
    var calendarAddressRoutes: [APIRoute] {
        [
            APIRoute(.post, "/api/me/calendar") { call in
                try jsonAnswer(await scheduler.makeCalendar(as: call.caller), call.request)
            },
            APIRoute(.post, "/api/units/:id/calendar") { call in
                let id: UnitID = try call.id()
                return try jsonAnswer(await scheduler.makeCalendar(of: id, as: call.caller), call.request)
            },
            APIRoute(.post, "/api/sites/:id/calendar") { call in
                let id: SiteID = try call.id()
                return try jsonAnswer(await scheduler.makeCalendar(of: id, as: call.caller), call.request)
            },
        ]
    }
}
