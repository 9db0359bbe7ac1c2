/// Deals out turns for line tests, so that simultaneous tests never take what running calls need: in the order of
/// asking, a handful at once, and together never more than the office's line has free.
///
/// Time is an argument, in Unix seconds. A site asks again and again until it is told to go; one that stops asking
/// loses its place, one that never says that it is done loses its turn.
public struct TestTurns: Sendable {
    /// Tests at once.
    public static let atOnce = 8
    /// Seconds of one turn: connecting, seven seconds up and three down, and some for a thin line.
    public static let length = 30
    /// kbit/s: a line that carries this is not what limits a call.
    public static let most = 2048
    /// Seconds without a question after which a place in the queue is given up; longer than any pause that is told.
    public static let patience = 60
    /// Seconds to wait, at least and at most, before asking again.
    static let pauses = 3...20

    public enum Answer: Hashable, Sendable {
        /// kbit/s that the test may take each way, and how many seconds it may last.
        case go(kbps: Int, seconds: Int)
        /// Seconds after which to ask again.
        case wait(seconds: Int, because: Reason)
    }

    public enum Reason: String, Sendable, Codable {
        /// The site is in a running call, whose line a test would take.
        case inCall = "in-call"
        /// Others are before it.
        case queue
        /// Running briefings leave too little of the office's line.
        case line
    }

    private struct Grant {
        var kbps: Int
        var until: Int
    }

    private struct Waiting {
        var site: SiteID
        var least: Int
        var asked: Int
    }

    private var grants: [SiteID: Grant] = [:]
    /// In the order of first asking.
    private var queue: [Waiting] = []

    public init() {}

    /// kbit/s of all tests that are under way.
    public var granted: Int { grants.values.reduce(0) { $0 + $1.kbps } }
    public var running: Int { grants.count }

    /// A site's question for a turn.
    ///
    /// - Parameters:
    ///   - line: what the directory says of the site's line.
    ///   - need: what a briefing needs of it: with less a test would tell nothing.
    ///   - free: what running calls leave of the office's line, through the end of a turn that begins now.
    ///   - isInCall: whether the site is in a running call.
    public mutating func ask(
        _ site: SiteID, line: SiteLine, need: LineRates, free: LineRates, isInCall: Bool, now: Int
    ) -> Answer {
        expire(now: now)
        if isInCall {
            queue.removeAll { $0.site == site }
            return .wait(seconds: Self.pauses.upperBound, because: .inCall)
        }
        if let grant = grants[site] {
            // Asked by a page that was loaded again: whether the first test still runs, nobody knows.
            return .wait(seconds: max(1, grant.until - now), because: .queue)
        }
        // Somewhat more than the need: what a test measures falls short of what it may take.
        let least = min(max(need.down, need.up) * 5 / 4, Self.most)
        if let place = queue.firstIndex(where: { $0.site == site }) {
            queue[place].asked = now
            queue[place].least = least
        } else {
            queue.append(Waiting(site: site, least: least, asked: now))
        }
        // A test goes up, then down, in its own time: either way all tests may fall together.
        let total = min(free.down, free.up)
        var left = total - granted
        var places = Self.atOnce - grants.count
        var ahead = 0
        for waiting in queue {
            if waiting.site == site { break }
            ahead += 1
            // Who does not fit beside the running calls at all holds up nobody.
            guard waiting.least <= total else { continue }
            left -= waiting.least
            places -= 1
        }
        guard places > 0, left >= least else {
            let pause = min(
                max(ahead * Self.length / (2 * Self.atOnce), Self.pauses.lowerBound), Self.pauses.upperBound)
            return .wait(seconds: pause, because: least > total ? .line : .queue)
        }
        let kbps = max(least, min(left, Self.most, max(line.down, line.up)))
        queue.removeAll { $0.site == site }
        grants[site] = Grant(kbps: kbps, until: now + Self.length)
        return .go(kbps: kbps, seconds: Self.length)
    }

    /// A site's test is over, or will not be: what it had is free again.
    public mutating func end(_ site: SiteID) {
        grants[site] = nil
        queue.removeAll { $0.site == site }
    }

    /// Takes back the turns and places of those that are not heard of any more.
    public mutating func expire(now: Int) {
        grants = grants.filter { $0.value.until > now }
        queue.removeAll { now - $0.asked > Self.patience }
    }
}
