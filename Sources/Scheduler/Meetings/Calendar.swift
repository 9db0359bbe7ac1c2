import Briefing
import Foundation
import ICalendar
import Store

/// A span of days with its meetings.
public struct CalendarPage: Encodable, Sendable {
    public struct Day: Encodable, Sendable {
        public var date: LocalDate
        public var holiday: String?
        public var working: Bool
    }

    public struct Entry: Encodable, Sendable {
        public var id: OccurrenceID
        public var series: SeriesID
        public var title: String
        public var start: LocalDateTime
        public var end: LocalDateTime
        public var form: MeetingForm
        public var organiser: Me.Named
        public var chair: String?
        public var venue: String?
        public var sites: Int
        public var state: Occurrence.State
        public var invited: Bool
        /// Of the caller's own invitees, where there are any.
        public var answer: Reply.Answer?
        public var recurring: Bool
        public var moved: Bool
        public var room: String
    }

    public var days: [Day]
    public var occurrences: [Entry]
}

extension SchedulerService {
    /// A calendar shows at most as many days at once.
    static let mostDays = 62

    func span(_ from: String?, _ to: String?, most: Int = mostDays) throws(ActError) -> (LocalDate, LocalDate) {
        var check = FormCheck()
        let first = from.flatMap { LocalDate($0) }
        let last = to.flatMap { LocalDate($0) }
        if first == nil { check.wrong("from", wrongDay.vietnamese, wrongDay.english) }
        if last == nil { check.wrong("to", wrongDay.vietnamese, wrongDay.english) }
        if let first, let last, last < first || last.dayNumber - first.dayNumber > most {
            check.wrong(
                "to", "Ngày cuối phải sau ngày đầu, không quá \(most) ngày.",
                "The last day must be after the first, \(most) days at most.")
        }
        try check.finish()
        guard let first, let last else { throw .notFound }
        return (first, last)
    }

    /// The meetings that somebody may read, of a span of days.
    ///
    /// - Parameter unit: only those that a unit organises or is invited to.
    public func calendarPage(
        from: String?, to: String?, unit: UnitID?, as caller: Caller
    ) async throws -> CalendarPage {
        let (first, last) = try span(from, to)
        let directory = directory
        let sight = Sight(caller, directory)
        let calendar = calendar
        return try await store.read { reading in
            let entries = try reading.calendar(from: first, through: last)
            let keys = entries.map { (id: $0.id, series: $0.series) }
            let mine = try reading.invitations(
                among: keys, sites: sight.answering.union(sight.overseen), person: caller.person.id)
            var ofUnit: Set<OccurrenceID>?
            if let unit {
                let sites = Set(directory.tree.subtree(unit).flatMap { directory.sitesOfUnit[$0] ?? [] })
                let invited = try reading.invitations(among: keys, sites: sites, person: nil)
                ofUnit = Set(invited.keys).union(
                    entries.filter { directory.tree.isWithin($0.organiser, unit) }.map(\.id))
            }
            var chairs: [PersonID: String] = [:]
            var shown: [CalendarPage.Entry] = []
            for entry in entries {
                let invitees = mine[entry.id] ?? []
                guard sight.reads(organiser: entry.organiser) || entry.chair == caller.person.id || !invitees.isEmpty,
                    ofUnit?.contains(entry.id) ?? true
                else { continue }
                if let chair = entry.chair, chairs[chair] == nil { chairs[chair] = try reading.person(chair)?.name }
                let own = invitees.filter { sight.isOwn($0, caller) }
                shown.append(
                    CalendarPage.Entry(
                        id: entry.id, series: entry.series, title: entry.title, start: entry.start, end: entry.end,
                        form: entry.form,
                        organiser: .init(id: entry.organiser.rawValue, name: directory.tree.name(entry.organiser)),
                        chair: entry.chair.flatMap { chairs[$0] }, venue: entry.venue.map { directory.siteName($0) },
                        sites: entry.sites, state: entry.state, invited: !own.isEmpty,
                        answer: try own.isEmpty ? nil : self.answer(of: own, to: entry, reading),
                        recurring: entry.isRecurring, moved: entry.isMoved, room: entry.room))
            }
            let days = (first.dayNumber...last.dayNumber).map { number in
                let day = LocalDate(dayNumber: number)
                return CalendarPage.Day(
                    date: day, holiday: calendar.holidayName(day), working: calendar.isWorking(day))
            }
            return CalendarPage(days: days, occurrences: shown)
        }
    }

    /// The answer of the first of some invitees that has given one.
    private func answer(of invitees: Set<Invitee>, to entry: CalendarEntry, _ reading: Reading) throws -> Reply.Answer {
        guard let occurrence = try reading.occurrence(entry.id),
            let since = try reading.answersSince(entry.series)
        else { return .none }
        let replies = try reading.replies(to: occurrence, seriesAnswersSince: since)
        return invitees.compactMap { replies[$0]?.answer }.first ?? .none
    }
}

/// What somebody sees of others' meetings, worked out once for a request.
struct Sight {
    /// Sites for which they answer.
    let answering: Set<SiteID>
    /// Sites of units over which they are secretary.
    let overseen: Set<SiteID>
    private let rights: Rights

    init(_ caller: Caller, _ directory: Directory) {
        var answering: Set<SiteID> = []
        var overseen: Set<SiteID> = []
        for (unit, sites) in directory.sitesOfUnit {
            if caller.rights.isOf(unit) { answering.formUnion(sites) }
            if caller.rights.holds([.secretary, .administrator], over: unit) { overseen.formUnion(sites) }
        }
        self.answering = answering
        self.overseen = overseen
        rights = caller.rights
    }

    func reads(organiser: UnitID) -> Bool {
        rights.holds([.secretary, .chair, .administrator, .auditor], over: organiser)
    }

    func isOwn(_ invitee: Invitee, _ caller: Caller) -> Bool {
        switch invitee {
        case .site(let site): answering.contains(site)
        case .person(let person): person == caller.person.id
        }
    }
}
