import Testing

@testable import RTP

@Suite struct DependencyDescriptorTests {
    /// Two spatial layers of two temporal ones, the templates of L2T2 in the order of the specification's example,
    /// with four decode targets and two chains.
    private func keyframe(template: Int = 60, mask: Int? = nil, custom: Bool = false) -> [UInt8] {
        var bits = BitWriter()
        bits.write(0b11, 2)
        bits.write(template, 6)
        bits.write(0x1234, 16)
        bits.write(0b1, 1)
        bits.write(mask == nil ? 0 : 1, 1)
        bits.write(custom ? 1 : 0, 1)
        bits.write(0, 2)
        bits.write(60, 6)  // template_id_offset
        bits.write(3, 5)  // four decode targets
        for next in [1, 0, 2, 1, 3] { bits.write(next, 2) }  // (0,0) (0,1) (0,1) (1,0) (1,1)
        for template in 0..<5 {
            for target in 0..<4 { bits.write((template + target) % 4, 2) }
        }
        for template in 0..<5 {  // as many frame differences as the template's number
            for _ in 0..<template {
                bits.write(1, 1)
                bits.write(3, 4)
            }
            bits.write(0, 1)
        }
        bits.write(2, 2)  // ns(5) = 2: two chains
        for _ in 0..<4 { bits.write(1, 1) }  // ns(2)
        for _ in 0..<10 { bits.write(5, 4) }
        bits.write(1, 1)
        for size in [320, 180, 640, 360] { bits.write(size - 1, 16) }
        if let mask { bits.write(mask, 4) }
        if custom { bits.write(0b11_10_01_00, 8) }
        return bits.bytes
    }

    @Test func `a keyframe brings the structure`() throws {
        let data = keyframe()
        let descriptor = try #require(DependencyDescriptor(data))
        #expect(descriptor.startOfFrame && descriptor.endOfFrame && descriptor.isKeyframe)
        #expect(descriptor.templateID == 60 && descriptor.frameNumber == 0x1234)
        let structure = try #require(DependencyStructure(data))
        #expect(structure.templateCount == 5 && structure.decodeTargetCount == 4 && structure.chainCount == 2)
        #expect(structure.spatialLayerCount == 2 && structure.temporalLayerCount == 2)
        #expect(structure.width == 640 && structure.height == 360)
        let frame = try #require(structure.frame(data))
        #expect(frame.spatialID == 0 && frame.temporalID == 0 && frame.activeDecodeTargets == 0b1111)
        #expect(frame.indication(target: 0) == .notPresent && frame.indication(target: 3) == .required)
    }

    @Test func `later packets name templates, whose numbers wrap at 64`() throws {
        let data = keyframe()
        let structure = try #require(DependencyStructure(data))
        let layers: [(id: String, spatial: UInt8, temporal: UInt8)] = [
            ("BD 0001", 0, 1), ("BE 0001", 0, 1), ("BF 0001", 1, 0), ("80 0001", 1, 1),
        ]
        for layer in layers {
            let frame = try #require(structure.frame(bytes(layer.id)))
            #expect(frame.spatialID == layer.spatial && frame.temporalID == layer.temporal)
            #expect(frame.activeDecodeTargets == nil)
        }
        #expect(structure.frame(bytes("81 0001")) == nil)
        #expect(structure.layer(templateID: 0)?.spatial == 1)
        #expect(structure.layer(templateID: 59) == nil)
    }

    @Test func `a mask of active targets and custom indications are read behind the structure`() throws {
        let data = keyframe(mask: 0b0101, custom: true)
        let structure = try #require(DependencyStructure(data))
        let frame = try #require(structure.frame(data))
        #expect(frame.activeDecodeTargets == 0b0101)
        #expect((0..<4).map { frame.indication(target: $0) } == [.required, .switchable, .discardable, .notPresent])
    }

    @Test func `a packet without the structure is no keyframe, nor is the end of one with it`() {
        #expect(DependencyDescriptor(bytes("80 0001"))?.isKeyframe == false)
        #expect(DependencyDescriptor(bytes("40 0001 80"))?.isKeyframe == false)
        #expect(DependencyDescriptor(bytes("80 00")) == nil)
    }

    @Test func `a structure that is cut short, or has too many layers, is refused`() {
        let data = keyframe()
        for length in 0..<data.count {
            #expect(DependencyStructure(Array(data.prefix(length))) == nil)
        }
        for step in [0, 1, 2] {
            var bits = BitWriter()
            bits.write(0x80_0001_80 >> 3, 29)
            bits.write(0, 11)
            for _ in 0..<70 { bits.write(step, 2) }
            bits.write(3, 2)
            bits.write(0, 2000)
            #expect(DependencyStructure(bits.bytes) == nil)
        }
    }
}
