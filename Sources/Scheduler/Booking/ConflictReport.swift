import Briefing
import Foundation
import ICalendar
import Store

/// What stands against a booking, in sentences, with times that are free.
public struct ConflictReport: Sendable {
    public struct Line: Encodable, Sendable {
        public var start: LocalDateTime
        public var end: LocalDateTime
        public var kind: String
        public var what: String
        /// The title of the other meeting; nil where the asker may not read it.
        public var with: String?
        public var message: Sentence
    }

    public struct Proposal: Codable, Hashable, Sendable {
        public var start: LocalDateTime
        public var end: LocalDateTime
    }

    public var lines: [Line]
    public var proposals: [Proposal]
}

extension SchedulerService {
    /// The conflicts of some meetings with all that is booked, inside the transaction that will book them.
    func conflicts(
        _ times: [ClaimedTime], _ claims: [Claim], exceptSeries: SeriesID? = nil,
        exceptOccurrences: Set<OccurrenceID> = [], _ reading: Reading
    ) throws -> [Conflict] {
        guard !times.isEmpty else { return [] }
        let kept = try reading.keptTimes(
            touching: times.map { ($0.start, $0.end) }, exceptSeries: exceptSeries,
            exceptOccurrences: exceptOccurrences)
        let finder = ConflictFinder(capacity: office.capacity, lines: directory.lines)
        return finder.conflicts(
            wanted: times, wantedClaims: claims, kept: kept.times, keptClaims: kept.claims)
            + overlaps(times, claims, finder)
    }

    /// Where meetings that are booked together would meet each other.
    private func overlaps(_ times: [ClaimedTime], _ claims: [Claim], _ finder: ConflictFinder) -> [Conflict] {
        let sorted = times.sorted { $0.start < $1.start }
        var found: [Conflict] = []
        for (earlier, later) in zip(sorted, sorted.dropFirst()) where later.start < earlier.end {
            found += finder.conflicts(wanted: [later], wantedClaims: claims, kept: [earlier], keptClaims: claims)
                .filter {
                    switch $0.subject {
                    case .site, .person, .venue: true
                    case .siteLine, .officeLine, .cap: false
                    }
                }
        }
        return found
    }

    /// What some meetings take under a plan, each with what it has of its own.
    func claimed(
        _ occurrences: [Occurrence], _ plan: MeetingPlan, _ reading: Reading
    ) throws -> (times: [ClaimedTime], claims: [Claim]) {
        let changes = try reading.changes(of: occurrences.filter(\.isEdited).map(\.id))
        let list = InviteeList(sites: plan.sites, people: plan.people)
        var claims = [claim(plan)]
        let times = occurrences.map { occurrence in
            var index = 0
            if occurrence.isEdited {
                var own = occurrence.plan(of: plan)
                let invitees = reading.apply(changes[occurrence.id] ?? [], to: list)
                own.sites = invitees.sites
                own.people = invitees.people
                let claim = claim(own)
                if claim != claims[0] {
                    index = claims.count
                    claims.append(claim)
                }
            }
            return ClaimedTime(
                start: occurrence.start, end: occurrence.end, claim: index, series: occurrence.series,
                occurrence: occurrence.id)
        }
        return (times, claims)
    }

    /// Conflicts in the words of whoever asks.
    func lines(_ conflicts: [Conflict], for caller: Caller, _ reading: Reading) throws -> [ConflictReport.Line] {
        let others = Set(conflicts.compactMap(\.other))
        let titles = try reading.titles(of: others)
        var readable: [OccurrenceID: Bool] = [:]
        for id in others { readable[id] = try mayRead(id, caller, reading) }
        var names: [PersonID: String] = [:]
        return try conflicts.map { conflict in
            let with = conflict.other.flatMap { readable[$0] == true ? titles[$0] : nil }
            let time = Sentence.time(from: conflict.start, to: conflict.end)
            let taken = Sentence(
                vietnamese: with.map { "đã có lịch “\($0)”" } ?? "đã có lịch khác",
                english: with.map { "is in “\($0)”" } ?? "is in another meeting")
            func line(_ kind: String, _ what: String, _ vietnamese: String, _ english: String) -> ConflictReport.Line {
                ConflictReport.Line(
                    start: conflict.start, end: conflict.end, kind: kind, what: what, with: with,
                    message: Sentence(vietnamese: vietnamese, english: english))
            }
            switch conflict.subject {
            case .site(let id):
                let name = directory.siteName(id)
                return line(
                    "site", name, "\(name) \(taken.vietnamese) lúc \(time.vietnamese).",
                    "\(name) \(taken.english) at \(time.english).")
            case .venue(let id):
                let name = directory.siteName(id)
                return line(
                    "venue", name, "Phòng họp \(name) \(taken.vietnamese) lúc \(time.vietnamese).",
                    "The room \(name) \(taken.english) at \(time.english).")
            case .person(let id):
                if names[id] == nil { names[id] = try reading.person(id)?.name ?? "#\(id)" }
                let name = names[id] ?? ""
                return line(
                    "person", name, "Đồng chí \(name) \(taken.vietnamese) lúc \(time.vietnamese).",
                    "\(name) \(taken.english) at \(time.english).")
            case .officeLine(let needed, let available):
                return line(
                    "line", "\(needed) kbit/s",
                    "Đường truyền của tỉnh cần \(needed / 1000) Mbit/s lúc \(time.vietnamese), chỉ có \(available / 1000) Mbit/s. Hãy bớt điểm cầu hoặc chọn giờ khác.",
                    "The office's line would need \(needed / 1000) Mbit/s at \(time.english) and has \(available / 1000). Invite fewer sites or choose another time."
                )
            case .siteLine(let id):
                let name = directory.siteName(id)
                return line(
                    "line", name, "Đường truyền của \(name) không đủ cho một cuộc họp trực tuyến.",
                    "The line of \(name) does not carry an online meeting.")
            case .cap(let sites, let allowed):
                return line(
                    "cap", "\(sites)",
                    "Lúc \(time.vietnamese) sẽ có \(sites) điểm cầu cùng họp, hệ thống nhận tối đa \(allowed). Hãy chọn giờ khác.",
                    "\(sites) sites would meet at \(time.english); the system takes \(allowed). Choose another time.")
            }
        }
    }

