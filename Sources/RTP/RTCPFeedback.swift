/// Packets that the receiver misses: RFC 4585 §6.2.1.
///
/// ```
/// |            PID                |             BLP               |   once or more
/// ```
public struct GenericNACK: Sendable {
    /// Walks the sequence numbers that are asked for, in the order of the packet.
    public struct SequenceIterator: Sendable {
        private var offset: Int
        private let end: Int
        private var next: UInt16 = 0
        private var bits: UInt16 = 0

        init(_ range: Range<Int>) {
            offset = range.lowerBound
            end = range.upperBound
        }

        /// The next sequence number, or nil at the end.
        public mutating func next(in packet: RawSpan) -> UInt16? {
            if bits != 0 {
                let skipped = bits.trailingZeroBitCount
                let sequence = next &+ UInt16(truncatingIfNeeded: skipped)
                bits = skipped == 15 ? 0 : bits >> UInt16(truncatingIfNeeded: skipped &+ 1)
                next = sequence &+ 1
                return sequence
            }
            guard offset &+ 4 <= min(end, packet.byteCount) else { return nil }
            let identifier = packet.uint16(at: offset)
            bits = packet.uint16(at: offset &+ 2)
            next = identifier &+ 1
            offset &+= 4
            return identifier
        }
    }

    public var sender: UInt32
    /// The stream whose packets are missing.
    public var media: UInt32
    private let information: Range<Int>

    public var sequences: SequenceIterator { SequenceIterator(information) }

    init(sender: UInt32, media: UInt32, information: Range<Int>) {
        self.sender = sender
        self.media = media
        self.information = information
    }
}

/// Requests for a keyframe, each with a number that stays the same when it is repeated: RFC 5104 §4.3.1.
public struct FullIntraRequest: Sendable {
    public struct Entry: Sendable {
        /// The stream that a keyframe is asked of.
        public var ssrc: UInt32
        /// Command number: one that has been answered already is a repetition.
        public var sequence: UInt8
    }

    /// Walks the entries.
    public struct EntryIterator: Sendable {
        private var offset: Int
        private let end: Int

        init(_ range: Range<Int>) {
            offset = range.lowerBound
            end = range.upperBound
        }

        /// The next entry, or nil at the end.
        public mutating func next(in packet: RawSpan) -> Entry? {
            guard offset &+ 8 <= min(end, packet.byteCount) else { return nil }
            defer { offset &+= 8 }
            return Entry(ssrc: packet.uint32(at: offset), sequence: packet.byte(at: offset &+ 4))
        }
    }

    public var sender: UInt32
    private let information: Range<Int>

    public var entries: EntryIterator { EntryIterator(information) }

    init(sender: UInt32, information: Range<Int>) {
        self.sender = sender
        self.information = information
    }
}

/// The rate that a receiver believes it can take: draft-alvestrand-rmcat-remb-03 §2.2.
///
/// ```
/// |  'R' 'E' 'M' 'B'                                              |
/// |  Num SSRC     | BR Exp    |  BR Mantissa (18 bits)            |
/// |   SSRC feedback                                               |   Num SSRC times
/// ```
public struct REMB: Sendable {
    /// The four letters.
    static let identifier: UInt32 = 0x5245_4D42

    public var sender: UInt32
    /// Bits a second, at most 2⁶³ − 1.
    public var bitrate: UInt64
    private let list: Range<Int>

    /// The streams that share the rate.
    public var ssrcs: SSRCIterator { SSRCIterator(list) }

    /// nil when the application-layer feedback is not a REMB, or does not hold as many SSRCs as it says.
    init?(sender: UInt32, information: Range<Int>, in packet: RawSpan) {
        let start = information.lowerBound
        guard information.count >= 8, packet.uint32(at: start) == Self.identifier else { return nil }
        let word = packet.uint32(at: start &+ 4)
        let end = start &+ 8 &+ Int(word >> 24) &* 4
        guard end <= information.upperBound else { return nil }
        let exponent = word >> 18 & 0x3F
        let mantissa = UInt64(word & 0x3FFFF)
        let scaled = mantissa << UInt64(exponent)
        bitrate = scaled >> UInt64(exponent) == mantissa ? min(scaled, UInt64(Int64.max)) : UInt64(Int64.max)
        self.sender = sender
        list = byteRange(start &+ 8, end)
    }
}
