import RTP

/// Makes one unbroken RTP stream out of the sources that play in a slot one after another.
///
/// While a source plays, sequence numbers, timestamps and VP8's picture numbers are the source's own plus constants,
/// so a hole in the source is a hole in the slot, and a late packet lands where it belongs. A switch sets the
/// constants anew: the sequence goes on by one, the timestamp by the time that has passed, the picture number by one.
struct StreamRewriter {
    /// One source's turn in the slot. `first` and `last` are output sequence numbers; `last` is meaningful for
    /// finished turns.
    struct Epoch {
        var layer: Int32 = -1
        var first: Int64 = 0
        var last: Int64 = -1
        var offset: Int64 = 0
    }

    /// Constants of the current turn.
    private(set) var sequenceOffset: Int64 = 0
    private(set) var timestampOffset: UInt32 = 0
    private(set) var pictureIDOffset: UInt16 = 0
    private(set) var tl0Offset: UInt8 = 0
    /// First source sequence number of the turn: older packets belong to nobody.
    private(set) var firstSource: Int64 = 0

    /// Highest output sequence number (extended), and the newest output timestamp with its time.
    private(set) var highest: Int64
    private var newestTimestamp: UInt32
    private var newestArrival: Int64 = 0
    private var newestPictureID: UInt16 = 0
    private var newestTL0: UInt8 = 0
    private(set) var hasStarted = false

    private var epochs = InlineArray<4, Epoch>(repeating: Epoch())
    private var epochIndex = 0

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
        if hasStarted {
            // At least one tick, so that two pictures never share a timestamp.
            let elapsed = max(now &- newestArrival, 0)
            let ticks = max(elapsed &* Int64(packet.codec.clockRate) / 1_000_000, 1)
            timestampOffset = newestTimestamp &+ UInt32(truncatingIfNeeded: ticks) &- packet.timestamp
            pictureIDOffset = newestPictureID &+ 1 &- packet.vp8.pictureID
            tl0Offset = newestTL0 &+ 1 &- packet.vp8.tl0
        } else {
            timestampOffset = newestTimestamp &- packet.timestamp
        }
        epochIndex = (epochIndex + 1) & 3
        epochs[epochIndex] = Epoch(layer: layer, first: highest &+ 1, last: Int64.max, offset: sequenceOffset)
        hasStarted = true
    }

    /// The output sequence number of a source packet; nil for one from before the source's turn.
    @inline(__always)
    mutating func rewrite(_ packet: CachedPacket) -> Int64? {
        guard packet.sequence >= firstSource else { return nil }
        let output = packet.sequence &+ sequenceOffset
        if output > highest {
            highest = output
            newestTimestamp = packet.timestamp &+ timestampOffset
            newestArrival = packet.arrival
            if packet.codec == .vp8 {
                newestPictureID = packet.vp8.pictureID &+ pictureIDOffset
                newestTL0 = packet.vp8.tl0 &+ tl0Offset
            }
        }
        return output
    }

    /// Whether VP8's descriptor must be changed: never before the first switch, so that payloads pass unchanged.
    @inline(__always)
    var rewritesPictureNumbers: Bool { pictureIDOffset != 0 || tl0Offset != 0 }

    /// The source packet behind an output sequence number that a receiver asks for again (16 bits, RFC 4585 §6.2.1).
    func source(of output: UInt16) -> (layer: Int32, sequence: Int64, output: Int64)? {
        guard hasStarted else { return nil }
        let distance = Int16(truncatingIfNeeded: Int64(output) &- highest)
        let extended = highest &+ Int64(distance)
        guard extended <= highest else { return nil }
        for index in 0..<4 {
            let epoch = epochs[index]
            guard epoch.layer >= 0, extended >= epoch.first, extended <= epoch.last else { continue }
            return (epoch.layer, extended &- epoch.offset, extended)
        }
        return nil
    }
}
