import RTP

/// What a ``RecordingTap`` hands over to be kept: of which room, when, and what.
public struct TappedRecord: Sendable, Equatable {
    public var room: String
    /// The relays' clock, µs. Records of one relay come in order.
    public var time: Int64
    public var content: Content

    public enum Content: Sendable, Equatable {
        case began(TappedTrack)
        case ended(track: UInt32)
        /// A plain RTP packet: 12 bytes of header (RFC 3550 §5.1), and a payload of the track's codec without padding.
        case packet(track: UInt32, layer: UInt8, bytes: [UInt8])
        /// The sender's media clock and its own, 32.32 s since 1900 (RFC 3550 §6.4.1).
        case clock(track: UInt32, layer: UInt8, timestamp: UInt32, ntp: UInt64)
        /// So many packets found the pipe to the recorder full.
        case lost(track: UInt32, packets: UInt32)
    }
}

/// A publication, for as long as it is recorded without a break and in one codec.
public struct TappedTrack: Sendable, Equatable {
    /// Used once in a room's recording.
    public var number: UInt32
    public var role: TrackRole
    /// Never RED, which is unpacked.
    public var codec: Codec
    public var owner: ParticipantID
    /// The owner's name for people.
    public var name: String
}
