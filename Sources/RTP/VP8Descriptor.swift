/// VP8 payload descriptor, RFC 7741 §4.2, and the start of the payload header behind it (§4.3).
///
/// ```
/// |X|R|N|S|R| PID |   required
/// |I|L|T|K| RSV   |   X
/// |M| PictureID   |   I; a second byte when M
/// |   TL0PICIDX   |   L
/// |TID|Y| KEYIDX  |   T or K
/// ```
public struct VP8Descriptor: Sendable {
    /// N: no other frame refers to this one.
    public var nonReference = false
    /// S: the packet begins a partition.
    public var startOfPartition = false
    /// PID, 0 to 7.
    public var partitionID: UInt8 = 0
    /// 7 or 15 bits, nil when absent.
    public var pictureID: UInt16?
    /// Whether the picture ID has its 15-bit form.
    public var pictureIDIs15Bit = false
    /// nil when absent.
    public var tl0PicIdx: UInt8?
    /// TID, 0 to 3, nil when absent.
    public var temporalID: UInt8?
    /// Y: the frame refers to the base layer only, so that its layer can be taken up here. False when TID is absent.
    public var layerSync = false
    /// 0 to 31, nil when absent.
    public var keyIdx: UInt8?
    /// The packet begins a keyframe.
    public var isKeyframe = false
    /// Bytes of the descriptor.
    public var length = 1
    /// First byte of the picture ID from the start of the payload; 0 when absent.
    public var pictureIDOffset = 0
    /// The TL0PICIDX byte from the start of the payload; 0 when absent.
    public var tl0PicIdxOffset = 0
    /// Pixels, from the first packet of a keyframe (RFC 6386 §9.1); 0 in others.
    public var width: UInt16 = 0
    public var height: UInt16 = 0

    /// nil when the payload ends within the descriptor.
    public init?(parsing payload: RawSpan) {
        let count = payload.byteCount
        guard count >= 1 else { return nil }
        let first = payload.byte(at: 0)
        nonReference = first & 0x20 != 0
        startOfPartition = first & 0x10 != 0
        partitionID = first & 0x07
        if first & 0x80 != 0 {
            guard count >= 2 else { return nil }
            let flags = payload.byte(at: 1)
            length = 2
            if flags & 0x80 != 0 {
                guard count > length else { return nil }
                pictureIDOffset = length
                let byte = payload.byte(at: length)
                if byte & 0x80 != 0 {
                    guard count > length &+ 1 else { return nil }
                    pictureID = payload.uint16(at: length) & 0x7FFF
                    pictureIDIs15Bit = true
                    length &+= 2
                } else {
                    pictureID = UInt16(byte)
                    length &+= 1
                }
            }
            if flags & 0x40 != 0 {
                guard count > length else { return nil }
                tl0PicIdxOffset = length
                tl0PicIdx = payload.byte(at: length)
                length &+= 1
            }
            if flags & 0x30 != 0 {
                guard count > length else { return nil }
                let byte = payload.byte(at: length)
                if flags & 0x20 != 0 {
                    temporalID = byte >> 6
                    layerSync = byte & 0x20 != 0
                }
                if flags & 0x10 != 0 { keyIdx = byte & 0x1F }
                length &+= 1
            }
        }
        // The payload header stands only where partition 0 begins; its lowest bit is the inverse keyframe flag.
        guard startOfPartition, partitionID == 0, count > length, payload.byte(at: length) & 0x01 == 0 else { return }
        isKeyframe = true
        // Three bytes of frame tag, the start code 9D 01 2A, then two sizes, little-endian, with two bits of scale.
        if count >= length &+ 10, payload.uint24(at: length &+ 3) == 0x9D012A {
            width = payload.uint16(at: length &+ 6).byteSwapped & 0x3FFF
            height = payload.uint16(at: length &+ 8).byteSwapped & 0x3FFF
        }
    }
}
