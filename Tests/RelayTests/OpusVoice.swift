import COpus
import Testing

/// What a microphone hears.
enum Sound: CaseIterable {
    /// 440 Hz at a third of full scale.
    case tone
    /// Noise in syllables of a quarter of a second, with a second of silence after every two: discontinuous transmission.
    case speech

    /// Samples at 48 kHz, the same for every call; both channels are alike where there are two.
    func samples(milliseconds: Int, channels: Int) -> [Float] {
        var random: UInt64 = 1
        var low: Float = 0
        var result: [Float] = []
        for index in 0..<milliseconds * 48 {
            // Noise without its highest notes (Knuth's MMIX generator).
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            low += (Float(random >> 40) / Float(1 << 23) - 1 - low) * 0.2
            let value: Float =
                switch self {
                case .tone: wave(Float(index % 1_200) * 11 / 1_200) / 3
                case .speech: index % 96_000 < 48_000 ? low * max(0, wave(Float(index % 24_000) / 48_000)) / 2 : 0
                }
            result.append(contentsOf: repeatElement(value, count: channels))
        }
        return result
    }

    /// A sine by its polynomial (Bhaskara I), good to 0.2 %. `turns`: 0 is the beginning of a wave, 1 its end.
    private func wave(_ turns: Float) -> Float {
        let turn = turns - turns.rounded(.down)
        let half = turn < 0.5 ? turn : turn - 0.5
        let product = half * (0.5 - half)
        let value = 16 * product / (1.25 - 4 * product)
        return turn < 0.5 ? value : -value
    }
}

/// How the voice is encoded.
struct VoiceSettings {
    var application = OPUS_APPLICATION_VOIP
    var channels = 1
    /// bit/s.
    var bitrate = 32_000
    /// ms: 2.5 to 60.
    var frame = 20.0
    /// Whether the rate follows the sound.
    var isVariable = true
}

enum OpusVoice {
    /// The packets of libopus' encoder, with discontinuous transmission.
    static func encode(
        _ sound: Sound, milliseconds: Int, settings: VoiceSettings = VoiceSettings()
    ) throws -> [[UInt8]] {
        let encoder = try #require(
            opus_encoder_create(48_000, Int32(settings.channels), settings.application, nil))
        defer { opus_encoder_destroy(encoder) }
        #expect(shim_opus_set(encoder, OPUS_SET_BITRATE_REQUEST, opus_int32(settings.bitrate)) == OPUS_OK)
        #expect(shim_opus_set(encoder, OPUS_SET_VBR_REQUEST, settings.isVariable ? 1 : 0) == OPUS_OK)
        #expect(shim_opus_set(encoder, OPUS_SET_DTX_REQUEST, 1) == OPUS_OK)
        let samples = sound.samples(milliseconds: milliseconds, channels: settings.channels)
        let frame = Int(settings.frame * 48)
        return try stride(from: 0, to: milliseconds * 48 - frame + 1, by: frame).map { start in
            var packet = [UInt8](repeating: 0, count: 1_500)
            let input = Array(samples[start * settings.channels..<(start + frame) * settings.channels])
            let length = opus_encode_float(encoder, input, Int32(frame), &packet, Int32(packet.count))
            try #require(length > 0)
            return Array(packet.prefix(Int(length)))
        }
    }

    /// The samples that a receiver hears: 48 kHz, as numbers, since the decoder's clipping for 16 bits goes by packet.
    static func decode(_ packets: [[UInt8]], channels: Int = 1) throws -> [Float] {
        let decoder = try #require(opus_decoder_create(48_000, Int32(channels), nil))
        defer { opus_decoder_destroy(decoder) }
        return try packets.flatMap { packet in
            var samples = [Float](repeating: 0, count: 5_760 * channels)
            let count = opus_decode_float(decoder, packet, Int32(packet.count), &samples, 5_760, 0)
            try #require(count > 0)
            return Array(samples.prefix(Int(count) * channels))
        }
    }

    /// Samples at 48 kHz that libopus finds in a packet, nil when the packet is not valid.
    static func duration(_ packet: [UInt8]) -> Int? {
        // Frame by frame: opus_packet_get_nb_samples does not look behind the first two bytes.
        var sizes = [opus_int16](repeating: 0, count: 48)
        var frames = [UnsafePointer<UInt8>?](repeating: nil, count: 48)
        guard !packet.isEmpty else { return nil }
        let count = opus_packet_parse(packet, opus_int32(packet.count), nil, &frames, &sizes, nil)
        guard count > 0 else { return nil }
        return Int(count) * Int(opus_packet_get_samples_per_frame(packet, 48_000))
    }
}
