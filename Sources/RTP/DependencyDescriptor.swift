/// The dependency descriptor header extension, AV1 RTP payload specification, appendix A.8: the fields that every
/// packet has, and which others follow.
///
/// ```
/// |S|E| template id (6) |     frame number (16)         |   mandatory
/// |T|A|D|F|C| …                                             extended: structure, active targets, custom parts
/// ```
public struct DependencyDescriptor: Sendable {
    public var startOfFrame: Bool
    public var endOfFrame: Bool
    /// 0 to 63.
    public var templateID: UInt8
    /// Wraps at 2¹⁶.
    public var frameNumber: UInt16
    /// T: the template dependency structure is in the packet.
    public var hasStructure: Bool
    /// A: the mask of active decode targets is in the packet.
    public var hasActiveDecodeTargets: Bool
    var hasCustomDTIs: Bool

    /// The packet begins a frame that carries the structure, as senders do on keyframes, and only there.
    public var isKeyframe: Bool { startOfFrame && hasStructure }

    /// - Parameter data: the data of the header extension element.
    /// - Returns: nil when it is shorter than 3 bytes.
    public init?(parsing data: RawSpan) {
        guard data.byteCount >= 3 else { return nil }
        let first = data.byte(at: 0)
        startOfFrame = first & 0x80 != 0
        endOfFrame = first & 0x40 != 0
        templateID = first & 0x3F
        frameNumber = data.uint16(at: 1)
        let flags = data.byte(at: 3)
        hasStructure = flags & 0x80 != 0
        hasActiveDecodeTargets = flags & 0x40 != 0
        hasCustomDTIs = flags & 0x20 != 0
    }
}

/// What a decode target can do with a frame: decode target indication, appendix A.4.
public enum DecodeTargetIndication: UInt8, Sendable {
    /// The target does not need the frame.
    case notPresent
    /// The target needs it, no other frame does.
    case discardable
    /// The target may be switched to here.
    case switchable
    /// The target needs it, and other frames do.
    case required
}

/// Where one frame stands in the layers.
public struct FrameDependency: Sendable {
    /// 0 to 3.
    public var spatialID: UInt8
    /// 0 to 7.
    public var temporalID: UInt8
    /// Bit n is set when decode target n is active; nil when the packet does not say.
    public var activeDecodeTargets: UInt32?
    /// Two bits a decode target, target 0 lowest.
    var indications: UInt64

    /// - Parameter target: 0 to 31.
    public func indication(target: Int) -> DecodeTargetIndication {
        guard target >= 0, target < 32 else { return .notPresent }
        return DecodeTargetIndication(
            rawValue: UInt8(truncatingIfNeeded: indications >> UInt64(target &* 2) & 3)) ?? .notPresent
    }
}
