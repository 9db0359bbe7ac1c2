/// Reads bits, highest first, from a span. Bits past the end read as zero and set ``isExhausted``.
struct BitReader {
    private(set) var position: Int
    private let end: Int
    private(set) var isExhausted = false

    /// - Parameters:
    ///   - offset: first byte to read.
    ///   - end: first byte not to read.
    init(from offset: Int, to end: Int) {
        position = offset &* 8
        self.end = end &* 8
    }

    /// An unsigned number of `count` bits, 0 to 32.
    mutating func read(_ count: Int, in span: RawSpan) -> UInt32 {
        guard count <= end &- position else {
            position = end
            isExhausted = true
            return 0
        }
        var value: UInt32 = 0
        for _ in 0..<count {
            let bit = span.byte(at: position >> 3) >> UInt8(truncatingIfNeeded: 7 &- position & 7) & 1
            value = value << 1 | UInt32(bit)
            position &+= 1
        }
        return value
    }

    mutating func flag(in span: RawSpan) -> Bool { read(1, in: span) != 0 }

    /// A number below `limit` in the non-symmetric form of the AV1 specification, §4.10.7.
    mutating func nonSymmetric(_ limit: UInt32, in span: RawSpan) -> UInt32 {
        guard limit > 1 else { return 0 }
        let width = 32 &- limit.leadingZeroBitCount
        let short = (UInt32(1) << UInt32(truncatingIfNeeded: width)) &- limit
        let value = read(width &- 1, in: span)
        if value < short { return value }
        return value << 1 &- short &+ read(1, in: span)
    }
}
