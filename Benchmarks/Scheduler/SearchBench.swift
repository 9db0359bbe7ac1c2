import Foundation
import ICalendar
import Scheduler
import Store

/// How soon words are found.
struct SearchBench {
    let scheduler: SchedulerService
    var watch = Stopwatch(limits: [("search", 200)])

    /// - Returns: whether all were fast enough.
    mutating func measure(_ callers: [(name: String, caller: Caller)]) async throws -> Bool {
        let queries = [
            ("rare phrase", "ho chua nuoc nam cat"), ("rare phrase, marks", "hồ chứa nước Nặm Cắt"),
            ("phrase", "ke hoach san xuat vu dong xuan"), ("phrase, quoted", "\"ke hoach san xuat vu dong xuan\""),
            ("common word", "cua"), ("common words", "bao cao ket qua thuc hien"),
            ("common words, marks", "báo cáo kết quả thực hiện"), ("words apart", "thien tai ngan sach thuy loi nam"),
            ("prefix", "bao cao ket qua thuc hie"), ("prefix alone", "nha"), ("nothing", "xqzw khong co"),
        ]
        for (who, caller) in callers {
            for (name, query) in queries {
                var found = 0
                let scheduler = scheduler
                try await watch.measure("search, \(who): \(name)", times: 40) { _ in
                    let page = try await scheduler.search(
                        SearchForm(query: query, from: nil, to: nil, unit: nil, limit: nil, cursor: nil), as: caller)
                    found = page.results.count
                    _ = try JSONEncoder().encode(page)
                }
                say("    \(found) shown")
            }
            let scheduler = scheduler
            let from = SchedulerBench.today.adding(days: -680)
            try await watch.measure("search, \(who): a month", times: 40) { _ in
                _ = try await scheduler.search(
                    SearchForm(
                        query: "bao cao ket qua", from: "\(from)", to: "\(from.adding(days: 30))", unit: nil,
                        limit: nil,
                        cursor: nil), as: caller)
            }
        }
        return watch.isWithin
    }
}
