/// What relays that hold parts of one room tell each other, beside the packets in their pipes. Rare: joins, leaves,
/// keyframe requests.
public enum LinkMessage: Sendable {
    /// The sender has participants in the room and wants its publications. A reply is not replied to.
    case hello(room: String, isReply: Bool)
    /// The sender's last participant has left the room.
    case goodbye(room: String)
    case published(room: String, LinkedPublication)
    case withdrawn(index: Int32, serial: UInt32)
    /// For the relay that the publication comes from: somebody cannot go on without a keyframe.
    case keyframe(index: Int32, serial: UInt32, quality: Int)
    case active(index: Int32, serial: UInt32, Bool)
}

/// A publication as the other relays of its room need to know it.
public struct LinkedPublication: Sendable {
    let index: Int32
    let serial: UInt32
    let owner: ParticipantID
    let role: TrackRole
    let codecs: [NegotiatedCodec]
    let layerCount: Int
    let isActive: Bool
}
