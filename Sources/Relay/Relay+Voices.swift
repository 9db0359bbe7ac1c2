import ICE
import RTP
import SecureTransport

/// Voices in the form that a receiver's line wants: as they came, repeated against loss, or several packets in one.
/// Nothing is decoded.
extension Relay {
    /// How old the beginning of a voice may be when it gets a place: µs; packets; and packets on a thin line, where the
    /// beginning of one voice is in the way of all.
    static var latest: Int64 { 380_000 }
    private static var mostLate: (usual: Int64, thin: Int64) { (25, 10) }
    /// A packet of Opus this short, bytes, is a pause (RFC 6716 §3.1: a frame without contents).
    private static var pauseLength: Int { 2 }
    /// Longest wait of a packet beyond the time in which the others that it is merged with are spoken, µs.
    private static var mergeSlack: Int64 { 15_000 }

    /// A voice's turn in a slot begins: with what was said before it got the place, so that nothing of its first
    /// syllable is missing.
    @inline(never)
    static func beginVoice(
        _ publication: borrowing Publication, before sequence: Int64, layer: Int32, of layers: borrowing Slab<Layer>,
        in slot: inout Slot, of participant: inout Participant, merger: inout OpusMerger, into batch: inout SendBatch,
        now: Int64
    ) {
        let index = Int(layer)
        var first = sequence
        let isThin = if case .merged = slot.voiceForm { true } else { false }
        while first > max(slot.voiceFrom, sequence &- (isThin ? Self.mostLate.thin : Self.mostLate.usual)),
            let before = layers[index].cache.entry(first &- 1), now &- before.pointee.arrival < Self.latest
        {
            first &-= 1
        }
        // Who has been speaking for longer is joined where he is.
        if first > slot.voiceFrom, !isThin { first = sequence }
        slot.voiceFrom = .max
        slot.closing = -1
        slot.mergeCount = 0
        guard let packet = layers[index].cache.entry(first) else { return }
        slot.rewriter.switchSource(to: layer, first: packet.pointee, now: packet.pointee.arrival)
        slot.layer = layer
        while first < sequence, batch.hasRoom(for: 2) {
            forwardVoice(
                first, layer: index, of: layers, to: &slot, of: &participant, merger: &merger, into: &batch, now: now)
            first &+= 1
        }
    }

    /// One packet of a voice, in the slot's form.
    @inline(never)
    static func forwardVoice(
        _ sequence: Int64, layer: Int, of layers: borrowing Slab<Layer>, to slot: inout Slot,
        of participant: inout Participant, merger: inout OpusMerger, into batch: inout SendBatch, now: Int64
    ) {
        guard let packet = layers[layer].cache.entry(sequence) else { return }
        switch slot.voiceForm {
        case .merged(let limit):
            let isPause = packet.pointee.payloadLength <= Self.pauseLength
            if slot.mergeCount > 0 {
                let next = slot.mergeFirst &+ Int64(slot.mergeCount)
                // Late: what it belongs to is on its way, or waits behind it.
                if sequence < next { return }
                if sequence > next || isPause {
                    sendMerged(
                        layer: layer, of: layers, to: &slot, of: &participant, merger: &merger, into: &batch, now: now)
                    guard slot.voiceForm == .merged(limit) else {
                        forwardVoice(
                            sequence, layer: layer, of: layers, to: &slot, of: &participant, merger: &merger,
                            into: &batch, now: now)
                        return
                    }
                }
            }
            guard !isPause, packet.pointee.codec == .opus, !packet.pointee.hasPadding else { break }
            if slot.mergeCount == 0 {
                slot.mergeFirst = sequence
                slot.mergeUntil = now &+ Int64(limit &- 1) &* 20_000 &+ Self.mergeSlack
            }
            slot.mergeCount &+= 1
            if slot.mergeCount >= limit {
                sendMerged(
                    layer: layer, of: layers, to: &slot, of: &participant, merger: &merger, into: &batch, now: now)
            }
            return
        case .repeated:
            guard slot.redPayloadType != 0xFF, packet.pointee.codec == .opus, !packet.pointee.hasPadding,
                packet.pointee.payloadLength > Self.pauseLength
            else { break }
            guard let output = slot.rewriter.rewrite(packet.pointee) else { return }
            let base = layers[layer].cache.base(sequence)
            var earlier: REDWriter.Earlier?
            if let before = layers[layer].cache.entry(sequence &- 1), before.pointee.codec == .opus,
                !before.pointee.hasPadding, before.pointee.payloadLength > Self.pauseLength
            {
                earlier = REDWriter.Earlier(
                    payload(of: before.pointee, base: layers[layer].cache.base(sequence &- 1)),
                    timestampOffset: Int(packet.pointee.timestamp &- before.pointee.timestamp))
            }
            let primary = payload(of: packet.pointee, base: base)
            let payloadType = slot.payloadTypes[Int(Codec.opus.rawValue)]
            seal(
                packet.pointee, base: base, payloadType: slot.redPayloadType, output: output,
                length: primary.count &+ (earlier?.payload.count ?? 0) &+ 5, slot: &slot, of: &participant,
                into: &batch, now: now
            ) { memory in
                REDWriter.write(primary: primary, earlier: earlier, payloadType: payloadType, into: memory)
            }
            return
        case .plain: break
        }
        guard let output = slot.rewriter.rewrite(packet.pointee), let address = participant.address, batch.hasRoom()
        else { return }
        let offsets = slot.rewriter.offsets(of: packet.pointee.sequence)
        _ = send(
            packet.pointee, base: layers[layer].cache.base(sequence), slot: &slot, participant: &participant,
            output: output, offsets: offsets, to: address, into: &batch, now: now)
    }

