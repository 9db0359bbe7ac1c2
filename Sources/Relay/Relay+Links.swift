import RTP

/// Rooms that span several relays: each holds some of the participants, forwards to them alone, and hands the packets
/// of its own publishers to the others through one-way pipes. The other side of a pipe may be another worker of this
/// machine, or a pump to another node.
extension Relay {
    /// Another relay: the pipe to it and the pipe from it.
    struct Peer {
        let outgoing: PacketPipe
        let incoming: PacketPipe
    }

    /// Most relays that one room may span.
    public static var peerLimit: Int { 64 }

    /// Ties this relay to its peers, before anybody is admitted.
    ///
    /// - Parameters:
    ///   - ordinal: this relay's own place among all.
    ///   - pipes: to and from each of the others; nil at this relay's own place.
    ///   - recorder: which of them is a ``RecordingTap``. It is told what it missed, and is not woken: it looks by itself.
    public mutating func link(
        ordinal: Int, pipes: [(outgoing: PacketPipe, incoming: PacketPipe)?], recorder: Int? = nil
    ) {
        precondition(pipes.count <= Self.peerLimit, "a room's links are a mask of 64 bits")
        self.ordinal = ordinal
        self.recorder = recorder ?? -1
        peers = pipes.map { pipes in pipes.map { Peer(outgoing: $0.outgoing, incoming: $0.incoming) } }
        outlets = peers.map { $0?.outgoing.writer }
    }

    /// Messages for other relays since the last call, in order.
    public mutating func takeLinkMessages() -> [(peer: Int, message: LinkMessage)] {
        guard !linkMessages.isEmpty else { return [] }
        defer { linkMessages.removeAll(keepingCapacity: true) }
        return linkMessages
    }

    /// Peers whose pipe has got something since the last call, as a mask: they want waking.
    public mutating func takeFilledPipes() -> UInt64 {
        defer { filledPipes = 0 }
        return filledPipes
    }

    /// Participants of `room` are, or may be, with these peers, too.
    public mutating func greet(_ mask: UInt64, room name: String) {
        guard mask != 0, let room = roomsByName[name] else { return }
        for peer in peers.indices where mask & 1 << UInt64(peer) & ~rooms[room].greeted != 0 && peers[peer] != nil {
            rooms[room].greeted |= 1 << UInt64(peer)
            linkMessages.append((peer, .hello(room: name, generation: rooms[room].generation, answers: nil)))
        }
    }

    /// Takes a message of a peer.
    public mutating func receive(_ message: LinkMessage, from peer: Int, now: Int64) {
        guard peers.indices.contains(peer), peers[peer] != nil else { return }
        switch message {
        case .hello(let name, let generation, let answers):
            guard let room = roomsByName[name] else {
                if answers == nil {
                    earlyGreetings[name, default: 0] |= 1 << UInt64(peer)
                } else {
                    linkMessages.append((peer, .goodbye(room: name)))
                }
                return
            }
            // The answer to a greeting of a room that is gone: this one has been, or will be, answered by itself.
            if let answers, answers != rooms[room].generation { return }
            if rooms[room].generations[peer] != generation {
                removeMirrors(from: peer, room: room, now: now)
                rooms[room].generations[peer] = generation
            }
            rooms[room].greeted |= 1 << UInt64(peer)
            rooms[room].links |= 1 << UInt64(peer)
            if answers == nil {
                let own = rooms[room].generation
                linkMessages.append((peer, .hello(room: name, generation: own, answers: generation)))
            }
            for publication in rooms[room].publications where isOwn(publication) {
                publications[publication].exports = rooms[room].links
                announce(publication: publication, to: peer)
            }
        case .goodbye(let name):
            if let early = earlyGreetings[name] {
                let left = early & ~(1 << UInt64(peer))
                earlyGreetings[name] = left == 0 ? nil : left
            }
            guard let room = roomsByName[name] else { return }
            unlink(peer, room: room, now: now)
        case .published(let name, let generation, let publication):
            guard let room = roomsByName[name], rooms[room].generation == generation else { return }
            mirror(publication, from: peer, room: room, now: now)
        case .withdrawn(let index, let serial):
            guard let publication = mirror(of: index, serial: serial, from: peer) else { return }
            removeMirror(publication, now: now)
        case .keyframe(let index, let serial, let quality):
            let publication = Int(index)
            guard publications.contains(publication), publications[publication].serial == serial,
                publications[publication].layers.indices.contains(quality)
            else { return }
            layers[publications[publication].layers[quality]].keyframes.want()
        case .interest(let index, let serial, let mask):
            let publication = Int(index)
            guard publications.contains(publication), publications[publication].serial == serial else { return }
            publications[publication].interest.set(mask, of: peer)
        case .active(let index, let serial, let isActive):
            guard let publication = mirror(of: index, serial: serial, from: peer) else { return }
            publications[publication].isActive = isActive
            needAssignment(room: publications[publication].room, now: now)
        }
    }

