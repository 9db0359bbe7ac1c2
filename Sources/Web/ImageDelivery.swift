import Relay

/// Which images one page wants.
struct ImageWish: Equatable, Sendable {
    /// Whose cameras it shows as stills, most important first.
    var stills: [ParticipantID] = []
    /// Seconds from one still of a camera to the next.
    var stillSeconds = 4
    /// Whose shared screen it follows by images.
    var presenter: ParticipantID?
    /// In these sizes, smallest first.
    var sizes: [UInt8] = []

    var isEmpty: Bool { stills.isEmpty && presenter == nil }

    /// What was wished before as well: slots that are only just being filled make nobody send images.
    func lasting(since before: ImageWish) -> ImageWish {
        var wish = self
        wish.stills = stills.filter { before.stills.contains($0) }
        if before.presenter != presenter {
            wish.presenter = nil
            wish.sizes = []
        }
        return wish
    }
}

/// Images on their way to one page: one after the other, in pieces, no faster than its line bears beside the voices.
///
/// The pace is a token bucket in which a piece may go when there is anything in it at all, so that it is never more than
/// a piece ahead; and the next piece waits until the socket has taken the one before.
struct ImageDelivery: Sendable {
    /// What a piece costs beside its bytes: headers of WebSocket, TLS, TCP and IP.
    private static let overhead = 80.0
    /// A tick of the hub comes once in 50 ms: a line's share of that time may go at once.
    private static let burstSeconds = 0.06
    /// A still that comes so much early is taken all the same: its owner's clock and ours differ.
    private static let tolerance: Int64 = 500_000

    private struct Transfer: Sendable {
        var image: StoredImage
        var offset = 0
    }

    var wish = ImageWish()
    /// Whether there may be something to send.
    var isActive = false
    /// The page is told that an image is on, but the socket has not taken the last piece.
    var isWriting = false
    private var bytesPerSecond = 0.0
    private var pieceLimit = 1200
    /// Bytes.
    private var tokens = 0.0
    private var updated: Int64
    private var current: Transfer?
    /// Stamps of what is there already.
    private var delivered: [ImageStore.Key: UInt64] = [:]
    private var stillAt: [ParticipantID: Int64] = [:]

    init(kbps: Double, isThin: Bool, now: Int64) {
        updated = now
        setRate(kbps, isThin: isThin)
    }

    mutating func setRate(_ kbps: Double, isThin: Bool) {
        bytesPerSecond = kbps * 125
        // 500 bytes are 62 ms at 64 kbit/s: a voice waits no longer behind one.
        pieceLimit = isThin ? 500 : 1200
    }

    /// Begins again what was on its way: the socket is another.
    /// - Parameter hasImages: whether the page still has what it was sent before.
    mutating func reopen(hasImages: Bool) {
        isWriting = false
        current = nil
        isActive = true
        if !hasImages {
            delivered = [:]
            stillAt = [:]
        }
    }

    mutating func forget(_ owner: ParticipantID) {
        if current?.image.owner == owner { current = nil }
        delivered = delivered.filter { $0.key.owner != owner }
        stillAt[owner] = nil
    }

    /// The next piece, if one may go now; then ``isWriting`` is set.
    /// - Parameter pages: the pages that presenters have turned to.
    mutating func piece(now: Int64, store: ImageStore, pages: [ParticipantID: UInt32]) -> [UInt8]? {
        guard isActive, !isWriting else { return nil }
        refill(now)
        choose(now, store, pages)
        guard var transfer = current else {
            isActive = false
            return nil
        }
        guard tokens > 0 else { return nil }
        let image = transfer.image
        let end = min(transfer.offset + pieceLimit - ImageHeader.length, image.bytes.count)
        let message = ImageHeader(
            kind: image.kind, size: image.size, participant: image.owner, version: image.version,
            total: image.bytes.count, offset: transfer.offset
        ).message(image.bytes[transfer.offset..<end])
        tokens -= Double(message.count) + Self.overhead
        transfer.offset = end
        current = transfer
        if end == image.bytes.count {
            current = nil
            delivered[.init(owner: image.owner, kind: image.kind, size: image.size)] = image.stamp
            if image.kind == .still { stillAt[image.owner] = now }
        }
        isWriting = true
        return message
    }

    private mutating func refill(_ now: Int64) {
        let most = max(Double(pieceLimit), bytesPerSecond * Self.burstSeconds)
        tokens = min(most, tokens + Double(max(now - updated, 0)) / 1e6 * bytesPerSecond)
        updated = now
    }

    /// Decides what is on its way: a page before stills, its smallest size first, and of a page only the newest version.
    /// A still that has begun is finished, though a newer one has come: on the thinnest line none would ever be whole.
    private mutating func choose(_ now: Int64, _ store: ImageStore, _ pages: [ParticipantID: UInt32]) {
        if let image = current?.image {
            let isWanted: Bool
            switch image.kind {
            case .still: isWanted = wish.stills.contains(image.owner)
            case .page:
                isWanted =
                    wish.presenter == image.owner && wish.sizes.contains(image.size)
                    && store.newestPage[image.owner] == image.version && image.version >= pages[image.owner] ?? 0
            }
            if !isWanted { current = nil }
        }
        guard current?.image.kind != .page else { return }
        if let page = nextPage(store, pages) {
            current = Transfer(image: page)
        } else if current == nil {
            current = nextStill(now, store).map { Transfer(image: $0) }
        }
    }

    private func nextPage(_ store: ImageStore, _ pages: [ParticipantID: UInt32]) -> StoredImage? {
        guard let presenter = wish.presenter else { return nil }
        for size in wish.sizes {
            let key = ImageStore.Key(owner: presenter, kind: .page, size: size)
            if let image = store[key], image.stamp != delivered[key], image.version >= pages[presenter] ?? 0 {
                return image
            }
        }
        return nil
    }

    /// Of those whose time has come the one that has waited longest; among equals the most important.
    private func nextStill(_ now: Int64, _ store: ImageStore) -> StoredImage? {
        var best: (at: Int64, image: StoredImage)?
        for owner in wish.stills {
            let key = ImageStore.Key(owner: owner, kind: .still, size: 0)
            let at = stillAt[owner] ?? .min / 2
            guard let image = store[key], image.stamp != delivered[key],
                now - at >= Int64(wish.stillSeconds) * 1_000_000 - Self.tolerance
            else { continue }
            if best.map({ at < $0.at }) ?? true { best = (at, image) }
        }
        return best?.image
    }
}
