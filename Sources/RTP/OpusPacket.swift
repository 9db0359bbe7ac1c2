/// What the first bytes of an Opus packet tell, RFC 6716 §3.1 and §3.2.
///
/// ```
/// | config  |s| c |   TOC
/// |v|p|     M     |   frame count, when c = 3
/// ```
public struct OpusPacket: Sendable {
    /// Frames in the packet, 1 to 48.
    public var frameCount: Int
    /// Duration of one frame, µs: 2,500 to 60,000.
    public var frameDuration: Int
    public var isStereo: Bool
    /// Nothing but a header: discontinuous transmission, the decoder makes comfort noise (RFC 6716 §2.1.9).
    public var isDTX: Bool

    /// Duration of the packet, µs: at most 120,000.
    public var duration: Int { frameCount &* frameDuration }

    /// nil when the payload is empty, or its frame count is missing, zero, or makes more than 120 ms (§3.2.5).
    public init?(parsing payload: RawSpan) {
        guard payload.byteCount >= 1 else { return nil }
        let toc = payload.byte(at: 0)
        let size = Int(toc >> 3 & 0x03)
        switch toc >> 3 {
        case 0...11: frameDuration = size == 3 ? 60_000 : 10_000 << size  // SILK
        case 12...15: frameDuration = 10_000 << (size & 1)  // hybrid
        default: frameDuration = 2_500 << size  // CELT
        }
        isStereo = toc & 0x04 != 0
        switch toc & 0x03 {
        case 0: frameCount = 1
        case 3:
            guard payload.byteCount >= 2 else { return nil }
            frameCount = Int(payload.byte(at: 1) & 0x3F)
        default: frameCount = 2
        }
        isDTX = payload.byteCount <= 2
        guard frameCount > 0, duration <= 120_000 else { return nil }
    }
}
