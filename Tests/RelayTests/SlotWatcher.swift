import RTP

@testable import Relay

/// Holds what came out in one slot against what the publishers sent; says what is wrong in ``complaints``, and of
/// retransmissions in ``repeatComplaints``.
///
/// It knows the slot's turns: from one switch to the next, everything is the source's own plus constants.
struct SlotWatcher {
    private struct Turn {
        var stream: Int
        /// Output sequence number minus the source's; the turn's first, in output numbers.
        var offset: Int64
        var first: Int64
        var timestampOffset: UInt32
        var pictureIDOffset: UInt16
        var tl0Offset: UInt8
    }

    private struct Numbers {
        var pictureID: UInt16
        var tl0: UInt8
        var is15Bit: Bool
    }

    let name: String
    private(set) var complaints: [String] = []
    private(set) var repeatComplaints: [String] = []
    private(set) var packetCount = 0
    private(set) var retransmissionCount = 0
    private(set) var newestTime: Int64 = .min / 2
    private var turns: [Turn] = []
    /// What came out, by output number.
    private var seen: [Int64: SimulatedPeer.Received] = [:]
    private(set) var highest: Int64 = -1

    var switchCount: Int { turns.count }

    init(name: String) { self.name = name }

    private mutating func complain(_ text: String) {
        if complaints.count < 5 { complaints.append("\(name), after \(packetCount) packets: \(text)") }
    }

    private mutating func complainOfRepeat(_ text: String) {
        if repeatComplaints.count < 3 { repeatComplaints.append("\(name): \(text)") }
    }

    private func extended(_ sequence: UInt16) -> Int64 {
        guard highest >= 0 else { return Int64(sequence) }
        return highest + Int64(Int16(truncatingIfNeeded: Int64(sequence) - highest))
    }

    private func numbers(_ payload: [UInt8]) -> Numbers? {
        guard let descriptor = VP8Descriptor(parsing: payload.span.bytes), let pictureID = descriptor.pictureID,
            let tl0 = descriptor.tl0PicIdx
        else { return nil }
        return Numbers(pictureID: pictureID, tl0: tl0, is15Bit: descriptor.pictureIDIs15Bit)
    }

    /// A media packet of the slot.
    mutating func media(_ packet: SimulatedPeer.Received, isVideo: Bool, now: Int64, sent: [SentPacket]) -> SentPacket?
    {
        packetCount += 1
        guard let content = packet.content, let number = SentPacket.number(in: content), number < sent.count else {
            complain("a payload that nobody sent")
            return nil
        }
        let source = sent[number]
        let expected = isVideo ? source.payload(withNumbersOf: content) : source.payload
        if content != expected { complain("payload \(number) is changed") }
        if packet.marker != source.marker { complain("the marker is changed") }
        // A voice that gets a place is sent from its first syllable on.
        let limit = isVideo ? Publication.holdLimit : Relay.latest
        if let arrival = source.arrival, now - arrival > limit {
            complain("packet \(number) was held for \(now - arrival) µs")
        }
        let output = extended(packet.sequence)
        newestTime = now
        if let before = seen[output] {
            complain("sequence number \(output) twice" + (before.payload == packet.payload ? "" : ", for two packets"))
        }
        // A source that was taken away and came back within one picture has begun another turn.
        let isAgain = source.isStart && output == highest + 1
        if let turn = turns.last, turn.stream == source.stream, turn.offset == output - source.sequence,
            !isAgain || packet.timestamp &- source.timestamp == turn.timestampOffset
        {
            continues(turn, packet, content: content, source: source, isVideo: isVideo)
        } else {
            begins(packet, content: content, source: source, output: output, isVideo: isVideo)
        }
        seen[output] = packet
        highest = max(highest, output)
        return source
    }

    private mutating func continues(
        _ turn: Turn, _ packet: SimulatedPeer.Received, content: [UInt8], source: SentPacket, isVideo: Bool
    ) {
        if packet.timestamp &- source.timestamp != turn.timestampOffset { complain("the timestamp leaves its course") }
        guard isVideo, let ours = numbers(content), let theirs = numbers(source.payload) else { return }
        let mask: UInt16 = ours.is15Bit ? 0x7FFF : 0x7F
        if (ours.pictureID &- theirs.pictureID &- turn.pictureIDOffset) & mask != 0 {
            complain("the picture number leaves its course")
        }
        if ours.tl0 &- theirs.tl0 != turn.tl0Offset { complain("TL0PICIDX leaves its course") }
    }