    // MARK: Publications here that others forward

    /// Whether a publication is a participant's of this relay.
    private func isOwn(_ publication: Int) -> Bool {
        publications[publication].origin == nil && !publications[publication].isPlayed
    }

    /// Tells the relays of its room of a publication.
    mutating func announce(publication: Int) {
        let links = rooms[publications[publication].room].links
        publications[publication].exports = links
        for peer in peers.indices where links & 1 << UInt64(peer) != 0 {
            announce(publication: publication, to: peer)
        }
    }

    private mutating func announce(publication: Int, to peer: Int) {
        linkMessages.append(
            (
                peer,
                .published(
                    room: rooms[publications[publication].room].name,
                    generation: rooms[publications[publication].room].generations[peer] ?? 0,
                    LinkedPublication(
                        index: Int32(truncatingIfNeeded: publication), serial: publications[publication].serial,
                        owner: publications[publication].ownerID, name: name(ofOwner: publication),
                        role: publications[publication].role,
                        codecs: publications[publication].codecs, layerCount: publications[publication].layers.count,
                        isActive: publications[publication].isActive))
            ))
    }

    private func name(ofOwner publication: Int) -> String {
        let owner = publications[publication].owner
        return participants.contains(owner) ? participants[owner].plan.displayName : ""
    }

    /// Says the same of a publication to every relay that forwards it.
    mutating func tellLinks(of publication: Int, _ message: (Int32, UInt32) -> LinkMessage) {
        let exports = publications[publication].exports
        guard exports != 0 else { return }
        for peer in peers.indices where exports & 1 << UInt64(peer) != 0 {
            linkMessages.append(
                (peer, message(Int32(truncatingIfNeeded: publication), publications[publication].serial)))
        }
    }

    /// Hands a packet that has come in, or what is known of its stream, to the other relays of the room.
    @inline(never)
    mutating func export(
        _ kind: LinkedPacket.Kind, layer: Int, packet: CachedPacket = CachedPacket(),
        bytes: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
    ) {
        let publication = layers[layer].publication
        var record = LinkedPacket(
            publication: Int32(truncatingIfNeeded: publication), serial: publications[publication].serial,
            quality: UInt8(truncatingIfNeeded: layers[layer].quality))
        record.kind = kind
        record.height = UInt16(truncatingIfNeeded: layers[layer].height)
        record.packet = packet
        record.reportTimestamp = layers[layer].reportTimestamp
        record.reportArrival = layers[layer].reportArrival
        record.reportNTP = layers[layer].reportNTP
        record.lost = publications[publication].unrecorded
        let exports = publications[publication].exports
        let isVideo = layers[layer].isVideo
        let quality = layers[layer].quality
        var left = isVideo ? exports & ~publications[publication].interest.unwatched(quality) : exports
        while left != 0 {
            let peer = left.trailingZeroBitCount
            left &= left &- 1
            if outlets[peer]?.write(record, bytes: bytes) == true {
                if peer != recorder { filledPipes |= 1 << UInt64(peer) }
            } else if peer == recorder {
                publications[publication].unrecorded &+= 1
                metrics.recordingDrops &+= 1
            } else {
                metrics.linkDrops &+= 1
            }
        }
    }

    /// The room has no participant here any more: the others need send nothing.
    mutating func sayGoodbye(room: Int, now: Int64) {
        for peer in peers.indices where rooms[room].greeted & 1 << UInt64(peer) != 0 {
            linkMessages.append((peer, .goodbye(room: rooms[room].name)))
            removeMirrors(from: peer, room: room, now: now)
        }
    }

    // MARK: Publications of others that we forward

