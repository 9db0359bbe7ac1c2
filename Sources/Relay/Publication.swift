import RTP

/// A track that a participant sends up: its layers, who receives it, and what of it waits to be forwarded.
struct Publication: ~Copyable {
    /// A packet of this receive burst.
    struct Pending {
        var layer: Int32
        var sequence: Int64
    }

    /// Most packets of one receive burst: the runtime receives no more datagrams at once.
    static let pendingCapacity = 64

    let owner: Int
    let role: TrackRole
    let codecs: [NegotiatedCodec]
    var layers: [Int]
    /// Slots that play it or wait to.
    var slots = IndexList()
    /// What the participant says, or else whether packets come.
    var isActive: Bool
    var isSilencedByOwner = false
    var voice = SpeakerSelection.Voice()

    private let pending: UnsafeMutablePointer<Pending>
    private(set) var pendingCount = 0

    init(owner: Int, role: TrackRole, codecs: [NegotiatedCodec], layers: [Int], isActive: Bool) {
        self.owner = owner
        self.role = role
        self.codecs = codecs
        self.layers = layers
        self.isActive = isActive
        pending = .allocate(capacity: Self.pendingCapacity)
    }

    deinit { pending.deallocate() }

    /// Queues a cached packet for forwarding; true when it is the first of the burst.
    @inline(__always)
    mutating func enqueue(layer: Int, sequence: Int64) -> Bool {
        guard pendingCount < Self.pendingCapacity else { return false }
        pending[pendingCount] = Pending(layer: Int32(truncatingIfNeeded: layer), sequence: sequence)
        pendingCount &+= 1
        return pendingCount == 1
    }

    /// `0 ..< pendingCount`.
    @inline(__always)
    func pendingPacket(_ position: Int) -> Pending {
        precondition(position >= 0 && position < pendingCount, "a position comes from pendingCount")
        return pending[position]
    }

    mutating func clearPending() { pendingCount = 0 }
}
