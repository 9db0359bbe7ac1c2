import Relay

extension RoomRoster {
    /// µs between two looks at who wants which images.
    private static let wishInterval: Int64 = 500_000
    /// Stills that a page gets at most; on a thin line.
    private static let stillLimit = (normal: 64, thin: 2)
    /// Seconds between two stills of a camera.
    private static let stillSeconds = (normal: 4, thin: 10, saver: 15)

    /// An image that a page uploads: only of what it shows the room.
    mutating func upload(_ message: [UInt8], from id: ParticipantID, now: Int64) throws(Refused) {
        guard let member = member(id) else { return }
        switch ImageHeader(parsing: message)?.kind {
        case .still where !member.tracks.contains(.camera): throw Refused(reason: "the camera is off")
        case .page where !member.tracks.contains(.screen): throw Refused(reason: "no screen is shown")
        default: break
        }
        try images.put(message, from: id, now: now)
        hasWork = true
    }

    /// Somebody's slots, view or line have changed, or what somebody shows.
    /// - Parameter owner: only of those who show this participant; nil: of all.
    mutating func doubtWishes(showing owner: ParticipantID? = nil) {
        areWishesStale = true
        hasWork = true
        for index in members.indices where owner.map({ members[index].shown.contains($0) }) ?? true {
            members[index].isWishStale = true
        }
    }

    mutating func doubtWish(_ index: Int) {
        areWishesStale = true
        hasWork = true
        members[index].isWishStale = true
    }

    /// Finds out who wants which images, and whom that asks for them. Many members at once, since a speaker that changes
    /// moves the slots of all of them.
    mutating func updateWishes(now: Int64) {
        guard areWishesStale, now - wishesAt >= Self.wishInterval else { return }
        areWishesStale = false
        wishesAt = now
        let presenters = members.filter { $0.isPage && $0.tracks.contains(.screen) }.map(\.id)
        var isOther = false
        for index in members.indices where members[index].isWishStale {
            let member = members[index]
            let found = member.outbox.isOpen ? wish(of: member, presenters: presenters) : ImageWish()
            members[index].isWishStale = found != member.foundWish
            if members[index].isWishStale { areWishesStale = true }
            members[index].foundWish = found
            let wish = found.lasting(since: member.foundWish)
            guard wish != member.wish else { continue }
            members[index].wish = wish
            images.setWish(wish, of: member, now: now)
            isOther = true
        }
        if isOther { ask() }
    }

    /// Asks owners for the images that anybody wants of them.
    private mutating func ask() {
        var seconds: [ParticipantID: Int] = [:]
        var sizes: [ParticipantID: Set<UInt8>] = [:]
        for index in members.indices {
            let wish = members[index].wish
            for owner in wish.stills { seconds[owner] = min(seconds[owner] ?? .max, wish.stillSeconds) }
            if let presenter = wish.presenter { sizes[presenter, default: []].formUnion(wish.sizes) }
        }
        for index in members.indices {
            let id = members[index].id
            let asked = (seconds: seconds[id] ?? 0, sizes: sizes[id]?.sorted() ?? [])
            guard asked.seconds != members[index].stillSeconds || asked.sizes != members[index].imageSizes else {
                continue
            }
            members[index].stillSeconds = asked.seconds
            members[index].imageSizes = asked.sizes
            members[index].outbox.news.insert(.requests)
        }
    }

    /// What a page does not get as video, as things are at this moment.
    private func wish(of member: RoomMember, presenters: [ParticipantID]) -> ImageWish {
        var wish = ImageWish()
        // Voices and page turns, nothing else.
        guard member.reception != .audio else { return wish }
        let times = Self.stillSeconds
        wish.stillSeconds = member.reception == .saver ? times.saver : member.isThin ? times.thin : times.normal
        let most = member.isThin ? Self.stillLimit.thin : Self.stillLimit.normal
        for shown in member.view where wish.stills.count < most && shown.role == .camera {
            guard shown.participant != member.id, let owner = self.member(shown.participant), owner.isPage,
                owner.tracks.contains(.camera), !member.isWatching(owner.id, .camera),
                !wish.stills.contains(owner.id)
            else { continue }
            wish.stills.append(owner.id)
        }
        // The screen that the page shows; before it has said so, the one that it will.
        let shown = member.view.first { $0.role == .screen && presenters.contains($0.participant) }?.participant
        let others = presenters.filter { $0 != member.id }
        let staged = others.first { $0 == leading.stage }
        if let presenter = shown ?? staged ?? others.last, presenter != member.id,
            !member.isWatching(presenter, .screen)
        {
            wish.presenter = presenter
            wish.sizes = member.isThin ? [0, 1] : [0, 1, 2]
        }
        return wish
    }
}
