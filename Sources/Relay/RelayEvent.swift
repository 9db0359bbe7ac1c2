/// What the relay tells the world outside the media plane.
public enum RelayEvent: Sendable {
    /// A participant's DTLS handshake is done: media can flow.
    case connected(room: String, participant: ParticipantID)
    case left(room: String, participant: ParticipantID, reason: DepartureReason)
    case publication(room: String, owner: ParticipantID, role: TrackRole, isActive: Bool)
    /// What plays where for one viewer: all of its slots.
    case slots(room: String, viewer: ParticipantID, assignments: [SlotAssignment])
    /// Who speaks, loudest first.
    case speakers(room: String, participants: [ParticipantID])
    case quality(room: String, participant: ParticipantID, quality: Quality)
}

/// Why a participant is gone.
public enum DepartureReason: String, Sendable {
    case left
    /// The peer closed its DTLS association.
    case closed
    /// No valid connectivity check for 30 s (RFC 7675 §5.1).
    case consentExpired = "consent-expired"
    /// The handshake did not finish in 30 s, or failed.
    case neverConnected = "never-connected"
    case shutdown
}

/// What plays in one slot.
public struct SlotAssignment: Sendable, Equatable {
    public var mid: String
    /// nil: nothing.
    public var participant: ParticipantID?
    public var role: TrackRole

    public init(mid: String, participant: ParticipantID?, role: TrackRole) {
        self.mid = mid
        self.participant = participant
        self.role = role
    }
}

/// How a participant's line does, over the last two seconds.
public struct Quality: Sendable, Equatable {
    /// 0 ... 1, before repair.
    public var uplinkLoss: Double
    public var downlinkLoss: Double
    /// nil until the participant has answered a sender report.
    public var roundTripMilliseconds: Int?
    public var uplinkKbps: Int
    public var downlinkKbps: Int

    public init(
        uplinkLoss: Double, downlinkLoss: Double, roundTripMilliseconds: Int?, uplinkKbps: Int, downlinkKbps: Int
    ) {
        self.uplinkLoss = uplinkLoss
        self.downlinkLoss = downlinkLoss
        self.roundTripMilliseconds = roundTripMilliseconds
        self.uplinkKbps = uplinkKbps
        self.downlinkKbps = downlinkKbps
    }
}
