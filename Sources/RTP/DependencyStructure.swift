/// The template dependency structure of a dependency descriptor, AV1 RTP payload specification, appendix A.8.2: to be
/// kept from a keyframe on, since later packets only name templates.
public struct DependencyStructure: Sendable {
    /// The first template's identifier, 0 to 63; identifiers go on from there, modulo 64.
    public private(set) var templateIDOffset: UInt8
    /// 1 to 64.
    public private(set) var templateCount = 0
    /// 1 to 32.
    public private(set) var decodeTargetCount: Int
    /// 0 to 32.
    public private(set) var chainCount = 0
    /// 1 to 4, and 1 to 8.
    public private(set) var spatialLayerCount = 1
    public private(set) var temporalLayerCount = 1
    /// Pixels of the highest spatial layer; 0 when not told.
    public private(set) var width = 0
    public private(set) var height = 0
    /// Spatial identifier in the upper, temporal in the lower four bits.
    private var layers = InlineArray<64, UInt8>(repeating: 0)
    /// Two bits a decode target, target 0 lowest.
    private var indications = InlineArray<64, UInt64>(repeating: 0)

    /// Bits before the structure: 24 mandatory, 5 flags.
    private static let bitsBefore = 29

    /// - Parameter data: the data of the header extension element.
    /// - Returns: nil when there is no structure in it, when it is cut short, or has more than 64 templates, 4 spatial
    ///   or 8 temporal layers.
    public init?(parsing data: RawSpan) {
        guard let descriptor = DependencyDescriptor(parsing: data), descriptor.hasStructure else { return nil }
        var bits = BitReader(from: 0, to: data.byteCount)
        _ = bits.read(Self.bitsBefore, in: data)
        self.init(reading: &bits, in: data)
    }

    private init?(reading bits: inout BitReader, in data: RawSpan) {
        templateIDOffset = UInt8(truncatingIfNeeded: bits.read(6, in: data))
        decodeTargetCount = Int(bits.read(5, in: data)) &+ 1
        guard readLayers(&bits, in: data) else { return nil }
        readIndications(&bits, in: data)
        // Frame differences: a decoder's business.
        for _ in 0..<templateCount {
            while bits.flag(in: data) { _ = bits.read(4, in: data) }
        }
        readChains(&bits, in: data)
        if bits.flag(in: data) {
            for _ in 0..<spatialLayerCount {
                width = Int(bits.read(16, in: data)) &+ 1
                height = Int(bits.read(16, in: data)) &+ 1
            }
        }
        guard !bits.isExhausted else { return nil }
    }

    private mutating func readLayers(_ bits: inout BitReader, in data: RawSpan) -> Bool {
        var spatial: UInt8 = 0
        var temporal: UInt8 = 0
        while true {
            guard templateCount < 64, spatial < 4, temporal < 8, !bits.isExhausted else { return false }
            layers[templateCount] = spatial << 4 | temporal
            templateCount &+= 1
            spatialLayerCount = Int(spatial) &+ 1
            temporalLayerCount = max(temporalLayerCount, Int(temporal) &+ 1)
            switch bits.read(2, in: data) {
            case 1: temporal &+= 1
            case 2:
                temporal = 0
                spatial &+= 1
            case 3: return true
            default: break
            }
        }
    }

    private mutating func readIndications(_ bits: inout BitReader, in data: RawSpan) {
        for template in 0..<templateCount {
            indications[template] = Self.readIndications(&bits, count: decodeTargetCount, in: data)
        }
    }

    private static func readIndications(_ bits: inout BitReader, count: Int, in data: RawSpan) -> UInt64 {
        var row: UInt64 = 0
        for target in 0..<count {
            row |= UInt64(bits.read(2, in: data)) << UInt64(target &* 2)
        }
        return row
    }

    private mutating func readChains(_ bits: inout BitReader, in data: RawSpan) {
        chainCount = Int(bits.nonSymmetric(UInt32(truncatingIfNeeded: decodeTargetCount &+ 1), in: data))
        guard chainCount > 0 else { return }
        for _ in 0..<decodeTargetCount {
            _ = bits.nonSymmetric(UInt32(truncatingIfNeeded: chainCount), in: data)
        }
        for _ in 0..<templateCount &* chainCount where !bits.isExhausted { _ = bits.read(4, in: data) }
    }

    /// The layer of a template, or nil when the structure has no such template.
    public func layer(templateID: UInt8) -> (spatial: UInt8, temporal: UInt8)? {
        guard let index = index(templateID: templateID) else { return nil }
        return (layers[index] >> 4, layers[index] & 0x0F)
    }

    private func index(templateID: UInt8) -> Int? {
        let index = Int((templateID &+ 64 &- templateIDOffset) & 0x3F)
        return index < templateCount ? index : nil
    }

    /// What a packet's descriptor says of its frame, read by this structure: the one of the stream's last keyframe,
    /// or the packet's own.
    ///
    /// - Parameter data: the data of the header extension element.
    /// - Returns: nil when it is cut short or names a template that the structure does not have.
    public func frame(parsing data: RawSpan) -> FrameDependency? {
        guard let descriptor = DependencyDescriptor(parsing: data), let index = index(templateID: descriptor.templateID)
        else { return nil }
        var frame = FrameDependency(
            spatialID: layers[index] >> 4, temporalID: layers[index] & 0x0F, activeDecodeTargets: nil,
            indications: indications[index])
        guard data.byteCount > 3 else { return frame }
        var bits = BitReader(from: 0, to: data.byteCount)
        _ = bits.read(Self.bitsBefore, in: data)
        if descriptor.hasStructure {
            // The structure's end is known only by reading it; without an explicit mask all targets are active.
            guard DependencyStructure(reading: &bits, in: data) != nil else { return nil }
            frame.activeDecodeTargets = UInt32(truncatingIfNeeded: UInt64(1) << UInt64(decodeTargetCount) &- 1)
        }
        if descriptor.hasActiveDecodeTargets {
            frame.activeDecodeTargets = bits.read(decodeTargetCount, in: data)
        }
        if descriptor.hasCustomDTIs {
            frame.indications = Self.readIndications(&bits, count: decodeTargetCount, in: data)
        }
        return bits.isExhausted ? nil : frame
    }
}
