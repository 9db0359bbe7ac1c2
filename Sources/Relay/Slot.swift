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
    /// Whether its packets are counted by the transport's feedback.
    let hasTransportSequence: Bool
    /// RED as the receiver numbers it, for voices that are repeated against loss; 0xFF: not taken.
    var redPayloadType: UInt8 = 0xFF

    /// The layer that the receiver should have, were it sent; its publisher is told.
    var desired: Int32 = -1
    /// Highest temporal layer that is forwarded, and that should be.
    var temporal: UInt8 = 2
    var temporalTarget: UInt8 = 2
    /// Whether packets of its layer are left out.
    var isFiltered = false
    /// How far up its ladder the picture is, and what that means to whoever looks at it.
    var height = 0
    var picture = PictureState.full
    /// One picture only is to be shown, and the one that is being sent as such.
    var isStill = false
    var stillTimestamp: UInt32 = 0
    var nextStill: Int64 = 0
    /// When what plays began, µs.
    var begunAt: Int64 = .min / 2
    /// Packets with lower numbers that still wait are not sent.
    var discardBefore: Int64 = 0
    /// A picture of what plays has been sent.
    var hasShown = false
    var voiceForm = Downlink.VoiceForm.plain {
        didSet { hasVoiceForm = voiceForm != .plain }
    }
    private(set) var hasVoiceForm = false
    /// A voice that begins is sent from this packet on, if it is still there.
    var voiceFrom = Int64.max
    /// A voice that the line has no room for.
    var isShed = false
    /// The voice's packets that wait to be merged: the first, and how many.
    var mergeFirst: Int64 = -1
    var mergeCount = 0
    var mergeUntil: Int64 = 0
    /// A first byte of Opus: the voice is to be ended by a silent packet of this kind. -1: none.
    var closing: Int16 = -1

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
