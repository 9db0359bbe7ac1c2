import Congestion
import ICE
import RTP
import SecureTransport

/// What waits for its turn on a receiver's line, and what is sent only to find out what the line bears.
extension Relay {
    /// µs that a packet may wait for its turn: a keyframe, and what comes behind it, needs its time on a thin line.
    private static var longestWait: (usual: Int64, beginning: Int64) { (1_000_000, 4_000_000) }

    /// Sends what has waited long enough. Returns false when the batch is full.
    ///
    /// What has waited too long, or belongs to a picture that is not shown any more, is left out.
    mutating func sendPaced(participant: Int, now: Int64, into batch: inout SendBatch) -> Bool {
        guard let address = participants[participant].address else { return true }
        while let entry = participants[participant].downlink?.queue.first {
            guard participants[participant].downlink?.pacing.isOpen(now: now) == true else { return true }
            guard batch.hasRoom() else { return false }
            let (slot, layer) = (Int(entry.slot), Int(entry.layer))
            // The picture may be gone by now, and so may the place where it was to be shown.
            guard slots.contains(slot), Int(slots[slot].participant) == participant, layers.contains(layer),
                let packet = layers[layer].cache.entry(entry.sequence)
            else {
                participants[participant].downlink?.queue.removeFirst(bytes: 0)
                continue
            }
            participants[participant].downlink?.queue.removeFirst(bytes: Int(packet.pointee.payloadLength))
            guard entry.output >= slots[slot].discardBefore else { continue }
            let isBeginning = now &- slots[slot].begunAt < Self.longestWait.beginning
            let limit = isBeginning ? Self.longestWait.beginning : Self.longestWait.usual
            guard now &- packet.pointee.arrival < limit else {
                // What comes after it is of no use without it.
                discardWaiting(slot: slot)
                if slots[slot].target >= 0 { wantKeyframe(slot: slot) }
                continue
            }
            let length = Self.send(
                packet.pointee, base: layers[layer].cache.base(entry.sequence), slot: &slots[slot],
                participant: &participants[participant], output: entry.output, offsets: entry.offsets, to: address,
                into: &batch, now: now)
            guard length > 0 else { continue }
            metrics.packetsForwarded &+= 1
            metrics.bytesForwarded &+= UInt64(truncatingIfNeeded: length)
        }
        return true
    }

    /// What waits for a slot is not sent any more; the slot goes on with a keyframe.
    mutating func discardWaiting(slot: Int) {
        slots[slot].discardBefore = slots[slot].rewriter.highest &+ 1
        slots[slot].layer = -1
    }

    /// Sends the probe that the estimate asks for, if it does: at once, since what is measured is how the line spreads it.
    mutating func probe(participant: Int, now: Int64, into batch: inout SendBatch) {
        guard participants[participant].downlink != nil, let slot = paddingSlot(of: participant),
            let probe = participants[participant].downlink?.estimator.takeProbe(now: now)
        else { return }
        // Padding is not paid for: the media behind it would wait.
        let pacing = participants[participant].downlink?.pacing
        participants[participant].downlink?.estimator.probeBegan()
        var left = probe.bytes
        while left > 0, batch.hasRoom() {
            let sent = pad(slot: slot, count: 255, now: now, into: &batch)
            guard sent > 0 else { break }
            left &-= sent
        }
        participants[participant].downlink?.estimator.probeEnded()
        if let pacing { participants[participant].downlink?.pacing = pacing }
    }

    /// A slot whose retransmission stream can carry padding.
    private func paddingSlot(of participant: Int) -> Int? {
        participants[participant].slots.first { slot in
            slots[slot].rtxSSRC != 0 && slots[slot].hasTransportSequence
                && rtxPayloadType(of: slot) != nil
        }
    }

    private func rtxPayloadType(of slot: Int) -> UInt8? {
        let participant = Int(slots[slot].participant)
        return participants[participant].plan.slots[Int(slots[slot].position)].codecs
            .lazy.compactMap(\.rtxPayloadType).first
    }

    /// One packet of nothing but padding in a retransmission stream: receivers count it and throw it away. Returns its
    /// bytes on the wire, 0 when it could not be sent.
    private mutating func pad(slot: Int, count: Int, now: Int64, into batch: inout SendBatch) -> Int {
        let participant = Int(slots[slot].participant)
        guard let payloadType = rtxPayloadType(of: slot), let address = participants[participant].address
        else { return 0 }
        let count = min(max(count, 1), 255)
        let memory = batch.reserve()
        var packet = CachedPacket()
        packet.hasPadding = true
        let headerLength = Self.writeHeader(
            packet, base: UnsafeRawPointer(memory), slot: &slots[slot], participant: &participants[participant],
            payloadType: payloadType, sequence: UInt16(truncatingIfNeeded: slots[slot].rtxIndex),
            timestamp: slots[slot].rewriter.newestTimestamp, ssrc: slots[slot].rtxSSRC, payloadLength: count,
            into: memory, now: now)
        let payload = memory + headerLength
        payload.initializeMemory(as: UInt8.self, repeating: 0, count: count)
        payload.storeBytes(of: UInt8(truncatingIfNeeded: count), toByteOffset: count &- 1, as: UInt8.self)
        let total =
            participants[participant].sealer?.sealRTP(
                output: memory, capacity: SendBatch.datagramCapacity, headerLength: headerLength,
                ssrc: slots[slot].rtxSSRC, index: slots[slot].rtxIndex, payload: UnsafeRawPointer(payload),
                payloadLength: count) ?? 0
        guard total > 0 else { return 0 }
        slots[slot].rtxIndex &+= 1
        participants[participant].bytesOut &+= total
        batch.commit(length: total, to: address)
        metrics.paddingSent &+= 1
        return count &+ Self.wireOverhead
    }
}

extension Downlink {
    /// A packet leaves: it is paid for and numbered.
    @inline(__always)
    mutating func depart(bytes: Int, now: Int64) -> UInt16 {
        pacing.spend(bytes: bytes)
        return estimator.sent(bytes: bytes, now: now)
    }
}
