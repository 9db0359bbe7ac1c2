/// Retransmission payload format, RFC 4588 §4: the original sequence number stands before the original payload.
public enum Retransmission {
    /// Bytes before the original payload.
    public static let headerLength = 2

    /// The sequence number of the packet that is sent again, or nil when the payload is too short to hold one: a
    /// padding-only packet, as senders use to probe.
    @inlinable
    public static func originalSequence(in payload: RawSpan) -> UInt16? {
        payload.byteCount >= headerLength ? payload.uint16(at: 0) : nil
    }
}
