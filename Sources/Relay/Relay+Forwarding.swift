import ICE
import RTP
import SecureTransport

/// The way out of a media packet: from a publisher's cache into every receiver's datagrams.
extension Relay {
    /// Bytes that SRTP adds behind a payload, at most (RFC 7714 §14.2; RFC 3711 §3.1).
    private static var tailCapacity: Int { 16 }

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
                    publications[index], of: layers, to: &slots[slot],
                    of: &participants[Int(slots[slot].participant)], into: &batch, now: now)
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
        _ publication: borrowing Publication, of layers: borrowing Slab<Layer>, to slot: inout Slot,
        of participant: inout Participant, into batch: inout SendBatch, now: Int64
    ) {
        guard let address = participant.address else { return }
        for position in 0..<publication.pendingCount {
            let pending = publication.pendingPacket(position)
            let layer = Int(pending.layer)
            guard let packet = layers[layer].cache.entry(pending.sequence) else { continue }
            if slot.layer != pending.layer {
                // A switch waits for the packet from which the new source can be decoded.
                guard slot.target == pending.layer, packet.pointee.isKeyframe || !layers[layer].isVideo else {
                    continue
                }
                slot.rewriter.switchSource(to: pending.layer, first: packet.pointee, now: now)
                slot.layer = pending.layer
            }
            guard let output = slot.rewriter.rewrite(packet.pointee) else { continue }
            let length = write(
                packet.pointee, base: layers[layer].cache.base(pending.sequence), slot: slot, participant: &participant,
                output: output, into: batch.reserve())
            guard length > 0 else { continue }
            batch.commit(length: length, to: address)
            slot.packetCount &+= 1
            slot.octetCount &+= UInt32(truncatingIfNeeded: packet.pointee.payloadLength)
            participant.bytesOut &+= length
        }
    }

    /// Writes one packet for one receiver: its own header, and the payload sealed straight from the cache.
    /// Returns the length of the SRTP packet, or 0 when this receiver cannot have it.
    @inline(__always)
    private static func write(
        _ packet: CachedPacket, base: UnsafeRawPointer, slot: borrowing Slot, participant: inout Participant,
        output: Int64, into memory: UnsafeMutableRawPointer
    ) -> Int {
        var codec = packet.codec
        var offset = Int(packet.payloadOffset)
        var length = Int(packet.payloadLength)
        if codec == .red, !slot.passesRED {
            codec = .opus
            length = offset &+ length &- Int(packet.primaryOffset)
            offset = Int(packet.primaryOffset)
        }
        let payloadType = slot.payloadTypes[Int(codec.rawValue)]
        guard payloadType != 0xFF else { return 0 }
        let headerLength = writeHeader(
            packet, base: base, extensions: participant.extensions, payloadType: payloadType,
            sequence: UInt16(truncatingIfNeeded: output), timestamp: packet.timestamp &+ slot.rewriter.timestampOffset,
            ssrc: slot.ssrc, into: memory)
        guard headerLength &+ length &+ tailCapacity <= SendBatch.datagramCapacity else { return 0 }
        var source = base + offset
        if codec == .vp8, slot.rewriter.rewritesPictureNumbers {
            // The payload is changed for this receiver only: copied, changed, and then sealed in place.
            let copy = memory + headerLength
            copy.copyMemory(from: source, byteCount: length)
            rewritePictureNumbers(packet.vp8, by: slot.rewriter, payload: copy, length: length)
            source = UnsafeRawPointer(copy)
        }
        return participant.sealer?.sealRTP(
            output: memory, capacity: SendBatch.datagramCapacity, headerLength: headerLength, ssrc: slot.ssrc,
            index: UInt64(bitPattern: output), payload: source, payloadLength: length) ?? 0
    }

    /// The RTP header with the extensions that this receiver negotiated. Returns its length.
    @inline(__always)
    private static func writeHeader(
        _ packet: CachedPacket, base: UnsafeRawPointer, extensions: borrowing HeaderExtensionMap,
        payloadType: UInt8, sequence: UInt16, timestamp: UInt32, ssrc: UInt32, into memory: UnsafeMutableRawPointer
    ) -> Int {
        var extensionLength = 0
        if packet.audioLevel != nil || packet.orientation != nil || packet.descriptorLength > 0 {
            var writer = HeaderExtensionWriter(
                UnsafeMutableRawBufferPointer(start: memory + RTPHeader.fixedLength, count: 300))
            if let level = packet.audioLevel { writer.append(id: extensions[.audioLevel], byte: level) }
            if let orientation = packet.orientation {
                writer.append(id: extensions[.videoOrientation], byte: orientation)
            }
            if packet.descriptorLength > 0 {
                writer.append(
                    id: extensions[.dependencyDescriptor],
                    copying: UnsafeRawBufferPointer(
                        start: base + Int(packet.descriptorOffset), count: Int(packet.descriptorLength)))
            }
            extensionLength = writer.finish()
        }
        let header = UnsafeMutableRawBufferPointer(start: memory, count: RTPHeader.fixedLength)
        return RTPHeader.write(
            into: header, marker: packet.marker, payloadType: payloadType, sequenceNumber: sequence,
            timestamp: timestamp, ssrc: ssrc, hasExtension: extensionLength > 0, hasPadding: packet.hasPadding)
            &+ extensionLength
    }

    /// RFC 7741 §4.2: PictureID keeps its width of 7 or 15 bits, TL0PICIDX has 8.
    private static func rewritePictureNumbers(
        _ position: VP8Position, by rewriter: borrowing StreamRewriter, payload: UnsafeMutableRawPointer, length: Int
    ) {
        let offset = Int(position.pictureIDOffset)
        if offset > 0 {
            let pictureID = position.pictureID &+ rewriter.pictureIDOffset
            if position.pictureIDIs15Bit, offset &+ 1 < length {
                payload.storeBytes(
                    of: (0x8000 | pictureID & 0x7FFF).bigEndian, toByteOffset: offset, as: UInt16.self)
            } else if !position.pictureIDIs15Bit, offset < length {
                payload.storeBytes(
                    of: UInt8(truncatingIfNeeded: pictureID & 0x7F), toByteOffset: offset, as: UInt8.self)
            }
        }
        if position.tl0Offset > 0, Int(position.tl0Offset) < length {
            payload.storeBytes(
                of: position.tl0 &+ rewriter.tl0Offset, toByteOffset: Int(position.tl0Offset), as: UInt8.self)
        }
    }

    /// Sends a cached packet again to a receiver that asked: in the retransmission stream of its slot (RFC 4588 §4),
    /// the original sequence number before the payload.
    mutating func retransmit(output: UInt16, slot: Int, into batch: inout SendBatch) {
        let participant = Int(slots[slot].participant)
        guard slots[slot].rtxSSRC != 0, participants[participant].retransmissionBudget > 0, batch.hasRoom(),
            let address = participants[participant].address,
            let (layer, sequence, extended) = slots[slot].rewriter.source(of: output),
            layers.contains(Int(layer)), layer == slots[slot].layer,
            // Packets of an earlier turn had other timestamps and picture numbers.
            sequence >= slots[slot].rewriter.firstSource,
            extended &- sequence == slots[slot].rewriter.sequenceOffset,
            let packet = layers[Int(layer)].cache.entry(sequence)
        else {
            metrics.retransmissionMisses &+= 1
            return
        }
        let codec = packet.pointee.codec
        let payloadType = slots[slot].rtxPayloadTypes[Int(codec.rawValue)]
        guard payloadType != 0xFF else { return }
        let base = layers[Int(layer)].cache.base(sequence)
        let memory = batch.reserve()
        let headerLength = Self.writeHeader(
            packet.pointee, base: base, extensions: participants[participant].extensions, payloadType: payloadType,
            sequence: UInt16(truncatingIfNeeded: slots[slot].rtxIndex),
            timestamp: packet.pointee.timestamp &+ slots[slot].rewriter.timestampOffset, ssrc: slots[slot].rtxSSRC,
            into: memory)
        let length = Int(packet.pointee.payloadLength)
        guard headerLength &+ length &+ 2 &+ Self.tailCapacity <= SendBatch.datagramCapacity else { return }
        let payload = memory + headerLength
        payload.storeBytes(of: UInt16(truncatingIfNeeded: extended).bigEndian, as: UInt16.self)
        (payload + 2).copyMemory(from: base + Int(packet.pointee.payloadOffset), byteCount: length)
        if codec == .vp8, slots[slot].rewriter.rewritesPictureNumbers {
            Self.rewritePictureNumbers(
                packet.pointee.vp8, by: slots[slot].rewriter, payload: payload + 2, length: length)
        }
        let total =
            participants[participant].sealer?.sealRTP(
                output: memory, capacity: SendBatch.datagramCapacity, headerLength: headerLength,
                ssrc: slots[slot].rtxSSRC, index: slots[slot].rtxIndex, payload: UnsafeRawPointer(payload),
                payloadLength: length &+ 2) ?? 0
        guard total > 0 else { return }
        slots[slot].rtxIndex &+= 1
        participants[participant].retransmissionBudget &-= 1
        participants[participant].bytesOut &+= total
        batch.commit(length: total, to: address)
        metrics.retransmissions &+= 1
    }
}
