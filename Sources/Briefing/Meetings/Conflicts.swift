import ICalendar

/// What a meeting takes while it lasts.
public struct Claim: Hashable, Sendable {
    public var sites: Set<SiteID>
    /// The chair and the people who are invited by name.
    public var people: Set<PersonID>
    public var venue: SiteID?
    /// Whether pictures and voices go over the lines.
    public var isOnline: Bool

    public init(sites: Set<SiteID>, people: Set<PersonID>, venue: SiteID?, isOnline: Bool) {
        self.sites = sites
        self.people = people
        self.venue = venue
        self.isOnline = isOnline
    }
}

/// A span of time and which of some claims holds in it.
public struct ClaimedTime: Sendable {
    public var start: LocalDateTime
    public var end: LocalDateTime
    /// An index into the claims that come with it.
    public var claim: Int
    public var series: SeriesID?
    public var occurrence: OccurrenceID?

    public init(start: LocalDateTime, end: LocalDateTime, claim: Int, series: SeriesID?, occurrence: OccurrenceID?) {
        self.start = start
        self.end = end
        self.claim = claim
        self.series = series
        self.occurrence = occurrence
    }
}

/// Two things that cannot both be.
public struct Conflict: Hashable, Sendable {
    public enum Subject: Hashable, Sendable {
        case site(SiteID)
        case person(PersonID)
        case venue(SiteID)
        /// The office's line: kbit/s that would be needed, and that are there.
        case officeLine(needed: Int, available: Int)
        /// A site's own line cannot carry a meeting.
        case siteLine(SiteID)
        /// Simultaneous sites: how many there would be, and how many may be.
        case cap(sites: Int, allowed: Int)
    }

    public var start: LocalDateTime
    public var end: LocalDateTime
    public var subject: Subject
    /// The meeting that has it already; nil for a limit.
    public var other: OccurrenceID?

    public init(start: LocalDateTime, end: LocalDateTime, subject: Subject, other: OccurrenceID?) {
        self.start = start
        self.end = end
        self.subject = subject
        self.other = other
    }
}

/// What the office's line and the server hold at one time.
public struct Capacity: Sendable, Hashable {
    /// Simultaneous sites; at least 40 by QĐ 157/QĐ-BTTTT 2022.
    public var sites: Int
    /// kbit/s from the office to the sites, and from them.
    public var officeUp: Int
    public var officeDown: Int
    /// kbit/s that each site is counted with: voices and one small picture.
    public var reservedToSite: Int
    public var reservedFromSite: Int

    public init(
        sites: Int = 300, officeUp: Int = 100_000, officeDown: Int = 100_000, reservedToSite: Int = 300,
        reservedFromSite: Int = 150
    ) {
        self.sites = sites
        self.officeUp = officeUp
        self.officeDown = officeDown
        self.reservedToSite = reservedToSite
        self.reservedFromSite = reservedFromSite
    }

    /// kbit/s below which a line does not carry one voice (64 kbit/s lines do, with merged packets).
    static let leastLine = 48
}

/// Finds what a booking would take twice: a site, a person or a room in two places; more than the lines or the server
/// hold.
public struct ConflictFinder: Sendable {
    private let capacity: Capacity
    private let lines: [SiteID: SiteLine]
    /// More than this nobody reads.
    private static let limit = 200

    public init(capacity: Capacity, lines: [SiteID: SiteLine]) {
        self.capacity = capacity
        self.lines = lines
    }

