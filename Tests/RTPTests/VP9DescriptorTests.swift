import Testing

@testable import RTP

@Suite struct VP9DescriptorTests {
    @Test func `a non-flexible packet tells layer and numbers`() throws {
        // I P L B; 15-bit picture ID; TID 2 U SID 1 D; TL0PICIDX.
        let payload = bytes("E8 8102 53 09 AA")
        let descriptor = try #require(VP9Descriptor(payload))
        #expect(descriptor.pictureID == 0x102 && descriptor.pictureIDOffset == 1)
        #expect(descriptor.temporalID == 2 && descriptor.switchingUpPoint)
        #expect(descriptor.spatialID == 1 && descriptor.interLayerPredicted)
        #expect(descriptor.tl0PicIdx == 9 && descriptor.tl0PicIdxOffset == 4)
        #expect(descriptor.length == 5 && !descriptor.isKeyframe)
    }

    @Test func `a flexible packet has references instead of a picture index`() throws {
        let payload = bytes("F8 05 00 03 05 06 AA")
        let descriptor = try #require(VP9Descriptor(payload))
        #expect(descriptor.tl0PicIdx == nil && descriptor.length == 6)
        #expect(VP9Descriptor(bytes("F8 05 00 03 05 07 08 AA")) == nil)
    }

    @Test func `a scalability structure gives layers and the largest size`() throws {
        // Two layers with sizes, two pictures with 1 and 2 references.
        let payload = bytes("0A 38 0140 00B4 0280 0168 02 04 01 08 01 02 AA")
        let descriptor = try #require(VP9Descriptor(payload))
        #expect(descriptor.spatialLayerCount == 2)
        #expect(descriptor.width == 640 && descriptor.height == 360)
        #expect(descriptor.length == payload.count - 1)
        #expect(descriptor.isKeyframe)
    }

    @Test func `only the lowest layer of an unpredicted picture begins a keyframe`() {
        #expect(isKeyframe(.vp9, bytes("88 05")))
        #expect(!isKeyframe(.vp9, bytes("80 05")))
        #expect(!isKeyframe(.vp9, bytes("A8 05 03 00")))
        #expect(!isKeyframe(.vp9, bytes("C8 05")))
    }

    @Test(arguments: [
        "", "80", "80 80", "A0 05", "A0 05 00", "58", "02", "02 30 0140", "02 08", "02 08 01", "02 08 01 04",
    ])
    func `a descriptor that is cut short is refused`(text: String) {
        #expect(VP9Descriptor(bytes(text)) == nil)
    }
}
