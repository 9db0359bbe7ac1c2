import RTP

/// What plays in whose slots: voices by who speaks, pictures by what the page shows, for WHEP in order.
extension Relay {
    /// Fills the slots of every room that has changed, and lets every slot follow the layers that come in.
    mutating func assignSlots(now: Int64) {
        for room in 0..<rooms.highWater where rooms.contains(room) {
            if rooms[room].needsAssignment {
                rooms[room].needsAssignment = false
                for participant in rooms[room].participants where participants[participant].isConnected {
                    assign(participant: participant, room: room)
                }
            }
            for participant in rooms[room].participants {
                for slot in participants[participant].slots where slots[slot].publication >= 0 {
                    chooseLayer(slot: slot, now: now)
                }
            }
        }
    }

    private mutating func assign(participant: Int, room: Int) {
        guard !participants[participant].slots.isEmpty else { return }
        var changed = participants[participant].hasLostPublication
        participants[participant].hasLostPublication = false
        switch participants[participant].mode {
        case .whip: return
        case .whep(let exclude):
            for isVideo in [false, true] {
                let places = participants[participant].slots.filter { slots[$0].role.isVideo == isVideo }
                let playing = places.map { Int(slots[$0].publication) }
                let wanted = rooms[room].publications.filter { publication in
                    publications[publication].role.isVideo == isVideo
                        && publications[publication].owner != participant
                        && publications[publication].ownerID != exclude
                        // A pause of what plays keeps its place, so that the order stays.
                        && (publications[publication].isActive || playing.contains(publication))
                }
                changed = fill(places, with: wanted) || changed
            }
        case .page:
            for role in TrackRole.allCases {
                let places = participants[participant].slots.filter { slots[$0].role == role }
                let wanted = self.wanted(role: role, viewer: participant, room: room).prefix(places.count)
                changed = fill(places, with: Array(wanted)) || changed
            }
        }
        if changed { announceSlots(of: participant, room: room) }
    }

    /// Publications of one role that a page should receive, the most important first.
    private func wanted(role: TrackRole, viewer: Int, room: Int) -> [Int] {
        let available = rooms[room].publications.filter {
            publications[$0].isActive && publications[$0].role == role && publications[$0].owner != viewer
        }
        switch role {
        case .microphone:
            let speakers = rooms[room].speakers.places.filter { available.contains($0) }
            return speakers + available.filter { !speakers.contains($0) }
        case .camera:
            let wishes = participants[viewer].wishes.filter { $0.role == role }.compactMap { wish in
                available.first { publications[$0].ownerID == wish.participant }
            }
            return wishes + available.filter { !wishes.contains($0) }
        case .screen, .screenAudio:
            // The newest screen takes the place.
            return available.reversed()
        }
    }

    /// Lets each wanted publication play in one of the places: what plays and is still wanted stays where it is.
    /// Returns whether anything changed.
    private mutating func fill(_ places: [Int], with wanted: [Int]) -> Bool {
        var changed = false
        for slot in places where slots[slot].publication >= 0 && !wanted.contains(Int(slots[slot].publication)) {
            release(slot: slot)
            changed = true
        }
        var free = places.filter { slots[$0].publication < 0 }[...]
        for publication in wanted {
            if places.contains(where: { Int(slots[$0].publication) == publication }) { continue }
            guard let slot = free.popFirst() else { break }
            play(publication, in: slot)
            changed = true
        }
        return changed
    }

    /// Lets a publication play in a slot, from its next keyframe on.
    private mutating func play(_ publication: Int, in slot: Int) {
        slots[slot].publication = Int32(truncatingIfNeeded: publication)
        slots[slot].layer = -1
        slots[slot].target = -1
        resolvePayloadTypes(slot: slot, publication: publication)
        publications[publication].slots.append(slot)
    }

    /// Leaves a slot empty.
    mutating func release(slot: Int) {
        let publication = Int(slots[slot].publication)
        if publications.contains(publication) { publications[publication].slots.remove(slot) }
        slots[slot].publication = -1
        slots[slot].layer = -1
        slots[slot].target = -1
    }

