import Congestion
import Testing

/// What the estimator makes of the lines that calls go over; in virtual time. `Congestion.md` has the figures of more
/// seeds.
@Suite struct BandwidthOverLinesTests {
    /// A profile and what it must come to.
    struct Expectation: Sendable, CustomTestStringConvertible {
        var profile: String
        /// bit/s that the receiver wants.
        var demand: Int
        /// Least share of the line, or of the demand, that is used.
        var share: Double
        /// Longest µs in the queue for 95 % of the packets.
        var queue: Int64
        var seeds: ClosedRange<UInt64>
        var testDescription: String { profile }
    }

    static let expectations = [
        Expectation(profile: "lan", demand: 4_000_000, share: 0.95, queue: 20_000, seeds: 1...3),
        Expectation(profile: "leased-2m", demand: 4_096_000, share: 0.9, queue: 100_000, seeds: 1...10),
        Expectation(profile: "adsl-good", demand: 12_000_000, share: 0.9, queue: 100_000, seeds: 1...3),
        Expectation(profile: "adsl-typical", demand: 6_000_000, share: 0.9, queue: 100_000, seeds: 1...5),
        Expectation(profile: "adsl-bad", demand: 2_000_000, share: 0.8, queue: 120_000, seeds: 1...10),
        Expectation(profile: "adsl-worst", demand: 800_000, share: 0.75, queue: 150_000, seeds: 1...10),
        Expectation(profile: "3g-hill", demand: 3_000_000, share: 0.75, queue: 150_000, seeds: 1...10),
    ]

    @Test(arguments: expectations)
    func `a line is used, and its queue stays short`(expected: Expectation) {
        let line = SimulatedLine.named(expected.profile)
        for seed in expected.seeds {
            var call = SimulatedCall(line, demand: expected.demand, seed: seed)
            call.run(seconds: 60)
            let share = call.carried(from: 15, to: 60) / Double(min(line.rate, expected.demand))
            #expect(share >= expected.share, "seed \(seed)")
            #expect(call.wait(share: 0.95, from: 15, to: 60) <= expected.queue, "seed \(seed)")
        }
    }

    @Test func `bursts of loss do not throttle`() {
        for (profile, least) in [("adsl-bad", 0.75), ("adsl-worst", 0.65), ("3g-hill", 0.7)] {
            var line = SimulatedLine.named(profile)
            line.burst = 6
            for seed: UInt64 in 1...3 {
                var call = SimulatedCall(line, demand: line.rate * 2, seed: seed)
                call.run(seconds: 60)
                #expect(call.carried(from: 15, to: 60) >= least * Double(line.rate), "\(profile), seed \(seed)")
            }
        }
    }

    @Test func `voice alone is never squeezed at 64 kbit per second`() {
        for seed: UInt64 in 1...10 {
            var call = SimulatedCall(.named("megawan-64k"), demand: 45_000, seed: seed)
            call.voice = 112
            call.run(seconds: 60)
            #expect(call.samples.allSatisfy { $0.rate >= 45_000 }, "seed \(seed)")
            #expect(call.samples.allSatisfy { $0.padding == 0 }, "seed \(seed)")
            #expect(call.wait(share: 0.95, from: 0, to: 60) <= 30_000, "seed \(seed)")
        }
    }

    @Test func `64 kbit per second with pictures beside the voice are used without a long queue`() {
        for seed: UInt64 in 1...10 {
            var call = SimulatedCall(.named("megawan-64k"), demand: 128_000, seed: seed)
            call.voice = 70
            call.run(seconds: 60)
            #expect(call.carried(from: 15, to: 60) >= 0.8 * 64_000, "seed \(seed)")
            #expect(call.wait(share: 0.95, from: 15, to: 60) <= 120_000, "seed \(seed)")
        }
    }

