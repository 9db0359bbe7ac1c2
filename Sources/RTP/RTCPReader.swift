/// One packet of a compound RTCP packet. Numbers are read; lists stay in the packet and are walked by iterators.
public enum RTCPPacket: Sendable {
    /// Type 200, RFC 3550 §6.4.1.
    case senderReport(SenderReport)
    /// Type 201, RFC 3550 §6.4.2.
    case receiverReport(ReceiverReport)
    /// Type 202, RFC 3550 §6.5.
    case sourceDescription(SourceDescription)
    /// Type 203, RFC 3550 §6.6.
    case bye(Bye)
    /// Type 205 format 1, RFC 4585 §6.2.1.
    case nack(GenericNACK)
    /// Type 206 format 1, RFC 4585 §6.3.1.
    case pictureLossIndication(sender: UInt32, media: UInt32)
    /// Type 206 format 4, RFC 5104 §4.3.1.
    case fullIntraRequest(FullIntraRequest)
    /// Type 206 format 15, draft-alvestrand-rmcat-remb-03 §2.2.
    case receiverEstimatedMaximumBitrate(REMB)
    /// Type 205 format 15, draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1.
    case transportFeedback(TransportFeedback)
    /// Type 207, RFC 3611: the whole packet as offsets.
    case extendedReport(Range<Int>)
    /// Type 204, RFC 3550 §6.7: the whole packet as offsets.
    case application(Range<Int>)
    /// Any other type, or a feedback format that the relay does not read. `count` is the five-bit count or format;
    /// `range` the whole packet as offsets.
    case unknown(type: UInt8, count: UInt8, range: Range<Int>)
}

/// Walks a compound RTCP packet (RFC 3550 §6.1), reduced-size ones included (RFC 5506).
///
/// ```
/// |V=2|P| count   |      type     |      length in words − 1      |
/// ```
/// The reader's position only grows. After an error the walk has ended: what came before stays valid.
public struct RTCPReader: Sendable {
    private var offset = 0

    public init() {}

    /// The next packet, or nil at the end.
    ///
    /// - Parameter packet: the same bytes at every call, decrypted, without SRTCP's tail.
    /// - Throws: `truncated`, `badVersion`, `badPadding`, `badLength`; afterwards the reader is at its end.
    public mutating func next(in packet: RawSpan) throws(RTPParseError) -> RTCPPacket? {
        let start = offset
        let count = packet.byteCount
        guard start < count else { return nil }
        offset = count
        guard count &- start >= 4 else { throw .truncated }
        let first = packet.uint32(at: start)
        guard first >> 30 == 2 else { throw .badVersion }
        let end = start &+ (Int(first & 0xFFFF) &+ 1) &* 4
        guard end <= count else { throw .truncated }
        var contentEnd = end
        if first & 0x2000_0000 != 0 {
            // Browsers pad transport-wide feedback by single bytes and anywhere in a compound, so neither RFC 3550
            // §6.4.1's multiple of four nor its last place is asked for.
            let padding = Int(packet.byte(at: end &- 1))
            guard padding > 0, padding <= end &- start &- 4 else { throw .badPadding }
            contentEnd = end &- padding
        }
        let body = byteRange(start &+ 4, contentEnd)
        let parsed = try Self.parse(
            type: UInt8(truncatingIfNeeded: first >> 16), count: UInt8(truncatingIfNeeded: first >> 24 & 0x1F),
            body: body, in: packet)
        offset = end
        return parsed
    }

    private static func parse(
        type: UInt8, count: UInt8, body: Range<Int>, in packet: RawSpan
    ) throws(RTPParseError) -> RTCPPacket {
        let whole = byteRange(body.lowerBound &- 4, body.upperBound)
        switch type {
        case RTCPType.senderReport:
            return .senderReport(try SenderReport(body: body, count: count, in: packet))
        case RTCPType.receiverReport:
            return .receiverReport(try ReceiverReport(body: body, count: count, in: packet))
        case RTCPType.sourceDescription:
            return .sourceDescription(SourceDescription(body: body, count: count))
        case RTCPType.bye:
            return .bye(try Bye(body: body, count: count, in: packet))
        case RTCPType.application:
            return .application(whole)
        case RTCPType.extendedReport:
            return .extendedReport(whole)
        case RTCPType.transportFeedback, RTCPType.payloadFeedback:
            return try parseFeedback(type: type, format: count, body: body, in: packet)
        default:
            return .unknown(type: type, count: count, range: whole)
        }
    }

    /// RFC 4585 §6.1: sender's SSRC, media SSRC, then what the format says.
    private static func parseFeedback(
        type: UInt8, format: UInt8, body: Range<Int>, in packet: RawSpan
    ) throws(RTPParseError) -> RTCPPacket {
        guard body.count >= 8 else { throw .badLength }
        let sender = packet.uint32(at: body.lowerBound)
        let media = packet.uint32(at: body.lowerBound &+ 4)
        let information = byteRange(body.lowerBound &+ 8, body.upperBound)
        switch (type, format) {
        case (RTCPType.transportFeedback, RTCPType.Format.genericNACK):
            return .nack(GenericNACK(sender: sender, media: media, information: information))
        case (RTCPType.transportFeedback, RTCPType.Format.transportWide):
            return .transportFeedback(
                try TransportFeedback(sender: sender, media: media, information: information, in: packet))
        case (RTCPType.payloadFeedback, RTCPType.Format.pictureLoss):
            return .pictureLossIndication(sender: sender, media: media)
        case (RTCPType.payloadFeedback, RTCPType.Format.fullIntra):
            return .fullIntraRequest(FullIntraRequest(sender: sender, information: information))
        case (RTCPType.payloadFeedback, RTCPType.Format.applicationLayer):
            if let estimate = REMB(sender: sender, information: information, in: packet) {
                return .receiverEstimatedMaximumBitrate(estimate)
            }
        default: break
        }
        return .unknown(type: type, count: format, range: byteRange(body.lowerBound &- 4, body.upperBound))
    }
}

/// Packet types and feedback formats (IANA registry "RTP Parameters").
enum RTCPType {
    static let senderReport: UInt8 = 200
    static let receiverReport: UInt8 = 201
    static let sourceDescription: UInt8 = 202
    static let bye: UInt8 = 203
    static let application: UInt8 = 204
    static let transportFeedback: UInt8 = 205
    static let payloadFeedback: UInt8 = 206
    static let extendedReport: UInt8 = 207

    enum Format {
        static let genericNACK: UInt8 = 1
        static let transportWide: UInt8 = 15
        static let pictureLoss: UInt8 = 1
        static let fullIntra: UInt8 = 4
        static let applicationLayer: UInt8 = 15
    }
}
