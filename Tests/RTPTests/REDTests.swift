import Testing
import TestSupport

@testable import RTP

/// An earlier payload, owned: pointers into arrays do not outlive their closure.
private struct Sent {
    var bytes: [UInt8]
    var offset: Int
}

/// What the writer makes of the payloads, in a buffer of `capacity` bytes.
private func red(
    _ primary: [UInt8], earlier: Sent? = nil, earliest: Sent? = nil, payloadType: UInt8 = 0x6F, capacity: Int = 4_096
) -> [UInt8] {
    [UInt8].written(capacity: capacity) { memory in
        primary.withUnsafeBytes { primary in
            (earlier?.bytes ?? []).withUnsafeBytes { one in
                (earliest?.bytes ?? []).withUnsafeBytes { two in
                    REDWriter.write(
                        primary: primary, earlier: earlier.map { .init(one, timestampOffset: $0.offset) },
                        earliest: earliest.map { .init(two, timestampOffset: $0.offset) }, payloadType: payloadType,
                        into: memory)
                }
            }
        }
    }
}

private func blocks(_ payload: [UInt8]) throws -> [REDPayload.RedundantBlock] {
    try #require(REDPayload(payload)).redundantIterator().all(in: payload)
}

@Suite struct `Redundant audio` {
    @Test func `is written as RFC 2198 has it`() {
        let first = Sent(bytes: bytes("AABB"), offset: 1_920)
        let second = Sent(bytes: bytes("CCDDEE"), offset: 960)
        #expect(
            red(bytes("F0F1F2F3"), earlier: second, earliest: first)
                == bytes("EF 1E0002 EF 0F0003 6F AABB CCDDEE F0F1F2F3"))
        #expect(red(bytes("F0F1F2F3"), earlier: second) == bytes("EF 0F0003 6F CCDDEE F0F1F2F3"))
        #expect(red(bytes("F0F1F2F3")) == bytes("6F F0F1F2F3"))
    }

    @Test(arguments: [
        Sent(bytes: [UInt8](repeating: 1, count: 1_024), offset: 960), Sent(bytes: [], offset: 960),
        Sent(bytes: [1], offset: 16_384), Sent(bytes: [1], offset: 0), Sent(bytes: [1], offset: -960),
        Sent(bytes: [1], offset: .min), Sent(bytes: [1], offset: .max),
    ])
    private func `leaves out what a block header cannot tell of`(sent: Sent) {
        let fine = Sent(bytes: [9], offset: 480)
        #expect(red([7], earlier: sent) == bytes("6F 07"))
        #expect(red([7], earlier: sent, earliest: fine) == bytes("EF 0780 01 6F 09 07"))
        #expect(red([7], earlier: fine, earliest: sent) == bytes("EF 0780 01 6F 09 07"))
    }

    @Test func `takes blocks of the greatest length and age`() throws {
        let sent = Sent(bytes: [UInt8](repeating: 1, count: 1_023), offset: 16_383)
        let payload = red([7], earlier: sent)
        #expect(payload.prefix(5) == bytes("EF FFFFFF 6F")[...])
        #expect(try blocks(payload) == [.init(payloadType: 0x6F, timestampOffset: 16_383, range: 5..<1_028)])
    }

    @Test func `is not written where it does not fit, and never past the end`() {
        let one = Sent(bytes: [1, 2, 3], offset: 960)
        let two = Sent(bytes: [4, 5], offset: 1_920)
        let whole = red([7, 8], earlier: one, earliest: two)
        #expect(whole.count == 16)
        for capacity in 0..<whole.count {
            #expect(red([7, 8], earlier: one, earliest: two, capacity: capacity).isEmpty)
        }
        #expect(red([7, 8], earlier: one, earliest: two, capacity: whole.count) == whole)
        #expect(red([], earlier: one).isEmpty)
    }

    @Test(arguments: 0..<200)
    func `reads back as it was written`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        func payload(_ limit: Int) -> [UInt8] {
            (0..<Int.random(in: 1...limit, using: &random)).map { _ in .random(in: 0...255, using: &random) }
        }
        let primary = payload(1_500)
        let sent = [960, 480].map { Sent(bytes: payload(1_023), offset: $0 * Int.random(in: 1...17, using: &random)) }
        let type = UInt8.random(in: 0...127, using: &random)
        let written = red(primary, earlier: sent[1], earliest: sent[0], payloadType: type)
        let parsed = try #require(REDPayload(written))
        #expect(parsed.primaryPayloadType == type && Array(written[parsed.primaryOffset...]) == primary)
        let found = try blocks(written)
        #expect(found.map { Array(written[$0.range]) } == sent.map(\.bytes))
        #expect(found.map { Int($0.timestampOffset) } == sent.map(\.offset))
        #expect(found.allSatisfy { $0.payloadType == type })
    }

    @Test func `gets the payload type of another receiver in every block, and nowhere else`() throws {
        var payload = bytes("EF 1E0002 EF 0F0003 6F EFEF 6F6F6F EFEFEFEF")
        expect(payload.withUnsafeMutableBytes { REDWriter.relabel($0, payloadType: 0x60) })
        #expect(payload == bytes("E0 1E0002 E0 0F0003 60 EFEF 6F6F6F EFEFEFEF"))
        // Cut short, and of two codecs.
        for wrong in ["EF 1E0002 6F EF", "EF 1E0002 EE 0F0001 6F EFEF EF 00"].map(bytes) {
            var changed = wrong
            expect(!changed.withUnsafeMutableBytes { REDWriter.relabel($0, payloadType: 0x60) })
            #expect(changed == wrong)
        }
    }

    @Test func `is never read past its end, whatever payload the iterator is given`() throws {
        let payload = red([7, 8], earlier: Sent(bytes: [1, 2, 3], offset: 960))
        let parsed = try #require(REDPayload(payload))
        for length in 0..<payload.count {
            for block in parsed.redundantIterator().all(in: Array(payload.prefix(length))) {
                #expect(block.range.upperBound <= length)
            }
        }
    }
}
