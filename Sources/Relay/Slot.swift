import RTP

/// A fixed place in which a participant receives some publication: one media section of its answer, one SSRC for the
/// life of the connection, whatever plays in it.
struct Slot {
    let participant: Int32
    /// Position among the participant's slots.
    let position: Int32
    let role: TrackRole
    let ssrc: UInt32
    /// 0 when the receiver did not take RTX for this slot.
    let rtxSSRC: UInt32

    /// -1 while nothing plays.
    var publication: Int32 = -1
    /// The layer that is being forwarded; -1 until the first packet that can be decoded.
    var layer: Int32 = -1
    /// The layer that should be; differs from `layer` until its keyframe comes.
    var target: Int32 = -1
    /// Payload types of this receiver for the publication's codec, set when the publication is; 0xFF: cannot receive.
    var payloadTypes = InlineArray<6, UInt8>(repeating: 0xFF)
    var rtxPayloadTypes = InlineArray<6, UInt8>(repeating: 0xFF)
    /// RED goes through when both ends number Opus alike, since the number stands inside its payload (RFC 2198 §3).
    var passesRED = false

    var rewriter: StreamRewriter
    var rtxIndex: UInt64
    /// Pixels that the receiver shows it at; 0 when it has not said.
    var wantedHeight = 0

    var packetCount: UInt32 = 0
    var octetCount: UInt32 = 0
    var nextSenderReport: Int64 = 0
    /// From the receiver's reports.
    var fractionLost: UInt8 = 0
}

/// How a codec of one side was numbered: the payload type, and that of its retransmissions (RFC 4588).
struct NegotiatedCodec: Sendable, Equatable {
    var codec: Codec
    /// Tells apart what a decoder cannot interchange: H.264's packetization mode, VP9's profile.
    var variant: UInt8
    var payloadType: UInt8
    var rtxPayloadType: UInt8?
    var hasNACK: Bool
    var hasPLI: Bool
}
