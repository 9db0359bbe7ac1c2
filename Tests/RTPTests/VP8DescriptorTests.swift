import Testing

@testable import RTP

@Suite struct VP8DescriptorTests {
    @Test func `a keyframe's first packet tells its numbers and its size`() throws {
        // X S; I L T K; 15-bit picture ID 0x1234, TL0PICIDX 7, TID 0 Y KEYIDX 5; frame tag, start code, 640 × 360.
        let payload = bytes("90 F0 9234 07 25 10 02 00 9D012A 8002 6801 AAAA")
        let descriptor = try #require(VP8Descriptor(payload))
        #expect(descriptor.startOfPartition && descriptor.partitionID == 0 && !descriptor.nonReference)
        #expect(descriptor.pictureID == 0x1234 && descriptor.pictureIDIs15Bit && descriptor.pictureIDOffset == 2)
        #expect(descriptor.tl0PicIdx == 7 && descriptor.tl0PicIdxOffset == 4)
        #expect(descriptor.temporalID == 0 && descriptor.layerSync && descriptor.keyIdx == 5)
        #expect(descriptor.length == 6)
        #expect(descriptor.isKeyframe && descriptor.width == 640 && descriptor.height == 360)
        #expect(isKeyframe(.vp8, payload))
    }

    @Test func `a short picture ID takes one byte`() throws {
        let payload = bytes("B0 80 7F 01")
        let descriptor = try #require(VP8Descriptor(payload))
        #expect(descriptor.pictureID == 0x7F && !descriptor.pictureIDIs15Bit && descriptor.length == 3)
        #expect(descriptor.nonReference && descriptor.temporalID == nil && descriptor.tl0PicIdx == nil)
    }

    @Test(arguments: ["10 01 0000", "00 00 0000", "11 00 0000", "10"])
    func `neither an inter frame nor the middle of a keyframe begins a keyframe`(text: String) {
        #expect(!isKeyframe(.vp8, bytes(text)))
    }

    @Test func `the size bits above fourteen are scaling`() throws {
        let payload = bytes("10 10 02 00 9D012A 8042 68C1")
        let descriptor = try #require(VP8Descriptor(payload))
        #expect(descriptor.width == 640 && descriptor.height == 360)
    }

    @Test(arguments: ["", "90", "90 80", "90 80 80", "90 40", "90 20", "90 F0 9234 07"])
    func `a descriptor that is cut short is refused`(text: String) {
        #expect(VP8Descriptor(bytes(text)) == nil)
    }
}
