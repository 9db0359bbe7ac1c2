/// What relays that hold parts of one room tell each other, beside the packets in their pipes. Rare: joins, leaves,
/// keyframe requests.
public enum LinkMessage: Sendable {
    /// The sender has participants in the room and wants its publications. `generation` tells its room from one of the
    /// same name that it had before; a reply names that of the greeting's sender, and is not replied to.
    case hello(room: String, generation: UInt32, answers: UInt32?)
    /// The sender's last participant has left the room.
    case goodbye(room: String)
    /// `generation` is the receiver's: a room of before gets nothing of it.
    case published(room: String, generation: UInt32, LinkedPublication)
    case withdrawn(index: Int32, serial: UInt32)
    /// For the relay that the publication comes from: somebody cannot go on without a keyframe.
    case keyframe(index: Int32, serial: UInt32, quality: Int)
    /// Which layers are watched with the sender, as a mask by quality: no others need go through the pipe.
    case interest(index: Int32, serial: UInt32, layers: UInt8)
    case active(index: Int32, serial: UInt32, Bool)
}

/// A publication as the other relays of its room need to know it.
public struct LinkedPublication: Sendable {
    let index: Int32
    let serial: UInt32
    let owner: ParticipantID
    /// The owner's name for people.
    let name: String
    let role: TrackRole
    let codecs: [NegotiatedCodec]
    let layerCount: Int
    let isActive: Bool
}