    /// Takes packets that wait in the pipes, at most a receive burst. Returns whether there may be more: forward these
    /// first.
    public mutating func receiveLinked(now: Int64) -> Bool {
        var left = Publication.pendingCapacity / 2
        for peer in peers.indices {
            guard let pipe = peers[peer]?.incoming else { continue }
            while left > 0, pipe.read({ receive($0, bytes: $1, from: peer, now: now) }) { left -= 1 }
        }
        receiveFilms(&left, now: now)
        return left == 0
    }

    private mutating func receive(_ record: LinkedPacket, bytes: UnsafeRawBufferPointer, from peer: Int, now: Int64) {
        guard let publication = mirror(of: record.publication, serial: record.serial, from: peer),
            publications[publication].layers.indices.contains(Int(record.quality))
        else { return }
        let layer = publications[publication].layers[Int(record.quality)]
        layers[layer].reportTimestamp = record.reportTimestamp
        layers[layer].reportArrival = record.reportArrival
        switch record.kind {
        case .senderReport: break
        case .restart: restartSlots(playing: layer)
        case .packet:
            // The record of a restart may have found the pipe full.
            let highest = layers[layer].highest
            if highest >= 0, record.packet.sequence >> 32 != highest >> 32 { restartSlots(playing: layer) }
            layers[layer].height = Int(record.height)
            keep(record.packet, bytes: bytes, layer: layer, now: now)
        }
    }

    private func mirror(of index: Int32, serial: UInt32, from peer: Int) -> Int? {
        guard index >= 0, mirrors.indices.contains(peer), mirrors[peer].indices.contains(Int(index)) else { return nil }
        let publication = Int(mirrors[peer][Int(index)])
        guard publications.contains(publication), publications[publication].origin?.peer == peer,
            publications[publication].serial == serial
        else { return nil }
        return publication
    }

    private mutating func mirror(_ publication: LinkedPublication, from peer: Int, room: Int, now: Int64) {
        guard publication.index >= 0, publication.index < 1 << 20, (1...8).contains(publication.layerCount),
            mirror(of: publication.index, serial: publication.serial, from: peer) == nil
        else { return }
        let index = publications.insert(
            Publication(
                owner: -1, ownerID: publication.owner, room: room, serial: publication.serial, role: publication.role,
                codecs: publication.codecs, isActive: publication.isActive))
        publications[index].origin = (peer, publication.index)
        publications[index].layers = (0..<publication.layerCount).map { quality in
            layers.insert(
                Layer(
                    publication: index, quality: quality, isVideo: publication.role.isVideo,
                    clockRate: publication.role.isVideo ? 90_000 : 48_000, ssrc: 0, rtxSSRC: 0))
        }
        while mirrors.count <= peer { mirrors.append([]) }
        while mirrors[peer].count <= Int(publication.index) { mirrors[peer].append(-1) }
        mirrors[peer][Int(publication.index)] = Int32(truncatingIfNeeded: index)
        rooms[room].publications.append(index)
        needAssignment(room: room, now: now)
    }

    private mutating func unlink(_ peer: Int, room: Int, now: Int64) {
        rooms[room].links &= ~(1 << UInt64(peer))
        rooms[room].greeted &= ~(1 << UInt64(peer))
        rooms[room].generations[peer] = nil
        for publication in rooms[room].publications where isOwn(publication) {
            publications[publication].exports = rooms[room].links
            publications[publication].interest.forget(peer)
        }
        removeMirrors(from: peer, room: room, now: now)
    }

    private mutating func removeMirrors(from peer: Int, room: Int, now: Int64) {
        for publication in rooms[room].publications where publications[publication].origin?.peer == peer {
            removeMirror(publication, now: now)
        }
    }

    private mutating func removeMirror(_ publication: Int, now: Int64) {
        if let origin = publications[publication].origin { mirrors[origin.peer][Int(origin.index)] = -1 }
        let room = publications[publication].room
        remove(publication: publication)
        needAssignment(room: room, now: now)
    }

    /// Passes on the wish for keyframes of what comes from elsewhere.
    mutating func askLinksForKeyframes(now: Int64) {
        for peer in mirrors.indices {
            for mirror in mirrors[peer] where mirror >= 0 {
                let publication = Int(mirror)
                guard let origin = publications[publication].origin else { continue }
                for quality in publications[publication].layers.indices {
                    let layer = publications[publication].layers[quality]
                    guard layers[layer].keyframes.shouldSend(now: now) else { continue }
                    let serial = publications[publication].serial
                    linkMessages.append((peer, .keyframe(index: origin.index, serial: serial, quality: quality)))
                }
            }
        }
    }
}