    @Test func `a line is found within seconds`() {
        for seed: UInt64 in 1...10 {
            var leased = SimulatedCall(.named("leased-2m"), demand: 4_000_000, seed: seed)
            leased.run(seconds: 5)
            #expect(leased.timeToCarry(0.8 * 2_048_000, from: 0) <= 4, "seed \(seed)")
            var lan = SimulatedCall(.named("lan"), demand: 4_000_000, seed: seed)
            lan.run(seconds: 4)
            #expect(lan.timeToCarry(0.8 * 4_000_000, from: 0) <= 3, "seed \(seed)")
        }
    }

    @Test(arguments: [100_000, 1_000_000] as [Int64])
    func `a line that narrows to a quarter is drained in two seconds, and used when it widens`(queue: Int64) {
        for seed: UInt64 in 1...10 {
            var line = SimulatedLine.named("leased-2m")
            line.queue = queue
            var call = SimulatedCall(line, demand: 4_000_000, seed: seed)
            call.run(seconds: 15)
            call.line.rate = 500_000
            call.run(seconds: 15)
            call.line.rate = 2_048_000
            call.run(seconds: 10)
            let standing = call.samples[160..<170].map(\.queue).min() ?? 0
            #expect(standing < 50_000, "seed \(seed)")
            #expect(call.wait(share: 0.95, from: 17, to: 30) <= 120_000, "seed \(seed)")
            #expect(call.carried(from: 18, to: 30) >= 0.8 * 500_000, "seed \(seed)")
            #expect(call.timeToCarry(0.8 * 2_048_000, from: 30) <= 8, "seed \(seed)")
        }
    }

    @Test func `once settled the rate keeps within fifteen per cent`() {
        for seed: UInt64 in 1...5 {
            var call = SimulatedCall(.named("leased-2m"), demand: 4_000_000, seed: seed)
            call.run(seconds: 50)
            for start in [20.0, 30, 40] {
                let rates = call.rates(from: start, to: start + 10)
                let mean = rates.reduce(0, +) / Double(rates.count)
                let variance = rates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rates.count)
                #expect(variance < 0.08 * mean * 0.08 * mean, "seed \(seed)")
                #expect(rates.allSatisfy { abs($0 - mean) < 0.18 * mean }, "seed \(seed)")
            }
        }
    }

    @Test(arguments: ["leased-2m", "adsl-bad", "adsl-worst", "3g-hill"])
    func `after ten seconds of silence or of nothing arriving the line is soon used again`(profile: String) {
        let line = SimulatedLine.named(profile)
        for isCut in [false, true] {
            for seed: UInt64 in 1...3 {
                var call = SimulatedCall(line, demand: line.rate * 2, seed: seed)
                call.run(seconds: 20)
                if isCut { call.line.isCut = true } else { call.isSending = false }
                call.run(seconds: 10)
                call.line.isCut = false
                call.isSending = true
                call.run(seconds: 6)
                let time = call.timeToCarry(0.8 * Double(line.rate), from: 30)
                #expect(time <= 5, "seed \(seed)")
            }
        }
    }

    @Test func `a route that becomes longer is not taken for a queue`() {
        for seed: UInt64 in 1...4 {
            var call = SimulatedCall(.named("leased-2m"), demand: 4_000_000, seed: seed)
            call.run(seconds: 15)
            call.line.roundTrip += 120_000
            call.run(seconds: 20)
            #expect(call.carried(from: 22, to: 35) >= 0.85 * 2_048_000, "seed \(seed)")
        }
    }

    @Test(arguments: [-0.0002, 0.0002])
    func `a clock that drifts by 200 ppm for ten minutes does no harm`(drift: Double) {
        var line = SimulatedLine.named("adsl-worst")
        line.drift = drift
        var call = SimulatedCall(line, demand: 800_000, seed: 1)
        call.run(seconds: 600)
        #expect(call.carried(from: 540, to: 600) >= 0.75 * 384_000)
        #expect(call.wait(share: 0.95, from: 540, to: 600) <= 150_000)
    }
}
