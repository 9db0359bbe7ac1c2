/// Which layers anybody watches.
extension Relay {
    /// A layer that is wanted and does not come in this time is taken for one that its publisher cannot send, for the
    /// other time, µs.
    private static var missing: Int64 { 4_000_000 }
    private static var untilRetry: Int64 { 30_000_000 }

    /// Tells publishers which of their layers are watched: one that is not need not be sent.
    mutating func updateInterest(now: Int64) {
        for publication in 0..<publications.highWater where publications.contains(publication) {
            publications[publication].wanted = 0
        }
        for slot in 0..<slots.highWater where slots.contains(slot) && slots[slot].publication >= 0 {
            let publication = Int(slots[slot].publication)
            for layer in [slots[slot].desired, slots[slot].target, slots[slot].layer] where layer >= 0 {
                guard layers.contains(Int(layer)) else { continue }
                publications[publication].wanted |= 1 << UInt8(truncatingIfNeeded: min(layers[Int(layer)].quality, 7))
            }
        }
        for publication in 0..<publications.highWater where publications.contains(publication) {
            guard publications[publication].role.isVideo, publications[publication].isActive,
                !publications[publication].isPlayed
            else { continue }
            var wanted = publications[publication].wanted
            wanted |= publications[publication].interest.wanted
            // A publisher of which nothing comes is slow or away, and may still send any of its layers: would they all be
            // taken for missing, none would be wanted, and none would come.
            let isHeard = publications[publication].layers.contains { layers[$0].isLive(now: now) }
            for layer in publications[publication].layers {
                noteMissing(layer, isWanted: isHeard ? wanted : 0, now: now)
            }
            tellWanted(publication: publication, wanted, now: now)
        }
    }

    private mutating func noteMissing(_ layer: Int, isWanted mask: UInt8, now: Int64) {
        guard mask & 1 << UInt8(truncatingIfNeeded: min(layers[layer].quality, 7)) != 0,
            !layers[layer].isLive(now: now)
        else {
            layers[layer].wantedSince = nil
            return
        }
        let since = layers[layer].wantedSince ?? now
        layers[layer].wantedSince = since
        guard now &- since > Self.missing else { return }
        layers[layer].missingUntil = now &+ Self.untilRetry
        layers[layer].wantedSince = nil
    }

    private mutating func tellWanted(publication: Int, _ wanted: UInt8, now: Int64) {
        let told = publications[publication].toldWanted
        guard wanted != told else {
            publications[publication].unwantedSince = nil
            return
        }
        // What is wanted anew is asked for at once; what is wanted no more may be wanted again in a moment.
        if wanted & ~told == 0 {
            let since = publications[publication].unwantedSince ?? now
            publications[publication].unwantedSince = since
            guard now &- since >= 800_000 else { return }
        }
        publications[publication].unwantedSince = nil
        publications[publication].toldWanted = wanted
        if let origin = publications[publication].origin {
            let serial = publications[publication].serial
            linkMessages.append((origin.peer, .interest(index: origin.index, serial: serial, layers: wanted)))
        } else {
            events.append(
                .layers(
                    room: rooms[publications[publication].room].name, owner: publications[publication].ownerID,
                    role: publications[publication].role,
                    wanted: publications[publication].layers.indices.map { wanted & 1 << UInt8($0 & 7) != 0 }))
        }
    }
}
