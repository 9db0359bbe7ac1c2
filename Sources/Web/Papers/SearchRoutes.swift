import Foundation
import HTTPTypes
import Hummingbird
import Scheduler

extension APIRoutes {
    var searchRoutes: [APIRoute] {
        [
            APIRoute(.get, "/api/search") { call in
                try jsonAnswer(
                    await scheduler.search(
                        SearchForm(
                            query: call.query("q"), from: call.query("from"), to: call.query("to"),
                            unit: call.queryID("unit"), limit: call.query("limit"), cursor: call.query("cursor")),
                        as: call.caller), call.request)
            }
        ]
    }
}
