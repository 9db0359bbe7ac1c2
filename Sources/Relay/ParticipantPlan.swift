import ICE
import RTP

/// Everything a relay needs to admit a participant: what the offer says and what the answer will say.
/// Made by ``Negotiation`` away from the worker that will own the participant.
public struct ParticipantPlan: Sendable {
    struct Track: Sendable {
        var mid: String
        var role: TrackRole
        var codecs: [NegotiatedCodec]
        /// In the order of quality, lowest first; empty without simulcast.
        var rids: [String]
        /// Known SSRCs with those of their retransmissions (0: none or not known).
        var ssrcs: [(media: UInt32, rtx: UInt32)]
    }

    struct ReceivingSection: Sendable {
        var mid: String
        var role: TrackRole
        var ssrc: UInt32
        var rtxSSRC: UInt32
        var codecs: [NegotiatedCodec]
        /// The receiver counts these packets in its transport-wide feedback.
        var hasTransportSequence = false
    }

    public let id: ParticipantID
    public let room: String
    let displayName: String
    let site: String
    let mode: JoinRequest.Mode
    let localCredentials: ICECredentials
    let remoteUfrag: String
    let remotePassword: String
    /// Of the certificates that the peer may show in its handshake.
    public let fingerprints: [(algorithm: String, bytes: [UInt8])]
    let extensions: HeaderExtensionMap
    let tracks: [Track]
    let slots: [ReceivingSection]
    var line = KnownLine()
    var reception = Reception.full
}
