/// The aggregation header of an AV1 payload, AV1 RTP payload specification §4.4.
///
/// ```
/// |Z|Y| W |N|-|-|-|
/// ```
public struct AV1Payload: Sendable {
    /// Z: the first OBU element continues one of the packet before.
    public var continuesPrevious: Bool
    /// Y: the last OBU element goes on in the next packet.
    public var continuesInNext: Bool
    /// W: number of OBU elements, 1 to 3; 0 when each has its length.
    public var elementCount: UInt8
    /// N: the packet is the first of a coded video sequence, so that it begins with a keyframe.
    public var startsCodedVideoSequence: Bool

    /// nil when the payload is empty. N is not believed together with Z, which §4.4 rules out.
    public init?(parsing payload: RawSpan) {
        guard payload.byteCount >= 1 else { return nil }
        let header = payload.byte(at: 0)
        continuesPrevious = header & 0x80 != 0
        continuesInNext = header & 0x40 != 0
        elementCount = header >> 4 & 0x03
        startsCodedVideoSequence = header & 0x88 == 0x08
    }
}
