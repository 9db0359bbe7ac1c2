/// The blocks of a redundant audio payload, RFC 2198 §3.
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

    /// One payload that was sent before.
    public struct RedundantBlock: Sendable, Equatable {
        /// 0 to 127.
        public var payloadType: UInt8
        /// The packet's RTP timestamp less that of this block: 0 to 16,383.
        public var timestampOffset: UInt16
        /// Its bytes, from the start of the payload; may be empty.
        public var range: Range<Int>
    }

    /// The redundant blocks, in the order in which they stand: the earliest first, as senders have it.
    public func redundantIterator() -> BlockIterator { BlockIterator(self) }

    public struct BlockIterator: Sendable {
        private var header = 0
        private var body: Int
        private var left: Int

        fileprivate init(_ payload: REDPayload) {
            left = payload.redundantBlocks
            body = payload.redundantBlocks &* 4 &+ 1
        }

        /// The next redundant block; nil at the end, or when this is not the payload that was parsed.
        public mutating func next(in payload: RawSpan) -> RedundantBlock? {
            guard left > 0, header &+ 4 <= payload.byteCount else { return nil }
            let word = payload.uint32(at: header)
            let length = Int(word & 0x3FF)
            guard length <= payload.byteCount &- body else { return nil }
            defer {
                left &-= 1
                header &+= 4
                body &+= length
            }
            return RedundantBlock(
                payloadType: UInt8(truncatingIfNeeded: word >> 24 & 0x7F),
                timestampOffset: UInt16(truncatingIfNeeded: word >> 10 & 0x3FFF),
                range: byteRange(body, body &+ length))
        }
    }
}
