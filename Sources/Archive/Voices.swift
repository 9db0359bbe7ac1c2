import Recording

/// The voices of a film: each stream decoded and laid on the film's clock, those of one owner joined, all of them mixed.
struct Voices {
    private final class Stream {
        let owner: String
        let decoder: VoiceDecoder
        var line = SampleLine()

        init(owner: String) throws(ArchiveError) {
            self.owner = owner
            decoder = try VoiceDecoder()
        }
    }

    /// What one picture's time sounds like.
    struct Sound {
        var mixed: [Float]
        /// By owner, where there was anything at all.
        var voices: [String: [Float]] = [:]
        /// Who speaks.
        var speaking: Set<String> = []
    }

    /// By the timeline's number of the stream.
    private var streams: [Int: Stream] = [:]
    private var detectors: [String: SpeechDetector] = [:]

    /// Takes a packet whose time has come.
    mutating func take(
        _ packet: MediaPacket, of owner: String, stream id: Int, filmTime: (UInt32) -> Int64?
    ) throws(ArchiveError) {
        if streams[id] == nil { streams[id] = try Stream(owner: owner) }
        guard let stream = streams[id], let decoded = stream.decoder.decode(packet),
            let start = filmTime(decoded.begin),
            let stop = filmTime(decoded.begin &+ UInt32(decoded.samples.count))
        else { return }
        stream.line.append(decoded.samples, from: Self.samples(start), to: Self.samples(stop))
    }

    private static func samples(_ microseconds: Int64) -> Double {
        Double(microseconds) * Double(FilmRate.samplesPerSecond) / 1_000_000
    }

    mutating func forget(stream id: Int) { streams[id] = nil }

    /// The sound of the time of a picture.
    mutating func sound(of picture: Int) -> Sound {
        let count = FilmRate.samplesPerPicture
        var sound = Sound(mixed: [Float](repeating: 0, count: count))
        let position = Int64(picture) * Int64(count)
        var energies: [String: Float] = [:]
        for stream in streams.values {
            var samples = sound.voices[stream.owner] ?? [Float](repeating: 0, count: count)
            let energy = stream.line.take(from: position, into: &samples)
            guard energy > 0 else { continue }
            energies[stream.owner, default: 0] += energy
            sound.voices[stream.owner] = samples
        }
        // In one order, so that the same journal gives the same film to the last bit.
        for owner in sound.voices.keys.sorted() {
            guard let samples = sound.voices[owner] else { continue }
            for index in 0..<count { sound.mixed[index] += samples[index] }
            detectors[owner] = detectors[owner] ?? SpeechDetector()
        }
        for owner in detectors.keys {
            if detectors[owner]?.speaks(energy: energies[owner] ?? 0, samples: count) == true {
                sound.speaking.insert(owner)
            }
        }
        SoftLimiter.limit(&sound.mixed)
        return sound
    }
}
