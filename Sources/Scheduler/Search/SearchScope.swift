import Briefing
import ICalendar
import Store

/// Among which meetings somebody looks, and what they are shown of each.
///
/// The sets that SQL gives leave out most of what is not theirs; what is shown has been asked of `Rights` one by one.
struct SearchScope {
    private let scheduler: SchedulerService
    private let caller: Caller
    private let span: SearchSpan
    /// What may be theirs to read, where that is not everything, and what the unit has that was asked for.
    private var sets: [MeetingSet] = []
    /// The unit that was asked for and those below it; nil where none was.
    private var units: Set<UnitID>?
    private let now: Int
    private var series: [SeriesID: Series?] = [:]
    private var readable: [OccurrenceID: Known?] = [:]
    /// What stands for a whole series.
    private var ofSeries: [SeriesID: Known?] = [:]

    private struct Known {
        var occurrence: Occurrence
        var plan: MeetingPlan
    }

    init(
        _ scheduler: SchedulerService, _ caller: Caller, unit: UnitID?, span: SearchSpan, _ reading: Reading
    ) throws {
        self.scheduler = scheduler
        self.caller = caller
        self.span = span
        now = scheduler.now()
        let directory = scheduler.directory
        let rights = caller.rights
        let readers: Set<Role> = [.secretary, .chair, .administrator, .auditor, .technician]
        let organisers = Set(directory.tree.units.keys.filter { rights.holds(readers, over: $0) })
        if organisers.count < directory.tree.units.count {
            let sight = Sight(caller, directory)
            sets.append(
                try reading.meetings(
                    organisers: organisers, sites: sight.answering.union(sight.overseen), person: caller.person.id))
        }
        if let unit {
            let units = directory.tree.subtree(unit)
            self.units = units
            let sites = Set(units.flatMap { directory.sitesOfUnit[$0] ?? [] })
            sets.append(try reading.meetings(organisers: units, sites: sites, person: nil))
        }
    }

    /// The papers among which is looked; nil for all.
    func papers(_ reading: Reading) throws -> SearchedPapers? {
        guard !sets.isEmpty || span.from != nil || span.until != nil else { return nil }
        return try reading.searchedPapers(in: sets, from: span.from, to: span.until)
    }

    /// What is shown of something that was found; nil where it is not theirs to read, or no longer there.
    mutating func line(_ hit: SearchHit, _ query: SearchQuery, _ reading: Reading) throws -> SearchPage.Line? {
        func line(
            _ kind: SearchPage.Kind, _ known: Known, _ text: String, paper: Paper? = nil, page: Int? = nil, url: String
        ) -> SearchPage.Line {
            SearchPage.Line(
                kind: kind, exact: hit.isExact, meeting: shown(known),
                paper: paper.map { .init(id: $0.id, title: $0.title, filename: $0.filename, version: $0.version) },
                page: page, snippet: Snippet(of: text, for: query), url: url)
        }
        switch hit.kind {
        case .page:
            guard let page = try reading.page(hit.id) else { return nil }
            for paper in page.papers {
                guard let known = try meeting(of: paper, reading) else { continue }
                return line(
                    .page, known, page.text, paper: paper, page: page.number,
                    url: "/tai-lieu/\(paper.id)?trang=\(page.number)")
            }
            return nil
        case .paper:
            guard let paper = try reading.paper(PaperID(hit.id)), !paper.isWithdrawn, !paper.isSuperseded,
                let known = try meeting(of: paper, reading)
            else { return nil }
            return line(
                .paper, known, "\(paper.title)\n\(paper.note)", paper: paper,
                url: paper.link
                    ?? (PaperPages.State(paper, nil) == .none ? "/api/papers/\(paper.id)" : "/tai-lieu/\(paper.id)"))
        case .agenda:
            guard let (item, series, own) = try reading.agendaItem(hit.id),
                let known = try meeting(own, of: series, at: now, reading)
            else { return nil }
            let text = item.owner.isEmpty ? item.title : "\(item.title) – \(item.owner)"
            return line(.agenda, known, text, url: "/phien/\(known.occurrence.id)")
        case .minutes:
            let id = OccurrenceID(hit.id)
            guard let known = try known(id, reading), let minutes = try reading.minutesText(of: id) else { return nil }
            let isOver =
                minutes.phase == .ended
                || minutes.phase == .planned && ProvinceClock.unix(known.occurrence.end) <= now
            guard caller.rights.mayReadMinutes(of: scheduler.audience(known.plan), isOver: isOver) else { return nil }
            return line(.minutes, known, minutes.text, url: "/bien-ban/\(id)")
        case .occurrence:
            guard let known = try known(OccurrenceID(hit.id), reading) else { return nil }
            return line(
                .meeting, known, "\(known.plan.title)\n\(known.plan.notes)", url: "/phien/\(known.occurrence.id)")
        case .series:
            let id = SeriesID(hit.id)
            guard let plan = try series(id, reading)?.plan, let known = try meeting(nil, of: id, at: now, reading)
            else { return nil }
            return line(.meeting, known, "\(plan.title)\n\(plan.notes)", url: "/phien/\(known.occurrence.id)")
        }
    }

