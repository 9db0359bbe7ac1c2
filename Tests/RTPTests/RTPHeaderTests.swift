import Testing

@testable import RTP

@Suite struct RTPHeaderTests {
    @Test func `a header without extras is twelve bytes and the rest is payload`() throws {
        let packet = bytes("80 E0 1234 00010203 DEADBEEF AABBCC")
        let header = try RTPHeader(parsing: packet.span.bytes)
        #expect(header.marker)
        #expect(header.payloadType == 0x60)
        #expect(header.sequenceNumber == 0x1234)
        #expect(header.timestamp == 0x0001_0203)
        #expect(header.ssrc == 0xDEAD_BEEF)
        #expect(header.payloadRange == 12..<15)
        #expect(header.extensionProfile == 0)
        #expect(!header.hasPadding)
    }

    @Test func `contributing sources, extension and padding are set apart from the payload`() throws {
        let packet = bytes("B2 60 0001 00000000 00000001 00000002 00000003 BEDE 0001 10AA 0000 0102 0003 03")
        let header = try RTPHeader(parsing: packet.span.bytes)
        #expect(header.csrcCount == 2)
        #expect(header.extensionProfile == 0xBEDE)
        #expect(header.extensionOffset == 24)
        #expect(header.extensionLength == 4)
        #expect(header.payloadRange == 28..<30)
        #expect(header.paddingLength == 3)
    }

    @Test func `padding may fill the whole payload`() throws {
        let packet = bytes("A0 60 0001 00000000 00000001 000003")
        #expect(try RTPHeader(parsing: packet.span.bytes).payloadLength == 0)
    }

    @Test(arguments: [
        ("80 60 0001 00000000 000000", RTPParseError.truncated),
        ("", .truncated),
        ("40 60 0001 00000000 00000001", .badVersion),
        ("82 60 0001 00000000 00000001 00000002", .truncated),
        ("90 60 0001 00000000 00000001 BEDE", .badExtension),
        ("90 60 0001 00000000 00000001 BEDE0002 00000000", .badExtension),
        ("90 60 0001 00000000 00000001 BEDEFFFF 00000000", .badExtension),
        // Padding longer than what follows the header, none at all, and no byte to tell it.
        ("A0 60 0001 00000000 00000001 000004", .badPadding),
        ("A0 60 0001 00000000 00000001 000000", .badPadding),
        ("A0 60 0001 00000000 00000001", .badPadding),
        ("B0 60 0001 00000000 00000001 BEDE0001 00000004 05", .badPadding),
    ])
    func `a packet that contradicts itself is refused`(text: String, error: RTPParseError) {
        let packet = bytes(text)
        #expect(throws: error) { try RTPHeader(parsing: packet.span.bytes) }
    }

    @Test func `padding is left alone while it is encrypted`() throws {
        let packet = bytes("A0 60 0001 00000000 00000001 0000FF")
        let header = try RTPHeader(parsing: packet.span.bytes, paddingIsEncrypted: true)
        #expect(header.hasPadding)
        #expect(header.paddingLength == 0)
        #expect(header.payloadLength == 3)
    }

    @Test func `a written header is read back`() throws {
        let packet = [UInt8].written(capacity: 20) {
            RTPHeader.write(
                into: $0, marker: true, payloadType: 111, sequenceNumber: 65535, timestamp: .max, ssrc: 7) + 1
        }
        let header = try RTPHeader(parsing: packet.span.bytes)
        #expect(header.marker && header.payloadType == 111 && header.sequenceNumber == 65535)
        #expect(header.timestamp == .max && header.ssrc == 7 && header.payloadLength == 1)
        #expect(
            [UInt8].written(capacity: 11) {
                RTPHeader.write(into: $0, marker: true, payloadType: 0, sequenceNumber: 0, timestamp: 0, ssrc: 0)
            } == [])
    }

    @Test func `every prefix of a packet parses or is refused, and never past its end`() {
        let packet = bytes("B2 60 0001 00000000 00000001 00000002 00000003 BEDE 0001 10AA 0000 0102 0003 03")
        for length in 0...packet.count {
            let prefix = Array(packet.prefix(length))
            guard let header = try? RTPHeader(parsing: prefix.span.bytes) else { continue }
            #expect(header.payloadOffset + header.payloadLength + header.paddingLength == length)
        }
    }
}