    /// How the receiver numbers the publication's codecs.
    private mutating func resolvePayloadTypes(slot: Int, publication: Int) {
        let participant = Int(slots[slot].participant)
        let theirs = participants[participant].plan.slots[Int(slots[slot].position)].codecs
        slots[slot].payloadTypes = .init(repeating: 0xFF)
        slots[slot].rtxPayloadTypes = .init(repeating: 0xFF)
        slots[slot].passesRED = false
        for ours in publications[publication].codecs {
            let index = Int(ours.codec.rawValue)
            guard
                let match = theirs.first(where: { $0.codec == ours.codec && $0.variant == ours.variant })
                    ?? theirs.first(where: { $0.codec == ours.codec })
            else { continue }
            // The first of several variants that the publisher may use is the one that it prefers.
            guard slots[slot].payloadTypes[index] == 0xFF else { continue }
            slots[slot].payloadTypes[index] = match.payloadType
            if slots[slot].rtxSSRC != 0, let rtx = match.rtxPayloadType {
                slots[slot].rtxPayloadTypes[index] = rtx
            }
        }
        let opus = { (codecs: [NegotiatedCodec]) in codecs.first { $0.codec == .opus }?.payloadType }
        slots[slot].passesRED =
            slots[slot].payloadTypes[Int(Codec.red.rawValue)] != 0xFF
            && opus(theirs) == opus(publications[publication].codecs)
        if let number = opus(theirs) { slots[slot].payloadTypes[Int(Codec.opus.rawValue)] = number }
    }

    /// Sets the layer that a slot should play: the smallest that is as tall as the page shows it, of those that come
    /// in; for WHEP the largest.
    private mutating func chooseLayer(slot: Int, now: Int64) {
        let publication = Int(slots[slot].publication)
        guard publications.contains(publication), let first = publications[publication].layers.first else { return }
        var best = first
        if publications[publication].layers.count > 1 {
            let wanted = wantedHeight(slot: slot, publication: publication)
            var found = false
            for layer in publications[publication].layers where layers[layer].isLive(now: now) {
                best = layer
                found = true
                if Self.height(of: layers[layer].quality, measured: layers[layer].height) * 4 >= wanted * 3 { break }
            }
            // Nothing comes in: what plays stays.
            if !found, slots[slot].target >= 0 { return }
        }
        slots[slot].target = Int32(truncatingIfNeeded: best)
        if slots[slot].layer != slots[slot].target { wantKeyframe(slot: slot) }
    }

    /// Layers are a quarter, half and the whole of 720 lines until a keyframe says otherwise.
    private static func height(of quality: Int, measured: Int) -> Int {
        measured > 0 ? measured : 180 << min(quality, 3)
    }

    private func wantedHeight(slot: Int, publication: Int) -> Int {
        let viewer = Int(slots[slot].participant)
        guard participants[viewer].mode == .page else { return .max / 8 }
        let owner = publications[publication].ownerID
        let role = publications[publication].role
        for wish in participants[viewer].wishes where wish.participant == owner && wish.role == role {
            return max(wish.height, 1)
        }
        // A page that has not said what it shows gets the middle layer.
        return 360
    }

    private mutating func announceSlots(of participant: Int, room: Int) {
        let assignments = participants[participant].slots.map { slot in
            let publication = Int(slots[slot].publication)
            return SlotAssignment(
                mid: participants[participant].plan.slots[Int(slots[slot].position)].mid,
                participant: publications.contains(publication)
                    ? publications[publication].ownerID : nil,
                role: publications.contains(publication) ? publications[publication].role : slots[slot].role)
        }
        events.append(
            .slots(room: rooms[room].name, viewer: participants[participant].id, assignments: assignments))
    }

    // MARK: Speakers

    /// Voices that one room forwards to everybody (design: the top three).
    private static var voicesForwarded: Int { 3 }

    mutating func updateSpeakers(now: Int64) {
        for room in 0..<rooms.highWater where rooms.contains(room) {
            var candidates: [SpeakerSelection.Candidate] = []
            for publication in rooms[room].publications
            where publications[publication].role == .microphone && publications[publication].isActive {
                publications[publication].voice.decay(now: now)
                candidates.append(.init(publication: publication, voice: publications[publication].voice))
            }
            // One more than is forwarded, since a speaker does not receive itself.
            if rooms[room].speakers.update(candidates, limit: Self.voicesForwarded + 1, now: now) {
                rooms[room].needsAssignment = true
                nextAssignment = now
            }
            let speaking = SpeakerSelection.speaking(candidates, now: now)
            // Who is loudest of those who speak changes with every syllable, and is no news. Of several relays that
            // hold a room the first one tells.
            if Set(speaking) != Set(rooms[room].reportedSpeakers) {
                rooms[room].reportedSpeakers = speaking
                guard rooms[room].links & ((1 << UInt64(ordinal)) &- 1) == 0 else { continue }
                events.append(
                    .speakers(
                        room: rooms[room].name,
                        participants: speaking.map { publications[$0].ownerID }))
            }
        }
    }
}
