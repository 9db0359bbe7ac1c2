extension RTCPWriter {
    private mutating func beginFeedback(type: UInt8, format: UInt8, length: Int, sender: UInt32, media: UInt32) -> Int?
    {
        guard let start = begin(type: type, count: Int(format), length: length) else { return nil }
        memory.put(sender, at: start &+ 4)
        memory.put(media, at: start &+ 8)
        return start
    }

    /// A picture loss indication (RFC 4585 §6.3.1): a request to `media` for a keyframe.
    public mutating func pictureLossIndication(sender: UInt32, media: UInt32) -> Bool {
        beginFeedback(
            type: RTCPType.payloadFeedback, format: RTCPType.Format.pictureLoss, length: 12, sender: sender,
            media: media) != nil
    }

    /// A full intra request for one stream (RFC 5104 §4.3.1).
    ///
    /// - Parameter sequence: one more for every new request; the same in a repetition.
    public mutating func fullIntraRequest(sender: UInt32, media: UInt32, sequence: UInt8) -> Bool {
        // The media SSRC of the common part is 0 (§4.3.1.2); the entry names the stream.
        guard
            let start = beginFeedback(
                type: RTCPType.payloadFeedback, format: RTCPType.Format.fullIntra, length: 20, sender: sender,
                media: 0)
        else { return false }
        memory.put(media, at: start &+ 12)
        memory.put(UInt32(sequence) << 24, at: start &+ 16)
        return true
    }

    /// A generic NACK (RFC 4585 §6.2.1) that asks for all of `sequences`.
    ///
    /// - Parameter sequences: best ascending: each pair of identifier and bit mask then holds up to 17. With none,
    ///   nothing is written and the answer is true.
    public mutating func nack(sender: UInt32, media: UInt32, sequences: SequenceList) -> Bool {
        guard sequences.count > 0 else { return true }
        var pairs = 0
        var index = 0
        while index < sequences.count {
            pairs &+= 1
            index = Self.pair(from: index, of: sequences).end
        }
        guard
            let start = beginFeedback(
                type: RTCPType.transportFeedback, format: RTCPType.Format.genericNACK, length: 12 &+ pairs &* 4,
                sender: sender, media: media)
        else { return false }
        var offset = start &+ 12
        index = 0
        while index < sequences.count {
            let pair = Self.pair(from: index, of: sequences)
            memory.put(sequences[index], at: offset)
            memory.put(pair.mask, at: offset &+ 2)
            offset &+= 4
            index = pair.end
        }
        return true
    }

    /// The bit mask of the pair that starts with a sequence number, and the first index that it does not hold.
    private static func pair(from start: Int, of sequences: SequenceList) -> (mask: UInt16, end: Int) {
        var mask: UInt16 = 0
        var end = start &+ 1
        var before: UInt16 = 0
        while end < sequences.count {
            let distance = sequences[end] &- sequences[start]
            guard distance > before, distance <= 16 else { break }
            before = distance
            mask |= 1 << (distance &- 1)
            end &+= 1
        }
        return (mask, end)
    }

    /// A receiver's estimated maximum bitrate for one stream (draft-alvestrand-rmcat-remb-03 §2.2).
    ///
    /// - Parameter bitrate: bits a second, rounded down to 18 significant bits.
    public mutating func receiverEstimatedMaximumBitrate(sender: UInt32, bitrate: UInt64, media: UInt32) -> Bool {
        guard
            let start = beginFeedback(
                type: RTCPType.payloadFeedback, format: RTCPType.Format.applicationLayer, length: 24, sender: sender,
                media: 0)
        else { return false }
        let exponent = max(0, 64 &- bitrate.leadingZeroBitCount &- 18)
        let mantissa = UInt32(truncatingIfNeeded: bitrate >> UInt64(exponent))
        memory.put(REMB.identifier, at: start &+ 12)
        let word: UInt32 = 1 << 24 | UInt32(truncatingIfNeeded: exponent) << 18 | mantissa
        memory.put(word, at: start &+ 16)
        memory.put(media, at: start &+ 20)
        return true
    }

    /// Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1).
    ///
    /// - Parameters:
    ///   - baseSequence: transport-wide sequence number of the first of `deltas`.
    ///   - referenceTime: units of 64 ms; the low 24 bits are written.
    ///   - deltas: for each packet in the order of sequence numbers, its arrival after that of the packet received
    ///     before it in the list (the first: after the reference time) in ticks of 250 µs, −32,768 to 32,767, or
    ///     ``TransportFeedback/notReceived``. 1 to 65,535 of them; a delta out of range makes the answer false.
    public mutating func transportFeedback(
        sender: UInt32, media: UInt32, baseSequence: UInt16, referenceTime: Int64, feedbackCount: UInt8,
        deltas: Span<Int32>
    ) -> Bool {
        guard deltas.count > 0, deltas.count <= 0xFFFF else { return false }
        var content = 0
        var index = 0
        while index < deltas.count {
            let chunk = StatusEncoding.chunk(from: index, of: deltas)
            content &+= 2
            index = chunk.end
        }
        for index in 0..<deltas.count {
            let delta = deltas[index]
            guard delta == TransportFeedback.notReceived || Int32(Int16(truncatingIfNeeded: delta)) == delta else {
                return false
            }
            content &+= Int(StatusEncoding.symbol(delta))
        }
        // Bytes after the deltas are zero: the P bit stays clear, as other senders have it and all receivers take it.
        let length = (20 &+ content &+ 3) & ~3
        guard
            let start = beginFeedback(
                type: RTCPType.transportFeedback, format: RTCPType.Format.transportWide, length: length,
                sender: sender, media: media)
        else { return false }
        memory.put(baseSequence, at: start &+ 12)
        memory.put(UInt16(truncatingIfNeeded: deltas.count), at: start &+ 14)
        memory.put(UInt32(truncatingIfNeeded: referenceTime) << 8 | UInt32(feedbackCount), at: start &+ 16)
        var offset = start &+ 20
        index = 0
        while index < deltas.count {
            let chunk = StatusEncoding.chunk(from: index, of: deltas)
            memory.put(chunk.bits, at: offset)
            offset &+= 2
            index = chunk.end
        }
        for index in 0..<deltas.count {
            let delta = deltas[index]
            switch StatusEncoding.symbol(delta) {
            case 1:
                memory.put(UInt8(truncatingIfNeeded: delta), at: offset)
                offset &+= 1
            case 2:
                memory.put(UInt16(truncatingIfNeeded: delta), at: offset)
                offset &+= 2
            default: break
            }
        }
        while offset < start &+ length {
            memory.put(UInt8(0), at: offset)
            offset &+= 1
        }
        return true
    }
}

