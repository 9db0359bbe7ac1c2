import RTP
import Testing

@testable import Relay

/// A packet of a source, as the rewriter sees it.
private func packet(
    _ sequence: Int64, timestamp: UInt32 = 0, arrival: Int64 = 0, pictureID: UInt16 = 0, tl0: UInt8 = 0
) -> CachedPacket {
    var packet = CachedPacket()
    packet.sequence = sequence
    packet.timestamp = timestamp
    packet.arrival = arrival
    packet.codec = .vp8
    packet.vp8.pictureID = pictureID
    packet.vp8.pictureIDOffset = 2
    packet.vp8.tl0 = tl0
    return packet
}

@Suite struct `A slot's stream` {
    @Test func `starts at the slot's own numbers, without the top bit, and leaves payloads as they are`() throws {
        var rewriter = StreamRewriter(firstSequence: 0x9234, firstTimestamp: 5000)
        let first = packet(100_000, timestamp: 77, pictureID: 9)
        rewriter.switchSource(to: 1, first: first, now: 0)
        let seen1 = rewriter.rewrite(first)
        #expect(seen1 == 0x1234)
        #expect(77 &+ rewriter.offsets.timestamp == 5000)
        #expect(!StreamRewriter.rewritesPictureNumbers(rewriter.offsets))
    }

    @Test func `keeps a hole of the source as a hole, and puts a late packet into it`() throws {
        var rewriter = StreamRewriter(firstSequence: 0, firstTimestamp: 0)
        rewriter.switchSource(to: 1, first: packet(500), now: 0)
        let seen2 = rewriter.rewrite(packet(500))
        #expect(seen2 == 0)
        let seen3 = rewriter.rewrite(packet(503))
        #expect(seen3 == 3)
        let seen4 = rewriter.rewrite(packet(501))
        #expect(seen4 == 1)
        #expect(rewriter.highest == 3)
    }

    @Test func `goes on by one in sequence and picture, and by the time passed in timestamp, after a switch`() throws {
        var rewriter = StreamRewriter(firstSequence: 10, firstTimestamp: 1000)
        let first = packet(500, timestamp: 90_000, arrival: 0, pictureID: 7, tl0: 3)
        rewriter.switchSource(to: 1, first: first, now: 0)
        let seen5 = rewriter.rewrite(first)
        #expect(seen5 == 10)
        let other = packet(70_000, timestamp: 12, arrival: 100_000, pictureID: 300, tl0: 200)
        rewriter.switchSource(to: 2, first: other, now: 100_000)
        let seen6 = rewriter.rewrite(other)
        #expect(seen6 == 11)
        #expect(12 &+ rewriter.offsets.timestamp == 1000 + 9000)
        #expect(300 &+ rewriter.offsets.pictureID == 8)
        #expect(200 &+ rewriter.offsets.tl0 == 4)
    }

    @Test func `takes nothing of a source from before its turn`() throws {
        var rewriter = StreamRewriter(firstSequence: 0, firstTimestamp: 0)
        rewriter.switchSource(to: 1, first: packet(500), now: 0)
        let seen7 = rewriter.rewrite(packet(499))
        #expect(seen7 == nil)
    }

    @Test func `never gives two packets one timestamp at a switch, even in the same microsecond`() throws {
        var rewriter = StreamRewriter(firstSequence: 0, firstTimestamp: 0)
        rewriter.switchSource(to: 1, first: packet(500, timestamp: 5), now: 0)
        _ = rewriter.rewrite(packet(500, timestamp: 5))
        rewriter.switchSource(to: 2, first: packet(9, timestamp: 8), now: 0)
        #expect(8 &+ rewriter.offsets.timestamp == 1)
    }

    @Test func `finds the source packet behind a number that a receiver asks for, of the present turn only`() throws {
        var rewriter = StreamRewriter(firstSequence: 0, firstTimestamp: 0)
        rewriter.switchSource(to: 1, first: packet(500), now: 0)
        for sequence in 500..<510 as Range<Int64> { _ = rewriter.rewrite(packet(sequence)) }
        rewriter.switchSource(to: 2, first: packet(90_000), now: 0)
        for sequence in 90_000..<90_010 as Range<Int64> { _ = rewriter.rewrite(packet(sequence)) }
        #expect(rewriter.source(of: 4) == nil, "an earlier turn's packets had other timestamps and picture numbers")
        let new = try #require(rewriter.source(of: 15))
        #expect(new.layer == 2 && new.sequence == 90_005)
        #expect(rewriter.source(of: 20) == nil, "a number that was never sent has no source")
    }

