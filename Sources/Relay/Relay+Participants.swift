import ICE
import RTP
import SecureTransport

/// Coming, going, and what participants ask for.
extension Relay {
    /// Takes a participant in. Its media flows once ICE and DTLS are done.
    ///
    /// - Parameter peers: other relays that hold part of the room, as a mask.
    public mutating func admit(_ plan: ParticipantPlan, peers: UInt64 = 0, now: Int64) throws(JoinError) {
        let room = roomIndex(plan.room)
        greet(peers, room: plan.room)
        guard rooms[room].participants.count < limits.participantsPerRoom else {
            throw .roomFull(limit: limits.participantsPerRoom)
        }
        let participant = participants.insert(Participant(plan: plan, room: room, now: now))
        participantsByID[plan.id] = participant
        participantsByUfrag[Self.ufragHash(plan.localCredentials.ufrag)] = participant
        rooms[room].participants.append(participant)
        for track in plan.tracks { publish(track, participant: participant, room: room) }
        for (position, section) in plan.slots.enumerated() {
            participants[participant].slots.append(makeSlot(section, position: position, participant: participant))
        }
        needAssignment(room: room, now: now)
    }

    private mutating func roomIndex(_ name: String) -> Int {
        if let room = roomsByName[name] { return room }
        let room = rooms.insert(Room(name: name, generation: nextSerial))
        nextSerial &+= 1
        roomsByName[name] = room
        if let peers = earlyGreetings.removeValue(forKey: name) { greet(peers, room: name) }
        publishFilms(room: room)
        return room
    }

    private mutating func publish(_ track: ParticipantPlan.Track, participant: Int, room: Int) {
        let index = publications.insert(
            Publication(
                owner: participant, ownerID: participants[participant].id, room: room, serial: nextSerial,
                role: track.role, codecs: track.codecs, isActive: false))
        nextSerial &+= 1
        var made: [Int] = []
        for quality in 0..<max(track.rids.count, 1) {
            let known = quality < track.ssrcs.count ? track.ssrcs[quality] : (media: 0, rtx: 0)
            let clockRate = track.role.isVideo ? 90_000 : 48_000
            let layer = layers.insert(
                Layer(
                    publication: index, quality: quality, isVideo: track.role.isVideo, clockRate: clockRate,
                    ssrc: known.media, rtxSSRC: known.rtx))
            made.append(layer)
            for (ssrc, isRTX) in [(known.media, false), (known.rtx, true)] where ssrc != 0 {
                _ = participants[participant].addStream(
                    .init(ssrc: ssrc, layer: Int32(truncatingIfNeeded: layer), isRTX: isRTX))
            }
        }
        publications[index].layers = made
        participants[participant].publications.append(index)
        rooms[room].publications.append(index)
        announce(publication: index)
        // A WHIP client sends from the start; a page says when it does.
        if participants[participant].mode == .whip { setActive(publication: index, true) }
    }

    private mutating func makeSlot(
        _ section: ParticipantPlan.ReceivingSection, position: Int, participant: Int
    ) -> Int {
        slots.insert(
            Slot(
                participant: Int32(truncatingIfNeeded: participant), position: Int32(truncatingIfNeeded: position),
                role: section.role, ssrc: section.ssrc, rtxSSRC: section.rtxSSRC,
                rewriter: StreamRewriter(
                    firstSequence: UInt16.random(in: 0...0x7FFF, using: &random),
                    firstTimestamp: UInt32.random(in: 0...UInt32.max, using: &random)),
                rtxIndex: UInt64.random(in: 0...0x7FFF, using: &random),
                hasTransportSequence: section.hasTransportSequence && participants[participant].downlink != nil))
    }

    /// Lets a participant go; unknown ones are gone already.
    public mutating func remove(_ id: ParticipantID, reason: DepartureReason, now: Int64) {
        guard let participant = participantsByID[id] else { return }
        remove(participant: participant, reason: reason, now: now)
    }

    mutating func remove(participant: Int, reason: DepartureReason, now: Int64) {
        let room = participants[participant].room
        for slot in participants[participant].slots {
            release(slot: slot)
            slots.remove(slot)
        }
        for publication in participants[participant].publications {
            tellLinks(of: publication) { .withdrawn(index: $0, serial: $1) }
            remove(publication: publication)
        }
        addresses.removeAll(of: participant)
        let id = participants[participant].id
        participantsByID[id] = nil
        for ufrag in [participants[participant].plan.localCredentials.ufrag, participants[participant].restartedUfrag]
        where participantsByUfrag[Self.ufragHash(ufrag)] == participant {
            participantsByUfrag[Self.ufragHash(ufrag)] = nil
        }
        rooms[room].participants.removeAll { $0 == participant }
        needAssignment(room: room, now: now)
        events.append(.left(room: rooms[room].name, participant: id, reason: reason))
        participants.remove(participant)
        if rooms[room].participants.isEmpty {
            sayGoodbye(room: room, now: now)
            withdrawFilms(room: room)
            roomsByName[rooms[room].name] = nil
            rooms.remove(room)
        }
    }

