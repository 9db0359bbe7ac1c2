/// What a datagram on a media port is, by its first bytes: RFC 7983 §7, and RFC 5761 §4 for RTP and RTCP.
public enum PacketClass: Sendable {
    case stun, dtls, rtp, rtcp, unknown

    @inlinable
    public init(of packet: RawSpan) {
        guard packet.byteCount >= 2 else {
            self = .unknown
            return
        }
        switch packet.unsafeLoad(fromByteOffset: 0, as: UInt8.self) {
        case 0...3: self = packet.byteCount >= 20 ? .stun : .unknown
        case 20...63: self = .dtls
        case 128...191:
            let type = packet.unsafeLoad(fromByteOffset: 1, as: UInt8.self)
            self = type >= 192 && type <= 223 ? .rtcp : .rtp
        default: self = .unknown
        }
    }
}
