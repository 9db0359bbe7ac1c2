/// The primary block of a redundant audio payload, RFC 2198 §3.
///
/// ```
/// |1|   block PT  |  timestamp offset (14)    | block length (10) |   for each redundant block
/// |0|   block PT  |                                                   for the primary one, which comes last
/// ```
public struct REDPayload: Sendable {
    /// Payload type of the primary block, 0 to 127.
    public var primaryPayloadType: UInt8
    /// First byte of the primary block, from the start of the payload.
    public var primaryOffset: Int
    /// Bytes of the primary block, to the end of the payload.
    public var primaryLength: Int
    /// Number of redundant blocks before the primary one.
    public var redundantBlocks: Int

    /// nil when the block headers or the redundant blocks reach past the payload.
    public init?(parsing payload: RawSpan) {
        var offset = 0
        var redundantLength = 0
        var blocks = 0
        while offset < payload.byteCount, payload.byte(at: offset) & 0x80 != 0 {
            guard offset &+ 4 <= payload.byteCount else { return nil }
            redundantLength &+= Int(payload.uint16(at: offset &+ 2) & 0x3FF)
            blocks &+= 1
            offset &+= 4
        }
        guard offset < payload.byteCount else { return nil }
        primaryPayloadType = payload.byte(at: offset) & 0x7F
        primaryOffset = offset &+ 1 &+ redundantLength
        primaryLength = payload.byteCount &- primaryOffset
        guard primaryLength >= 0 else { return nil }
        redundantBlocks = blocks
    }
}
