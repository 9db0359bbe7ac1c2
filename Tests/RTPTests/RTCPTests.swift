import Testing
import TestSupport

@testable import RTP

@Suite struct RTCPTests {
    /// All packets of a compound, or the error after them.
    private func packets(_ bytes: [UInt8]) -> (packets: [RTCPPacket], error: RTPParseError?) {
        var reader = RTCPReader()
        var found: [RTCPPacket] = []
        do throws(RTPParseError) {
            while let packet = try reader.next(in: bytes.span.bytes) { found.append(packet) }
            return (found, nil)
        } catch {
            // The walk has ended.
            let next = try? reader.next(in: bytes.span.bytes)
            #expect(next == nil)
            return (found, error)
        }
    }

    private func written(capacity: Int = 1500, _ write: (inout RTCPWriter) -> Void) -> [UInt8] {
        [UInt8].written(capacity: capacity) { memory in
            var writer = RTCPWriter(memory)
            write(&writer)
            return writer.count
        }
    }

    @Test func `a sender report and its blocks survive the wire`() throws {
        let blocks = [
            ReportBlock(
                ssrc: 1, fractionLost: 200, cumulativeLost: -5, highestSequence: 70000, jitter: 9,
                lastSenderReport: 10, delaySinceLastSenderReport: 11),
            ReportBlock(ssrc: 2, cumulativeLost: 0x7F_FFFF),
        ]
        let compound = written { writer in
            expect(
                writer.senderReport(
                    ssrc: 7, ntpTimestamp: 0x0102_0304_0506_0708, rtpTimestamp: 9, packetCount: 10, octetCount: 11))
            for block in blocks { expect(writer.reportBlock(block)) }
            expect(writer.sourceDescription(ssrc: 7, cname: Array("giao".utf8).span))
            expect(writer.reportBlock(blocks[0]) == false)
        }
        #expect(compound.prefix(4) == [0x82, 200, 0, 18])
        let (found, error) = packets(compound)
        #expect(error == nil && found.count == 2)
        guard case .senderReport(let report) = found.first else { return #expect(Bool(false)) }
        #expect(report.ssrc == 7 && report.ntpTimestamp == 0x0102_0304_0506_0708 && report.rtpTimestamp == 9)
        #expect(report.packetCount == 10 && report.octetCount == 11)
        #expect(report.reportBlocks.all(in: compound) == blocks)
        guard case .sourceDescription(let description) = found.last else { return #expect(Bool(false)) }
        let chunks = description.chunks.all(in: compound)
        let chunk = try #require(chunks.first)
        #expect(chunk.ssrc == 7 && chunks.count == 1)
        #expect(Array(compound[try #require(chunk.cname)]) == Array("giao".utf8))
    }

    @Test func `a report takes 31 blocks and no more`() {
        let compound = written { writer in
            expect(writer.receiverReport(ssrc: 1))
            for ssrc in 0..<31 { expect(writer.reportBlock(ReportBlock(ssrc: UInt32(ssrc)))) }
            expect(!writer.reportBlock(ReportBlock(ssrc: 99)))
            expect(writer.receiverReport(ssrc: 1))
            expect(writer.reportBlock(ReportBlock(ssrc: 99)))
        }
        #expect(packets(compound).packets.count == 2)
        #expect(packets(compound).error == nil)
    }

    @Test func `requests for keyframes name their stream`() {
        let compound = written { writer in
            expect(writer.pictureLossIndication(sender: 1, media: 2))
            expect(writer.fullIntraRequest(sender: 1, media: 3, sequence: 200))
        }
        #expect(compound == bytes("81CE0002 00000001 00000002 84CE0004 00000001 00000000 00000003 C8000000"))
        let found = packets(compound).packets
        guard case .pictureLossIndication(sender: 1, media: 2) = found.first else { return #expect(Bool(false)) }
        guard case .fullIntraRequest(let request) = found.last else { return #expect(Bool(false)) }
        let entries = request.entries.all(in: compound)
        #expect(entries.map(\.ssrc) == [3] && entries.map(\.sequence) == [200])
    }

    @Test func `a NACK holds seventeen neighbours in one pair, across the wrap`() {
        var list = SequenceList()
        for step in 0..<17 { list.append(65530 &+ UInt16(step)) }
        list.append(100)
        let compound = written { expect($0.nack(sender: 1, media: 2, sequences: list)) }
        #expect(compound == bytes("81CD0004 00000001 00000002 FFFAFFFF 00640000"))
        #expect(nackSequences(compound) == (0..<17).map { 65530 &+ UInt16($0) } + [100])
    }

    private func nackSequences(_ compound: [UInt8]) -> [UInt16] {
        guard case .nack(let nack) = packets(compound).packets.first else { return [] }
        return nack.sequences.all(in: compound)
    }

    @Test func `any ascending list of up to 64 numbers comes back from a NACK`() {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<500 {
            var list = SequenceList()
            var expected: [UInt16] = []
            var sequence = UInt16.random(in: 0 ... .max, using: &generator)
            for _ in 0..<Int.random(in: 1...64, using: &generator) {
                expected.append(sequence)
                list.append(sequence)
                sequence &+= UInt16.random(in: 1...40, using: &generator)
            }
            let compound = written { expect($0.nack(sender: 1, media: 2, sequences: list)) }
            #expect(nackSequences(compound) == expected)
        }
    }

    @Test func `a sequence list is bounded`() {
        var list = SequenceList()
        for value in 0..<64 { expect(list.append(UInt16(value))) }
        expect(!list.append(1) && list.isFull)
        #expect(list[63] == 63 && list[64] == 0 && list[-1] == 0)
    }

    @Test func `a receiver's estimate keeps eighteen significant bits`() {
        for bitrate: UInt64 in [0, 1, 262_143, 1_234_567, 2_500_000_000, 1 << 62] {
            let compound = written {
                expect($0.receiverEstimatedMaximumBitrate(sender: 1, bitrate: bitrate, media: 5))
            }
            guard case .receiverEstimatedMaximumBitrate(let estimate) = packets(compound).packets.first else {
                return #expect(Bool(false))
            }
            #expect(estimate.bitrate <= bitrate && bitrate - estimate.bitrate <= bitrate >> 17)
            #expect(estimate.ssrcs.all(in: compound) == [5])
        }
    }

    @Test func `an estimate beyond all numbers is held at the largest`() {
        let compound = bytes("8FCE0004 00000001 00000000 52454D42 00FFFFFF")
        guard case .receiverEstimatedMaximumBitrate(let estimate) = packets(compound).packets.first else {
            return #expect(Bool(false))
        }
        #expect(estimate.bitrate == UInt64(Int64.max))
    }

    @Test func `a goodbye tells its streams and its reason`() {
        let compound = bytes("82CB0004 00000001 00000002 05 48656C6C6F 0000")
        guard case .bye(let bye) = packets(compound).packets.first else { return #expect(Bool(false)) }
        #expect(bye.ssrcs.all(in: compound) == [1, 2])
        #expect(bye.reason.map { Array(compound[$0]) } == Array("Hello".utf8))
        let own = written { expect($0.bye(ssrc: 4)) }
        #expect(own == bytes("81CB0001 00000004"))
    }

    @Test(arguments: [
        ("80C9", RTPParseError.truncated),
        ("80C90001 0000", .truncated),
        ("80C90002 00000001", .truncated),
        ("40C90001 00000001", .badVersion),
        ("81C90001 00000001", .badLength),
        ("80C80001 00000001", .badLength),
        ("82CB0001 00000001", .badLength),
        ("81CB0002 00000001 04414141", .badLength),
        ("81CE0001 00000001", .badLength),
        ("A0C90002 00000001 00000009", .badPadding),
        ("A0C90002 00000001 00000000", .badPadding),
        ("8FCD0003 00000001 00000002 00000001", .badLength),
    ])
    func `a packet that contradicts itself ends the walk`(text: String, error: RTPParseError) {
        // What stands before it is still read.
        let (found, thrown) = packets(bytes("80C90001 00000005") + bytes(text))
        #expect(found.count == 1)
        #expect(thrown == error)
    }

    @Test func `padding is not taken for content`() {
        let compound = bytes("A1CD0004 00000001 00000002 00050000 00000004")
        #expect(nackSequences(compound) == [5])
    }

    @Test func `what the relay does not read is passed over`() {
        let compound = bytes(
            "80CF0001 00000001 81CC0002 00000001 41424344 8BCE0002 00000001 00000002 80D00000 8FCE0003 00000001"
                + "00000000 58585858")
        let (found, error) = packets(compound)
        #expect(error == nil && found.count == 5)
        guard case .extendedReport(0..<8) = found[0] else { return #expect(Bool(false)) }
        guard case .application(8..<20) = found[1] else { return #expect(Bool(false)) }
        guard case .unknown(type: 206, count: 11, range: 20..<32) = found[2] else { return #expect(Bool(false)) }
        guard case .unknown(type: 208, count: 0, range: 32..<36) = found[3] else { return #expect(Bool(false)) }
        guard case .unknown(type: 206, count: 15, _) = found[4] else { return #expect(Bool(false)) }
    }

    @Test func `source descriptions with many items and chunks are walked`() {
        // Chunk 1: TOOL, CNAME "ab", null. Chunk 2: no items. Chunk 3: an item that is cut short.
        let compound = bytes(
            "83CA0009 00000001 060141 01026162 00 00000002 00000000 00000003 01FF4142 00000000 00000000")
        guard case .sourceDescription(let description) = packets(compound).packets.first else {
            return #expect(Bool(false))
        }
        let chunks = description.chunks.all(in: compound)
        #expect(chunks.map(\.ssrc) == [1, 2])
        #expect(chunks.first?.cname.map { Array(compound[$0]) } == Array("ab".utf8))
        #expect(chunks.last?.cname == nil)
    }

    @Test func `a full writer writes nothing and says so`() {
        var list = SequenceList()
        list.append(1)
        let deltas: [Int32] = [1, 2, 3]
        for capacity in 0..<60 {
            var memory = [UInt8](repeating: 0xEE, count: 64)
            let count = memory.withUnsafeMutableBytes { all in
                var writer = RTCPWriter(UnsafeMutableRawBufferPointer(rebasing: all[0..<capacity]))
                _ = writer.senderReport(ssrc: 1, ntpTimestamp: 1, rtpTimestamp: 1, packetCount: 1, octetCount: 1)
                _ = writer.reportBlock(ReportBlock(ssrc: 1))
                _ = writer.nack(sender: 1, media: 1, sequences: list)
                _ = writer.transportFeedback(
                    sender: 1, media: 1, baseSequence: 1, referenceTime: 1, feedbackCount: 1, deltas: deltas.span)
                _ = writer.sourceDescription(ssrc: 1, cname: Array("abc".utf8).span)
                _ = writer.pictureLossIndication(sender: 1, media: 1)
                _ = writer.bye(ssrc: 1)
                return writer.count
            }
            #expect(count <= capacity)
            #expect(memory[count...].allSatisfy { $0 == 0xEE })
            #expect(packets(Array(memory.prefix(count))).error == nil)
        }
    }
}
