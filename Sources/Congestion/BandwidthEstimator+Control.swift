/// How the rate moves.
extension BandwidthEstimator {
    /// No queue is this long: a delay beyond it is a clock that was set.
    static let impossibleDelay: Int64 = 10_000_000
    /// By how much the least delay rises when the route has become longer, µs.
    static let noticeableRise: Int64 = 10_000
    /// µs in which less than the line carries empties any queue.
    private static let emptyingTime: Int64 = 5_000_000
    /// µs without feedback, besides two round trips, before the rate is taken back.
    static let patience: Int64 = 500_000
    static let backOffInterval: Int64 = 250_000
    /// µs, spent twice, after which a queue that does not shorten is taken for a longer route.
    private static let drainPatience: Int64 = 1_000_000

    /// How long a capacity is believed that has not been tried since, and one that has proved true again and again, µs.
    static let leastBelief: Int64 = 4_000_000
    private static let mostBelief: Int64 = 120_000_000
    /// Jitter from which a queue may have been its doing, µs; and where the line carries less than `narrow`, bit/s: there one
    /// voice more is no small step, and a packet's own time looks like jitter.
    private static let pretendingJitter: (usual: Int64, narrow: Int64) = (5_000, 15_000)
    private static let narrow = 100_000

    /// A line that jitters takes longer to tell its rate.
    var acknowledgedWindow: Int64 { min(1_000_000, 400_000 &+ 24 &* jitter) }
    private var longWindow: Int64 { min(400_000, 200_000 &+ 8 &* jitter) }
    private var quickWindow: Int64 { min(160_000, 60_000 &+ 4 &* jitter) }
    /// The shortest time that tells a rate through the jitter.
    private var suddenWindow: Int64 { min(600_000, 120_000 &+ 16 &* jitter) }
    /// Standing queue that is too long.
    private var highQueue: Int64 { 25_000 &+ min(60_000, 2 &* jitter) }
    /// The same for the quick window, in which luck is rarer.
    private var quickHighQueue: Int64 { 40_000 &+ min(120_000, 5 &* jitter) }
    /// Standing queue that is none.
    private var lowQueue: Int64 { 10_000 &+ min(40_000, jitter) }

    private var quickLowQueue: Int64 { 10_000 &+ min(60_000, 3 &* jitter) }

    /// bit/s that must have been sent for what arrived, on a line that loses its habitual share.
    private func carriedRate(over window: Int64) -> Int? {
        arrivals.rate(over: window).map { Int(Double($0) / (1 - losses.background)) }
    }

    /// Looks at the queue and the losses, and moves the rate.
    mutating func judge(now: Int64) {
        guard let base = baseDelay.value, let long = arrivals.leastDelay(over: longWindow),
            let quick = arrivals.leastDelay(over: quickWindow)
        else { return }
        let standing = long &- base
        let current = quick &- base
        if isQueueForeign(standing, now: now) {
            baseDelay.restart(at: base &+ leastStanding, now: now)
            rate = max(rate, bounded(mostFull / 10 * 9))
            routeIsLonger()
            return
        }
        let isQueueHigh = standing > highQueue || current > quickHighQueue
        queueDelay = isQueueHigh || phase == .draining ? current : standing
        losses.close(queued: standing > lowQueue, now: now)
        switch phase {
        case .draining:
            drain(current, now: now)
        case .growing where isQueueHigh || isLosingWithQueue(standing):
            beginDraining(current, isSudden: standing < highQueue || current > 2 &* quickHighQueue, now: now)
        case .growing:
            if losses.hasNews, losses.isHigh { yieldToLoss() }
            if standing <= lowQueue, !losses.isHigh { grow(now: now) }
        }
        lastGrowth = now
    }

    /// Far less has been sent for long than the line carried before, and not one packet found its queue empty: it is the
    /// route that has become longer, or others fill the line.
    private mutating func isQueueForeign(_ standing: Int64, now: Int64) -> Bool {
        guard standing > Self.noticeableRise else {
            lastEmpty = now
            leastStanding = .max
            mostFull = 0
            return false
        }
        leastStanding = min(leastStanding, standing)
        return now &- lastEmpty > Self.emptyingTime && isLittleSent && losses.recent < 0.15
    }

    /// Clearly less than the line carried since its queue was last found empty.
    var isLittleSent: Bool { acknowledgedRate < mostFull / 10 * 7 }

    /// A queue that is not yet too long, but drops.
    private func isLosingWithQueue(_ standing: Int64) -> Bool {
        standing > (lowQueue &+ highQueue) / 2 && losses.recent > losses.background * 2 + 0.08
    }

    // MARK: Draining

    /// - Parameter isSudden: what arrived before the last moments came over another line, so to speak.
    private mutating func beginDraining(_ queue: Int64, isSudden: Bool, now: Int64) {
        phase = .draining
        drainArrival = arrivals.newest ?? 0
        drainCheck = now
        drainQueue = 0
        provenRate = 0
        if !hasBeenFull {
            hasBeenFull = true
            nextProbe = now &+ Self.leastProbeInterval
        }
        drainRate = rate
        fullRate = carriedRate(over: acknowledgedWindow) ?? acknowledgedRate
        endTrial()
        mostFull = max(mostFull, fullRate)
        if fullRate > 0 { capacity.update(fullRate) }
        drainFullRate = fullRate
        // Short windows are easily wrong: what they say holds until the drained line has been measured.
        if isSudden, let recent = carriedRate(over: suddenWindow) { fullRate = min(fullRate, recent) }
        lowerForQueue(queue)
    }

