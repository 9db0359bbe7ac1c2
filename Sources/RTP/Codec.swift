/// The codecs that the relay forwards.
public enum Codec: UInt8, Sendable, CaseIterable {
    /// RFC 6716, payload format RFC 7587.
    case opus
    /// Redundant audio data (RFC 2198), Opus inside.
    case red
    /// RFC 6386, payload format RFC 7741.
    case vp8
    /// Payload format RFC 9628.
    case vp9
    /// Payload format RFC 6184.
    case h264
    /// Payload format of the Alliance for Open Media.
    case av1

    /// Ticks of the RTP timestamp a second.
    @inlinable
    public var clockRate: Int { isVideo ? 90_000 : 48_000 }

    @inlinable
    public var isVideo: Bool {
        switch self {
        case .opus, .red: false
        case .vp8, .vp9, .h264, .av1: true
        }
    }

    /// The encoding name of `a=rtpmap`, in its usual spelling; names compare without regard to case (RFC 8866 §6.6).
    public var name: String {
        switch self {
        case .opus: "opus"
        case .red: "red"
        case .vp8: "VP8"
        case .vp9: "VP9"
        case .h264: "H264"
        case .av1: "AV1"
        }
    }

    /// The codec that an encoding name stands for, or nil. `red` is taken for the audio one.
    public init?(name: String) {
        let wanted = name.lowercased()
        for codec in Self.allCases where codec.name.lowercased() == wanted {
            self = codec
            return
        }
        return nil
    }
}