    /// Sends the packets that have waited to be merged. What comes next goes in the form that the line wants by now.
    @inline(never)
    static func sendMerged(
        layer: Int, of layers: borrowing Slab<Layer>, to slot: inout Slot, of participant: inout Participant,
        merger: inout OpusMerger, into batch: inout SendBatch, now: Int64
    ) {
        var sequence = slot.mergeFirst
        let end = sequence &+ Int64(slot.mergeCount)
        slot.mergeCount = 0
        while sequence < end {
            guard let first = layers[layer].cache.entry(sequence) else {
                sequence &+= 1
                continue
            }
            merger.begin()
            var next = sequence
            while next < end, let packet = layers[layer].cache.entry(next),
                // A gap in time cannot be told within a packet.
                packet.pointee.timestamp &- first.pointee.timestamp == UInt32(truncatingIfNeeded: merger.duration),
                merger.append(payload(of: packet.pointee, base: layers[layer].cache.base(next)))
            {
                next &+= 1
            }
            let base = layers[layer].cache.base(sequence)
            guard let output = slot.rewriter.rewrite(first.pointee) else {
                sequence = max(next, sequence &+ 1)
                continue
            }
            let payloadType = slot.payloadTypes[Int(Codec.opus.rawValue)]
            if merger.count > 1 {
                seal(
                    first.pointee, base: base, payloadType: payloadType, output: output, length: merger.lengthBound,
                    slot: &slot, of: &participant, into: &batch, now: now
                ) { merger.write(into: $0) }
            } else {
                // Cannot be merged with anything: as it is.
                let whole = payload(of: first.pointee, base: base)
                seal(
                    first.pointee, base: base, payloadType: payloadType, output: output, length: whole.count,
                    slot: &slot, of: &participant, into: &batch, now: now
                ) { memory in
                    memory.copyMemory(from: whole)
                    return whole.count
                }
            }
            sequence &+= 1
            while sequence < next {
                if let packet = layers[layer].cache.entry(sequence) { slot.rewriter.skip(packet.pointee) }
                sequence &+= 1
            }
        }
        if let form = participant.downlink?.voiceForm, form != slot.voiceForm { slot.voiceForm = form }
    }

    /// A packet's payload, without RED's earlier blocks.
    private static func payload(of packet: CachedPacket, base: UnsafeRawPointer) -> UnsafeRawBufferPointer {
        let end = Int(packet.payloadOffset) &+ Int(packet.payloadLength)
        let start = Int(packet.codec == .red ? packet.primaryOffset : packet.payloadOffset)
        return UnsafeRawBufferPointer(start: base + start, count: max(end &- start, 0))
    }

