/// What one receiver says about one stream: 24 bytes, RFC 3550 §6.4.1.
///
/// ```
/// |                             SSRC                              |
/// | fraction lost |       cumulative number of packets lost       |
/// |           extended highest sequence number received           |
/// |                      interarrival jitter                      |
/// |                         last SR (LSR)                         |
/// |                   delay since last SR (DLSR)                  |
/// ```
public struct ReportBlock: Sendable, Equatable {
    /// Bytes on the wire.
    public static let length = 24

    /// The stream that is reported on.
    public var ssrc: UInt32
    /// Part of the packets lost since the last report, in 1/256.
    public var fractionLost: UInt8
    /// Packets lost since the beginning, −2²³ to 2²³ − 1; negative with duplicates.
    public var cumulativeLost: Int32
    /// Highest sequence number in the low 16 bits, count of its cycles above.
    public var highestSequence: UInt32
    /// In units of the stream's timestamps.
    public var jitter: UInt32
    /// Middle 32 bits of the NTP time of the last sender report, 0 before the first.
    public var lastSenderReport: UInt32
    /// Time from that report's arrival to this block's sending, in 1/65,536 s.
    public var delaySinceLastSenderReport: UInt32

    public init(
        ssrc: UInt32, fractionLost: UInt8 = 0, cumulativeLost: Int32 = 0, highestSequence: UInt32 = 0,
        jitter: UInt32 = 0, lastSenderReport: UInt32 = 0, delaySinceLastSenderReport: UInt32 = 0
    ) {
        self.ssrc = ssrc
        self.fractionLost = fractionLost
        self.cumulativeLost = cumulativeLost
        self.highestSequence = highestSequence
        self.jitter = jitter
        self.lastSenderReport = lastSenderReport
        self.delaySinceLastSenderReport = delaySinceLastSenderReport
    }

    init(at offset: Int, in packet: RawSpan) {
        ssrc = packet.uint32(at: offset)
        fractionLost = packet.byte(at: offset &+ 4)
        // 24 bits, signed.
        cumulativeLost = Int32(bitPattern: packet.uint24(at: offset &+ 5) << 8) >> 8
        highestSequence = packet.uint32(at: offset &+ 8)
        jitter = packet.uint32(at: offset &+ 12)
        lastSenderReport = packet.uint32(at: offset &+ 16)
        delaySinceLastSenderReport = packet.uint32(at: offset &+ 20)
    }
}

/// Walks the report blocks of a sender or receiver report.
public struct ReportBlockIterator: Sendable {
    private var offset: Int
    private let end: Int

    init(_ range: Range<Int>) {
        offset = range.lowerBound
        end = range.upperBound
    }

    /// The next block, or nil at the end.
    public mutating func next(in packet: RawSpan) -> ReportBlock? {
        guard offset &+ ReportBlock.length <= min(end, packet.byteCount) else { return nil }
        defer { offset &+= ReportBlock.length }
        return ReportBlock(at: offset, in: packet)
    }
}

/// What a sender has sent, and what it has received: RFC 3550 §6.4.1.
public struct SenderReport: Sendable {
    public var ssrc: UInt32
    /// Wall-clock time of sending, seconds since 1900 in the upper 32 bits.
    public var ntpTimestamp: UInt64
    /// The same moment in the stream's timestamps.
    public var rtpTimestamp: UInt32
    /// Packets sent since the stream began, wrapping.
    public var packetCount: UInt32
    /// Payload bytes sent since the stream began, wrapping.
    public var octetCount: UInt32
    /// Where the report blocks lie in the packet.
    public var blocks: Range<Int>

    public var reportBlocks: ReportBlockIterator { ReportBlockIterator(blocks) }

    init(body: Range<Int>, count: UInt8, in packet: RawSpan) throws(RTPParseError) {
        let blocksLength = Int(count) &* ReportBlock.length
        guard body.count >= 24 &+ blocksLength else { throw .badLength }
        let start = body.lowerBound
        ssrc = packet.uint32(at: start)
        ntpTimestamp = packet.uint64(at: start &+ 4)
        rtpTimestamp = packet.uint32(at: start &+ 12)
        packetCount = packet.uint32(at: start &+ 16)
        octetCount = packet.uint32(at: start &+ 20)
        blocks = byteRange(start &+ 24, start &+ 24 &+ blocksLength)
    }
}

/// What a participant has received: RFC 3550 §6.4.2.
public struct ReceiverReport: Sendable {
    public var ssrc: UInt32
    /// Where the report blocks lie in the packet.
    public var blocks: Range<Int>

    public var reportBlocks: ReportBlockIterator { ReportBlockIterator(blocks) }

    init(body: Range<Int>, count: UInt8, in packet: RawSpan) throws(RTPParseError) {
        let blocksLength = Int(count) &* ReportBlock.length
        guard body.count >= 4 &+ blocksLength else { throw .badLength }
        ssrc = packet.uint32(at: body.lowerBound)
        blocks = byteRange(body.lowerBound &+ 4, body.lowerBound &+ 4 &+ blocksLength)
    }
}
