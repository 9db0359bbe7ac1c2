import ICE
import RTP
import SecureTransport

/// The way out of a media packet: from a publisher's cache into every receiver's datagrams.
extension Relay {
    /// Writes what the last burst brought for every receiver into `batch`, receiver by receiver, so that one
    /// receiver's packets lie in a row and leave as one send.
    ///
    /// - Returns: true when the batch is full and there is more: send it, empty it, and call again.
    public mutating func forward(into batch: inout SendBatch, now: Int64) -> Bool {
        if burstPosition == 0, burstSlot == 0 { nextForward = nil }
        while burstPosition < burst.count {
            let index = burst[burstPosition]
            guard publications.contains(index) else {
                burstPosition &+= 1
                continue
            }
            if burstSlot == 0 {
                if let deadline = publications[index].holdDeadline(now: now) {
                    nextForward = min(nextForward ?? deadline, deadline)
                    burst.move(from: burstPosition, to: burstHeld)
                    burstHeld &+= 1
                    burstPosition &+= 1
                    continue
                }
                evenOut(publication: index)
            }
            while burstSlot < publications[index].slots.count {
                guard batch.hasRoom(for: publications[index].pendingCount) else { return true }
                let slot = publications[index].slots[burstSlot]
                let before = (datagrams: batch.datagramCount, bytes: batch.used)
                Self.forward(
                    publications[index], of: layers, to: &slots[slot], at: slot,
                    of: &participants[Int(slots[slot].participant)], merger: &mergers[0], into: &batch, now: now)
                metrics.packetsForwarded &+= UInt64(truncatingIfNeeded: batch.datagramCount &- before.datagrams)
                metrics.bytesForwarded &+= UInt64(truncatingIfNeeded: batch.used &- before.bytes)
                burstSlot &+= 1
            }
            publications[index].clearPending()
            burstSlot = 0
            burstPosition &+= 1
        }
        burst.truncate(to: burstHeld)
        burstPosition = 0
        burstHeld = 0
        return false
    }

    /// Makes a picture's packets equally long by RTP padding (RFC 3550 §5.1) where a few bytes do, in the cache, once
    /// for all receivers: a UDP GSO run takes equal sizes only, and encoders split a picture evenly to a byte or two.
    private mutating func evenOut(publication: Int) {
        let count = publications[publication].pendingCount
        guard count > 1, publications[publication].role.isVideo else { return }
        var start = 0
        while start < count {
            let layer = publications[publication].pendingPacket(start).layer
            var end = start
            var shortestButLast = UInt16.max
            var longest: UInt16 = 0
            var last = UInt16.max
            while end < count, publications[publication].pendingPacket(end).layer == layer,
                let packet = layers[Int(layer)].cache.entry(publications[publication].pendingPacket(end).sequence)
            {
                // The last packet of a run may be shorter than the others.
                shortestButLast = min(shortestButLast, last)
                last = packet.pointee.payloadLength
                longest = max(longest, last)
                end &+= 1
            }
            if shortestButLast < longest, longest &- shortestButLast <= PacketCache.mostPadding {
                for position in start..<(end &- 1) {
                    layers[Int(layer)].cache.pad(
                        publications[publication].pendingPacket(position).sequence, to: longest)
                }
            }
            start = max(end, start &+ 1)
        }
    }

