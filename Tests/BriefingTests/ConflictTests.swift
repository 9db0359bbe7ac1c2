import ICalendar
import Testing

@testable import Briefing

@Suite struct ConflictTests {
    static let day = LocalDateTime(minuteNumber: 21_000 * 1440)
    static let lines = Dictionary(
        uniqueKeysWithValues: (1...50).map { (SiteID(Int64($0)), SiteLine(kind: "leased-2m", down: 2048, up: 2048)) })

    private func time(_ start: Int, _ end: Int, claim: Int = 0, id: Int64? = nil) -> ClaimedTime {
        ClaimedTime(
            start: Self.day.adding(minutes: start), end: Self.day.adding(minutes: end), claim: claim, series: nil,
            occurrence: id.map { OccurrenceID($0) })
    }

    private func claim(_ sites: [Int64], people: [Int64] = [], venue: Int64? = nil, online: Bool = true) -> Claim {
        Claim(
            sites: Set(sites.map { SiteID($0) }), people: Set(people.map { PersonID($0) }),
            venue: venue.map { SiteID($0) }, isOnline: online)
    }

    private func subjects(
        _ wanted: Claim, _ kept: Claim, at times: (ClaimedTime, ClaimedTime)? = nil, capacity: Capacity = Capacity(),
        lines: [SiteID: SiteLine] = lines
    ) -> [Conflict.Subject] {
        let pair = times ?? (time(0, 60), time(30, 90, id: 7))
        return ConflictFinder(capacity: capacity, lines: lines).conflicts(
            wanted: [pair.0], wantedClaims: [wanted], kept: [pair.1], keptClaims: [kept]
        ).map(\.subject)
    }

    @Test func `A site cannot be in two meetings`() {
        #expect(subjects(claim([1, 2, 3]), claim([3, 4])) == [.site(SiteID(3))])
        #expect(subjects(claim([1, 2]), claim([3, 4])) == [])
    }

    @Test func `Meetings that only touch do not meet`() {
        let (one, same) = (claim([1]), claim([1]))
        #expect(subjects(one, same, at: (time(0, 60), time(60, 90))) == [])
        #expect(subjects(one, same, at: (time(60, 90), time(0, 60))) == [])
        #expect(subjects(one, same, at: (time(0, 61), time(60, 90))) == [.site(SiteID(1))])
        #expect(subjects(one, same, at: (time(20, 30), time(0, 1440))) == [.site(SiteID(1))])
        #expect(subjects(one, same, at: (time(0, 1440), time(20, 30))) == [.site(SiteID(1))])
    }

    @Test func `A chair, and a person who is invited by name, cannot be in two meetings`() {
        #expect(subjects(claim([1], people: [9]), claim([2], people: [8, 9])) == [.person(PersonID(9))])
    }

    @Test func `A room is taken by the meeting in it and by the site that it is`() {
        #expect(subjects(claim([1], venue: 5), claim([2], venue: 5)) == [.venue(SiteID(5))])
        #expect(subjects(claim([1], venue: 5), claim([5])) == [.venue(SiteID(5))])
        #expect(subjects(claim([5]), claim([1], venue: 5)) == [.venue(SiteID(5))])
        #expect(subjects(claim([1], venue: 5), claim([2], venue: 6)) == [])
    }

    @Test func `Site and person count for meetings in one room, lines and cap do not`() {
        let (here, there) = (claim([1, 2], people: [3], online: false), claim([2, 4], people: [3], online: false))
        #expect(subjects(here, there) == [.site(SiteID(2)), .person(PersonID(3))])
        #expect(subjects(claim(Array(1...30), online: false), claim([40]), capacity: Capacity(sites: 10)) == [])
    }

    @Test func `As many sites as are allowed are booked, and one more is not`() {
        let capacity = Capacity(sites: 40)
        #expect(subjects(claim(Array(1...30)), claim(Array(31...40)), capacity: capacity) == [])
        #expect(
            subjects(claim(Array(1...30)), claim(Array(31...41)), capacity: capacity) == [.cap(sites: 41, allowed: 40)])
        #expect(
            subjects(claim(Array(1...41)), claim([50]), at: (time(0, 9), time(20, 30)), capacity: capacity).count == 1)
    }

    @Test func `Sites that are on one after the other are not summed up`() {
        let finder = ConflictFinder(capacity: Capacity(sites: 40), lines: Self.lines)
        let kept = [time(0, 30, claim: 0, id: 1), time(30, 60, claim: 1, id: 2)]
        let found = finder.conflicts(
            wanted: [time(0, 60)], wantedClaims: [claim(Array(1...20))], kept: kept,
            keptClaims: [claim(Array(21...40)), claim(Array(31...50))])
        #expect(found == [])
    }

    @Test func `The office's line is summed up over all that is on at once`() {
        let narrow = Capacity(officeUp: 300 * 12, officeDown: 100_000)
        #expect(subjects(claim(Array(1...6)), claim(Array(7...12)), capacity: narrow) == [])
        #expect(
            subjects(claim(Array(1...6)), claim(Array(7...13)), capacity: narrow)
                == [.officeLine(needed: 3900, available: 3600)])
        let back = Capacity(officeUp: 100_000, officeDown: 150 * 12)
        #expect(
            subjects(claim(Array(1...6)), claim(Array(7...13)), capacity: back)
                == [.officeLine(needed: 1950, available: 1800)])
    }

    @Test func `A line that is thinner than what is reserved counts with what it carries`() {
        var lines = Self.lines
        for site in 1...13 { lines[SiteID(Int64(site))] = SiteLine(kind: "megawan-64k", down: 64, up: 64) }
        let narrow = Capacity(officeUp: 300 * 12)
        #expect(subjects(claim(Array(1...6)), claim(Array(7...13)), capacity: narrow, lines: lines) == [])
    }

    @Test func `A line that does not carry one voice is said, for online meetings only`() {
        var lines = Self.lines
        lines[SiteID(2)] = SiteLine(kind: "dial", down: 33, up: 33)
        #expect(subjects(claim([1, 2]), claim([9]), lines: lines) == [.siteLine(SiteID(2))])
        #expect(subjects(claim([1, 2], online: false), claim([9]), lines: lines) == [])
    }

    @Test func `Every pair that meets is found, as by looking at all of them`() {
        var state: UInt64 = 11
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<200 {
            let claims = (0..<6).map { _ in claim((0..<3).map { _ in Int64(random(12) + 1) }) }
            let kept = (0..<30).map { index in
                let start = random(2000)
                return time(start, start + 5 + random(300), claim: random(6), id: Int64(index))
            }
            let wanted = (0..<4).map { _ in
                let start = random(2000)
                return time(start, start + 5 + random(100), claim: random(6))
            }
            let found = ConflictFinder(capacity: Capacity(), lines: Self.lines).conflicts(
                wanted: wanted, wantedClaims: claims, kept: kept, keptClaims: claims)
            var expected: [OccurrenceID: Int] = [:]
            for time in wanted {
                for other in kept where other.start < time.end && other.end > time.start {
                    let count = claims[time.claim].sites.intersection(claims[other.claim].sites).count
                    if let id = other.occurrence, count > 0 { expected[id, default: 0] += count }
                }
            }
            let counts = Dictionary(grouping: found.compactMap(\.other), by: { $0 }).mapValues(\.count)
            #expect(counts == expected)
        }
    }
}
