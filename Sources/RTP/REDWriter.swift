/// Writes redundant audio payloads, RFC 2198 §3: earlier payloads again, before the newest one.
///
/// ```
/// |1|   block PT  |  timestamp offset (14)    | block length (10) |   for each earlier payload
/// |0|   block PT  |                                                   for the primary one
/// |  earlier payloads …  |  primary payload                       |
/// ```
public enum REDWriter {
    /// The longest way back that a block header can tell, in units of the RTP timestamp: 341 ms at 48 kHz.
    public static let timestampOffsetLimit = 0x3FFF
    /// The longest redundant block, bytes.
    public static let blockLengthLimit = 0x3FF

    /// A payload that has been sent before.
    public struct Earlier {
        public var payload: UnsafeRawBufferPointer
        /// The primary payload's RTP timestamp less this one's.
        public var timestampOffset: Int

        public init(_ payload: UnsafeRawBufferPointer, timestampOffset: Int) {
            self.payload = payload
            self.timestampOffset = timestampOffset
        }

        /// Bytes that it takes, header and payload; 0 when a block header cannot tell of it: more than 16,383 back,
        /// not back at all, longer than 1,023 bytes, or empty.
        var length: Int {
            guard (1...timestampOffsetLimit).contains(timestampOffset) else { return 0 }
            guard (1...blockLengthLimit).contains(payload.count) else { return 0 }
            return 4 &+ payload.count
        }
    }

    /// Writes one payload: `earliest`, `earlier`, and the primary one, all of one codec.
    ///
    /// An earlier payload that a block header cannot tell of is left out: a receiver that lacks it takes it for lost.
    ///
    /// - Parameters:
    ///   - primary: at least one byte.
    ///   - payloadType: what the receiver calls the codec inside, 0 ... 127; RED itself stands in the RTP header.
    ///   - memory: must not overlap the payloads.
    /// - Returns: the length in bytes, 0 when the primary is empty or the whole does not fit; then nothing is written.
    public static func write(
        primary: UnsafeRawBufferPointer, earlier: Earlier? = nil, earliest: Earlier? = nil, payloadType: UInt8,
        into memory: UnsafeMutableRawBufferPointer
    ) -> Int {
        let earlierLength = earlier?.length ?? 0
        let earliestLength = earliest?.length ?? 0
        let length = earliestLength &+ earlierLength &+ 1 &+ primary.count
        guard !primary.isEmpty, length <= memory.count else { return 0 }
        var header = 0
        var body = 1 &+ (earlierLength > 0 ? 4 : 0) &+ (earliestLength > 0 ? 4 : 0)
        if let earliest, earliestLength > 0 {
            put(earliest, payloadType: payloadType, header: &header, body: &body, in: memory)
        }
        if let earlier, earlierLength > 0 {
            put(earlier, payloadType: payloadType, header: &header, body: &body, in: memory)
        }
        memory.put(payloadType & 0x7F, at: header)
        copy(primary, to: body, in: memory)
        return length
    }

    /// Makes a payload that was written for one receiver fit another: every block gets the payload type by which that
    /// receiver knows the codec inside. False when the blocks are not all of one codec, or reach past the payload; then
    /// nothing is changed.
    public static func relabel(_ payload: UnsafeMutableRawBufferPointer, payloadType: UInt8) -> Bool {
        guard let red = REDPayload(parsing: payload.bytes) else { return false }
        var blocks = red.redundantIterator()
        while let block = blocks.next(in: payload.bytes) {
            guard block.payloadType == red.primaryPayloadType else { return false }
        }
        for block in 0..<red.redundantBlocks { payload.put(0x80 | payloadType & 0x7F, at: block &* 4) }
        payload.put(payloadType & 0x7F, at: red.redundantBlocks &* 4)
        return true
    }

    private static func put(
        _ block: Earlier, payloadType: UInt8, header: inout Int, body: inout Int,
        in memory: UnsafeMutableRawBufferPointer
    ) {
        let word =
            0x8000_0000 | UInt32(payloadType & 0x7F) << 24 | UInt32(truncatingIfNeeded: block.timestampOffset) << 10
            | UInt32(truncatingIfNeeded: block.payload.count)
        memory.put(word, at: header)
        copy(block.payload, to: body, in: memory)
        header &+= 4
        body &+= block.payload.count
    }

    /// Copies into the memory; what would reach past it is not copied.
    private static func copy(
        _ payload: UnsafeRawBufferPointer, to offset: Int, in memory: UnsafeMutableRawBufferPointer
    ) {
        guard let source = payload.baseAddress, let base = memory.baseAddress else { return }
        guard offset >= 0, payload.count <= memory.count &- offset else { return }
        (base + offset).copyMemory(from: source, byteCount: payload.count)
    }
}
