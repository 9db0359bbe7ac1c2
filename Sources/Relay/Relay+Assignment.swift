import RTP

/// What plays in whose slots: voices by who speaks, pictures by what the page shows, for WHEP in order.
extension Relay {
    /// What all viewers of a room choose from, gathered once for all of them.
    struct Offerings {
        var voices: [Int] = []
        /// Cameras by owner, and in the order in which a page that has not said what it shows gets them.
        var cameras: [ParticipantID: Int] = [:]
        var cameraOrder: [Int] = []
        /// The newest first: it takes the place.
        var screens: [Int] = []
        var screenSounds: [Int] = []
    }

    /// Cameras that a page gets before it has said what it shows.
    private static var camerasUnasked: Int { 4 }

    /// Fills the slots of everybody whose room or wishes have changed.
    mutating func assignSlots(now: Int64) {
        for room in 0..<rooms.highWater where rooms.contains(room) {
            let (voices, pictures) = (rooms[room].needsVoices, rooms[room].needsPictures)
            rooms[room].needsVoices = false
            rooms[room].needsPictures = false
            var offerings: Offerings?
            for participant in rooms[room].participants where participants[participant].isConnected {
                let needsVoices = voices || participants[participant].needsVoices
                let needsPictures = pictures || participants[participant].needsPictures
                guard needsVoices || needsPictures, !participants[participant].slots.isEmpty else { continue }
                participants[participant].needsVoices = false
                participants[participant].needsPictures = false
                let offered = offerings ?? self.offerings(of: room, now: now)
                offerings = offered
                assign(participant: participant, offerings: offered, room: room, pictures: needsPictures, now: now)
            }
        }
    }

    /// The slots of everybody in a room are to be filled anew at the next tick.
    mutating func needAssignment(room: Int, now: Int64) {
        rooms[room].needsVoices = true
        rooms[room].needsPictures = true
        nextAssignment = now
    }

    private func offerings(of room: Int, now: Int64) -> Offerings {
        var offerings = Offerings()
        offerings.voices = voices(of: room, now: now)
        // What was published last comes before the others, a film before all.
        let published = rooms[room].publications
        let ordered =
            films.isEmpty
            ? published
            : published.filter { !publications[$0].isPlayed }
                + published.filter { publications[$0].isPlayed }
        for publication in ordered where publications[publication].isActive {
            switch publications[publication].role {
            case .microphone: break
            case .camera:
                offerings.cameras[publications[publication].ownerID] = publication
                offerings.cameraOrder.append(publication)
            case .screen: offerings.screens.insert(publication, at: 0)
            case .screenAudio: offerings.screenSounds.insert(publication, at: 0)
            }
        }
        return offerings
    }

    private mutating func assign(
        participant: Int, offerings: Offerings, room: Int, pictures: Bool, now: Int64
    ) {
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
            changed = fill(.microphone, of: participant, with: offerings.voices) || changed
            guard pictures else { break }
            changed = fill(.camera, of: participant, with: cameras(for: participant, offerings)) || changed
            changed = fill(.screen, of: participant, with: offerings.screens) || changed
            changed = fill(.screenAudio, of: participant, with: offerings.screenSounds) || changed
        }
        participants[participant].downlink?.nextAllocation = now
        participants[participant].nextDue = 0
        if participants[participant].downlink == nil { allocate(participant: participant, now: now) }
        if changed { announceSlots(of: participant) }
    }

    /// What the page shows, in its order; a few of the first when it has not said.
    private func cameras(for viewer: Int, _ offerings: Offerings) -> [Int] {
        guard participants[viewer].hasWished else { return Array(offerings.cameraOrder.prefix(Self.camerasUnasked)) }
        var seen: Set<Int> = []
        return participants[viewer].wishes.compactMap { wish in
            guard wish.role == .camera, let camera = offerings.cameras[wish.participant],
                seen.insert(camera).inserted
            else { return nil }
            return camera
        }
    }

    private mutating func fill(_ role: TrackRole, of participant: Int, with offered: [Int]) -> Bool {
        let places = participants[participant].slots.filter { slots[$0].role == role }
        let wanted = offered.filter { publications[$0].owner != participant }.prefix(places.count)
        return fill(places, with: Array(wanted))
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
        slots[slot].desired = -1
        slots[slot].height = 0
        slots[slot].hasShown = false
        slots[slot].isStill = false
        slots[slot].setFilter()
        slots[slot].isShed = false
        slots[slot].picture = publications[publication].role.isVideo ? .held : .full
        slots[slot].voiceFrom = publications[publication].voice.onset
        resolvePayloadTypes(slot: slot, publication: publication)
        publications[publication].slots.append(slot)
    }

    /// Leaves a slot empty.
    mutating func release(slot: Int) {
        closeVoice(slot: slot)
        let publication = Int(slots[slot].publication)
        if publications.contains(publication) { publications[publication].slots.remove(slot) }
        slots[slot].publication = -1
        slots[slot].layer = -1
        slots[slot].target = -1
        slots[slot].desired = -1
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
        slots[slot].redPayloadType = theirs.first { $0.codec == .red }?.payloadType ?? 0xFF
        if let number = opus(theirs) { slots[slot].payloadTypes[Int(Codec.opus.rawValue)] = number }
    }

    mutating func announceSlots(of participant: Int) {
        let assignments = participants[participant].slots.map { slot in
            let publication = Int(slots[slot].publication)
            return SlotAssignment(
                mid: participants[participant].plan.slots[Int(slots[slot].position)].mid,
                participant: publications.contains(publication)
                    ? publications[publication].ownerID : nil,
                role: publications.contains(publication) ? publications[publication].role : slots[slot].role,
                picture: slots[slot].picture)
        }
        let room = participants[participant].room
        events.append(
            .slots(room: rooms[room].name, viewer: participants[participant].id, assignments: assignments))
    }
}