    /// Everything of one publication's burst, to one slot of one participant.
    @inline(__always)
    private static func forward(
        _ publication: borrowing Publication, of layers: borrowing Slab<Layer>, to slot: inout Slot, at index: Int,
        of participant: inout Participant, merger: inout OpusMerger, into batch: inout SendBatch, now: Int64
    ) {
        guard let address = participant.address else { return }
        let isVideo = publication.role.isVideo
        for position in 0..<publication.pendingCount {
            let pending = publication.pendingPacket(position)
            let layer = Int(pending.layer)
            guard let packet = layers[layer].cache.entry(pending.sequence) else { continue }
            if slot.layer != pending.layer {
                // A switch waits for the packet from which the new source can be decoded.
                guard slot.target == pending.layer, packet.pointee.isKeyframe || !isVideo else { continue }
                if isVideo {
                    begin(packet.pointee, in: &slot, layer: pending.layer, now: now)
                } else {
                    beginVoice(
                        publication, before: pending.sequence, layer: pending.layer, of: layers, in: &slot,
                        of: &participant, merger: &merger, into: &batch, now: now)
                }
            }
            if isVideo {
                if slot.isFiltered || packet.pointee.isLate, !passes(packet.pointee, into: &slot) { continue }
            } else if slot.hasVoiceForm {
                forwardVoice(
                    pending.sequence, layer: layer, of: layers, to: &slot, of: &participant, merger: &merger,
                    into: &batch, now: now)
                continue
            }
            guard let output = slot.rewriter.rewrite(packet.pointee) else { continue }
            if isVideo, participant.downlink?.mustWait(now: now) == true {
                participant.enqueue(packet.pointee, layer: pending.layer, slot: slot, at: index, output: output)
                continue
            }
            let offsets = slot.rewriter.offsets(of: packet.pointee.sequence)
            _ = send(
                packet.pointee, base: layers[layer].cache.base(pending.sequence), slot: &slot,
                participant: &participant, output: output, offsets: offsets, to: address, into: &batch, now: now)
        }
    }

    /// Another source's turn begins, with a keyframe.
    @inline(never)
    private static func begin(_ packet: CachedPacket, in slot: inout Slot, layer: Int32, now: Int64) {
        slot.rewriter.switchSource(to: layer, first: packet, now: now)
        slot.layer = layer
        slot.temporal = slot.temporalTarget
        slot.setFilter()
        slot.stillTimestamp = packet.timestamp
        slot.begunAt = now
        slot.hasShown = true
    }

    /// Whether a packet belongs to what this slot gets of its layer: some temporal layers, or one picture only.
    @inline(never)
    private static func passes(_ packet: CachedPacket, into slot: inout Slot) -> Bool {
        defer { slot.setFilter() }
        if slot.isStill {
            guard packet.timestamp != slot.stillTimestamp else { return true }
            // The picture is complete: it stays until the next still, or until there is room again.
            slot.isStill = false
            slot.layer = -1
            slot.target = -1
            return false
        }
        let temporal = packet.vp8.temporal
        // Whether a late one was to be left out is not known any more; nothing refers to it for long.
        if temporal > 0, packet.isLate { return false }
        // A picture goes out whole or not at all; the beginning of an earlier one, sent again, may come in its midst.
        let isStart = packet.vp8.startsPicture && !packet.isLate
        if isStart, slot.temporal > slot.temporalTarget { slot.temporal = slot.temporalTarget }
        if temporal <= slot.temporal { return true }
        // Pictures that refer to what was left out cannot be decoded: layers are taken up one by one, where they say so.
        if isStart, temporal <= slot.temporalTarget, temporal == slot.temporal &+ 1, packet.vp8.layerSync {
            slot.temporal = temporal
            return true
        }
        slot.rewriter.skip(packet)
        return false
    }
}

extension Slot {
    /// To be called when what decides it has changed.
    mutating func setFilter() { isFiltered = isStill || temporal < 2 || temporalTarget < 2 }

    /// For sender reports (RFC 3550 §6.4.1).
    @inline(__always)
    mutating func count(payload: Int) {
        packetCount &+= 1
        octetCount &+= UInt32(truncatingIfNeeded: payload)
    }
}

extension Participant {
    /// Lets a packet wait for its turn; when too many wait, it is lost to this receiver.
    @inline(never)
    mutating func enqueue(_ packet: CachedPacket, layer: Int32, slot: borrowing Slot, at index: Int, output: Int64) {
        let entry = PacedQueue.Entry(
            slot: Int32(truncatingIfNeeded: index), layer: layer, sequence: packet.sequence, output: output,
            offsets: slot.rewriter.offsets(of: packet.sequence))
        _ = downlink?.queue.append(entry, bytes: Int(packet.payloadLength))
        nextDue = 0
    }
}
