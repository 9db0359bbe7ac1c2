import RTP

/// Makes one unbroken RTP stream out of the sources that play in a slot one after another.
///
/// While a source plays, sequence numbers, timestamps and VP8's picture numbers are the source's own plus constants,
/// so a hole in the source is a hole in the slot, and a late packet lands where it belongs. A switch sets the
/// constants anew: the sequence goes on by one, the timestamp by the time that has passed, the picture number by one.
struct StreamRewriter {
    /// A stretch of one source's turn in the slot. `first` and `last` are output sequence numbers; `last` is meaningful for
    /// finished turns.
    struct Epoch {
        var layer: Int32 = -1
        /// Counts the sources' turns: after packets were left out, one turn goes on in another epoch.
        var turn: Int32 = 0
        var first: Int64 = 0
        var last: Int64 = -1
        var offset: Int64 = 0
        /// Pictures that were left out before it in this turn: the others are numbered without a gap, since receivers
        /// wait for a picture whose number is missing (libwebrtc, RtpVp8RefFinder).
        var pictureID: UInt16 = 0
    }

    /// What is added to a packet's numbers.
    struct Offsets {
        var timestamp: UInt32 = 0
        var pictureID: UInt16 = 0
        var tl0: UInt8 = 0
    }

    private(set) var sequenceOffset: Int64 = 0
    /// Of the newest packet of the current turn, and of the late packet that was rewritten last.
    private(set) var offsets = Offsets()
    private var lateOffsets = Offsets()
    private var skippedPicture: UInt16?
    /// First source sequence number of the turn: older packets belong to nobody.
    private(set) var firstSource: Int64 = 0
    /// Newest source packet of the turn, left out or not.
    private var newestSource: Int64 = -1

    /// Highest output sequence number (extended), and the newest output timestamp with its time.
    private(set) var highest: Int64
    private(set) var newestTimestamp: UInt32
    private var newestArrival: Int64 = 0
    private var newestPictureID: UInt16 = 0
    private var newestTL0: UInt8 = 0
    private(set) var hasStarted = false

    private var epochs = InlineArray<16, Epoch>(repeating: Epoch())
    private var epochIndex = 0
    private var turn: Int32 = 0

    /// - Parameters:
    ///   - firstSequence: of the slot's first packet; the top bit is dropped, so that the first rollover comes no
    ///     earlier than 32,768 packets on (RFC 3711 §3.3.1 has receivers start at rollover counter 0).
    ///   - firstTimestamp: of the slot's first packet.
    init(firstSequence: UInt16, firstTimestamp: UInt32) {
        highest = Int64(firstSequence & 0x7FFF) &- 1
        newestTimestamp = firstTimestamp
    }

    /// Begins another source's turn with the packet that is about to be forwarded.
    mutating func switchSource(to layer: Int32, first packet: CachedPacket, now: Int64) {
        if hasStarted { epochs[epochIndex].last = highest }
        sequenceOffset = highest &+ 1 &- packet.sequence
        firstSource = packet.sequence
        newestSource = packet.sequence &- 1
        skippedPicture = nil
        if hasStarted {
            // At least one tick, so that two pictures never share a timestamp.
            let elapsed = max(now &- newestArrival, 0)
            let ticks = max(elapsed &* Int64(packet.codec.clockRate) / 1_000_000, 1)
            offsets.timestamp = newestTimestamp &+ UInt32(truncatingIfNeeded: ticks) &- packet.timestamp
            offsets.pictureID = newestPictureID &+ 1 &- packet.vp8.pictureID
            offsets.tl0 = newestTL0 &+ 1 &- packet.vp8.tl0
        } else {
            offsets.timestamp = newestTimestamp &- packet.timestamp
        }
        turn &+= 1
        open(layer: layer, first: highest &+ 1)
        hasStarted = true
    }

    private mutating func open(layer: Int32, first: Int64) {
        epochIndex = (epochIndex &+ 1) & 15
        epochs[epochIndex] = Epoch(
            layer: layer, turn: turn, first: first, last: Int64.max, offset: sequenceOffset,
            pictureID: offsets.pictureID)
    }

