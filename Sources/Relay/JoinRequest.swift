import ICE
import SDP

/// What a client asks for when it joins.
public struct JoinRequest: Sendable {
    /// What kind of client joins, which decides how its media sections are read.
    public enum Mode: Sendable, Equatable {
        /// The call page: roles are given, slots follow the speakers and the page's wishes.
        case page
        /// WHIP (RFC 9725): sends only.
        case whip
        /// WHEP: receives only; its slots are the room's publications in order, but for one participant's.
        case whep(exclude: ParticipantID?)
    }

    public var offerSDP: String
    public var displayName: String
    public var site: String
    /// Roles by mid (RFC 9143); media sections that are missing here get theirs by kind.
    public var roles: [String: TrackRole]
    public var mode: Mode
    /// What is known of the line before it has been measured.
    public var line: KnownLine
    public var reception: Reception

    public init(
        offerSDP: String, displayName: String = "", site: String = "", roles: [String: TrackRole] = [:],
        mode: Mode, line: KnownLine = KnownLine(), reception: Reception = .full
    ) {
        self.offerSDP = offerSDP
        self.displayName = displayName
        self.site = site
        self.roles = roles
        self.mode = mode
        self.line = line
        self.reception = reception
    }
}

/// A participant's access line as a directory or an earlier measurement has it; nil: not known.
public struct KnownLine: Sendable, Equatable {
    /// kbit/s towards the participant: the estimate starts from it. It is measured all the same.
    public var down: Int?

    public init(down: Int? = nil) { self.down = down }
}

/// What a participant wants to receive, whatever its line would bear.
public enum Reception: String, Sendable, Codable {
    case full
    /// Voices in few packets, no moving pictures: every byte costs money.
    case saver
    case audio
}

/// What a client gets when it has joined.
public struct JoinResult: Sendable {
    public var participant: ParticipantID
    public var answerSDP: String
    public var slots: [SlotDescription]

    public init(participant: ParticipantID, answerSDP: String, slots: [SlotDescription]) {
        self.participant = participant
        self.answerSDP = answerSDP
        self.slots = slots
    }
}

/// One receiving media section of an answer.
public struct SlotDescription: Sendable, Equatable {
    public var mid: String
    public var role: TrackRole

    public init(mid: String, role: TrackRole) {
        self.mid = mid
        self.role = role
    }
}

/// Why a join was refused.
public enum JoinError: Error, Sendable {
    /// The offer cannot be read: the error names the line. The client has to mend it.
    case badOffer(SDPError)
    /// The offer can be read but not answered; the text says what it lacks.
    case unsupported(String)
    /// The room or the server is full; try later.
    case roomFull(limit: Int)
    /// A viewer came to a room in which nobody publishes; try later.
    case nothingPublished
    /// The server is shutting down; try later.
    case stopping
}

/// What a connected participant may change without negotiating anything.
public enum ParticipantCommand: Sendable {
    /// A track was switched on or off by its owner.
    case publishing(role: TrackRole, active: Bool)
    /// What the page shows, in order of importance.
    case view([ViewRequest])
    case reception(Reception)
    /// The chair has muted it: whatever it sends, nobody hears it.
    case silence(Bool)
}

/// A picture that a page shows or would show.
public struct ViewRequest: Sendable, Equatable {
    public var participant: ParticipantID
    public var role: TrackRole
    /// Height on the screen, pixels.
    public var height: Int

    public init(participant: ParticipantID, role: TrackRole, height: Int) {
        self.participant = participant
        self.role = role
        self.height = height
    }
}
