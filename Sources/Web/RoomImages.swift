import Relay

/// The images of one room and their way to the pages that want them.
struct RoomImages: Sendable {
    /// A piece of an image for one page, as a binary message.
    struct Piece: Equatable, Sendable {
        var to: ParticipantID
        var bytes: [UInt8]
    }

    private(set) var store = ImageStore()
    private var deliveries: [ParticipantID: ImageDelivery] = [:]
    /// The page that each presenter has turned to.
    private var pages: [ParticipantID: UInt32] = [:]

    /// Whether there may be pieces to send.
    var hasWork: Bool { deliveries.values.contains { $0.isActive } }

    // MARK: What is there

    mutating func put(_ message: [UInt8], from owner: ParticipantID, now: Int64) throws(RoomRoster.Refused) {
        let image = try store.put(message, from: owner, now: now)
        for (id, delivery) in deliveries where !delivery.isActive {
            let isWished =
                image.kind == .page ? delivery.wish.presenter == owner : delivery.wish.stills.contains(owner)
            if isWished { deliveries[id]?.isActive = true }
        }
    }

    mutating func setPage(_ number: UInt32, of owner: ParticipantID) { pages[owner] = number }

    mutating func forgetStill(of owner: ParticipantID) { store.forgetStill(of: owner) }

    mutating func forgetPages(of owner: ParticipantID) {
        pages[owner] = nil
        store.forgetPages(of: owner)
    }

    /// A participant is gone: its images, and its page.
    mutating func forget(_ id: ParticipantID) {
        pages[id] = nil
        store.forget(id)
        deliveries[id] = nil
        for other in deliveries.keys { deliveries[other]?.forget(id) }
    }

    // MARK: Who wants it

    mutating func setWish(_ wish: ImageWish, of member: RoomMember, now: Int64) {
        var delivery =
            deliveries[member.id] ?? ImageDelivery(kbps: member.imageKbps, isThin: member.isThin, now: now)
        delivery.wish = wish
        delivery.isActive = !wish.isEmpty
        deliveries[member.id] = delivery
    }

    mutating func setRate(_ kbps: Double, isThin: Bool, of id: ParticipantID) {
        deliveries[id]?.setRate(kbps, isThin: isThin)
    }

    mutating func reopen(_ id: ParticipantID, hasImages: Bool) { deliveries[id]?.reopen(hasImages: hasImages) }

    mutating func close(_ id: ParticipantID) { deliveries[id]?.isActive = false }

    // MARK: On the way

    /// The pieces that may go now. The socket of each says by ``written(_:now:)`` when it has taken its piece.
    mutating func pieces(now: Int64, isReady: (ParticipantID) -> Bool = { _ in true }) -> [Piece] {
        var pieces: [Piece] = []
        for (id, delivery) in deliveries where delivery.isActive && !delivery.isWriting && isReady(id) {
            if let piece = deliveries[id]?.piece(now: now, store: store, pages: pages) {
                pieces.append(Piece(to: id, bytes: piece))
            }
        }
        return pieces
    }

    /// A socket has taken its piece: the next one, if it may go at once.
    mutating func written(_ id: ParticipantID, now: Int64) -> [UInt8]? {
        deliveries[id]?.isWriting = false
        return deliveries[id]?.piece(now: now, store: store, pages: pages)
    }
}
