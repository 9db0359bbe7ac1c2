import Testing

@testable import RTP

@Suite struct AudioPayloadTests {
    @Test(arguments: [
        // config << 3 | code, duration in µs: one of each mode and frame size (RFC 6716 table 2).
        (0 << 3, 10_000), (3 << 3, 60_000), (9 << 3, 20_000), (12 << 3, 10_000), (15 << 3, 20_000),
        (16 << 3, 2_500), (29 << 3, 5_000), (31 << 3, 20_000), (31 << 3 | 1, 40_000), (1 << 3 | 2, 40_000),
    ])
    func `the first byte of an Opus packet tells its duration`(toc: Int, duration: Int) throws {
        let packet = try #require(OpusPacket([UInt8(toc), 0, 0]))
        #expect(packet.duration == duration)
        #expect(!packet.isDTX)
    }

    @Test func `an Opus packet of up to 120 ms counts its frames in the second byte`() throws {
        let packet = try #require(OpusPacket(bytes("FF 06 00")))
        #expect(packet.frameCount == 6 && packet.duration == 120_000 && packet.isStereo)
        #expect(OpusPacket(bytes("FF 07 00")) == nil)
        #expect(OpusPacket(bytes("FF 00 00")) == nil)
        #expect(OpusPacket(bytes("FF")) == nil)
        #expect(OpusPacket(bytes("")) == nil)
    }

    @Test func `one or two bytes of Opus are silence`() {
        #expect(OpusPacket(bytes("F8"))?.isDTX == true)
        #expect(OpusPacket(bytes("F8 FF"))?.isDTX == true)
    }

    @Test func `the primary block comes last in redundant audio`() throws {
        // Two redundant blocks of 2 and 3 bytes.
        let payload = bytes("EF 0F00 02 EF 0780 03 6F AABB CCDDEE F0F1F2F3")
        let red = try #require(REDPayload(payload))
        #expect(red.primaryPayloadType == 0x6F && red.redundantBlocks == 2)
        #expect(red.primaryOffset == 14 && red.primaryLength == 4)
        let plain = try #require(REDPayload(bytes("6F AABB")))
        #expect(plain.primaryOffset == 1 && plain.primaryLength == 2)
    }

    @Test(arguments: ["", "EF", "EF 0F00 02", "EF 0F00 02 6F AA", "EF EF EF EF EF"])
    func `redundant audio that is cut short is refused`(text: String) {
        #expect(REDPayload(bytes(text)) == nil)
    }

    @Test func `an audio level has a voice bit and seven bits of level`() {
        #expect(AudioLevel(byte: 0x8A) == AudioLevel(isVoice: true, level: 10))
        #expect(AudioLevel(isVoice: false, level: 127).byte == 127)
    }

    @Test func `a retransmission starts with the original sequence number`() {
        let whole = bytes("1234 AA")
        let short = bytes("12")
        let sequence = Retransmission.originalSequence(in: whole.span.bytes)
        let none = Retransmission.originalSequence(in: short.span.bytes)
        #expect(sequence == 0x1234 && none == nil)
    }

    @Test func `the first packet of an AV1 sequence begins a keyframe`() {
        #expect(isKeyframe(.av1, bytes("18 0A")))
        #expect(!isKeyframe(.av1, bytes("10 0A")))
        #expect(!isKeyframe(.av1, bytes("98 0A")))
        let payload = AV1Payload(bytes("E0"))
        #expect(payload?.continuesPrevious == true && payload?.continuesInNext == true && payload?.elementCount == 2)
        #expect(AV1Payload(bytes("")) == nil)
    }

    @Test func `codecs are found by name without regard to case`() {
        for codec in Codec.allCases { #expect(Codec(name: codec.name.uppercased()) == codec) }
        #expect(Codec(name: "PCMU") == nil)
        #expect(Codec.opus.clockRate == 48_000 && Codec.vp8.clockRate == 90_000)
        #expect(!isKeyframe(.opus, bytes("18")))
    }
}
