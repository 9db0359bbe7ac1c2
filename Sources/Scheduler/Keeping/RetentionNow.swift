import Briefing
import ICalendar
import Store

/// How long a recording is kept, for the command line.
public struct RetentionLine: Sendable {
    public var recording: String
    public var standing: Retention.Standing
    /// The last day, `2036-11-22`; nil: for ever.
    public var until: String?
    public var title: String
}

extension SchedulerService {
    /// All recordings, those first whose day comes first; for who waits: the command line.
    ///
    /// - Parameter now: Unix seconds.
    public static func retentionNow(in store: Store, at now: Int) throws -> [RetentionLine] {
        try store.readNow { reading in
            let rules = try OfficeSettings(reading).retention
            let today = ProvinceClock.local(unix: now).date
            return try reading.recordings().compactMap { kept -> RetentionLine? in
                guard let occurrence = try reading.occurrence(kept.occurrence),
                    let series = try reading.series(occurrence.series)
                else { return nil }
                let retention = try Self.retention(of: kept, occurrence.plan(of: series.plan), rules, reading)
                let until = if case .until(let day) = retention.term { Optional(day) } else { LocalDate?.none }
                return RetentionLine(
                    recording: kept.id, standing: retention.standing(on: today), until: until?.description,
                    title: occurrence.plan(of: series.plan).title)
            }.sorted { ($0.until ?? "~", $0.recording) < ($1.until ?? "~", $1.recording) }
        }
    }
}
