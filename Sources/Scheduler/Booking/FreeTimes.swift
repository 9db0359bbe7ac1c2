import Briefing
import Foundation
import ICalendar
import Store

public struct BusyRow: Encodable, Sendable {
    public struct Span: Encodable, Sendable {
        public var start: LocalDateTime
        public var end: LocalDateTime
        /// Nil where the asker may not read it.
        public var title: String?
    }

    public var site: SiteID
    public var name: String
    public var busy: [Span]
}

extension SchedulerService {
    public struct FreeTimesForm: Decodable, Sendable {
        public var sites: [SiteID]?
        public var people: [PersonID]?
        public var venue: SiteID?
        public var minutes: Int?
        public var from: String?
        public var to: String?
        public var earliest: String?
        public var latest: String?
    }

    /// When some sites are in meetings.
    public func freeBusy(sites text: String?, from: String?, to: String?, as caller: Caller) async throws -> [BusyRow] {
        let (first, last) = try span(from, to)
        let directory = directory
        let wanted = (text ?? "").split(separator: ",").prefix(600).compactMap { Int64($0).map { SiteID($0) } }
            .filter { directory.sites[$0] != nil }
        return try await store.read { reading in
            let kept = try reading.keptTimes(
                from: LocalDateTime(minuteNumber: first.dayNumber * 1440),
                to: LocalDateTime(minuteNumber: (last.dayNumber + 1) * 1440), exceptSeries: nil,
                exceptOccurrences: [])
            let titles = try reading.titles(of: Set(kept.times.compactMap(\.occurrence)))
            var readable: [OccurrenceID: Bool] = [:]
            return try wanted.map { site in
                let times = kept.times.filter { kept.claims[$0.claim].sites.contains(site) }
                    .sorted { $0.start < $1.start }
                return BusyRow(
                    site: site, name: directory.siteName(site),
                    busy: try times.map { time in
                        var title: String?
                        if let id = time.occurrence {
                            if readable[id] == nil { readable[id] = try self.mayRead(id, caller, reading) }
                            if readable[id] == true { title = titles[id] }
                        }
                        return .init(start: time.start, end: time.end, title: title)
                    })
            }
        }
    }

    public func freeTimes(_ form: FreeTimesForm, as caller: Caller) async throws -> [ConflictReport.Proposal] {
        guard caller.rights.mayBookAtAll else { throw ActError.forbidden }
        let (first, last) = try span(form.from, form.to)
        var check = FormCheck()
        let minutes = check.number("minutes", form.minutes, 5...720)
        func minute(_ field: String, _ text: String?, _ standard: Int) -> Int {
            guard let text else { return standard }
            guard let time = LocalDateTime("2000-01-01T\(text)") else {
                check.wrong(field, "Giờ không đúng. Ví dụ: 07:30.", "Not a time of the day. For example: 07:30.")
                return standard
            }
            return time.minuteOfDay
        }
        let earliest = minute("earliest", form.earliest, 450)
        let latest = minute("latest", form.latest, 1020)
        if latest - earliest < minutes {
            check.wrong(
                "latest", "Khoảng giờ ngắn hơn cuộc họp.", "The hours are shorter than the meeting.")
        }
        try check.finish()
        let claim = Claim(
            sites: Set(form.sites ?? []), people: Set(form.people ?? []), venue: form.venue, isOnline: true)
        return try await store.read { reading in
            try self.freeTimes(
                from: first, through: last, minutes: minutes, claim: claim, earliest: earliest, latest: latest,
                count: 12, near: nil, reading)
        }
    }
}
