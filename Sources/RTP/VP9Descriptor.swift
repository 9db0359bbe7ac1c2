/// VP9 payload descriptor, RFC 9628 §4.2.
///
/// ```
/// |I|P|L|F|B|E|V|Z|   required
/// |M| PICTURE ID  |   I; a second byte when M
/// | TID |U| SID |D|   L
/// |   TL0PICIDX   |   L and not F
/// | P_DIFF      |N|   P and F, up to 3 times
/// | SS            |   V
/// ```
public struct VP9Descriptor: Sendable {
    /// P: the layer frame refers to an earlier picture.
    public var interPicturePredicted: Bool
    /// F: the references are in each packet.
    public var isFlexible: Bool
    /// B and E: the packet begins, or ends, a layer frame.
    public var startOfFrame: Bool
    public var endOfFrame: Bool
    /// Z: no frame of a higher spatial layer refers to this one.
    public var notReferenceForUpperLayers: Bool
    /// 7 or 15 bits, nil when absent.
    public var pictureID: UInt16?
    public var pictureIDIs15Bit = false
    /// TID and SID, 0 to 7, nil when absent.
    public var temporalID: UInt8?
    public var spatialID: UInt8?
    /// U: a switch up to this temporal layer can be made here.
    public var switchingUpPoint = false
    /// D: the frame refers to the lower spatial layer of its picture.
    public var interLayerPredicted = false
    /// nil when absent.
    public var tl0PicIdx: UInt8?
    /// V: the scalability structure is in the packet.
    public var hasScalabilityStructure: Bool
    /// Spatial layers of the scalability structure, 1 to 8; 0 without one.
    public var spatialLayerCount: UInt8 = 0
    /// Pixels of the highest spatial layer; 0 when not told.
    public var width: UInt16 = 0
    public var height: UInt16 = 0
    /// Bytes of the descriptor.
    public var length = 1
    /// First byte of the picture ID, and the TL0PICIDX byte, from the start of the payload; 0 when absent.
    public var pictureIDOffset = 0
    public var tl0PicIdxOffset = 0

    /// The packet begins a picture that refers to none before it.
    public var isKeyframe: Bool { !interPicturePredicted && startOfFrame && (spatialID ?? 0) == 0 }

    /// nil when the payload ends within the descriptor, or more than three references are announced.
    public init?(parsing payload: RawSpan) {
        let count = payload.byteCount
        guard count >= 1 else { return nil }
        let first = payload.byte(at: 0)
        interPicturePredicted = first & 0x40 != 0
        isFlexible = first & 0x10 != 0
        startOfFrame = first & 0x08 != 0
        endOfFrame = first & 0x04 != 0
        hasScalabilityStructure = first & 0x02 != 0
        notReferenceForUpperLayers = first & 0x01 != 0
        if first & 0x80 != 0 {
            pictureIDOffset = length
            let byte = payload.byte(at: length)
            pictureIDIs15Bit = byte & 0x80 != 0
            pictureID = pictureIDIs15Bit ? payload.uint16(at: length) & 0x7FFF : UInt16(byte)
            length &+= pictureIDIs15Bit ? 2 : 1
        }
        if first & 0x20 != 0 {
            let byte = payload.byte(at: length)
            temporalID = byte >> 5
            switchingUpPoint = byte & 0x10 != 0
            spatialID = byte >> 1 & 0x07
            interLayerPredicted = byte & 0x01 != 0
            length &+= 1
            if !isFlexible {
                tl0PicIdxOffset = length
                tl0PicIdx = payload.byte(at: length)
                length &+= 1
            }
        }
        if interPicturePredicted, isFlexible {
            var references = 0
            var more = true
            while more {
                references &+= 1
                guard references <= 3, length < count else { return nil }
                more = payload.byte(at: length) & 0x01 != 0
                length &+= 1
            }
        }
        // Bytes outside were read as zero: what they said counts only when all of them were there.
        guard length <= count else { return nil }
        if hasScalabilityStructure, !parseScalabilityStructure(payload) { return nil }
    }

    /// RFC 9628 §4.2.1.
    private mutating func parseScalabilityStructure(_ payload: RawSpan) -> Bool {
        let count = payload.byteCount
        guard length < count else { return false }
        let header = payload.byte(at: length)
        length &+= 1
        spatialLayerCount = (header >> 5) &+ 1
        if header & 0x10 != 0 {
            let last = length &+ (Int(spatialLayerCount) &- 1) &* 4
            guard last &+ 4 <= count else { return false }
            width = payload.uint16(at: last)
            height = payload.uint16(at: last &+ 2)
            length = last &+ 4
        }
        if header & 0x08 != 0 {
            guard length < count else { return false }
            let pictures = payload.byte(at: length)
            length &+= 1
            for _ in 0..<pictures {
                guard length < count else { return false }
                length &+= 1 &+ Int(payload.byte(at: length) >> 2 & 0x03)
            }
        }
        return length <= count
    }
}
