import Briefing
import Relay

/// One participant of a room, as the signalling side knows it.
struct RoomMember: Sendable {
    /// Below this its line is thin: everything that is sent to it is spaced.
    static let thinKbps = 128
    /// A line that has been thin has to bear this much to count as thick: an estimate that wavers changes nothing.
    private static let thickKbps = 160

    let id: ParticipantID
    var name: String { didSet { renewEntry() } }
    var site: String { didSet { renewEntry() } }
    /// Whether it has a socket at all: WHIP and WHEP clients have none.
    let isPage: Bool
    /// Whether its token lets it lead the room.
    let mayChair: Bool
    /// Who it is in the meeting of its room; nil where it has no seat, or the room no meeting.
    let actor: Actor?
    /// The server's own: what is played in the room.
    var isFilm = false { didSet { renewEntry() } }
    /// Whether its media has come through.
    var isConnected = false { didSet { renewEntry() } }
    var tracks: ActiveTracks = [] { didSet { renewEntry() } }
    /// How its line does, 0 to 4; -1 before the first report.
    var score = -1
    var quality: Quality?

    /// What plays in its slots, in the order of its offer.
    var slots: [SlotAssignment]
    /// What its page shows, most important first.
    private(set) var view: [ViewRequest] = []
    private(set) var shown: Set<ParticipantID> = []
    var reception: Reception { didSet { judgeLine() } }
    /// kbit/s down, before anything has been measured.
    let knownDown: Int?
    var report: LineReport? { didSet { judgeLine() } }
    private(set) var isThin = false

    /// Which of its own layers anybody watches.
    var layers: [TrackRole: [Bool]] = [:]
    var voiceKbps: Int?
    /// How often it is asked for a still; 0: not.
    var stillSeconds = 0
    /// The sizes in which it is asked for images of its screen.
    var imageSizes: [UInt8] = []

    /// The images that it was found to want when that was last looked at.
    var foundWish = ImageWish()
    /// The images that it does want: those that it was found to want twice.
    var wish = ImageWish()
    /// Whether it may want others by now.
    var isWishStale = false

    /// Itself in a roster, for others.
    private(set) var entry = ""
    var outbox = Outbox()

    init(
        id: ParticipantID, name: String, site: String, isPage: Bool, mayChair: Bool = false, actor: Actor? = nil,
        slots: [SlotDescription] = [], knownDown: Int? = nil, reception: Reception = .full
    ) {
        self.id = id
        self.name = name
        self.site = site
        self.isPage = isPage
        self.mayChair = mayChair
        self.actor = actor
        self.knownDown = knownDown
        self.reception = reception
        self.slots = slots.map { SlotAssignment(mid: $0.mid, participant: nil, role: $0.role) }
        renewEntry()
        judgeLine()
    }

    /// Itself in a roster, as it reads it itself.
    var ownEntry: String {
        ServerMessage.entry(
            id: id, name: name, site: site, seat: seat, tracks: tracks, isAway: !isConnected, isSelf: true)
    }

    private mutating func renewEntry() {
        entry = ServerMessage.entry(
            id: id, name: name, site: site, seat: seat, tracks: tracks, isAway: !isConnected, isSelf: false,
            isFilm: isFilm)
    }

    private var seat: String? { actor?.seat.description }

    private mutating func judgeLine() {
        let kbps = report == nil ? knownDown : report?.estimateKbps
        isThin = reception == .saver || (kbps ?? .max) < (isThin ? Self.thickKbps : Self.thinKbps)
    }

    /// What its page may be told now, in a room that is at some versions.
    func due(_ versions: Outbox.Versions, now: Int64) -> Outbox.Due {
        outbox.due(versions, isThin: isThin, now: now)
    }

    mutating func show(_ view: [ViewRequest]) {
        let before = shown
        self.view = view
        shown = Set(view.map(\.participant))
        shown.remove(id)
        outbox.unscored = outbox.unscored.intersection(shown).union(shown.subtracting(before))
    }

    /// kbit/s at which rosters of a large room may come: far below what the line bears, so that no voice waits for them.
    var rosterKbps: Int { isThin ? 8 : max(32, (report?.estimateKbps ?? knownDown ?? 512) / 4) }

    /// kbit/s at which images may come. What is left of a line is an estimate: a quarter of it stays free.
    var imageKbps: Double {
        guard let report, report.estimateKbps != nil else {
            return max(4, min(256, Double(knownDown ?? 2048) / 8))
        }
        return max(4, 0.75 * Double(report.spareKbps))
    }

    /// Whether a picture of somebody plays in one of its slots and moves.
    func isWatching(_ participant: ParticipantID, _ role: TrackRole) -> Bool {
        slots.contains { $0.participant == participant && $0.role == role && $0.picture != .held }
    }
}
