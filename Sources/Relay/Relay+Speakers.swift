import RTP

/// Who speaks in each room, and whose voices are forwarded.
extension Relay {
    /// Voices that one room forwards to everybody beside those of chair and floor-holder (design: the top three).
    static var voicesForwarded: Int { 3 }
    /// Shortest time between two looks at a room's speakers, µs: a newcomer is looked at at once.
    private static var speakerInterval: (usual: Int64, least: Int64) { (100_000, 20_000) }

    /// A packet of a voice has come in.
    @inline(__always)
    mutating func hear(_ packet: CachedPacket, publication: Int, now: Int64) {
        publications[publication].voice.heard(
            level: packet.audioLevel ?? Self.unknownLevel, sequence: packet.sequence, now: now)
        if !publications[publication].hasPlace, publications[publication].voice.isSpeaking(now: now) {
            nextSpeakerUpdate = min(nextSpeakerUpdate, lastSpeakerUpdate &+ Self.speakerInterval.least)
        }
    }

    /// Loudness, -dBov, of a voice whose client does not tell: heard, but outranked by anybody who speaks clearly.
    private static var unknownLevel: UInt8 { 45 }

    mutating func updateSpeakers(now: Int64) {
        lastSpeakerUpdate = now
        nextSpeakerUpdate = now &+ Self.speakerInterval.usual
        for room in 0..<rooms.highWater where rooms.contains(room) {
            var candidates: [SpeakerSelection.Candidate] = []
            for publication in rooms[room].publications
            where publications[publication].role == .microphone && publications[publication].isActive {
                publications[publication].voice.decay(now: now)
                candidates.append(.init(publication: publication, voice: publications[publication].voice))
            }
            // One more than is forwarded, since a speaker does not receive itself.
            if rooms[room].speakers.update(candidates, limit: Self.voicesForwarded + 1, now: now) {
                for candidate in candidates { publications[candidate.publication].hasPlace = false }
                for place in rooms[room].speakers.places { publications[place].hasPlace = true }
                rooms[room].needsVoices = true
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

    /// The voices of a room in the order in which a line gives them up last: chair, floor-holder, then who speaks.
    func voices(of room: Int, now: Int64) -> [Int] {
        var voices: [Int] = []
        for leader in [rooms[room].chair, rooms[room].floor] where leader != nil {
            guard
                let voice = rooms[room].publications.first(where: {
                    publications[$0].ownerID == leader && publications[$0].role == .microphone
                        && publications[$0].isActive
                }), !voices.contains(voice)
            else { continue }
            voices.append(voice)
        }
        let places = rooms[room].speakers.places.filter { publications.contains($0) && !voices.contains($0) }
        return voices + places.filter { publications[$0].voice.isSpeaking(now: now) }
            + places.filter { !publications[$0].voice.isSpeaking(now: now) }
    }
}
