/// Who speaks in a room, from the audio levels that senders put into their packets (RFC 6464).
///
/// After I. Volfin and I. Cohen, "Dominant speaker identification for multipoint videoconferencing" (2012), with two
/// of its time scales: a fast one that hears a first syllable within 100 ms, and a slow one that keeps a cough from
/// taking a speaker's place. A voice that has a place keeps it until it has been quiet for ``hold`` or a newcomer is
/// clearly louder.
struct SpeakerSelection {
    /// µs for which a quiet speaker keeps a place.
    static let hold: Int64 = 1_500_000
    /// dB by which a newcomer must be louder on the slow scale to take the place of somebody who still speaks.
    static let margin: Float = 6
    /// Fast-scale loudness (dB above -127 dBov) from which a voice counts as speaking.
    static let threshold: Float = 77

    /// Loudness of one voice on the two time scales.
    struct Voice {
        var fast: Float = 0
        var slow: Float = 0
        var lastSpoke: Int64 = .min / 2
        /// The packet with which the newest stretch of speech began.
        private(set) var onset = Int64.max
        private var lastUpdate: Int64 = 0
        private var lastLoud: Int64 = .min / 2

        /// - Parameters:
        ///   - level: -dBov, 0 (loudest) ... 127 (silence), RFC 6464 §3.
        ///   - sequence: the packet's.
        mutating func heard(level: UInt8, sequence: Int64 = 0, now: Int64) {
            let loudness = Float(127 - min(level & 0x7F, 127))
            // A syllable begins softly: some decibels and a packet before it counts as speech.
            if loudness >= SpeakerSelection.threshold - 12 {
                if now &- lastLoud > 300_000 { onset = sequence &- 1 }
                lastLoud = now
            }
            let elapsed = Float(min(max(now &- lastUpdate, 1), 1_000_000))
            lastUpdate = now
            fast += (loudness - fast) * min(elapsed / 60_000, 1)
            slow += (loudness - slow) * min(elapsed / 600_000, 1)
            if fast >= SpeakerSelection.threshold { lastSpoke = now }
        }

        /// A voice whose packets have stopped is silent.
        mutating func decay(now: Int64) {
            guard now &- lastUpdate > 300_000 else { return }
            fast = 0
            slow *= 0.7
        }

        func isSpeaking(now: Int64) -> Bool { now &- lastSpoke < 400_000 }
    }

    struct Candidate {
        var publication: Int
        var voice: Voice
    }

    /// Publications that hold a place, loudest first.
    private(set) var places: [Int] = []

    /// Chooses at most `limit` of the candidates. Returns whether the places changed.
    mutating func update(_ candidates: [Candidate], limit: Int, now: Int64) -> Bool {
        let before = places
        var voices: [Int: Voice] = [:]
        for candidate in candidates { voices[candidate.publication] = candidate.voice }
        places.removeAll { voices[$0] == nil }
        let newcomers =
            candidates
            .filter { !places.contains($0.publication) && $0.voice.isSpeaking(now: now) }
            .sorted { $0.voice.fast > $1.voice.fast }
        for newcomer in newcomers {
            if places.count < limit {
                places.append(newcomer.publication)
                continue
            }
            // The weakest holder: whoever has been quiet longest, or else the quietest.
            guard
                let weakest = places.min(by: { left, right in
                    let (a, b) = (voices[left] ?? Voice(), voices[right] ?? Voice())
                    let (aQuiet, bQuiet) = (now &- a.lastSpoke > Self.hold, now &- b.lastSpoke > Self.hold)
                    if aQuiet != bQuiet { return aQuiet }
                    return aQuiet ? a.lastSpoke < b.lastSpoke : a.slow < b.slow
                })
            else { break }
            let holder = voices[weakest] ?? Voice()
            let isQuiet = now &- holder.lastSpoke > Self.hold
            guard isQuiet || newcomer.voice.slow > holder.slow + Self.margin else { continue }
            places.removeAll { $0 == weakest }
            places.append(newcomer.publication)
        }
        // Silent rooms keep everyone's place filled, so that the first syllable is already on its way.
        for candidate in candidates where places.count < limit && !places.contains(candidate.publication) {
            places.append(candidate.publication)
        }
        return places != before
    }

    /// Who is heard speaking now, loudest first.
    static func speaking(_ candidates: [Candidate], now: Int64) -> [Int] {
        candidates
            .filter { $0.voice.isSpeaking(now: now) }
            .sorted { $0.voice.slow > $1.voice.slow }
            .map(\.publication)
    }
}
