/// What an H.264 payload holds, RFC 6184 §5.2.
public enum H264Payload: Sendable, Equatable {
    /// A whole NAL unit of type 1 to 23 (§5.6).
    case single(type: UInt8)
    /// Several NAL units, STAP-A (§5.7.1), each behind its 16-bit size.
    case aggregate
    /// A part of a NAL unit, FU-A (§5.8).
    case fragment(type: UInt8, isStart: Bool, isEnd: Bool)
    /// STAP-B, MTAP, FU-B (interleaved mode, which WebRTC does not use) and reserved types.
    case other(type: UInt8)

    /// NAL unit type of a slice of an IDR picture (ITU-T H.264 table 7-1).
    public static let idrSlice: UInt8 = 5
    /// NAL unit type of a sequence parameter set.
    public static let sequenceParameterSet: UInt8 = 7

    /// nil when the payload is empty, or a fragment without its header.
    public init?(parsing payload: RawSpan) {
        guard payload.byteCount >= 1 else { return nil }
        let type = payload.byte(at: 0) & 0x1F
        switch type {
        case 1...23: self = .single(type: type)
        case 24: self = .aggregate
        case 28:
            guard payload.byteCount >= 2 else { return nil }
            let header = payload.byte(at: 1)
            self = .fragment(type: header & 0x1F, isStart: header & 0x80 != 0, isEnd: header & 0x40 != 0)
        default: self = .other(type: type)
        }
    }

    /// Walks the NAL units of a STAP-A. It ends before a unit that reaches past the payload.
    public struct UnitIterator: Sendable {
        private var offset = 1

        public init() {}

        /// The next NAL unit, its header byte included, as offsets in the payload; nil at the end.
        public mutating func next(in payload: RawSpan) -> Range<Int>? {
            let size = Int(payload.uint16(at: offset))
            guard size > 0, size <= payload.byteCount &- offset &- 2 else { return nil }
            let start = offset &+ 2
            offset = start &+ size
            return byteRange(start, offset)
        }
    }

    /// Whether the payload begins an IDR picture: with a sequence parameter set, or with the first slice.
    public static func isKeyframe(_ payload: RawSpan) -> Bool {
        switch H264Payload(parsing: payload) {
        case .single(let type):
            return beginsPicture(type: type, sliceHeaderAt: 1, in: payload)
        case .fragment(let type, let isStart, _):
            return isStart && beginsPicture(type: type, sliceHeaderAt: 2, in: payload)
        case .aggregate:
            var units = UnitIterator()
            while let unit = units.next(in: payload) {
                let type = payload.byte(at: unit.lowerBound) & 0x1F
                if beginsPicture(type: type, sliceHeaderAt: unit.lowerBound &+ 1, in: payload) { return true }
            }
            return false
        case .other, nil:
            return false
        }
    }

    /// first_mb_in_slice, Exp-Golomb coded, comes first in a slice header (ITU-T H.264 §7.3.3): 0 is a single 1 bit.
    private static func beginsPicture(type: UInt8, sliceHeaderAt offset: Int, in payload: RawSpan) -> Bool {
        type == sequenceParameterSet || type == idrSlice && payload.byte(at: offset) & 0x80 != 0
    }
}
