import RTP

/// A track that a participant sends up: its layers, who receives it, and what of it waits to be forwarded.
struct Publication: ~Copyable {
    /// A packet that waits to be forwarded.
    struct Pending {
        var layer: Int32
        var sequence: Int64
    }

    /// Packets that may wait: one receive burst, which the runtime bounds to 64 datagrams, on top of those held.
    static let pendingCapacity = 128
    /// Longest wait of a packet for the rest of its picture, µs.
    static let holdLimit: Int64 = 500
    /// Packets enough for one send; more are not waited for.
    static let holdCount = SendBatch.segmentLimit
    /// A picture whose packets come this close together, µs, is worth waiting for; over a slow line they trickle in,
    /// and each is sent at once.
    static let burstGap: Int64 = 150

    /// Index of the participant; -1 when it is another relay's (``origin``).
    let owner: Int
    let ownerID: ParticipantID
    let room: Int
    /// Tells this publication from others that had or will have its index.
    let serial: UInt32
    /// Where it comes from when it is not a participant's of this relay: the peer and its index there.
    var origin: (peer: Int, index: Int32)?
    /// Other relays that forward it, too, as a mask.
    var exports: UInt64 = 0
    /// Its packets that found the recorder's pipe full; it wraps.
    var unrecorded: UInt32 = 0
    /// A film of the room, which nobody sends.
    var isPlayed = false
    let role: TrackRole
    let codecs: [NegotiatedCodec]
    var layers: [Int] = []
    /// Slots that play it or wait to.
    var slots = IndexList()
    /// What the participant says, or else whether packets come.
    var isActive: Bool
    var isSilencedByOwner = false
    var isSilencedByChair = false
    var voice = SpeakerSelection.Voice()
    /// Holds one of the room's places for voices.
    var hasPlace = false
    /// Layers that anybody watches, as a mask, what the owner was last told, and since when it is too much, µs.
    var wanted: UInt8 = 0
    var toldWanted: UInt8 = 0xFF
    var unwantedSince: Int64?
    /// The layers that are watched at other relays.
    var interest = LinkInterest()

    private let pending: UnsafeMutablePointer<Pending>
    private(set) var pendingCount = 0
    /// Arrival of the first and of the newest packet that waits, µs.
    private var pendingSince: Int64 = 0
    private var newestPending: Int64 = 0
    /// Whether the newest packet ended its picture.
    private var isPictureComplete = true
    /// Smoothed time between two packets of one picture, µs.
    private var smoothedGap = Publication.burstGap

    init(
        owner: Int, ownerID: ParticipantID, room: Int, serial: UInt32, role: TrackRole, codecs: [NegotiatedCodec],
        isActive: Bool
    ) {
        self.owner = owner
        self.ownerID = ownerID
        self.room = room
        self.serial = serial
        self.role = role
        self.codecs = codecs
        self.isActive = isActive
        pending = .allocate(capacity: Self.pendingCapacity)
    }

    deinit { pending.deallocate() }

    /// Queues a cached packet for forwarding; true when it is the only one that waits.
    @inline(__always)
    mutating func enqueue(layer: Int, sequence: Int64, endsPicture: Bool, now: Int64) -> Bool {
        guard pendingCount < Self.pendingCapacity else { return false }
        if !isPictureComplete {
            smoothedGap &+= (min(now &- newestPending, 8 &* Self.holdLimit) &- smoothedGap) / 8
        }
        isPictureComplete = endsPicture
        newestPending = now
        pending[pendingCount] = Pending(layer: Int32(truncatingIfNeeded: layer), sequence: sequence)
        pendingCount &+= 1
        if pendingCount == 1 { pendingSince = now }
        return pendingCount == 1
    }

    /// Until when the packets that wait should wait for the rest of their picture, so that each receiver gets it as
    /// one send; nil when they should go now.
    @inline(__always)
    func holdDeadline(now: Int64) -> Int64? {
        guard role.isVideo, !isPictureComplete, pendingCount < Self.holdCount, smoothedGap < Self.burstGap,
            now &- pendingSince < Self.holdLimit
        else { return nil }
        return pendingSince &+ Self.holdLimit
    }

    /// `0 ..< pendingCount`.
    @inline(__always)
    func pendingPacket(_ position: Int) -> Pending {
        precondition(position >= 0 && position < pendingCount, "a position comes from pendingCount")
        return pending[position]
    }

    /// Leaves out what waits of one layer.
    mutating func forgetPending(layer: Int) {
        for position in 0..<pendingCount where Int(pending[position].layer) == layer {
            pending[position].sequence = -1
        }
    }

    mutating func clearPending() { pendingCount = 0 }
}
