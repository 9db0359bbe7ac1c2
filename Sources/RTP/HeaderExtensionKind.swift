/// The header extensions that the relay reads, writes or passes on.
public enum HeaderExtensionKind: UInt8, CaseIterable, Sendable {
    /// Identification tag of the m-line, RFC 8843 §15.
    case mid
    /// RTP stream identifier of a simulcast layer, RFC 8852 §3.1.
    case rid
    /// The stream that a retransmission repairs, RFC 8852 §3.2.
    case repairedRID
    /// Transport-wide sequence number, 16 bits, draft-holmer-rmcat-transport-wide-cc-extensions-01 §2.
    case transportSequence
    /// Time of sending, 6.18 fixed-point seconds in 24 bits.
    case absoluteSendTime
    /// Client-to-mixer audio level, RFC 6464.
    case audioLevel
    /// Dependency descriptor, AV1 RTP payload specification, appendix A.
    case dependencyDescriptor
    /// Coordination of video orientation, 3GPP TS 26.114 §7.4.5.
    case videoOrientation
    /// Sizes and rates of all layers.
    case videoLayersAllocation
    /// Smallest and largest playout delay, in units of 10 ms.
    case playoutDelay

    /// The identifier of the extension in `a=extmap` (RFC 8285 §5).
    public var uri: String {
        switch self {
        case .mid: "urn:ietf:params:rtp-hdrext:sdes:mid"
        case .rid: "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
        case .repairedRID: "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
        case .transportSequence: "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
        case .absoluteSendTime: "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
        case .audioLevel: "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
        case .dependencyDescriptor:
            "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension"
        case .videoOrientation: "urn:3gpp:video-orientation"
        case .videoLayersAllocation: "http://www.webrtc.org/experiments/rtp-hdrext/video-layers-allocation00"
        case .playoutDelay: "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
        }
    }

    /// The kind that an `a=extmap` URI names, or nil for one that the relay does not know.
    public init?(uri: String) {
        for kind in Self.allCases where kind.uri == uri {
            self = kind
            return
        }
        return nil
    }
}