    /// One packet with a payload of our own making, at most `length` bytes.
    private static func seal(
        _ packet: CachedPacket, base: UnsafeRawPointer, payloadType: UInt8, output: Int64, length: Int,
        slot: inout Slot, of participant: inout Participant, into batch: inout SendBatch, now: Int64,
        write: (UnsafeMutableRawBufferPointer) -> Int
    ) {
        guard payloadType != 0xFF, batch.hasRoom(), let address = participant.address else { return }
        let memory = batch.reserve()
        let (ssrc, timestamp) = (slot.ssrc, packet.timestamp &+ slot.rewriter.offsets.timestamp)
        let headerLength = writeHeader(
            packet, base: base, slot: &slot, participant: &participant, payloadType: payloadType,
            sequence: UInt16(truncatingIfNeeded: output),
            timestamp: timestamp, ssrc: ssrc, payloadLength: length, into: memory, now: now)
        let room = SendBatch.datagramCapacity &- headerLength &- tailCapacity
        let payload = memory + headerLength
        let written = write(UnsafeMutableRawBufferPointer(start: payload, count: room))
        guard written > 0, written <= room else { return }
        let total =
            participant.sealer?.sealRTP(
                output: memory, capacity: SendBatch.datagramCapacity, headerLength: headerLength, ssrc: slot.ssrc,
                index: UInt64(bitPattern: output), payload: UnsafeRawPointer(payload), payloadLength: written) ?? 0
        guard total > 0 else { return }
        batch.commit(length: total, to: address)
        slot.count(payload: written)
        participant.bytesOut &+= total
    }

    // MARK: Ends

    /// The voice in a slot ends here, whatever its owner goes on saying: the receiver is told by a pause, or it would
    /// take what does not come for lost.
    mutating func closeVoice(slot: Int) {
        let layer = Int(slots[slot].layer)
        guard !slots[slot].role.isVideo, layers.contains(layer), !layers[layer].isVideo,
            let newest = layers[layer].cache.entry(layers[layer].highest)
        else { return }
        let payload = Self.payload(of: newest.pointee, base: layers[layer].cache.base(layers[layer].highest))
        guard newest.pointee.codec == .opus || newest.pointee.codec == .red, let toc = payload.first else { return }
        // One frame (RFC 6716 §3.1: code 0) with nothing in it.
        slots[slot].closing = Int16(toc & 0xFC)
        slots[slot].mergeCount = 0
        participants[Int(slots[slot].participant)].nextDue = 0
    }

    /// Pauses that are due, and packets that have waited too long for others to be merged with.
    mutating func finishVoices(participant: Int, now: Int64, into batch: inout SendBatch) {
        for slot in participants[participant].slots where !slots[slot].role.isVideo {
            if slots[slot].closing >= 0, slots[slot].layer < 0 { sendPause(slot: slot, now: now, into: &batch) }
            guard slots[slot].mergeCount > 0, now >= slots[slot].mergeUntil, slots[slot].layer >= 0 else { continue }
            Self.sendMerged(
                layer: Int(slots[slot].layer), of: layers, to: &slots[slot], of: &participants[participant],
                merger: &mergers[0], into: &batch, now: now)
        }
    }

    private mutating func sendPause(slot: Int, now: Int64, into batch: inout SendBatch) {
        let toc = UInt8(truncatingIfNeeded: slots[slot].closing)
        slots[slot].closing = -1
        guard slots[slot].rewriter.hasStarted else { return }
        // What may have been merged in the newest packet comes before the pause.
        let least: Int64 = if case .merged(let count) = slots[slot].voiceForm { Int64(count) &* 960 } else { 960 }
        let (sequence, timestamp) = slots[slot].rewriter.insert(least: least, clockRate: 48_000, now: now)
        var packet = CachedPacket()
        packet.timestamp = timestamp &- slots[slot].rewriter.offsets.timestamp
        let participant = Int(slots[slot].participant)
        withUnsafeBytes(of: toc) { toc in
            guard let base = toc.baseAddress else { return }
            Self.seal(
                packet, base: base, payloadType: slots[slot].payloadTypes[Int(Codec.opus.rawValue)], output: sequence,
                length: 1, slot: &slots[slot], of: &participants[participant], into: &batch, now: now
            ) { memory in
                memory.copyMemory(from: toc)
                return 1
            }
        }
    }
}
