import ICalendar

/// How much of a province's meetings is held online, and who attends: for each unit, and for the units below it.
///
/// Meetings count for the unit that organises them; attendance counts for the unit of each invited site, whoever
/// organises. A meeting belongs to the period in which it begins.
public struct OnlineShareReport: Hashable, Sendable {
    public struct InvitedSite: Hashable, Sendable {
        public let site: SiteID
        /// The unit for which it was invited.
        public let unit: UnitID
        /// ``Attendance/none`` where the roll call says nothing of the site.
        public let attendance: Attendance

        public init(site: SiteID, unit: UnitID, attendance: Attendance) {
            self.site = site
            self.unit = unit
            self.attendance = attendance
        }
    }

    /// A meeting that was held; planned and cancelled ones are left out by the caller.
    public struct HeldBriefing: Hashable, Sendable {
        public let id: OccurrenceID
        /// The unit that organises it.
        public let organiser: UnitID
        public let start: LocalDateTime
        /// ``MeetingForm/mixed``, with some at the venue, counts as online: that is what spares the others the journey.
        public let form: MeetingForm
        public let invited: [InvitedSite]

        public init(
            id: OccurrenceID, organiser: UnitID, start: LocalDateTime, form: MeetingForm, invited: [InvitedSite]
        ) {
            self.id = id
            self.organiser = organiser
            self.start = start
            self.form = form
            self.invited = invited
        }
    }

    /// A unit's line.
    public struct Row: Hashable, Sendable {
        public let unit: Unit
        /// How many units are above it.
        public let depth: Int
        public let own: Figures
        /// Its own and those of all units below it.
        public let subtree: Figures
        /// Per cent.
        public let targetPercent: Int

        /// Whether the unit's own share reaches its target; nil where it has held nothing.
        public var met: Bool? { own.reaches(percent: targetPercent) }
        /// 0 to 1.
        public var target: Double { Double(targetPercent) / 100 }
    }

    public let from: LocalDate
    /// The last day, which belongs to the period.
    public let to: LocalDate
    /// All units, each before those below it; among siblings in the given order.
    public let rows: [Row]
    /// Over all meetings of the period, also those of units that are not in the tree, unless these are left out.
    public let total: Figures

    /// - Parameter countsOthers: whether the total holds what units outside `units` organised, and who of them came; not
    ///   for a reader who may know of `units` only.
    public init(
        units: [Unit], briefings: [HeldBriefing], from: LocalDate, to: LocalDate,
        targets: OnlineShareTargets = OnlineShareTargets(), countsOthers: Bool = true
    ) {
        self.from = from
        self.to = to
        let known = Set(units.map(\.id))
        var own: [UnitID: Figures] = [:]
        var total = Figures()
        var seen: Set<OccurrenceID> = []
        for briefing in briefings
        where from <= briefing.start.date && briefing.start.date <= to && seen.insert(briefing.id).inserted {
            let meeting = Figures(meetingOf: briefing.form)
            own[briefing.organiser, default: Figures()] += meeting
            if countsOthers || known.contains(briefing.organiser) { total += meeting }
            // Where nobody called the roll, silence is not absence.
            let wasCalled = briefing.invited.contains { $0.attendance != .none }
            for site in briefing.invited {
                let attendance = Figures(attendance: site.attendance, wasCalled: wasCalled)
                own[site.unit, default: Figures()] += attendance
                if countsOthers || known.contains(site.unit) { total += attendance }
            }
        }
        self.total = total

        let order = UnitOrder(units)
        var subtrees = order.entries.map { own[$0.unit.id] ?? Figures() }
        // Those below come after: from the end, each adds to the one above it.
        for (index, entry) in order.entries.enumerated().reversed() {
            if let above = entry.above { subtrees[above] += subtrees[index] }
        }
        rows = zip(order.entries, subtrees).map { entry, subtree in
            Row(
                unit: entry.unit, depth: entry.depth, own: own[entry.unit.id] ?? Figures(), subtree: subtree,
                targetPercent: targets.percent(forKind: entry.unit.kind))
        }
    }
}

/// Units each before those below it. A unit whose parent is missing stands at the top; so does one of a circle, which
/// the directory refuses but a report must survive.
private struct UnitOrder {
    struct Entry {
        let unit: Unit
        let depth: Int
        /// The index of the entry above it.
        let above: Int?
    }

    private(set) var entries: [Entry] = []

    init(_ units: [Unit]) {
        let known = Set(units.map(\.id))
        var children: [UnitID: [Unit]] = [:]
        var roots: [Unit] = []
        for unit in units {
            if let parent = unit.parent, known.contains(parent), parent != unit.id {
                children[parent, default: []].append(unit)
            } else {
                roots.append(unit)
            }
        }
        var placed: Set<UnitID> = []
        for root in roots + units where !placed.contains(root.id) {
            var waiting = [Entry(unit: root, depth: 0, above: nil)]
            while let entry = waiting.popLast() {
                guard placed.insert(entry.unit.id).inserted else { continue }
                let index = entries.count
                entries.append(entry)
                for child in (children[entry.unit.id] ?? []).reversed() {
                    waiting.append(Entry(unit: child, depth: entry.depth + 1, above: index))
                }
            }
        }
    }
}