    private mutating func drain(_ queue: Int64, now: Int64) {
        // While there is a queue, what arrives is what the line carries.
        let elapsed = (arrivals.newest ?? 0) &- drainArrival
        if elapsed >= suddenWindow, let full = carriedRate(over: min(elapsed, acknowledgedWindow)) {
            capacity.update(full)
            fullRate = capacity.value ?? full
        }
        if queue <= quickLowQueue {
            endDraining()
            return
        }
        if now &- drainCheck > Self.drainPatience {
            if isRouteLonger(queue) {
                baseDelay.restart(at: queue &+ (baseDelay.value ?? 0), now: now)
                routeIsLonger()
                rate = bounded(drainRate / 10 * 9)
                return
            }
            drainCheck = now
            drainQueue = queue
        }
        lowerForQueue(queue)
    }

    /// Less was sent for a second than the line carried before, and the queue has not noticed: it is none.
    private func isRouteLonger(_ queue: Int64) -> Bool {
        drainQueue > 0 && abs(queue &- drainQueue) < drainQueue / 10 &+ jitter
            && acknowledgedRate < drainFullRate / 10 * 9 && losses.recent < losses.background + 0.05
    }

    private mutating func endDraining() {
        phase = .growing
        // So sudden a fall may have been an outage: the next full line will tell.
        isCapacityDoubtful = (capacity.value ?? 0) < drainFullRate / 5 * 3
        growthStart = latest
        rate = bounded(min(drainRate, (capacity.value ?? rate) / 100 * 95))
    }

    /// What was taken for a queue was the route, and what the line carried meanwhile is not all that it bears.
    mutating func routeIsLonger() {
        capacity.forget()
        isCapacityDoubtful = false
        phase = .growing
        lastEmpty = latest
        leastStanding = .max
        mostFull = 0
    }

    /// The queue has emptied by itself.
    mutating func resumeAfterPause() {
        if phase == .draining { endDraining() }
    }

    /// Leaves as much of the line to the queue as empties it in a second, and 5 % more.
    private mutating func lowerForQueue(_ queue: Int64) {
        guard fullRate > 0 else { return }
        let percent = max(10, 95 - Int(min(backlog(queue, full: fullRate), 1_000_000) / 10_000))
        rate = bounded(min(drainRate, fullRate / 100 * percent))
    }

    /// Queue that the line will have when all that has been sent has come to it, µs.
    private func backlog(_ queue: Int64, full: Int) -> Int64 {
        let underway = Int64(bytesUnderway) &* 8_000_000 / Int64(max(full, 1))
        return max(queue, underway &- roundTrip &- 2 &* jitter)
    }

    // MARK: Loss

    /// A line that drops without queueing. As draft-ietf-rmcat-gcc-02 §6, for what exceeds the habit.
    private mutating func yieldToLoss() {
        let lowered = Int(Double(rate) * (1 - 0.5 * (losses.recent - losses.background)))
        // What arrives is what the line carries in spite of the loss.
        rate = bounded(max(lowered, min(rate, acknowledgedRate)))
        provenRate = 0
        growthStart = latest
        if let full = carriedRate(over: acknowledgedWindow) { capacity.update(full) }
    }

    // MARK: Growing

    /// Where it jitters, a queue may have been none, and the capacity that it told too small; what is never sent is never
    /// known to fit, and a probe cannot be told from jitter. So more is tried after a calm time, if more is wanted.
    private mutating func tryMore(for elapsed: Int64, now: Int64) {
        let enough = Self.pretendingJitter
        guard let full = capacity.value, jitter > (full < Self.narrow ? enough.narrow : enough.usual),
            demand > full / 100 * 95, now &- max(growthStart, lastShown) > belief
        else { return }
        if triedFrom == nil { triedFrom = full }
        capacity.grow(for: elapsed, to: acknowledgedRate * 3 / 2 + 50_000)
    }

    /// A queue has been found: the capacity from which more was tried was too small, or else is believed for longer now.
    private mutating func endTrial() {
        guard let from = triedFrom else { return }
        triedFrom = nil
        let isWider = fullRate > from / 4 * 5
        belief = isWider ? Self.leastBelief : min(belief * 2, Self.mostBelief)
        if !isWider { capacity.restore(from) }
    }

    private mutating func grow(now: Int64) {
        let elapsed = max(0, min(now &- lastGrowth, 250_000))
        tryMore(for: elapsed, now: now)
        if let full = capacity.value, let carried = carriedRate(over: acknowledgedWindow), carried > full + full / 20,
            rate > full + full / 10
        {
            // More than full has arrived, and no queue: the line is wider than it was.
            capacity.forget()
            isCapacityDoubtful = false
            nextProbe = min(nextProbe, now)
        }
        // bit/s a second.
        let speed: Int
        if let full = capacity.value, !isCapacityDoubtful {
            // The longer nothing happens to a line that is used, the less it is what it was.
            let calm = Int(max(0, now &- growthStart &- 3_000_000) / 1_000_000)
            let percent = acknowledgedRate < full / 20 * 17 ? 1 : min(3 &+ 2 &* calm, 15)
            speed = rate > full / 10 * 9 ? full / 100 * percent : rate / 4
        } else {
            speed = hasBeenFull ? rate / 3 : rate / 2
        }
        let grown = rate &+ Int(Int64(speed) &* elapsed / 1_000_000)
        // What is not used is not known to fit.
        let proven = acknowledgedRate * 3 / 2 + 50_000
        if grown <= proven { rate = bounded(grown) } else if rate < proven { rate = bounded(proven) }
    }

    func bounded(_ rate: Int) -> Int { min(max(rate, settings.floor), settings.ceiling) }
}
