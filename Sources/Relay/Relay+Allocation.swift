import Congestion

/// What a receiver's line carries of what it should receive: voices first, then pictures down a ladder.
///
/// A participant whose client gives no transport-wide feedback gets everything as large as it is shown.
extension Relay {
    /// Between two looks at a participant's pictures, µs.
    static var allocationInterval: Int64 { 200_000 }
    /// Kept free for signalling and reports, bit/s.
    private static var signalling: Int { 4_000 }
    /// After a picture had to be made worse nothing is made better for so long, µs, and the main picture not for longer,
    /// unless there is much more room than there was then.
    private static var patience: (others: Int64, main: Int64) { (3_000_000, 10_000_000) }
    /// What is too much by a little may be a keyframe's doing: this long, µs.
    private static var tolerance: Int64 { 500_000 }
    /// Longest wait for the line, µs, of a picture that is about to be replaced by a smaller one.
    private static var waitLimit: Int64 { 250_000 }
    /// Between two stills of a main picture that the line cannot carry moving, µs, and what they need, bit/s.
    private static var stillInterval: Int64 { 4_500_000 }
    private static var stillRate: Int { 25_000 }

    /// One picture's ladder: what each rung is, and how much it costs.
    private struct Ladder {
        var slot: Int
        var steps: [(layer: Int, temporal: UInt8)] = []
        var demand: PictureAllocation.Demand
        /// Rungs that it has climbed.
        var current = 0
    }

    mutating func allocate(participant: Int, now: Int64) {
        participants[participant].downlink?.nextAllocation = now &+ Self.allocationInterval
        let line = participants[participant].downlink?.bearable ?? .max / 4
        let (voices, wishedVoices, voicesChanged) = allocateVoices(participant: participant, line: line, now: now)
        let loss = min(participants[participant].downlink?.estimator.lossFraction ?? 0, 0.3)
        let left = max(0, line / 100 * 97 &- voices &- Self.signalling)
        // What is lost is sent again.
        let budget = Int(Double(left) / (1 + loss))

        var ladders = ladders(of: participant, now: now)
        let wholeCost = ladders.reduce(0) { $0 + ($1.demand.rungs.last?.rate ?? 0) }
        let heights = participants[participant].reception == .full ? climb(ladders, participant, budget, now) : nil
        var changed = voicesChanged
        for index in ladders.indices {
            ladders[index].current = heights?[index] ?? 0
            changed = apply(ladders[index], now: now) || changed
        }
        let pictures = PictureAllocation.cost(ladders.map(\.demand), ladders.map(\.current))
        participants[participant].downlink?.allocatedFor = line
        participants[participant].downlink?.spare = max(0, budget &- pictures)
        let demand = wishedVoices &+ Self.signalling &+ (participants[participant].reception == .full ? wholeCost : 0)
        participants[participant].downlink?.estimator.demand = Int(Double(demand) * (1.05 + loss))
        keepShowing(ladders, participant: participant, room: budget &- pictures, now: now)
        if changed { announceSlots(of: participant) }
    }

    /// The ladders of all pictures that a participant's slots are for, the most important first.
    private func ladders(of participant: Int, now: Int64) -> [Ladder] {
        var ranked: [(rank: Int, slot: Int, height: Int)] = []
        for slot in participants[participant].slots where slots[slot].role.isVideo && slots[slot].publication >= 0 {
            let publication = Int(slots[slot].publication)
            let wish = wish(viewer: participant, publication: publication)
            let isScreen = publications[publication].role == .screen
            ranked.append((isScreen ? -1 : wish?.rank ?? 1_000 + ranked.count, slot, wish?.height ?? 360))
        }
        ranked.sort { ($0.rank, $0.slot) < ($1.rank, $1.slot) }
        return ranked.enumerated().map { position, entry in
            let isScreen = entry.rank < 0
            let wanted = participants[participant].mode == .page ? (isScreen ? .max / 8 : entry.height) : .max / 8
            return ladder(
                slot: entry.slot, wanted: wanted, isMain: isScreen || position == 0 && wanted >= 300, now: now)
        }
    }

