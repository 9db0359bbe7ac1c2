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
    /// How a viewer's own line does, every two seconds and when ``LineReport/level`` changes.
    case line(room: String, viewer: ParticipantID, report: LineReport)
    /// Which of its layers, lowest first, anybody watches: the owner need send no others.
    case layers(room: String, owner: ParticipantID, role: TrackRole, wanted: [Bool])
    /// Everybody who hears this voice is on a thin line: the owner's encoder should use no more than this (kbit/s);
    /// nil: as it likes.
    case voiceRate(room: String, owner: ParticipantID, kbps: Int?)
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
    public var picture: PictureState

    public init(mid: String, participant: ParticipantID?, role: TrackRole, picture: PictureState = .full) {
        self.mid = mid
        self.participant = participant
        self.role = role
        self.picture = picture
    }
}

/// How a picture is sent, down the ladder that a thin line makes it go.
public enum PictureState: String, Sendable, Codable {
    /// As large as the page shows it, or as its publisher sends it.
    case full
    /// Smaller than the page shows it.
    case reduced
    /// Fewer pictures a second.
    case slow
    /// The last picture stays.
    case held
}

/// What a viewer's line bears, and what is given up for it.
public struct LineReport: Sendable, Equatable {
    public enum Level: String, Sendable, Codable {
        /// Everything that the page shows.
        case full
        /// Pictures are smaller or slower than the page shows them.
        case reduced
        /// Some pictures stand still.
        case held
        /// Voices only.
        case voice
    }

    /// Towards the viewer, kbit/s, headers included; nil when its client gives no feedback.
    public var estimateKbps: Int?
    public var sentKbps = 0
    /// Left for what does not go through the relay, such as page images, kbit/s.
    public var spareKbps = 0
    /// 0 ... 1, before repair.
    public var loss = 0.0
    /// Standing queue on the way, ms.
    public var queueMilliseconds = 0
    public var level = Level.full
    /// Voices go in fewer, longer packets.
    public var mergesVoices = false
    /// Voices go with what was said just before, against loss.
    public var repeatsVoices = false

    public init() {}
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