    /// Leaves a packet of the source out, so that the numbers go on without a hole. Packets that are missing before it
    /// keep their places: they may still come.
    mutating func skip(_ packet: CachedPacket) {
        guard packet.sequence > newestSource, packet.sequence >= firstSource else { return }
        newestSource = packet.sequence
        let place = packet.sequence &+ sequenceOffset
        // The numbers of what is missing before it are given away: no other packet may ever have them.
        highest = max(highest, place &- 1)
        sequenceOffset &-= 1
        if packet.codec == .vp8, packet.vp8.pictureIDOffset > 0 {
            // The rest of a picture of which a part has gone out leaves its number taken.
            let isTaken = packet.vp8.pictureID &+ offsets.pictureID == newestPictureID
            if packet.vp8.pictureID != skippedPicture, !isTaken { offsets.pictureID &-= 1 }
            skippedPicture = packet.vp8.pictureID
            // Of the pictures before it those that are missing may still come, under numbers up to these.
            let (picture, tl0) = (packet.vp8.pictureID &+ offsets.pictureID, packet.vp8.tl0 &+ offsets.tl0)
            if (picture &- newestPictureID) & 0x7FFF < 0x4000 { newestPictureID = picture }
            if tl0 &- newestTL0 < 0x80 { newestTL0 = tl0 }
        }
        if place > epochs[epochIndex].first {
            epochs[epochIndex].last = place &- 1
            open(layer: epochs[epochIndex].layer, first: place)
        } else {
            epochs[epochIndex].offset = sequenceOffset
            epochs[epochIndex].pictureID = offsets.pictureID
        }
    }

    /// The numbers of a packet of our own, behind all others; the source's go on behind it.
    ///
    /// - Parameters:
    ///   - least: ticks that the newest packet lasts.
    ///   - clockRate: ticks a second.
    mutating func insert(least: Int64, clockRate: Int64, now: Int64) -> (sequence: Int64, timestamp: UInt32) {
        let ticks = max((now &- newestArrival) &* clockRate / 1_000_000, least)
        highest &+= 1
        newestTimestamp &+= UInt32(truncatingIfNeeded: ticks)
        newestArrival &+= ticks &* 1_000_000 / clockRate
        sequenceOffset &+= 1
        epochs[epochIndex].last = min(epochs[epochIndex].last, highest &- 1)
        open(layer: epochs[epochIndex].layer, first: highest &+ 1)
        return (highest, newestTimestamp)
    }

    /// The output sequence number of a source packet; nil for one from before the source's turn, and for a late one
    /// that was to be left out.
    @inline(__always)
    mutating func rewrite(_ packet: CachedPacket) -> Int64? {
        guard packet.sequence > newestSource else { return late(packet.sequence) }
        newestSource = packet.sequence
        let output = packet.sequence &+ sequenceOffset
        highest = output
        newestTimestamp = packet.timestamp &+ offsets.timestamp
        newestArrival = packet.arrival
        if packet.codec == .vp8 {
            newestPictureID = packet.vp8.pictureID &+ offsets.pictureID
            newestTL0 = packet.vp8.tl0 &+ offsets.tl0
        }
        return output
    }

    /// What the packet that has just been rewritten is changed by.
    ///
    /// - Parameter sequence: its number in the source.
    @inline(__always)
    func offsets(of sequence: Int64) -> Offsets { sequence == newestSource ? offsets : lateOffsets }

    @inline(never)
    private mutating func late(_ sequence: Int64) -> Int64? {
        guard sequence >= firstSource else { return nil }
        for step in 0..<16 {
            let epoch = epochs[(epochIndex &- step) & 15]
            guard epoch.turn == turn, epoch.layer >= 0 else { return nil }
            let output = sequence &+ epoch.offset
            guard output >= epoch.first, output <= epoch.last else { continue }
            // Too old for the receiver's replay window, which may be no larger (RFC 3711 §3.3.2).
            guard highest &- output < 64 else { return nil }
            lateOffsets = offsets
            lateOffsets.pictureID = epoch.pictureID
            return output
        }
        return nil
    }

    /// Whether VP8's descriptor must be changed: never before the first switch, so that payloads pass unchanged.
    @inline(__always)
    static func rewritesPictureNumbers(_ offsets: Offsets) -> Bool { offsets.pictureID != 0 || offsets.tl0 != 0 }

    /// The source packet behind an output sequence number that a receiver asks for again (16 bits, RFC 4585 §6.2.1),
    /// if it is of the current turn: packets of earlier ones had other timestamps and picture numbers.
    func source(of output: UInt16) -> (layer: Int32, sequence: Int64, output: Int64, offsets: Offsets)? {
        guard hasStarted else { return nil }
        let distance = Int16(truncatingIfNeeded: Int64(output) &- highest)
        let extended = highest &+ Int64(distance)
        guard extended <= highest else { return nil }
        for index in 0..<16 {
            let epoch = epochs[index]
            guard epoch.layer >= 0, epoch.turn == turn, extended >= epoch.first, extended <= epoch.last else {
                continue
            }
            let sequence = extended &- epoch.offset
            guard sequence >= firstSource else { return nil }
            var offsets = offsets
            offsets.pictureID = epoch.pictureID
            return (epoch.layer, sequence, extended, offsets)
        }
        return nil
    }
}
