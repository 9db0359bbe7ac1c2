import Congestion
import ICE
import RTP
import SecureTransport

/// One packet as one receiver gets it.
extension Relay {
    /// Bytes that SRTP adds behind a payload, at most (RFC 7714 §14.2; RFC 3711 §3.1).
    static var tailCapacity: Int { 16 }
    /// What stands around a payload on the wire: IP, UDP, RTP, its extensions and the tag, near enough for rates.
    static var wireOverhead: Int { 72 }

    /// Writes one packet for one receiver: its own header, and the payload sealed straight from the cache.
    /// Returns the length of the SRTP packet, or 0 when this receiver cannot have it.
    @inline(__always)
    static func write(
        _ packet: CachedPacket, base: UnsafeRawPointer, slot: inout Slot, participant: inout Participant,
        output: Int64, offsets: StreamRewriter.Offsets, into memory: UnsafeMutableRawPointer, now: Int64
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
        let ssrc = slot.ssrc
        let headerLength = writeHeader(
            packet, base: base, slot: &slot, participant: &participant, payloadType: payloadType,
            sequence: UInt16(truncatingIfNeeded: output), timestamp: packet.timestamp &+ offsets.timestamp,
            ssrc: ssrc, payloadLength: length, into: memory, now: now)
        guard headerLength &+ length &+ tailCapacity <= SendBatch.datagramCapacity else { return 0 }
        var source = base + offset
        if codec == .vp8, StreamRewriter.rewritesPictureNumbers(offsets) {
            // The payload is changed for this receiver only: copied, changed, and then sealed in place.
            let copy = memory + headerLength
            copy.copyMemory(from: source, byteCount: length)
            rewritePictureNumbers(packet.vp8, by: offsets, payload: copy, length: length)
            source = UnsafeRawPointer(copy)
        }
        return participant.sealer?.sealRTP(
            output: memory, capacity: SendBatch.datagramCapacity, headerLength: headerLength, ssrc: slot.ssrc,
            index: UInt64(bitPattern: output), payload: source, payloadLength: length) ?? 0
    }

    /// Writes one packet for one receiver into a batch that has room for it, and counts it. Returns its length, or 0 when
    /// this receiver cannot have it.
    @inline(__always)
    static func send(
        _ packet: CachedPacket, base: UnsafeRawPointer, slot: inout Slot, participant: inout Participant,
        output: Int64, offsets: StreamRewriter.Offsets, to address: PeerAddress, into batch: inout SendBatch, now: Int64
    ) -> Int {
        let length = write(
            packet, base: base, slot: &slot, participant: &participant, output: output, offsets: offsets,
            into: batch.reserve(), now: now)
        guard length > 0 else { return 0 }
        batch.commit(length: length, to: address)
        slot.count(payload: Int(packet.payloadLength))
        participant.bytesOut &+= length
        return length
    }

    /// The RTP header with the extensions that this receiver negotiated. The packet counts as sent. Returns the
    /// header's length.
    @inline(__always)
    static func writeHeader(
        _ packet: CachedPacket, base: UnsafeRawPointer, slot: inout Slot, participant: inout Participant,
        payloadType: UInt8, sequence: UInt16, timestamp: UInt32, ssrc: UInt32, payloadLength: Int,
        into memory: UnsafeMutableRawPointer, now: Int64
    ) -> Int {
        var extensionLength = 0
        if slot.hasTransportSequence || packet.audioLevel != nil || packet.orientation != nil
            || packet.descriptorLength > 0
        {
            var writer = HeaderExtensionWriter(
                UnsafeMutableRawBufferPointer(start: memory + RTPHeader.fixedLength, count: 300))
            if slot.hasTransportSequence,
                let number = participant.downlink?.depart(bytes: payloadLength &+ wireOverhead, now: now)
            {
                writer.append(id: participant.extensions[.transportSequence], uint16: number)
            }
            if let level = packet.audioLevel { writer.append(id: participant.extensions[.audioLevel], byte: level) }
            if let orientation = packet.orientation {
                writer.append(id: participant.extensions[.videoOrientation], byte: orientation)
            }
            if packet.descriptorLength > 0 {
                writer.append(
                    id: participant.extensions[.dependencyDescriptor],
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
    static func rewritePictureNumbers(
        _ position: VP8Position, by offsets: StreamRewriter.Offsets, payload: UnsafeMutableRawPointer, length: Int
    ) {
        let offset = Int(position.pictureIDOffset)
        if offset > 0 {
            let pictureID = position.pictureID &+ offsets.pictureID
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
                of: position.tl0 &+ offsets.tl0, toByteOffset: Int(position.tl0Offset), as: UInt8.self)
        }
    }

    /// Whether a receiver's line has room for a packet to be sent again, and it has been sent at all: one that still
    /// waits for its turn will come. Receivers ask again.
    private func mayRepair(slot: Int, output: Int64, now: Int64) -> Bool {
        let participant = Int(slots[slot].participant)
        guard participants[participant].downlink != nil else { return true }
        return participants[participant].downlink?.pacing.isOpenForRepair(now: now) == true
            && participants[participant].downlink?.queue.contains(slot: slot, output: output) == false
    }

    /// Sends a cached packet again to a receiver that asked: in the retransmission stream of its slot (RFC 4588 §4),
    /// the original sequence number before the payload.
    mutating func retransmit(output: UInt16, slot: Int, now: Int64, into batch: inout SendBatch) {
        let participant = Int(slots[slot].participant)
        guard slots[slot].rtxSSRC != 0, participants[participant].retransmissionBudget > 0, batch.hasRoom(),
            let address = participants[participant].address,
            let (layer, sequence, extended, offsets) = slots[slot].rewriter.source(of: output),
            layers.contains(Int(layer)), layer == slots[slot].layer,
            let packet = layers[Int(layer)].cache.entry(sequence),
            // What came late may have been one to be left out.
            packet.pointee.vp8.temporal == 0 || !packet.pointee.isLate
        else {
            metrics.retransmissionMisses &+= 1
            return
        }
        let codec = packet.pointee.codec
        let payloadType = slots[slot].rtxPayloadTypes[Int(codec.rawValue)]
        guard payloadType != 0xFF, mayRepair(slot: slot, output: extended, now: now) else { return }
        let base = layers[Int(layer)].cache.base(sequence)
        let memory = batch.reserve()
        let length = Int(packet.pointee.payloadLength)
        let headerLength = Self.writeHeader(
            packet.pointee, base: base, slot: &slots[slot], participant: &participants[participant],
            payloadType: payloadType, sequence: UInt16(truncatingIfNeeded: slots[slot].rtxIndex),
            timestamp: packet.pointee.timestamp &+ offsets.timestamp, ssrc: slots[slot].rtxSSRC,
            payloadLength: length &+ 2, into: memory, now: now)
        guard headerLength &+ length &+ 2 &+ Self.tailCapacity <= SendBatch.datagramCapacity else { return }
        let payload = memory + headerLength
        payload.storeBytes(of: UInt16(truncatingIfNeeded: extended).bigEndian, as: UInt16.self)
        (payload + 2).copyMemory(from: base + Int(packet.pointee.payloadOffset), byteCount: length)
        if codec == .vp8, StreamRewriter.rewritesPictureNumbers(offsets) {
            Self.rewritePictureNumbers(packet.pointee.vp8, by: offsets, payload: payload + 2, length: length)
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
