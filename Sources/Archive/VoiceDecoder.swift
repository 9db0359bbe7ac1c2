import COpus

/// Decodes one Opus stream to one channel at 48 kHz, and fills what was lost on the way (RFC 6716 §4.4).
final class VoiceDecoder {
    /// Samples that are concealed at most: 120 ms; what is longer falls silent.
    static let mostConcealed = 5_760
    private static let longest = 5_760

    private let decoder: OpaquePointer
    private var buffer = [Float](repeating: 0, count: VoiceDecoder.longest)
    /// Samples of the packet before, by which a loss is counted.
    private var duration = 960
    private var next: (number: Int64, timestamp: UInt32)?

    init() throws(ArchiveError) {
        var status: Int32 = 0
        guard let decoder = opus_decoder_create(48_000, 1, &status) else { throw .codec("libopus", code: status) }
        self.decoder = decoder
    }

    deinit { opus_decoder_destroy(decoder) }

    /// The samples of a packet, behind those that stand for what was lost before it, and the timestamp at which they begin.
    ///
    /// - Returns: nil for a packet that is no Opus, or whose time has passed.
    func decode(_ packet: MediaPacket) -> (samples: [Float], begin: UInt32)? {
        let count = Int(opus_packet_get_nb_samples(packet.payload, Int32(clamping: packet.payload.count), 48_000))
        guard count > 0, count <= Self.longest else { return nil }
        var samples: [Float] = []
        var begin = packet.timestamp
        if let next {
            let gap = Int(Int32(bitPattern: packet.timestamp &- next.timestamp))
            // What comes from before is a repetition; a second and more is a sender that begins anew.
            if gap < 0, gap > -48_000 { return nil }
            // Numbers without a gap: the sender was silent, and nothing is missing.
            if gap > 0, gap <= Self.mostConcealed, packet.number > next.number {
                samples = conceal(gap, before: packet)
                begin = next.timestamp
            }
        }
        let decoded = opus_decode_float(
            decoder, packet.payload, Int32(packet.payload.count), &buffer, Int32(Self.longest), 0)
        guard decoded > 0 else { return nil }
        samples += buffer.prefix(Int(decoded))
        duration = Int(decoded)
        next = (packet.number + 1, packet.timestamp &+ UInt32(decoded))
        return (samples, begin)
    }

    /// - Parameter gap: samples that are missing, above 0.
    private func conceal(_ gap: Int, before packet: MediaPacket) -> [Float] {
        var samples: [Float] = []
        var rest = gap
        while rest > duration, extend(&samples, by: duration, nil) { rest -= duration }
        // The packet may hold a coarse copy of what was just before it (RFC 6716 §2.1.7).
        _ = extend(&samples, by: rest, packet.payload)
        samples += [Float](repeating: 0, count: max(0, gap - samples.count))
        return samples
    }

    private func extend(_ samples: inout [Float], by count: Int, _ payload: [UInt8]?) -> Bool {
        // libopus conceals in steps of 2.5 ms.
        guard count > 0, count % 120 == 0, count <= buffer.count else { return false }
        let made = opus_decode_float(
            decoder, payload, Int32(clamping: payload?.count ?? 0), &buffer, Int32(count), payload == nil ? 0 : 1)
        guard made > 0 else { return false }
        samples += buffer.prefix(Int(made))
        return true
    }
}