    /// - Parameters:
    ///   - wanted: what is to be booked, its claims in `wantedClaims`.
    ///   - kept: what is booked already and may touch it.
    /// - Returns: at most 200, by time.
    public func conflicts(
        wanted: [ClaimedTime], wantedClaims: [Claim], kept: [ClaimedTime], keptClaims: [Claim]
    ) -> [Conflict] {
        var found: [Conflict] = siteLineConflicts(wanted, wantedClaims)
        let kept = kept.sorted { $0.start < $1.start }
        let longest = kept.map { $0.end.minuteNumber - $0.start.minuteNumber }.max() ?? 0
        var shared: [Pair: [Conflict.Subject]] = [:]
        var low = 0
        for time in wanted.sorted(by: { $0.start < $1.start }) where found.count < Self.limit {
            while low < kept.count, kept[low].start.adding(minutes: longest) <= time.start { low += 1 }
            var beside: [ClaimedTime] = []
            var index = low
            while index < kept.count, kept[index].start < time.end {
                let other = kept[index]
                index += 1
                guard other.end > time.start else { continue }
                beside.append(other)
                let pair = Pair(wanted: time.claim, kept: other.claim)
                let subjects = shared[pair] ?? Self.shared(wantedClaims[time.claim], keptClaims[other.claim])
                shared[pair] = subjects
                found += subjects.map {
                    Conflict(start: other.start, end: other.end, subject: $0, other: other.occurrence)
                }
            }
            if let over = overLimit(time, wantedClaims[time.claim], beside, keptClaims) { found.append(over) }
        }
        return Array(found.sorted { $0.start < $1.start }.prefix(Self.limit))
    }

    private struct Pair: Hashable {
        var wanted: Int
        var kept: Int
    }

    private static func shared(_ wanted: Claim, _ kept: Claim) -> [Conflict.Subject] {
        var subjects: [Conflict.Subject] = wanted.sites.intersection(kept.sites).sorted().map { .site($0) }
        subjects += wanted.people.intersection(kept.people).sorted().map { .person($0) }
        // A room of the office is taken by the meeting in it, and by the site that it is.
        if let venue = wanted.venue, venue == kept.venue || kept.sites.contains(venue), !wanted.sites.contains(venue) {
            subjects.append(.venue(venue))
        } else if let venue = kept.venue, wanted.sites.contains(venue), !kept.sites.contains(venue) {
            subjects.append(.venue(venue))
        } else if let venue = wanted.venue, venue == kept.venue {
            subjects.append(.venue(venue))
        }
        return subjects
    }

    private func siteLineConflicts(_ wanted: [ClaimedTime], _ claims: [Claim]) -> [Conflict] {
        guard let first = wanted.first, claims.indices.contains(first.claim), claims[first.claim].isOnline else {
            return []
        }
        return claims[first.claim].sites.sorted().compactMap { site in
            guard let line = lines[site], min(line.down, line.up) < Capacity.leastLine else { return nil }
            return Conflict(start: first.start, end: first.end, subject: .siteLine(site), other: nil)
        }
    }

    private struct Load {
        var sites = 0
        var toSites = 0
        var fromSites = 0
    }

    private func load(_ claim: Claim) -> Load {
        guard claim.isOnline else { return Load() }
        var load = Load(sites: claim.sites.count)
        for site in claim.sites {
            load.toSites += min(lines[site]?.down ?? capacity.reservedToSite, capacity.reservedToSite)
            load.fromSites += min(lines[site]?.up ?? capacity.reservedFromSite, capacity.reservedFromSite)
        }
        return load
    }

    /// The most that is on at once while `time` lasts: it changes only where a meeting begins.
    private func overLimit(
        _ time: ClaimedTime, _ claim: Claim, _ beside: [ClaimedTime], _ claims: [Claim]
    ) -> Conflict? {
        guard claim.isOnline else { return nil }
        let own = load(claim)
        let loads = beside.map { load(claims[$0.claim]) }
        var moments = [time.start]
        moments += beside.map(\.start).filter { $0 > time.start }
        for moment in moments {
            var sum = own
            for (other, load) in zip(beside, loads) where other.start <= moment && moment < other.end {
                sum.sites += load.sites
                sum.toSites += load.toSites
                sum.fromSites += load.fromSites
            }
            let subject: Conflict.Subject
            if sum.sites > capacity.sites {
                subject = .cap(sites: sum.sites, allowed: capacity.sites)
            } else if sum.toSites > capacity.officeUp {
                subject = .officeLine(needed: sum.toSites, available: capacity.officeUp)
            } else if sum.fromSites > capacity.officeDown {
                subject = .officeLine(needed: sum.fromSites, available: capacity.officeDown)
            } else {
                continue
            }
            return Conflict(start: time.start, end: time.end, subject: subject, other: nil)
        }
        return nil
    }
}
