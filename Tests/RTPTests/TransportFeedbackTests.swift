import Testing
import TestSupport

@testable import RTP

@Suite struct TransportFeedbackTests {
    private func feedback(_ packet: [UInt8]) throws -> TransportFeedback {
        var reader = RTCPReader()
        guard case .transportFeedback(let feedback) = try reader.next(in: packet.span.bytes) else {
            throw RTPParseError.badLength
        }
        return feedback
    }

    private func statuses(_ packet: [UInt8]) throws -> [TransportFeedback.Status] {
        try feedback(packet).statuses.all(in: packet)
    }

    private func written(
        base: UInt16 = 0, reference: Int64 = 0, count: UInt8 = 0, capacity: Int = 1 << 18, _ deltas: [Int32]
    ) -> [UInt8] {
        [UInt8].written(capacity: capacity) { memory in
            var writer = RTCPWriter(memory)
            _ = writer.transportFeedback(
                sender: 1, media: 2, baseSequence: base, referenceTime: reference, feedbackCount: count,
                deltas: deltas.span)
            return writer.count
        }
    }

    @Test func `a run, a one-bit and a two-bit vector are read as the draft draws them`() throws {
        // Base 65534, 3 + 14 + 7 statuses. Run of 3 small; bits 10000000000001; symbols 0 1 2 0 0 0 0.
        let packet = bytes(
            "8FCD0008 00000001 00000002 FFFE0018 000002 07 2003 A001 C600 010203 0405 06FFFE 0000")
        let parsed = try feedback(packet)
        #expect(parsed.baseSequence == 65534 && parsed.statusCount == 24)
        #expect(parsed.referenceTime == 2 && parsed.feedbackCount == 7)
        let found = try statuses(packet)
        #expect(found.count == 24)
        let arrived = found.filter { $0.receivedAt != nil }
        #expect(arrived.map(\.sequence) == [65534, 65535, 0, 1, 14, 16, 17])
        #expect(arrived.map { $0.receivedAt ?? 0 } == [513, 515, 518, 522, 527, 533, 531])
    }

    @Test func `feedback with the P bit and a single byte of padding, as browsers send it, is read`() throws {
        let packet = bytes("AFCD0005 00000001 00000002 0001 0001 000001 00 2001 04 01")
        #expect(try statuses(packet) == [.init(sequence: 1, receivedAt: 260)])
    }

    @Test func `a negative reference time is read as such`() throws {
        #expect(try feedback(written(reference: -1, [0])).referenceTime == -1)
        #expect(try feedback(written(reference: 1 << 23, [0])).referenceTime == -(1 << 23))
    }

    @Test func `equal statuses become one run`() {
        let packet = written(base: 5, reference: 3, count: 9, [Int32](repeating: 4, count: 20))
        #expect(packet.prefix(22) == bytes("8FCD000A 00000001 00000002 00050014 00000309 2014").prefix(22))
        #expect(packet.count == 44)
    }

    @Test func `a list with holes becomes a one-bit vector and one with a large delta a two-bit vector`() {
        let none = TransportFeedback.notReceived
        #expect(written([1, none, 1])[20..<22] == [0xA8, 0x00])
        #expect(written([1, none, 256])[20..<22] == [0xD2, 0x00])
        #expect(written([1, -1])[20..<22] == [0xD8, 0x00])
    }

    @Test(arguments: [
        // Chunks missing, deltas missing, reserved symbol in a run and in a vector, statuses without chunks.
        "8FCD0004 00000001 00000002 0001 0001 000001 00",
        "8FCD0005 00000001 00000002 0001 0005 000001 00 2005 0101",
        "8FCD0005 00000001 00000002 0001 0001 000001 00 6001 0101",
        "8FCD0006 00000001 00000002 0001 0003 000001 00 C700 0101 01010101",
        "8FCD0005 00000001 00000002 0001 FFFF 000001 00 0000 0000",
    ])
    func `feedback that contradicts itself is refused`(text: String) {
        let packet = bytes(text)
        #expect(throws: RTPParseError.badLength) { try feedback(packet) }
    }

    @Test func `an empty run is passed over`() throws {
        let packet = bytes("8FCD0006 00000001 00000002 0001 0001 000000 00 0000 2001 09 000000")
        #expect(try statuses(packet) == [.init(sequence: 1, receivedAt: 9)])
    }

    @Test func `a delta out of range is not written`() {
        #expect(written([32768]).isEmpty)
        #expect(written([-32769]).isEmpty)
        #expect(!written([32767, -32768]).isEmpty)
        #expect(written([]).isEmpty)
        #expect(written([Int32](repeating: 1, count: 65536)).isEmpty)
    }

    @Test func `whatever is written is read back`() throws {
        var generator = SeededGenerator(seed: 11)
        for round in 0..<2000 {
            let length = round % 50 == 0 ? 20000 : Int.random(in: 1...300, using: &generator)
            // The style changes along the list, so that all chunks and their borders occur.
            var style = 0
            let deltas = (0..<length).map { _ -> Int32 in
                if Int.random(in: 0..<12, using: &generator) == 0 { style = Int.random(in: 0..<5, using: &generator) }
                switch style {
                case 0: return 4
                case 1: return TransportFeedback.notReceived
                case 2: return Bool.random(using: &generator) ? 4 : TransportFeedback.notReceived
                case 3: return Int32.random(in: -32768...32767, using: &generator)
                default: return [TransportFeedback.notReceived, 0, 255, 256, -1].randomElement(using: &generator) ?? 0
                }
            }
            let base = UInt16.random(in: 0 ... .max, using: &generator)
            let reference = Int64.random(in: -(1 << 23)..<(1 << 23), using: &generator)
            let packet = written(base: base, reference: reference, deltas)
            #expect(packet.count % 4 == 0 && packet.count > 20)
            var time = reference * 256
            var expected: [TransportFeedback.Status] = []
            for (index, delta) in deltas.enumerated() {
                let sequence = base &+ UInt16(truncatingIfNeeded: index)
                if delta == TransportFeedback.notReceived {
                    expected.append(.init(sequence: sequence, receivedAt: nil))
                } else {
                    time += Int64(delta)
                    expected.append(.init(sequence: sequence, receivedAt: time))
                }
            }
            #expect(try statuses(packet) == expected)
        }
    }
}
