/// Probes: short bursts of padding that show what the line would carry, so that the rate need not feel its way up.
extension BandwidthEstimator {
    /// µs from the first feedback to the first probe: the line's jitter is to be seen first.
    static let firstProbeDelay: Int64 = 150_000
    static let leastProbeInterval: Int64 = 4_000_000
    static let mostProbeInterval: Int64 = 6_000_000
    /// µs of the proven rate that a probe may bring on: the most that it can queue.
    private static let probeLength: Int64 = 80_000
    private static let leastProbeBytes = 5 * 283
    /// µs to wait when a probe would tell nothing.
    private static let probeRetry: Int64 = 500_000
    /// µs after which a probe without a result has failed.
    private static let probePatience: Int64 = 1_000_000

    /// A probe that should be sent now, at once and whole, or nil. ``probeBegan()`` before its first packet and
    /// ``probeEnded()`` after its last tell which they were; what else leaves between counts as well.
    public mutating func takeProbe(now: Int64) -> Probe? {
        latest = now
        offered = nil
        let limit = min(settings.ceiling, demand &+ demand / 4)
        guard phase == .growing, measurement == nil, now >= nextProbe, acknowledgedRate > 0, !isSilent,
            rate < limit, queueDelay < 15_000 &+ jitter
        else { return nil }
        let target = min(rate * (hasBeenFull ? 2 : 3), limit)
        let proven = min(rate, max(acknowledgedRate, provenRate))
        let bytes = Int(Int64(proven) &* Self.probeLength / 8_000_000)
        // A burst that jitter could hide, or of too few packets, tells nothing.
        guard target > rate + rate / 20, bytes >= Self.leastProbeBytes,
            Int64(bytes) &* 8_000_000 / Int64(target) > 8 &* jitter
        else {
            nextProbe = now &+ Self.probeRetry
            return nil
        }
        offered = Probe(rate: target, bytes: bytes)
        return offered
    }

    /// The next packet is the first of the probe that was taken.
    public mutating func probeBegan() {
        guard let offered else { return }
        measurement = ProbeMeasurement(offered, first: sentPackets.next, now: latest)
        self.offered = nil
    }

    /// The last packet was the last of the probe.
    public mutating func probeEnded() {
        guard measurement != nil, measurement?.end == nil else { return }
        measurement?.end = sentPackets.next
    }

    /// Draws the conclusion when feedback has come for all of the probe.
    mutating func evaluateProbe(now: Int64) {
        guard let measurement else { return }
        let isWhole = measurement.end.map { newestAcknowledged >= $0 &- 1 } ?? false
        guard isWhole || now &- measurement.began > Self.probePatience &+ roundTrip else { return }
        self.measurement = nil
        guard isWhole, phase == .growing, let result = measurement.result(noise: 2 &* jitter) else {
            postponeProbe(now: now)
            return
        }
        lastShown = now
        let shown = min(result.arrivedAtLeast, result.sent, measurement.probe.rate)
        let isFull = result.arrived < min(result.sent, measurement.probe.rate) / 10 * 9
        let before = rate
        // What a full line carried is its capacity, of which a part is left to whatever else uses it.
        rate = bounded(max(rate, shown / 100 * (isFull ? 88 : 95)))
        if rate > before {
            provenRate = shown
            if let full = capacity.value, shown > full + full / 10 { capacity.forget() }
        }
        if isFull { capacity.update(max(shown, acknowledgedRate)) }
        if isFull, rate < before + before / 10 {
            postponeProbe(now: now)
        } else {
            probeInterval = Self.leastProbeInterval
            nextProbe = isFull ? now &+ probeInterval : now
        }
    }

    /// A probe has shown nothing new: the next has more time.
    private mutating func postponeProbe(now: Int64) {
        nextProbe = now &+ probeInterval
        probeInterval = min(probeInterval &* 2, Self.mostProbeInterval)
    }
}
