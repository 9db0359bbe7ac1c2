/// kbit/s to a site and from it, or to all sites and from them.
public struct LineRates: Hashable, Sendable {
    public var down: Int
    public var up: Int

    public init(down: Int, up: Int) {
        self.down = down
        self.up = up
    }

    /// Both ways at least as much.
    public func covers(_ other: LineRates) -> Bool { down >= other.down && up >= other.up }
}

/// What a briefing needs of a site's line, and what running briefings leave free of the office's.
public enum LineNeed {
    /// kbit/s of one voice with its headers, each way: the part of a call that is reserved before any picture.
    public static let voice = 40

    /// Voice, and a picture by the line: no more than booking counts a site with on the office's line, and no more than
    /// half of what the carrier promises, since pages, repairs and the unit's own work share the line.
    public static func of(_ line: SiteLine, _ capacity: Capacity) -> LineRates {
        LineRates(
            down: max(voice, min(capacity.reservedToSite, line.down / 2)),
            up: max(voice, min(capacity.reservedFromSite, line.up / 2)))
    }

    /// What the office's line has left beside some calls.
    ///
    /// - Parameters:
    ///   - calls: running now or soon; a site in several is counted once, since it sits in one.
    ///   - from: Unix seconds; calls that touch the time from here through `through` count.
    /// - Returns: `down` from the office to sites, `up` from sites to the office; not below 0.
    public static func free(
        of capacity: Capacity, beside calls: [RunningCall], lines: [SiteID: SiteLine], from: Int, through: Int
    ) -> LineRates {
        let sites = calls.filter { $0.begin <= through && $0.end > from }.reduce(into: Set<SiteID>()) {
            $0.formUnion($1.sites)
        }
        var free = LineRates(down: capacity.officeUp, up: capacity.officeDown)
        for site in sites {
            let need = lines[site].map { of($0, capacity) } ?? LineRates(down: voice, up: voice)
            free.down -= need.down
            free.up -= need.up
        }
        return LineRates(down: max(0, free.down), up: max(0, free.up))
    }
}

/// A briefing that is on, or will be at once.
public struct RunningCall: Hashable, Sendable {
    /// Unix seconds.
    public var begin: Int
    public var end: Int
    /// Who is invited or in the room: what they need is kept free.
    public var sites: Set<SiteID>

    public init(begin: Int, end: Int, sites: Set<SiteID>) {
        self.begin = begin
        self.end = end
        self.sites = sites
    }
}
