import ICalendar
import Testing

@testable import Briefing

struct ReportWeekPlanTests {
    private func time(_ text: String) throws -> LocalDateTime { try #require(LocalDateTime(text)) }

    private func entry(_ start: String, _ end: String, _ title: String) throws -> WeekPlan.Entry {
        try WeekPlan.Entry(
            start: time(start), end: time(end), title: title, chair: "Chủ tịch", participants: "Các huyện", place: "P1")
    }

    private func day(_ text: String) throws -> LocalDate { try #require(LocalDate(text)) }

    @Test func `any day of the week gives the same week, Monday first, working days always and others when needed`()
        throws
    {
        let sunday = try entry("2026-11-29T08:00", "2026-11-29T09:00", "Trực")
        for date in 23...29 {
            let plan = try WeekPlan(weekOf: day("2026-11-\(date)"), entries: [sunday])
            #expect(try plan.monday == day("2026-11-23"))
            #expect(plan.days.map(\.name) == ["Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Chủ nhật"])
            #expect(plan.days.map(\.shortDate) == ["23/11", "24/11", "25/11", "26/11", "27/11", "29/11"])
            #expect(plan.days.last?.parts.map(\.name) == ["Sáng"])
        }
    }

    @Test func `meetings stand in their part of the day by start; other weeks are left out`() throws {
        let plan = try WeekPlan(
            weekOf: day("2026-11-23"),
            entries: [
                entry("2026-11-23T12:00", "2026-11-23T13:00", "trưa"),
                entry("2026-11-23T09:30", "2026-11-23T11:00", "hai"),
                entry("2026-11-23T07:30", "2026-11-23T09:00", "một"),
                entry("2026-11-23T18:00", "2026-11-23T20:00", "tối"),
                entry("2026-11-23T09:30", "2026-11-23T10:00", "ba"),
                entry("2026-11-30T07:30", "2026-11-30T09:00", "sau"),
                entry("2026-11-22T07:30", "2026-11-22T09:00", "trước"),
            ])
        let monday = try #require(plan.days.first)
        #expect(monday.parts.map(\.name) == ["Sáng", "Chiều", "Tối"])
        #expect(monday.parts.map { $0.entries.map(\.title) } == [["một", "hai", "ba"], ["trưa"], ["tối"]])
        #expect(plan.days.dropFirst().allSatisfy { $0.parts.map(\.name) == ["Sáng", "Chiều"] })
    }

    @Test func `a holiday is named and has no empty lines, but shows what is held all the same`() throws {
        let plan = try WeekPlan(
            weekOf: day("2026-09-02"), entries: [entry("2026-09-02T07:30", "2026-09-02T08:00", "Trực")],
            holidays: [day("2026-09-01"): "Quốc khánh", day("2026-09-02"): "Quốc khánh"])
        #expect(plan.days[1].note == "Nghỉ Quốc khánh" && plan.days[1].parts.isEmpty)
        #expect(plan.days[2].parts.map(\.name) == ["Sáng"])
    }

    @Test func `times are said as offices say them, with the day where a meeting ends on another`() throws {
        func words(_ start: String, _ end: String) throws -> String {
            String(try entry(start, end, "").time.map { $0 == "\u{A0}" ? " " : $0 })
        }
        #expect(try words("2026-11-23T07:30", "2026-11-23T09:05") == "7 giờ 30 – 9 giờ 05")
        #expect(try words("2026-11-23T22:00", "2026-11-24T01:00") == "22 giờ 00 – 1 giờ 00 ngày 24/11")
    }

    @Test(arguments: [
        ("2026-11-23", 48, "Tuần 48 (từ ngày 23/11/2026 đến ngày 29/11/2026)"),
        ("2027-01-01", 53, "Tuần 53 (từ ngày 28/12/2026 đến ngày 03/01/2027)"),
        ("2027-01-04", 1, "Tuần 1 (từ ngày 04/01/2027 đến ngày 10/01/2027)"),
        ("2024-12-31", 1, "Tuần 1 (từ ngày 30/12/2024 đến ngày 05/01/2025)"),
    ]) func `weeks are numbered by ISO 8601`(date: String, number: Int, period: String) throws {
        let plan = try WeekPlan(weekOf: day(date), entries: [])
        #expect(plan.weekNumber == number)
        #expect(plan.period == period)
    }
}