    private func wish(viewer: Int, publication: Int) -> (rank: Int, height: Int)? {
        let (owner, role) = (publications[publication].ownerID, publications[publication].role)
        guard
            let rank = participants[viewer].wishes.firstIndex(where: { $0.participant == owner && $0.role == role })
        else { return nil }
        return (rank, max(participants[viewer].wishes[rank].height, 1))
    }

    /// From the smallest layer to the smallest that is as tall as the picture is shown; the lowest layer in fewer
    /// pictures a second first, where its publisher sends it so that this can be done.
    private func ladder(slot: Int, wanted: Int, isMain: Bool, now: Int64) -> Ladder {
        let publication = Int(slots[slot].publication)
        var ladder = Ladder(slot: slot, demand: .init(rungs: [], isMain: isMain))
        func add(_ layer: Int, temporal: UInt8, rate: Int, isRecognisable: Bool) {
            // Each rung costs more than the one before, whatever was measured.
            let dearer = max(rate, (ladder.demand.rungs.last?.rate ?? 0) + 1_000)
            ladder.steps.append((layer, temporal))
            ladder.demand.rungs.append(.init(rate: dearer, isRecognisable: isRecognisable))
        }
        let all = publications[publication].layers
        for layer in all {
            let isLive = layers[layer].isLive(now: now)
            guard isLive || layers[layer].missingUntil <= now else { continue }
            let height = Self.height(of: layers[layer].quality, of: all.count, measured: layers[layer].height)
            let isEnough = height * 4 >= wanted * 3
            let measured = max(layers[layer].rate.whole, layers[layer].leastRate)
            let rate = measured > 0 ? measured : Self.usualRate(of: layers[layer].quality, of: all.count)
            if layers[layer].rate.hasTemporalLayers, ladder.steps.isEmpty {
                add(layer, temporal: 0, rate: layers[layer].rate.upTo(temporal: 0), isRecognisable: false)
                add(layer, temporal: 1, rate: layers[layer].rate.upTo(temporal: 1), isRecognisable: false)
            }
            add(layer, temporal: 2, rate: rate, isRecognisable: height >= 300 || isEnough)
            if isEnough { break }
        }
        ladder.current = min(slots[slot].height, ladder.steps.count)
        if let position = ladder.steps.lastIndex(where: {
            Int32(truncatingIfNeeded: $0.layer) == slots[slot].desired && $0.temporal == slots[slot].temporalTarget
        }) {
            ladder.current = position + 1
        }
        return ladder
    }

    /// Layers are a quarter, half and the whole of 720 lines until a keyframe says otherwise.
    private static func height(of quality: Int, of count: Int, measured: Int) -> Int {
        measured > 0 ? measured : 720 >> min(max(count - 1 - quality, 0), 3)
    }

    /// bit/s of a layer that has not been seen yet. The smallest is taken for a small one: what is thought too dear for
    /// the line is not sent, and would never be measured.
    private static func usualRate(of quality: Int, of count: Int) -> Int {
        count == 1 ? 700_000 : [120_000, 400_000, 1_200_000][quality == 0 ? 0 : min(quality + (count < 3 ? 1 : 0), 2)]
    }

    /// How far each picture may climb; stays as it is unless the line says otherwise.
    private mutating func climb(_ ladders: [Ladder], _ participant: Int, _ budget: Int, _ now: Int64) -> [Int] {
        var demands = ladders.map(\.demand)
        let current = ladders.map(\.current)
        let cost = PictureAllocation.cost(demands, current)
        let layout = ladders.map(\.slot)
        guard var state = participants[participant].downlink?.pictures else { return demands.map(\.rungs.count) }
        defer { participants[participant].downlink?.pictures = state }
        let isNew = state.layout != layout
        state.layout = layout
        if isNew { return PictureAllocation.climb(demands, budget: budget) }
        let main = ladders.firstIndex { $0.demand.isMain }
        if cost > budget {
            let since = state.overSince ?? now
            state.overSince = since
            guard cost > budget / 100 * 115 || now &- since > Self.tolerance else { return current }
            let lower = PictureAllocation.climb(demands, budget: budget / 100 * 95)
            state.overSince = nil
            state.lastLowered = now
            state.loweredFor = budget
            if let main, lower[main] < current[main] { state.lastMainLowered = now }
            return lower
        }
        state.overSince = nil
        let isClearlyBetter = budget > state.loweredFor / 100 * 150
        guard now &- state.lastLowered >= Self.patience.others || isClearlyBetter else { return current }
        if let main, now &- state.lastMainLowered < Self.patience.main, !isClearlyBetter {
            demands[main].rungs.removeLast(max(0, demands[main].rungs.count - current[main]))
        }
        // Up only where there is a margin, so that a picture does not go up and down.
        let higher = PictureAllocation.climb(demands, budget: budget / 100 * 92)
        // Better means: the main picture is, or one of the others and none is worse.
        let gain = main.map { higher[$0] - current[$0] } ?? 0
        let isNoneWorse = zip(higher, current).allSatisfy { $0 >= $1 }
        let isDearer = PictureAllocation.cost(demands, higher) > cost / 100 * 110
        guard higher != current, gain > 0 || gain == 0 && (isNoneWorse || isDearer) else { return current }
        return higher
    }