    /// Whether a meeting may be theirs, by the sets alone: what is not costs no question.
    func mayHave(_ id: OccurrenceID, of series: SeriesID) -> Bool { sets.allSatisfy { $0.has(id, of: series) } }

    /// A meeting that is theirs to read, within the span, and what its plan says; nil where it is not.
    mutating func readable(
        _ id: OccurrenceID, _ reading: Reading
    ) throws -> (meeting: SearchPage.Meeting, plan: MeetingPlan)? {
        try known(id, reading).map { (shown($0), $0.plan) }
    }

    private func shown(_ known: Known) -> SearchPage.Meeting {
        SearchPage.Meeting(
            id: known.occurrence.id, title: known.plan.title, start: known.occurrence.start,
            state: known.occurrence.state,
            organiser: .init(
                id: known.plan.organiser.rawValue, name: scheduler.directory.tree.name(known.plan.organiser)))
    }

    private mutating func series(_ id: SeriesID, _ reading: Reading) throws -> Series? {
        if let known = series[id] { return known }
        let found = try reading.series(id)
        series[id] = found
        return found
    }

    /// A meeting that is theirs to read, within the span.
    private mutating func known(_ id: OccurrenceID, _ reading: Reading) throws -> Known? {
        if let known = readable[id] { return known }
        let found = try read(id, reading)
        readable[id] = found
        return found
    }

    private mutating func read(_ id: OccurrenceID, _ reading: Reading) throws -> Known? {
        guard let occurrence = try reading.occurrence(id),
            span.contains(ProvinceClock.unix(occurrence.start)),
            sets.allSatisfy({ $0.has(id, of: occurrence.series) }), let series = try series(occurrence.series, reading)
        else { return nil }
        let plan = try scheduler.effectivePlan(occurrence, series, reading)
        let audience = scheduler.audience(plan)
        guard caller.rights.mayRead(audience) else { return nil }
        if let units, !units.contains(plan.organiser), units.isDisjoint(with: audience.units) { return nil }
        return Known(occurrence: occurrence, plan: plan)
    }

    /// The meeting under which something is shown that belongs to one, or to a whole series.
    ///
    /// - Parameter time: of a series' meetings the nearest to it is shown, Unix seconds.
    private mutating func meeting(
        _ own: OccurrenceID?, of series: SeriesID, at time: Int, _ reading: Reading
    ) throws -> Known? {
        if let own { return try known(own, reading) }
        if let shown = ofSeries[series] { return shown }
        let found = try nearest(of: series, at: time, reading)
        ofSeries[series] = found
        return found
    }

    private mutating func nearest(of series: SeriesID, at time: Int, _ reading: Reading) throws -> Known? {
        guard sets.allSatisfy({ $0.series.contains(series) || $0.seriesOfOccurrences.contains(series) }) else {
            return nil
        }
        if let nearest = try reading.nearestOccurrence(of: series, to: time, from: span.from, until: span.until),
            let found = try known(nearest, reading)
        {
            return found
        }
        // Somebody may be on the list of single meetings, or off it.
        var isAsked = false
        for meeting in try reading.occurrences(of: series).reversed() where meeting.isEdited || !isAsked {
            // Those without anything of their own are all alike, within the span.
            guard span.contains(ProvinceClock.unix(meeting.start)) else { continue }
            if !meeting.isEdited { isAsked = true }
            if let found = try known(meeting.id, reading) { return found }
        }
        return nil
    }

    private mutating func meeting(of paper: Paper, _ reading: Reading) throws -> Known? {
        try meeting(paper.occurrence, of: paper.series, at: now, reading)
    }
}