/// Which chunk of packet statuses (§3.1.2 to §3.1.4) says the most in two bytes.
enum StatusEncoding {
    static func symbol(_ delta: Int32) -> UInt16 {
        if delta == TransportFeedback.notReceived { return 0 }
        return delta >= 0 && delta <= 255 ? 1 : 2
    }

    /// The chunk for the statuses from `start` on that covers most of them, and the first index that it does not cover.
    static func chunk(from start: Int, of deltas: Span<Int32>) -> (bits: UInt16, end: Int) {
        let first = symbol(deltas[start])
        let limit = min(deltas.count, start &+ StatusChunk.longestRun)
        var runEnd = start &+ 1
        while runEnd < limit, symbol(deltas[runEnd]) == first { runEnd &+= 1 }
        let oneBitEnd = min(deltas.count, start &+ 14)
        let twoBitEnd = min(deltas.count, start &+ 7)
        if runEnd >= oneBitEnd { return run(first, start: start, end: runEnd) }

        var vector: UInt16 = 0x8000
        var fitsOneBit = true
        for index in start..<oneBitEnd {
            let value = symbol(deltas[index])
            if value > 1 {
                fitsOneBit = false
                break
            }
            vector |= value << UInt16(truncatingIfNeeded: 13 &- (index &- start))
        }
        if fitsOneBit { return (vector, oneBitEnd) }
        if runEnd >= twoBitEnd { return run(first, start: start, end: runEnd) }

        vector = 0xC000
        for index in start..<twoBitEnd {
            vector |= symbol(deltas[index]) << UInt16(truncatingIfNeeded: 12 &- 2 &* (index &- start))
        }
        return (vector, twoBitEnd)
    }

    private static func run(_ symbol: UInt16, start: Int, end: Int) -> (bits: UInt16, end: Int) {
        (symbol << 13 | UInt16(truncatingIfNeeded: end &- start), end)
    }
}
