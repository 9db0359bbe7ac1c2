import Congestion
import RTP
import Relay

/// What a site makes of what has arrived.
extension World {
    mutating func receiveArrivals(_ index: Int, until time: Int64) {
        while let entry = sites[index].arrivals.take(until: time) {
            let arrival = entry.pointee
            switch arrival.kind {
            case .packet: receivePacket(arrival, site: index)
            case .voice: receiveVoice(arrival, site: index)
            case .voiceRest: sites[index].voices[Int(arrival.slot)].rest()
            case .picture: receivePicture(arrival, site: index)
            case .report:
                sites[index].slots[Int(arrival.slot)].report = arrival.timestamp
                sites[index].slots[Int(arrival.slot)].reportArrival = arrival.arrival
            case .request:
                let layer = Int(arrival.slot)
                guard sites[index].up.wait(now: time) < Self.fullUplink else { continue }
                if let packet = sites[index].camera.packet(layer: layer, asked: arrival.sequence) {
                    send(packet, layer: layer, isRepair: true, site: index, at: time)
                }
            case .keyframeRequest: sites[index].camera.requestKeyframe(layer: Int(arrival.slot))
            }
        }
    }

    @inline(__always)
    private func receivePacket(_ arrival: Arrival, site index: Int) {
        let slot = Int(arrival.slot)
        let size = Int(arrival.size)
        measures[index].packets &+= 1
        if arrival.transport >= 0 {
            sites[index].feedback.received(
                sequence: UInt16(truncatingIfNeeded: arrival.transport), at: arrival.arrival)
            sites[index].hasFeedback = true
        }
        if arrival.isRepair {
            measures[index].repairBytes &+= size
            guard arrival.marker else { return }
            sites[index].holes[slot].repaired(arrival.sequence)
            let trip = arrival.arrival &- sites[index].lastAsked
            if sites[index].lastAsked > 0, trip > 0, trip < 3_000_000 {
                sites[index].roundTrip = (sites[index].roundTrip &* 7 &+ trip) / 8
            }
            return
        }
        let isVideo = Site.isVideo(slot)
        if isVideo {
            measures[index].pictureBytes &+= size
        } else {
            measures[index].voiceBytes &+= size
            // IP, UDP, RTP, its extensions and the tag.
            measures[index].soundBytes &+= max(0, size &- 68)
        }
        sites[index].holes[slot].received(arrival.sequence, now: arrival.arrival, asks: isVideo)
    }

    private mutating func receiveVoice(_ arrival: Arrival, site index: Int) {
        let publisher = Int(arrival.voice.publisher)
        guard publisher < capacity, isMade[publisher], sites[publisher].generation == arrival.voice.generation,
            publisher != index
        else { return }
        let played = sites[index].voices[Int(arrival.slot)].receive(
            arrival.voice, from: sites[publisher].microphone, now: arrival.arrival,
            upstream: Int64(sites[publisher].up.delay), downstream: Int64(sites[index].down.delay))
        measures[index].speech &+= played.speech
        measures[index].concealed &+= played.concealed
        measures[index].leftOut &+= played.leftOut
        measures[index].concealedByLine &+= played.concealedByLine
        if let delay = played.delay { measures[index].delays.add(delay) }
        if let awaited, awaited.publisher == publisher, measures[index].heardAt == 0,
            arrival.voice.frame >= awaited.frame
        {
            measures[index].heardAt = arrival.arrival
            measures[index].heardFrame = arrival.voice.frame
        }
    }

    private mutating func receivePicture(_ arrival: Arrival, site index: Int) {
        let slot = Int(arrival.slot)
        guard sites[index].slots[slot].publisher == Int(arrival.picture.publisher),
            sites[index].slots[slot].generation == arrival.picture.generation
        else { return }
        let decoded = sites[index].pictures[slot].receive(arrival.picture, now: arrival.arrival)
        guard decoded.pictures > 0 else { return }
        let gap = arrival.arrival &- sites[index].slots[slot].lastDecoded
        if !sites[index].slots[slot].wasHeld, sites[index].slots[slot].pictures > 0 {
            measures[index].largestGap = max(measures[index].largestGap, gap)
            if gap > 1_000_000, sites[index].slots[slot].picture != .slow { measures[index].freezes += 1 }
        }
        sites[index].slots[slot].wasHeld = sites[index].slots[slot].picture == .held
        sites[index].slots[slot].lastDecoded = arrival.arrival
        sites[index].slots[slot].pictures += decoded.pictures
        if decoded.isSwitch {
            measures[index].layerSwitches += 1
            if sites[index].slots[slot].publisher == sites[index].mainPicture { measures[index].mainSwitches += 1 }
        }
        if sites[index].slots[slot].publisher == sites[index].mainPicture {
            measures[index].main.pictures += decoded.pictures
            if decoded.layer >= 1 { measures[index].main.atLeast360 += decoded.pictures }
            if decoded.layer >= 2 { measures[index].main.atLeast720 += decoded.pictures }
        } else {
            measures[index].otherPictures += decoded.pictures
        }
    }

    // MARK: Looking at the screens

    /// How long a slot may show nothing: a keyframe has to be asked for and to come, of each picture, and again where
    /// the line loses it.
    func blackLimit(_ index: Int) -> Int64 {
        let profile = sites[index].profile
        // What voices leave of the line.
        let keyframes = 9 * 3_600 * 8_000 / max(sites[index].down.rate - 130, 20)
        return 3_000_000 &+ Int64(profile.rtt * 4_000 + profile.loss * 300_000 + keyframes)
    }

    /// Ten times a second.
    mutating func sample() {
        for index in 0..<capacity where isHere[index] {
            measures[index].standingQueue = sites[index].down.wait(now: now)
            var hasMain = false
            for slot in Site.voiceSlots..<(Site.voiceSlots + Site.cameraSlots) {
                let publisher = sites[index].slots[slot].publisher
                guard publisher >= 0, isHere[publisher], sites[publisher].camera.canSend, !sites[publisher].up.isCut
                else {
                    continue
                }
                if publisher == sites[index].mainPicture {
                    hasMain = true
                } else {
                    measures[index].otherSlotSeconds += 0.1
                }
                let state = sites[index].slots[slot]
                let since = max(
                    state.since, state.movesSince, sites[publisher].camera.onSince, sites[publisher].disturbedAt,
                    sites[index].disturbedAt)
                guard !sites[index].down.isCut, state.pictures == 0, state.picture != .held,
                    now &- since > blackLimit(index)
                else { continue }
                measures[index].black &+= 100_000
                sites[index].slots[slot].blackNoted = now
            }
            let main = sites[index].mainPicture
            if hasMain || (main >= 0 && main != index && isHere[main] && sites[main].camera.canSend) {
                measures[index].main.seconds += 0.1
            }
        }
    }
}
