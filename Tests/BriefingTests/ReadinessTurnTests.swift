import Testing
import TestSupport

@testable import Briefing

@Suite struct ReadinessTurnTests {
    static let line = SiteLine(kind: "adsl-typical", down: 3072, up: 512)
    static let need = LineRates(down: 300, up: 150)
    static let plenty = LineRates(down: 100_000, up: 100_000)

    private func ask(
        _ turns: inout TestTurns, _ site: Int64, free: LineRates = plenty, isInCall: Bool = false, now: Int = 0
    ) -> TestTurns.Answer {
        turns.ask(SiteID(site), line: Self.line, need: Self.need, free: free, isInCall: isInCall, now: now)
    }

    @Test func `A handful test at once and the next goes when one is done`() {
        var turns = TestTurns()
        for site in 1...Int64(TestTurns.atOnce) {
            #expect(ask(&turns, site) == .go(kbps: TestTurns.most, seconds: TestTurns.length))
        }
        #expect(ask(&turns, 100) == .wait(seconds: 3, because: .queue))
        turns.end(SiteID(2))
        #expect(ask(&turns, 101) == .wait(seconds: 3, because: .queue), "nobody passes who came first")
        #expect(ask(&turns, 100) == .go(kbps: TestTurns.most, seconds: TestTurns.length))
    }

    @Test func `A site in a running call gets no turn`() {
        var turns = TestTurns()
        #expect(ask(&turns, 1, isInCall: true) == .wait(seconds: 20, because: .inCall))
        #expect(turns.granted == 0)
    }

    @Test func `A test takes what is free, and none begins with less than it needs`() {
        var turns = TestTurns()
        #expect(ask(&turns, 1, free: LineRates(down: 700, up: 900)) == .go(kbps: 700, seconds: TestTurns.length))
        turns.end(SiteID(1))
        #expect(ask(&turns, 1, free: LineRates(down: 374, up: 900)) == .wait(seconds: 3, because: .line))
        #expect(ask(&turns, 1, free: LineRates(down: 375, up: 375)) == .go(kbps: 375, seconds: TestTurns.length))
    }

    @Test func `Who can never fit beside the running calls holds up nobody`() {
        var turns = TestTurns()
        let little = LineRates(down: 100, up: 100)
        #expect(ask(&turns, 1, free: little) == .wait(seconds: 3, because: .line))
        let thin = SiteLine(kind: "megawan-64k", down: 64, up: 64)
        let answer = turns.ask(
            SiteID(2), line: thin, need: LineRates(down: 40, up: 40), free: little, isInCall: false, now: 1)
        #expect(answer == .go(kbps: 64, seconds: TestTurns.length))
    }

    @Test func `A turn that nobody ends expires, and a place that nobody asks for is given up`() {
        var turns = TestTurns()
        for site in 1...Int64(TestTurns.atOnce) { _ = ask(&turns, site) }
        #expect(ask(&turns, 1, now: 10) == .wait(seconds: TestTurns.length - 10, because: .queue))
        #expect(ask(&turns, 100, now: 10) != .go(kbps: TestTurns.most, seconds: TestTurns.length))
        turns.expire(now: TestTurns.length)
        #expect(turns.running == 0 && turns.granted == 0)
        for site in 1...Int64(TestTurns.atOnce) { _ = ask(&turns, site, now: 11 + TestTurns.patience) }
        #expect(turns.running == TestTurns.atOnce, "100 stopped asking: its place is free")
    }

    /// Random sites, calls, questions and abandoned tests: at no second do the tests take what the calls need, nobody is
    /// tested in a call, and everybody has their turn.
    @Test(arguments: 1...40) func `Grants never exceed what is free and every site gets a turn`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let kinds = [(64, 64), (384, 128), (1024, 256), (3072, 512), (2048, 2048), (100_000, 100_000)]
        let sites = (1...60).map { SiteID($0) }
        let lines = Dictionary(
            uniqueKeysWithValues: sites.map { site -> (SiteID, SiteLine) in
                let kind = kinds[Int.random(in: 0..<kinds.count, using: &random)]
                return (site, SiteLine(kind: "", down: kind.0, up: kind.1))
            })
        // Seeds give offices from one that is nearly full to one with plenty.
        let capacity = Capacity(
            officeUp: Int.random(in: 2000...20_000, using: &random),
            officeDown: Int.random(in: 2000...20_000, using: &random))
        let calls = (0..<6).map { _ in
            let begin = Int.random(in: 0...900, using: &random)
            let count = Int.random(in: 1...60, using: &random)
            return RunningCall(
                begin: begin, end: begin + Int.random(in: 30...600, using: &random),
                sites: Set(sites.shuffled(using: &random).prefix(count)))
        }
        var turns = TestTurns()
        var nextQuestion = Dictionary(
            uniqueKeysWithValues: sites.map { ($0, Int.random(in: 0...300, using: &random)) })
        var ending: [SiteID: Int] = [:]
        var had: Set<SiteID> = []
        var second = 0
        while had.count < sites.count, second < 6000 {
            turns.expire(now: second)
            for (site, time) in ending where time == second {
                turns.end(site)
                ending[site] = nil
            }
            let free = LineNeed.free(
                of: capacity, beside: calls, lines: lines, from: second, through: second + TestTurns.length)
            let inCall = Set(calls.filter { $0.begin <= second && $0.end > second }.flatMap(\.sites))
            for site in sites.shuffled(using: &random) where nextQuestion[site] == second {
                guard let line = lines[site] else { continue }
                let answer = turns.ask(
                    site, line: line, need: LineNeed.of(line, capacity), free: free, isInCall: inCall.contains(site),
                    now: second)
                switch answer {
                case .wait(let pause, _):
                    #expect(pause > 0 && pause < TestTurns.patience)
                    nextQuestion[site] = second + pause
                case .go(let kbps, let seconds):
                    #expect(!inCall.contains(site))
                    #expect(kbps >= LineNeed.voice && kbps <= TestTurns.most)
                    had.insert(site)
                    nextQuestion[site] = nil
                    // One in four is abandoned: the page was closed.
                    if Int.random(in: 0..<4, using: &random) > 0 {
                        ending[site] = second + Int.random(in: 5...seconds, using: &random)
                    } else if Bool.random(using: &random) {
                        // Or the page was loaded again, and asks anew.
                        nextQuestion[site] = second + 3
                    }
                }
            }
            let now = LineNeed.free(of: capacity, beside: calls, lines: lines, from: second, through: second)
            #expect(turns.granted <= min(now.down, now.up), "second \(second)")
            #expect(turns.running <= TestTurns.atOnce)
            second += 1
        }
        #expect(had.count == sites.count, "without a turn: \(Set(sites).subtracting(had).sorted())")
    }
}
