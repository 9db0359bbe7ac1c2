/// Walks a list of SSRCs.
public struct SSRCIterator: Sendable {
    private var offset: Int
    private let end: Int

    init(_ range: Range<Int>) {
        offset = range.lowerBound
        end = range.upperBound
    }

    /// The next SSRC, or nil at the end.
    public mutating func next(in packet: RawSpan) -> UInt32? {
        guard offset &+ 4 <= min(end, packet.byteCount) else { return nil }
        defer { offset &+= 4 }
        return packet.uint32(at: offset)
    }
}

/// Streams that end: RFC 3550 §6.6.
public struct Bye: Sendable {
    private let list: Range<Int>
    /// The reason's UTF-8 text as offsets in the packet, or nil.
    public var reason: Range<Int>?

    public var ssrcs: SSRCIterator { SSRCIterator(list) }

    init(body: Range<Int>, count: UInt8, in packet: RawSpan) throws(RTPParseError) {
        let end = body.lowerBound &+ Int(count) &* 4
        guard end <= body.upperBound else { throw .badLength }
        list = byteRange(body.lowerBound, end)
        if end < body.upperBound {
            let length = Int(packet.byte(at: end))
            guard end &+ 1 &+ length <= body.upperBound else { throw .badLength }
            reason = length == 0 ? nil : byteRange(end &+ 1, end &+ 1 &+ length)
        }
    }
}

/// Names of sources: RFC 3550 §6.5.
public struct SourceDescription: Sendable {
    /// One source and its canonical name.
    public struct Chunk: Sendable {
        public var ssrc: UInt32
        /// The UTF-8 text of the first CNAME item as offsets in the packet, or nil.
        public var cname: Range<Int>?
    }

    /// Walks the chunks. It ends before a chunk that reaches past the packet.
    public struct ChunkIterator: Sendable {
        private var offset: Int
        private let end: Int
        private var remaining: UInt8

        init(_ range: Range<Int>, count: UInt8) {
            offset = range.lowerBound
            end = range.upperBound
            remaining = count
        }

        /// The next chunk, or nil at the end.
        public mutating func next(in packet: RawSpan) -> Chunk? {
            let limit = min(end, packet.byteCount)
            // An SSRC and at least the terminating null, padded to a word.
            guard remaining > 0, offset &+ 8 <= limit else { return nil }
            remaining &-= 1
            var chunk = Chunk(ssrc: packet.uint32(at: offset), cname: nil)
            let start = offset
            var item = offset &+ 4
            offset = limit
            while item < limit {
                let type = packet.byte(at: item)
                if type == 0 {
                    // Nulls up to the next word, one at the least.
                    offset = start &+ ((item &- start &+ 4) & ~3)
                    return chunk
                }
                let textEnd = item &+ 2 &+ Int(packet.byte(at: item &+ 1))
                guard item &+ 2 <= limit, textEnd <= limit else { return nil }
                if type == 1, chunk.cname == nil { chunk.cname = byteRange(item &+ 2, textEnd) }
                item = textEnd
            }
            return nil
        }
    }

    private let list: Range<Int>
    /// Number of chunks that the header announces.
    public var count: UInt8

    public var chunks: ChunkIterator { ChunkIterator(list, count: count) }

    init(body: Range<Int>, count: UInt8) {
        list = body
        self.count = count
    }
}
