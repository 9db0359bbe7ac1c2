import Congestion

/// The way down to one receiver that gives transport-wide feedback: what its line bears, what waits for it, and in
/// which form voices go.
struct Downlink: ~Copyable {
    /// How a voice is sent.
    enum VoiceForm: Equatable {
        /// As it came.
        case plain
        /// Each packet with the one before it (RFC 2198), against loss.
        case repeated
        /// So many packets of 20 ms in one (RFC 6716 §3.2), against the cost of headers.
        case merged(Int)

        /// bit/s of a voice that comes in with `rate`, with all headers.
        func cost(of rate: Int) -> Int {
            switch self {
            case .plain: rate
            // Half of what came in are headers, or nearly so, and they are not repeated.
            case .repeated: rate / 10 * 16
            case .merged(let count): rate / 100 * (count > 3 ? 62 : 70)
            }
        }
    }

    /// Below this rate, bit/s, headers are worth saving.
    static let thin = 128_000
    /// Share of lost packets from which voices are repeated, and for how long after that.
    static let repeatFrom = 0.002
    static let repetitionHold: Int64 = 30_000_000

    var estimator: BandwidthEstimator
    var pacing: PacingBudget
    var queue = PacedQueue()
    var voiceForm = VoiceForm.plain
    var nextAllocation: Int64
    /// When the last picture was made worse, and since when the pictures have been too much for the line, µs.
    var lastLowered: Int64 = .min / 2
    var overSince: Int64?
    private var lastLoss: Int64 = .min / 2
    /// The slots that the newest allocation was for, in their order.
    var layout: [Int] = []
    /// What is left of the line beside voices and pictures, bit/s.
    var spare = 0
    /// What the pictures cost by the newest allocation, and the estimate that it was made for, bit/s.
    var pictureRate = 0
    var allocatedFor = 0
    var reportedLevel = LineReport.Level.full
    var nextReport: Int64
    init(line: KnownLine, now: Int64) {
        var settings = BandwidthEstimator.Settings()
        if let down = line.down, down > 0 {
            // Most of what is known to be there: the rest is found by asking.
            settings.start = min(max(down * 700, settings.floor), settings.ceiling)
        }
        estimator = BandwidthEstimator(settings: settings)
        pacing = PacingBudget(rate: settings.start, now: now)
        nextAllocation = now
        nextReport = now &+ 1_000_000
    }

    /// Whether a packet that can wait has to.
    @inline(__always)
    mutating func mustWait(now: Int64) -> Bool { queue.count > 0 || !pacing.isOpen(now: now) }

    /// Lets the pacing rate go with the estimate: little more on a thin line, whose queue is short; more where a large
    /// picture would else be late. Returns whether the estimate has fallen since pictures were last chosen.
    mutating func followEstimate() -> Bool {
        let rate = estimator.rate
        pacing.rate = rate < 4_000_000 ? rate / 4 * 5 : rate / 2 * 5
        guard rate < allocatedFor / 100 * 85 else { return false }
        return true
    }

    /// Chooses the form of voices.
    ///
    /// - Parameter voices: what they would cost plain, bit/s.
    mutating func chooseVoiceForm(isSaving: Bool, voices: Int, now: Int64) {
        if estimator.lossFraction >= Self.repeatFrom { lastLoss = now }
        let rate = estimator.rate
        // Once merged, a line must be clearly better before packets go one by one again.
        let isThin: Bool
        if case .merged = voiceForm { isThin = rate < Self.thin * 5 / 4 } else { isThin = rate < Self.thin }
        if isSaving || isThin {
            voiceForm = .merged(rate < 40_000 ? 6 : 3)
        } else if now &- lastLoss < Self.repetitionHold,
            VoiceForm.repeated.cost(of: voices) < rate / 100 * (voiceForm == .repeated ? 90 : 80)
        {
            voiceForm = .repeated
        } else {
            voiceForm = .plain
        }
    }
}