    /// Takes a publication out of every slot and out of its room.
    mutating func remove(publication: Int) {
        for position in (0..<publications[publication].slots.count).reversed() {
            let slot = publications[publication].slots[position]
            participants[Int(slots[slot].participant)].hasLostPublication = true
            release(slot: publications[publication].slots[position])
        }
        for layer in publications[publication].layers { layers.remove(layer) }
        rooms[publications[publication].room].publications.removeAll { $0 == publication }
        burst.remove(publication)
        publications.remove(publication)
        burstPosition = 0
        burstSlot = 0
        burstHeld = 0
    }

    /// New credentials for a participant whose network has changed (RFC 8445 §9); the old pair carries media until a
    /// check with the new ones comes.
    public mutating func restartICE(
        _ id: ParticipantID, local: ICECredentials, remoteUfrag: String, remotePassword: String
    ) -> Bool {
        guard let participant = participantsByID[id] else { return false }
        participantsByUfrag[Self.ufragHash(participants[participant].restartedUfrag)] = nil
        participants[participant].restartedUfrag = local.ufrag
        participantsByUfrag[Self.ufragHash(local.ufrag)] = participant
        participants[participant].agent.restart(
            local: local, remoteUfrag: remoteUfrag, remotePassword: remotePassword)
        return true
    }

    /// Does what a participant asks for.
    public mutating func command(_ command: ParticipantCommand, from id: ParticipantID, now: Int64) {
        guard let participant = participantsByID[id] else { return }
        switch command {
        case .publishing(let role, let isActive):
            for publication in participants[participant].publications where publications[publication].role == role {
                publications[publication].isSilencedByOwner = !isActive
                setActive(publication: publication, isActive && !publications[publication].isSilencedByChair)
            }
        case .view(let wishes):
            participants[participant].wishes = Array(wishes.prefix(64))
            participants[participant].hasWished = true
            participants[participant].needsPictures = true
            nextAssignment = now
        case .silence(let isSilenced):
            for publication in participants[participant].publications where !publications[publication].role.isVideo {
                publications[publication].isSilencedByChair = isSilenced
                // What it goes on sending makes its voice active again.
                if isSilenced { setActive(publication: publication, false) }
            }
        case .reception(let reception):
            participants[participant].reception = reception
            participants[participant].downlink?.nextAllocation = now
            participants[participant].nextDue = 0
        }
    }

    /// Who leads a room: these voices are forwarded whoever is loudest. nil: nobody.
    public mutating func conduct(room name: String, chair: ParticipantID?, floor: ParticipantID?, now: Int64) {
        guard let room = roomsByName[name] else { return }
        rooms[room].chair = chair
        rooms[room].floor = floor
        needAssignment(room: room, now: now)
    }

    mutating func setActive(publication: Int, _ isActive: Bool) {
        guard publications[publication].isActive != isActive else { return }
        publications[publication].isActive = isActive
        let room = publications[publication].room
        needAssignment(room: room, now: 0)
        tellLinks(of: publication) { .active(index: $0, serial: $1, isActive) }
        events.append(
            .publication(
                room: rooms[room].name, owner: publications[publication].ownerID,
                role: publications[publication].role, isActive: isActive))
    }

    /// How many tracks a viewer of a room could receive: what WHEP's answer has room for.
    public func publicationCounts(room name: String, excluding: ParticipantID?) -> (audio: Int, video: Int) {
        guard let room = roomsByName[name] else { return (0, 0) }
        var counts = (audio: 0, video: 0)
        for publication in rooms[room].publications
        where publications[publication].isActive && publications[publication].ownerID != excluding {
            if publications[publication].role.isVideo { counts.video += 1 } else { counts.audio += 1 }
        }
        return counts
    }

    /// Everybody goes: the server stops.
    public mutating func removeAll(now: Int64) {
        for index in 0..<participants.highWater where participants.contains(index) {
            remove(participant: index, reason: .shutdown, now: now)
        }
    }
}
