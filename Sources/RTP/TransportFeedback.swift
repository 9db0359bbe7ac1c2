/// Which packets of a transport have arrived and when:
/// draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1.
///
/// ```
/// |      base sequence number     |      packet status count      |
/// |                 reference time                | fb pkt. count |
/// |          packet chunk         |         packet chunk          |
/// |                            …                                  |
/// |         packet chunk          |  recv delta   |  recv delta   |
/// ```
public struct TransportFeedback: Sendable {
    /// In ``RTCPWriter/transportFeedback(sender:media:baseSequence:referenceTime:feedbackCount:deltas:)``: the packet
    /// has not arrived.
    public static let notReceived = Int32.min
    /// Ticks (of 250 µs) in one unit (of 64 ms) of the reference time.
    public static let ticksPerReference: Int64 = 256

    /// One packet's fate.
    public struct Status: Sendable, Equatable {
        /// Transport-wide sequence number.
        public var sequence: UInt16
        /// Arrival in ticks of 250 µs on the receiver's clock, whose zero is unknown and which wraps with the
        /// reference time (every 2³² ticks, 12.4 days); nil when the packet has not arrived.
        public var receivedAt: Int64?
    }

    public var sender: UInt32
    public var media: UInt32
    public var baseSequence: UInt16
    /// Number of packets that are reported on, from ``baseSequence`` on.
    public var statusCount: Int
    /// Units of 64 ms, 24 bits, signed, wrapping.
    public var referenceTime: Int32
    /// Running number of the feedback packets.
    public var feedbackCount: UInt8
    let chunks: Range<Int>
    let deltas: Range<Int>

    /// Walks the packets that are reported on.
    public var statuses: StatusIterator { StatusIterator(self) }

    /// - Throws: `badLength` when chunks or deltas reach past the packet, or a status symbol is the reserved 3.
    init(sender: UInt32, media: UInt32, information: Range<Int>, in packet: RawSpan) throws(RTPParseError) {
        guard information.count >= 8 else { throw .badLength }
        let start = information.lowerBound
        self.sender = sender
        self.media = media
        baseSequence = packet.uint16(at: start)
        statusCount = Int(packet.uint16(at: start &+ 2))
        referenceTime = Int32(bitPattern: packet.uint24(at: start &+ 4) << 8) >> 8
        feedbackCount = packet.byte(at: start &+ 7)

        var offset = start &+ 8
        var remaining = statusCount
        var deltaLength = 0
        while remaining > 0 {
            guard offset &+ 2 <= information.upperBound else { throw .badLength }
            let chunk = StatusChunk(packet.uint16(at: offset))
            offset &+= 2
            let count = min(chunk.count, remaining)
            remaining &-= count
            guard let length = chunk.deltaLength(first: count) else { throw .badLength }
            deltaLength &+= length
        }
        guard deltaLength <= information.upperBound &- offset else { throw .badLength }
        chunks = byteRange(start &+ 8, offset)
        deltas = byteRange(offset, offset &+ deltaLength)
    }

    /// Walks the statuses of a feedback packet.
    public struct StatusIterator: Sendable {
        private var chunkOffset: Int
        private let chunkEnd: Int
        private var deltaOffset: Int
        private var sequence: UInt16
        private var remaining: Int
        private var time: Int64
        private var chunk = StatusChunk(0)
        private var indexInChunk = 0
        private var chunkCount = 0

        init(_ feedback: TransportFeedback) {
            chunkOffset = feedback.chunks.lowerBound
            chunkEnd = feedback.chunks.upperBound
            deltaOffset = feedback.deltas.lowerBound
            sequence = feedback.baseSequence
            remaining = feedback.statusCount
            time = Int64(feedback.referenceTime) &* TransportFeedback.ticksPerReference
        }

        /// The next packet's status, or nil at the end.
        public mutating func next(in packet: RawSpan) -> Status? {
            guard remaining > 0 else { return nil }
            while indexInChunk == chunkCount {
                guard chunkOffset < chunkEnd else { return nil }
                chunk = StatusChunk(packet.uint16(at: chunkOffset))
                chunkOffset &+= 2
                chunkCount = chunk.count
                indexInChunk = 0
            }
            let symbol = chunk.symbol(at: indexInChunk)
            indexInChunk &+= 1
            remaining &-= 1
            defer { sequence &+= 1 }
            switch symbol {
            case 1:
                time &+= Int64(packet.byte(at: deltaOffset))
                deltaOffset &+= 1
            case 2:
                time &+= Int64(Int16(bitPattern: packet.uint16(at: deltaOffset)))
                deltaOffset &+= 2
            default:
                return Status(sequence: sequence, receivedAt: nil)
            }
            return Status(sequence: sequence, receivedAt: time)
        }
    }
}

/// One chunk of packet statuses, §3.1.2 to §3.1.4. Symbols: 0 not received, 1 small delta, 2 large or negative delta,
/// 3 reserved.
///
/// ```
/// |0| S |       run length (13)   |   the same symbol again and again
/// |1|0|       14 one-bit symbols  |
/// |1|1|       7 two-bit symbols   |
/// ```
struct StatusChunk {
    static let longestRun = 8191
    let bits: UInt16

    init(_ bits: UInt16) { self.bits = bits }

    var isVector: Bool { bits & 0x8000 != 0 }
    var isTwoBit: Bool { bits & 0x4000 != 0 }

    /// Number of symbols, 0 for an empty run.
    var count: Int { isVector ? (isTwoBit ? 7 : 14) : Int(bits & 0x1FFF) }

    /// - Parameter index: 0 ..< `count`.
    func symbol(at index: Int) -> UInt16 {
        guard isVector else { return bits >> 13 & 3 }
        let position = UInt16(truncatingIfNeeded: index)
        return isTwoBit ? bits >> (12 &- 2 &* min(position, 6)) & 3 : bits >> (13 &- min(position, 13)) & 1
    }

    /// Bytes of deltas that the first `count` symbols bring, or nil with a reserved symbol among them.
    func deltaLength(first count: Int) -> Int? {
        if !isVector {
            let symbol = bits >> 13 & 3
            return symbol == 3 ? (count == 0 ? 0 : nil) : Int(symbol) &* count
        }
        var length = 0
        for index in 0..<count {
            let symbol = symbol(at: index)
            if symbol == 3 { return nil }
            length &+= Int(symbol)
        }
        return length
    }
}