    private mutating func begins(
        _ packet: SimulatedPeer.Received, content: [UInt8], source: SentPacket, output: Int64, isVideo: Bool
    ) {
        if !source.isStart { complain("a turn of stream \(source.stream) starts without a keyframe") }
        var turn = Turn(
            stream: source.stream, offset: output - source.sequence, first: output,
            timestampOffset: packet.timestamp &- source.timestamp, pictureIDOffset: 0, tl0Offset: 0)
        if highest >= 0 {
            if output != highest + 1 { complain("a switch goes from \(highest) to \(output)") }
            if let before = seen[highest] {
                let step = Int32(truncatingIfNeeded: Int64(packet.timestamp) - Int64(before.timestamp))
                if step <= 0 { complain("a switch moves the timestamp by \(step)") }
            }
        }
        if isVideo, let ours = numbers(content), let theirs = numbers(source.payload) {
            turn.pictureIDOffset = ours.pictureID &- theirs.pictureID
            turn.tl0Offset = ours.tl0 &- theirs.tl0
            if let last = seen[highest]?.content, let before = numbers(last) {
                // Between sources of different widths only the seven bits that both have can go on.
                let mask: UInt16 = ours.is15Bit && before.is15Bit ? 0x7FFF : 0x7F
                if (ours.pictureID &- before.pictureID &- 1) & mask != 0 {
                    complain("a switch moves the picture number from \(before.pictureID) to \(ours.pictureID)")
                }
                if ours.tl0 != before.tl0 &+ 1 {
                    complain("a switch moves TL0PICIDX from \(before.tl0) to \(ours.tl0)")
                }
            }
        }
        turns.append(turn)
    }

    /// A packet of the slot's retransmission stream: the original's number, then what the original has or would have.
    mutating func retransmission(_ packet: SimulatedPeer.Received, isVideo: Bool, sent: [SentPacket]) {
        retransmissionCount += 1
        guard let content = packet.content, content.count > 2 else {
            complainOfRepeat("an empty retransmission")
            return
        }
        let output = extended(UInt16(content[0]) << 8 | UInt16(content[1]))
        let payload = Array(content.dropFirst(2))
        guard output <= highest, let turn = turns.last(where: { $0.first <= output }),
            let number = SentPacket.number(in: payload), number < sent.count
        else {
            complainOfRepeat("a retransmission of what was never sent")
            return
        }
        let source = sent[number]
        if source.stream != turn.stream || source.sequence != output - turn.offset {
            complainOfRepeat("number \(output) again, with the payload of another packet")
            return
        }
        if packet.timestamp != source.timestamp &+ turn.timestampOffset {
            complainOfRepeat("number \(output) again, at another time")
        }
        if let before = seen[output]?.content, before != payload {
            complainOfRepeat("number \(output) again, with a changed payload")
        } else if let ours = numbers(payload), let theirs = numbers(source.payload), isVideo {
            let mask: UInt16 = ours.is15Bit ? 0x7FFF : 0x7F
            if (ours.pictureID &- theirs.pictureID &- turn.pictureIDOffset) & mask != 0
                || ours.tl0 &- theirs.tl0 != turn.tl0Offset || source.payload(withNumbersOf: payload) != payload
            {
                complainOfRepeat("number \(output) for the first time, with a wrong payload")
            }
        }
    }

    /// All that came out, in the order of its numbers: time never goes back, and each picture has a time of its own.
    mutating func finish(sent: [SentPacket]) {
        var before: (turn: Int, picture: Int, timestamp: UInt32)?
        for output in seen.keys.sorted() {
            guard let packet = seen[output], let number = SentPacket.number(in: packet.content ?? []),
                number < sent.count, let turn = turns.lastIndex(where: { $0.first <= output })
            else { continue }
            let picture = sent[number].picture
            if let before {
                let step = Int32(truncatingIfNeeded: Int64(packet.timestamp) - Int64(before.timestamp))
                let isSame = before.turn == turn && before.picture == picture
                if isSame != (step == 0) || step < 0 { complain("time moves by \(step) at \(output)") }
            }
            before = (turn, picture, packet.timestamp)
        }
    }

    /// Numbers that a viewer would ask for: holes, and some that have come.
    func requests(using random: inout SplitMix64) -> SequenceList {
        var list = SequenceList()
        guard let first = turns.first?.first else { return list }
        for output in max(first, highest - 120)...max(first, highest)
        where seen[output] == nil || Int.random(in: 0..<40, using: &random) == 0 {
            list.append(UInt16(truncatingIfNeeded: output))
        }
        return list
    }
}
