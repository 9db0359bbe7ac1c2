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

        /// bit/s of it that is sound: what is repeated counts twice, headers do not.
        func sound(of rate: Int) -> Int { rate / 100 * (self == .repeated ? 110 : 55) }
    }

    /// Below this rate, bit/s, headers are worth saving.
    static let thin = 128_000
    /// All voices of one receiver, bit/s of sound: more at once are not understood anyway.
    static let soundCeiling = 200_000
    /// Share of lost packets from which voices are repeated, and for how long after that.
    static let repeatFrom = 0.002
    static let repetitionHold: Int64 = 30_000_000
    /// No jitter pretends such a queue, µs: what is said twice only makes it longer.
    static let longQueue: Int64 = 200_000
    /// Per cent of what the line may be given that voices may take to be repeated: the estimate of a line that is not full
    /// is cautious.
    static let repetitionRoom = 118

    var estimator: BandwidthEstimator
    var pacing: PacingBudget
    var queue = PacedQueue()
    var voiceForm = VoiceForm.plain
    /// In which voices would go if the line had room for it.
    private(set) var wishedForm = VoiceForm.plain
    var nextAllocation: Int64
    /// How the pictures came to be as they are.
    struct Pictures {
        /// The slots that the newest allocation was for, in their order.
        var layout: [Int] = []
        /// When a picture was last made worse, and the main one, µs.
        var lastLowered: Int64 = .min / 2
        var lastMainLowered: Int64 = .min / 2
        /// What there was for pictures then, bit/s.
        var loweredFor = 0
        /// Since when they have cost more than there is, µs.
        var overSince: Int64?
    }

    var pictures = Pictures()
    private var lastLoss: Int64 = .min / 2
    private var lastQueue: Int64 = .min / 2
    /// What is left of the line beside voices and pictures, bit/s.
    var spare = 0
    /// What the newest allocation was made for, bit/s.
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

    /// What the line may be given lastingly, bit/s. The estimate goes below that for a second while a queue is drained,
    /// which is no reason to make pictures worse; and to fill the line to the brim is what makes queues.
    var bearable: Int {
        guard let capacity = estimator.lastCapacity else { return estimator.rate }
        if estimator.isDraining { return max(estimator.rate, capacity / 100 * 75) }
        return max(min(estimator.rate, capacity / 100 * 95), min(capacity / 100 * 90, estimator.rate / 100 * 115))
    }

    /// Until the last of what waits will have left, µs.
    var waitingTime: Int64 { Int64(queue.bytes) &* 8_000_000 / Int64(max(pacing.rate, 1)) }

    /// Lets the pacing rate go with the estimate: little more on a thin line, whose queue is short; more where a large
    /// picture would else be late. Returns whether the estimate has fallen since pictures were last chosen.
    mutating func followEstimate() -> Bool {
        let rate = estimator.rate
        pacing.rate = rate < 4_000_000 ? rate / 20 * 21 : rate / 2 * 5
        return bearable < allocatedFor / 100 * 85
    }

    /// Chooses the form of voices.
    ///
    /// - Parameter voices: what they would cost plain, bit/s.
    mutating func chooseVoiceForm(isSaving: Bool, voices: Int, now: Int64) {
        // What a full queue drops is mended by sending less, not more.
        if estimator.queueDelay > 30_000 { lastQueue = now }
        let isLineLossy = estimator.lossFraction >= Self.repeatFrom && now &- lastQueue > 3_000_000
        if isLineLossy || estimator.backgroundLoss >= Self.repeatFrom * 5 { lastLoss = now }
        let rate = bearable
        let isLossy = now &- lastLoss < Self.repetitionHold && estimator.queueDelay < Self.longQueue
        let wasMerged = if case .merged = voiceForm { true } else { false }
        // Once merged, a line must be clearly better before packets go one by one again.
        let isThin = rate < (wasMerged ? Self.thin * 5 / 4 : Self.thin)
        // Where much is lost, one packet must not hold much.
        let isFull = !isLossy && voices > (wasMerged ? rate / 2 : rate / 10 * 7)
        // To begin with, a little less.
        let room = voiceForm == .repeated ? Self.repetitionRoom : 108
        let fits = VoiceForm.repeated.cost(of: voices) < rate / 100 * room
        let isRepeatable = isLossy && VoiceForm.repeated.sound(of: voices) <= Self.soundCeiling / 20 * 21
        if isSaving || isThin || isFull {
            voiceForm = .merged(rate < 40_000 ? 6 : 3)
        } else {
            voiceForm = isRepeatable && fits ? .repeated : .plain
        }
        wishedForm = isSaving ? voiceForm : isRepeatable ? .repeated : .plain
    }
}