    /// Times near the one that was asked for at which all of some meetings are free: the same day's working hours, then
    /// the next working days'.
    func proposals(
        for meetings: [PlannedMeeting], _ plan: MeetingPlan, exceptSeries: SeriesID? = nil,
        exceptOccurrences: Set<OccurrenceID> = [], _ reading: Reading
    ) throws -> [ConflictReport.Proposal] {
        guard let first = meetings.first(where: { !$0.isSkipped }) else { return [] }
        let claim = claim(plan)
        // Some that are free for the first meeting, of which those remain that are free for all.
        let candidates = try freeTimes(
            from: first.start.date, through: first.start.date.adding(days: plan.rule == nil ? 14 : 6),
            minutes: plan.minutes, claim: claim, earliest: 450, latest: 1020, count: 16, near: first.start, reading)
        var found: [ConflictReport.Proposal] = []
        for candidate in candidates where found.count < 4 {
            let shift = candidate.start.minuteNumber - first.start.minuteNumber
            let moved = times(meetings).map { time in
                var time = time
                time.start = time.start.adding(minutes: shift)
                time.end = time.end.adding(minutes: shift)
                return time
            }
            let taken = try conflicts(
                moved, [claim], exceptSeries: exceptSeries, exceptOccurrences: exceptOccurrences, reading)
            if taken.allSatisfy({ if case .siteLine = $0.subject { true } else { false } }) { found.append(candidate) }
        }
        return found
    }

    /// - Parameters:
    ///   - earliest: minute of the day before which no meeting begins.
    ///   - latest: minute of the day by which each has ended.
    ///   - near: the proposals that lie next to it come first; nil for the order of time.
    func freeTimes(
        from first: LocalDate, through last: LocalDate, minutes: Int, claim: Claim, earliest: Int, latest: Int,
        count: Int, near: LocalDateTime?, _ reading: Reading
    ) throws -> [ConflictReport.Proposal] {
        var wanted: [ClaimedTime] = []
        var day = first
        let calendar = calendar
        let nowLocal = ProvinceClock.local(unix: now())
        while day <= last, wanted.count < 3000 {
            if calendar.isWorking(day) {
                for minute in stride(from: earliest, through: latest - minutes, by: 30) {
                    let start = LocalDateTime(minuteNumber: day.dayNumber * 1440 + minute)
                    // Over noon nobody meets.
                    let isOverNoon = minute < 750 && minute + minutes > 750 || (750..<780).contains(minute)
                    if start > nowLocal, !isOverNoon || minutes > 240 {
                        wanted.append(
                            ClaimedTime(
                                start: start, end: start.adding(minutes: minutes), claim: 0, series: nil,
                                occurrence: nil))
                    }
                }
            }
            day = day.adding(days: 1)
        }
        guard let begin = wanted.first?.start, let end = wanted.map(\.end).max() else { return [] }
        if let near {
            wanted.sort {
                abs($0.start.minuteNumber - near.minuteNumber) < abs($1.start.minuteNumber - near.minuteNumber)
            }
        }
        let kept = try reading.keptTimes(from: begin, to: end, exceptSeries: nil, exceptOccurrences: [])
        let finder = ConflictFinder(capacity: office.capacity, lines: directory.lines)
        var found: [ConflictReport.Proposal] = []
        for time in wanted {
            let beside = kept.times.filter { $0.start < time.end && $0.end > time.start }
            let taken = finder.conflicts(
                wanted: [time], wantedClaims: [claim], kept: beside, keptClaims: kept.claims)
            if taken.allSatisfy({ if case .siteLine = $0.subject { true } else { false } }) {
                found.append(.init(start: time.start, end: time.end))
                if found.count == count { break }
            }
        }
        return found
    }
}