    @Test func `goes on without a hole where packets are left out, and lets a missing one come later`() throws {
        var rewriter = StreamRewriter(firstSequence: 0, firstTimestamp: 0)
        rewriter.switchSource(to: 1, first: packet(100), now: 0)
        for sequence in [100, 101] as [Int64] { _ = rewriter.rewrite(packet(sequence)) }
        // 102 and 103 are left out, 104 is sent, 105 is missing, 106 is left out, 107 is sent.
        for sequence in [102, 103] as [Int64] { rewriter.skip(packet(sequence)) }
        let fourth = rewriter.rewrite(packet(104))
        #expect(fourth == 2)
        rewriter.skip(packet(106))
        let seventh = rewriter.rewrite(packet(107))
        #expect(seventh == 4, "the missing packet keeps its place")
        let missing = rewriter.rewrite(packet(105))
        #expect(missing == 3)
        #expect(rewriter.source(of: 2)?.sequence == 104)
        #expect(rewriter.source(of: 3)?.sequence == 105)
        #expect(rewriter.source(of: 1)?.sequence == 101)
        let late = rewriter.rewrite(packet(102))
        #expect(late == nil, "what was left out stays out")
    }

    @Test func `never gives a number twice, though what is missing before a packet that is left out may still come`() {
        var rewriter = StreamRewriter(firstSequence: 0, firstTimestamp: 0)
        rewriter.switchSource(to: 1, first: packet(100), now: 0)
        _ = rewriter.rewrite(packet(100))
        // 101 is missing, 102 is left out, and another source takes the slot before 101 comes.
        rewriter.skip(packet(102))
        let missing = rewriter.rewrite(packet(101))
        #expect(missing == 1)
        rewriter.switchSource(to: 2, first: packet(500), now: 0)
        let next = rewriter.rewrite(packet(500))
        #expect(next == 2)
    }

    @Test func `gives no picture the number of one that is missing before what is left out`() {
        var rewriter = StreamRewriter(firstSequence: 0, firstTimestamp: 0)
        rewriter.switchSource(to: 1, first: packet(100, pictureID: 7, tl0: 3), now: 0)
        _ = rewriter.rewrite(packet(100, pictureID: 7, tl0: 3))
        // Picture 8 of the base layer is missing, 9 above it is left out, and another source takes the slot.
        rewriter.skip(packet(102, pictureID: 9, tl0: 4))
        let missing = packet(101, pictureID: 8, tl0: 4)
        _ = rewriter.rewrite(missing)
        let late = rewriter.offsets(of: 101)
        let next = packet(500, pictureID: 300, tl0: 90)
        rewriter.switchSource(to: 2, first: next, now: 0)
        _ = rewriter.rewrite(next)
        #expect(next.vp8.pictureID &+ rewriter.offsets.pictureID == missing.vp8.pictureID &+ late.pictureID &+ 1)
        #expect(next.vp8.tl0 &+ rewriter.offsets.tl0 == missing.vp8.tl0 &+ late.tl0 &+ 1)
    }

    @Test func `keeps the number of a picture of which a part has gone out`() {
        var rewriter = StreamRewriter(firstSequence: 0, firstTimestamp: 0)
        rewriter.switchSource(to: 1, first: packet(100, pictureID: 7), now: 0)
        for (sequence, picture) in [(100, 7), (101, 8)] as [(Int64, UInt16)] {
            _ = rewriter.rewrite(packet(sequence, pictureID: picture))
        }
        rewriter.skip(packet(102, pictureID: 8))
        _ = rewriter.rewrite(packet(103, pictureID: 9))
        #expect(9 &+ rewriter.offsets.pictureID == 9)
    }

    @Test func `stays unbroken over random switches, losses and reordering`() throws {
        var random = SplitMix64(state: 7)
        var rewriter = StreamRewriter(firstSequence: 0x7FF0, firstTimestamp: 3)
        var sources: [Int64] = [1_000, 2_000_000, 65_530]
        var seen: Set<Int64> = []
        var last: Int64?
        var time: Int64 = 0
        for _ in 0..<200 {
            let source = Int.random(in: 0..<3, using: &random)
            sources[source] += Int64.random(in: 1...50, using: &random)
            time += 10_000
            let start = packet(sources[source], timestamp: UInt32(truncatingIfNeeded: time), arrival: time)
            rewriter.switchSource(to: Int32(source), first: start, now: time)
            guard let switched = rewriter.rewrite(start) else {
                Issue.record("a turn's first packet is its own")
                return
            }
            if let last { #expect(switched == last + 1, "a switch goes on by one") }
            #expect(seen.insert(switched).inserted)
            for step in (1...Int.random(in: 1...20, using: &random)).shuffled(using: &random) {
                let sequence = sources[source] + Int64(step)
                guard let output = rewriter.rewrite(packet(sequence, arrival: time)) else { continue }
                #expect(seen.insert(output).inserted, "no number is given twice")
            }
            sources[source] += 20
            last = rewriter.highest
        }
    }
}