    /// Lets a slot play the rung that its ladder says. Returns whether its viewer is to be told.
    private mutating func apply(_ ladder: Ladder, now: Int64) -> Bool {
        let slot = ladder.slot
        let before = slots[slot].picture
        slots[slot].height = ladder.current
        guard ladder.current > 0, ladder.current <= ladder.steps.count else {
            slots[slot].desired = -1
            if !slots[slot].isStill {
                slots[slot].target = -1
                if isWaitingLong(slot: slot) { discardWaiting(slot: slot) }
                slots[slot].layer = -1
            }
            slots[slot].picture = .held
            return before != .held
        }
        let (layer, temporal) = ladder.steps[ladder.current - 1]
        slots[slot].desired = Int32(truncatingIfNeeded: layer)
        slots[slot].temporalTarget = temporal
        slots[slot].isStill = false
        slots[slot].setFilter()
        let publication = Int(slots[slot].publication)
        // The best that comes in of what is wanted; what plays stays while nothing does.
        var target: Int?
        for candidate in publications[publication].layers where layers[candidate].isLive(now: now) {
            if target == nil || layers[candidate].quality <= layers[layer].quality { target = candidate }
        }
        if let target {
            slots[slot].target = Int32(truncatingIfNeeded: target)
        } else if slots[slot].target < 0 {
            slots[slot].target = Int32(truncatingIfNeeded: layer)
        }
        if slots[slot].layer != slots[slot].target {
            wantKeyframe(slot: slot)
            // What is too much for the line is not sent on until something smaller comes.
            if isWaitingLong(slot: slot) { discardWaiting(slot: slot) }
        }
        let isTop = ladder.current == ladder.steps.count
        slots[slot].picture = isTop ? .full : temporal < 2 ? .slow : .reduced
        return before != slots[slot].picture
    }

    private func isWaitingLong(slot: Int) -> Bool {
        participants[Int(slots[slot].participant)].downlink?.waitingTime ?? 0 > Self.waitLimit
    }

    /// A picture that stands still is never black: what has not been seen yet gets one picture, and the main one gets
    /// another every few seconds while there is room for that.
    private mutating func keepShowing(_ ladders: [Ladder], participant: Int, room: Int, now: Int64) {
        guard participants[participant].reception == .full else { return }
        for ladder in ladders where ladder.current == 0 && !slots[ladder.slot].isStill {
            let slot = ladder.slot
            let isDue = ladder.demand.isMain && now >= slots[slot].nextStill
            let line = participants[participant].downlink?.allocatedFor ?? 0
            let all = publications[Int(slots[slot].publication)].layers
            // Where nothing comes since nobody watched, wanting it makes it come.
            guard room > Self.stillRate || isDue && line > Self.stillRate * 8, !slots[slot].hasShown || isDue,
                let layer = all.first(where: { layers[$0].isLive(now: now) }) ?? ladder.steps.first?.layer
            else { continue }
            slots[slot].nextStill = now &+ Self.stillInterval
            slots[slot].isStill = true
            slots[slot].setFilter()
            slots[slot].target = Int32(truncatingIfNeeded: layer)
            wantKeyframe(slot: slot)
        }
    }
}
