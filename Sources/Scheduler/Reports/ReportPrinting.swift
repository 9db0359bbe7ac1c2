import Briefing
import Print

extension OnlineShareReport {
    /// The report as it is printed.
    var sheet: OnlineShareSheet {
        OnlineShareSheet(
            period: printedPeriod,
            groups: printedGroups.map { .init(title: $0.title, rows: $0.rows.map(Self.row)) },
            total: Self.row(printedTotal), notes: Self.notes)
    }

    private static func row(_ row: PrintedRow) -> OnlineShareSheet.Row {
        .init(
            unit: row.unit, held: row.held, online: row.online, share: row.share, target: row.target,
            verdict: row.verdict, invited: row.invited, attended: row.attended, attendance: row.attendance,
            onTime: row.onTime)
    }
}

extension WeekPlan {
    /// The week as it is printed.
    var sheet: WeekSheet {
        WeekSheet(
            period: period,
            days: days.map { day in
                WeekSheet.Day(
                    name: day.name, date: day.shortDate, note: day.note,
                    parts: day.parts.map { part in
                        WeekSheet.Part(
                            name: part.name,
                            entries: part.entries.map {
                                .init(
                                    time: $0.time, content: $0.title, chair: $0.chair, participants: $0.participants,
                                    place: $0.place)
                            })
                    })
            })
    }
}
