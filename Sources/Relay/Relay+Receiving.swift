import Congestion
import ICE
import RTP
import SecureTransport

/// The way in: what a datagram is, whose it is, and what it means.
extension Relay {
    /// Takes one datagram that has come in. It is decrypted in place.
    ///
    /// Nothing but STUN is answered to an address that ICE has not validated, and nothing is remembered of it.
    ///
    /// - Parameters:
    ///   - datagram: at most 1,504 bytes are of use; a longer one is dropped.
    ///   - now: the relay's clock, µs, never going back.
    ///   - batch: answers go here; what does not fit is left out, since every peer asks again.
    public mutating func receive(
        _ datagram: UnsafeMutableRawBufferPointer, from address: PeerAddress, now: Int64, into batch: inout SendBatch
    ) {
        let bytes = UnsafeRawBufferPointer(datagram).bytes
        switch PacketClass(of: bytes) {
        case .rtp:
            guard let participant = addresses.find(address) else { return drop() }
            receiveRTP(datagram, participant: participant, now: now)
        case .rtcp:
            guard let participant = addresses.find(address) else { return drop() }
            receiveRTCP(datagram, participant: participant, now: now, into: &batch)
        case .stun:
            receiveSTUN(bytes, from: address, now: now, into: &batch)
        case .dtls:
            guard let participant = addresses.find(address) else { return drop() }
            receiveDTLS(UnsafeRawBufferPointer(datagram), participant: participant)
        case .unknown:
            drop()
        }
    }

    /// A TCP connection is gone: its address is nobody's from now on.
    public mutating func connectionClosed(_ address: PeerAddress) {
        guard let participant = addresses.find(address) else { return }
        addresses.remove(address)
        if participants[participant].address == address { participants[participant].address = nil }
    }

    private mutating func drop() { metrics.datagramsDropped &+= 1 }

    // MARK: STUN

    private mutating func receiveSTUN(
        _ packet: RawSpan, from address: PeerAddress, now: Int64, into batch: inout SendBatch
    ) {
        metrics.stunRequests &+= 1
        guard let range = stunUsername(in: packet),
            let participant = participantsByUfrag[Self.ufragHash(packet, range)], batch.hasRoom()
        else {
            metrics.stunRejected &+= 1
            return
        }
        let response = UnsafeMutableRawBufferPointer(start: batch.reserve(), count: SendBatch.datagramCapacity)
        let result = participants[participant].agent.receive(packet, from: address, now: now, response: response)
        if result.responseLength > 0 { batch.commit(length: result.responseLength, to: address) }
        switch result.outcome {
        case .validated, .selectedChanged:
            if addresses.find(address) != participant {
                remember(address, of: participant)
            }
            // Until a pair is nominated, the newest validated one carries the handshake (RFC 8445 §12.1).
            participants[participant].address = participants[participant].agent.selected ?? address
        case .ignored, .rejected:
            metrics.stunRejected &+= 1
        }
    }

    /// Lets datagrams of a validated address find their participant, and forgets the addresses that the agent's
    /// bounded list has dropped for it.
    private mutating func remember(_ address: PeerAddress, of participant: Int) {
        var stale: [PeerAddress] = []
        for known in addresses.all(of: participant) where !participants[participant].agent.isValidated(known) {
            stale.append(known)
        }
        for known in stale { addresses.remove(known) }
        addresses.insert(address, participant: participant)
    }

    /// FNV-1a over the bytes of a user name fragment: finds the agent without making a string.
    static func ufragHash(_ packet: RawSpan, _ range: Range<Int>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for offset in range where offset < packet.byteCount {
            hash = (hash ^ UInt64(packet.unsafeLoad(fromByteOffset: offset, as: UInt8.self))) &* 0x100_0000_01B3
        }
        return hash
    }

    static func ufragHash(_ ufrag: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in ufrag.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }

    // MARK: DTLS

    /// Datagrams of handshakes that may wait for ``takeHandshakes()``: four of every site of a full room.
    private static var handshakeLimit: Int { 4_096 }

    private mutating func receiveDTLS(_ datagram: UnsafeRawBufferPointer, participant: Int) {
        // Longer than any record that fits a path (RFC 6347 §4.1.1), or more than anybody could work off.
        guard datagram.count <= PacketCache.stride, handshakes.count < Self.handshakeLimit else { return drop() }
        handshakes.append(HandshakeDatagram(participant: participants[participant].id, bytes: Array(datagram)))
    }

    /// Takes what a handshake has come to: datagrams for the peer, and what they mean.
    public mutating func handshake(
        _ id: ParticipantID, made progress: DTLSProgress, datagrams: [[UInt8]], now: Int64, into batch: inout SendBatch
    ) {
        guard let participant = participantsByID[id] else { return }
        if let address = participants[participant].address {
            // What does not fit is left to the handshake's own retransmission.
            for datagram in datagrams {
                let fits = datagram.withUnsafeBytes { batch.append($0, to: address) }
                if !fits { break }
            }
        }
        advance(participant: participant, to: progress, now: now)
    }

    /// What a step of the handshake means for the participant.
    private mutating func advance(participant: Int, to progress: DTLSProgress, now: Int64) {
        switch progress {
        case .handshaking, .ignored: break
        case .established(let keys): establish(participant: participant, keys: keys, now: now)
        case .failed:
            metrics.dtlsFailures &+= 1
            remove(participant: participant, reason: .neverConnected, now: now)
        case .closed:
            remove(participant: participant, reason: .closed, now: now)
        }
    }

    private mutating func establish(participant: Int, keys: SRTPKeys, now: Int64) {
        do {
            participants[participant].opener = try SRTPOpener(
                profile: keys.profile, key: keys.clientKey, salt: keys.clientSalt)
            participants[participant].sealer = try SRTPSealer(
                profile: keys.profile, key: keys.serverKey, salt: keys.serverSalt)
        } catch {
            metrics.dtlsFailures &+= 1
            remove(participant: participant, reason: .neverConnected, now: now)
            return
        }
        participants[participant].isConnected = true
        participants[participant].nextReport = now &+ 500_000
        participants[participant].nextQuality = now &+ 2_000_000
        let room = participants[participant].room
        participants[participant].nextDue = 0
        nextAssignment = now
        events.append(.connected(room: rooms[room].name, participant: participants[participant].id))
        // The slots of this participant may wait for a keyframe since before it could receive one.
        for slot in participants[participant].slots { wantKeyframe(slot: slot) }
    }

    // MARK: RTP

    private mutating func receiveRTP(_ datagram: UnsafeMutableRawBufferPointer, participant: Int, now: Int64) {
        guard let encrypted = try? RTPHeader(parsing: UnsafeRawBufferPointer(datagram).bytes, paddingIsEncrypted: true)
        else { return drop() }
        let opened = participants[participant].opener?.openRTP(
            datagram, length: datagram.count, headerLength: encrypted.headerLength, ssrc: encrypted.ssrc,
            sequence: encrypted.sequenceNumber)
        let length: Int
        switch opened {
        case .ok(let plain): length = plain
        case .replayed:
            metrics.replays &+= 1
            return
        case .failed, .tooShort:
            metrics.srtpFailures &+= 1
            return
        case nil: return drop()
        }
        let plain = UnsafeRawBufferPointer(rebasing: datagram[..<min(length, datagram.count)])
        guard let header = try? RTPHeader(parsing: plain.bytes) else { return drop() }
        metrics.packetsReceived &+= 1
        metrics.bytesReceived &+= UInt64(truncatingIfNeeded: datagram.count)
        participants[participant].bytesIn &+= datagram.count

        let elements = ReadExtensions(
            header: header, packet: plain.bytes, map: participants[participant].extensions)
        if let sequence = elements.transportSequence {
            participants[participant].feedback.received(sequence: sequence, at: now)
        }
        guard
            let stream = participants[participant].stream(header.ssrc)
                ?? bind(header, elements: elements, packet: plain.bytes, participant: participant)
        else { return }
        // A late packet of a stream that has gone on under another SSRC has numbers of another kind.
        let layer = Int(stream.layer)
        guard header.ssrc == (stream.isRTX ? layers[layer].rtxSSRC : layers[layer].ssrc) else { return }
        if stream.isRTX {
            receiveRetransmission(header, elements: elements, packet: plain, layer: Int(stream.layer), now: now)
        } else {
            receiveMedia(
                header, elements: elements, packet: plain, layer: Int(stream.layer), sequence: header.sequenceNumber,
                payloadType: header.payloadType, payload: header.payloadOffset, isRecovered: false, now: now)
        }
    }

    /// A retransmission carries the original's sequence number before its payload (RFC 4588 §4); one without any
    /// payload is a probe for bandwidth.
    private mutating func receiveRetransmission(
        _ header: RTPHeader, elements: ReadExtensions, packet: UnsafeRawBufferPointer, layer: Int, now: Int64
    ) {
        guard header.payloadLength > 2,
            let payloadType = originalPayloadType(of: header.payloadType, layer: layer)
        else { return }
        let original = UInt16(bigEndian: packet.loadUnaligned(fromByteOffset: header.payloadOffset, as: UInt16.self))
        receiveMedia(
            header, elements: elements, packet: packet, layer: layer, sequence: original, payloadType: payloadType,
            payload: header.payloadOffset &+ 2, isRecovered: true, now: now)
    }

    /// A packet of a layer, original or recovered: kept, and queued for everybody who receives the publication.
    private mutating func receiveMedia(
        _ header: RTPHeader, elements: ReadExtensions, packet: UnsafeRawBufferPointer, layer: Int, sequence: UInt16,
        payloadType: UInt8, payload: Int, isRecovered: Bool, now: Int64
    ) {
        let publication = layers[layer].publication
        guard let codec = codec(of: payloadType, publication: publication) else { return drop() }
        let extended =
            (isRecovered ? layers[layer].unwrapper.extended(sequence) : layers[layer].unwrapper.unwrap(sequence))
            &+ layers[layer].base
        // Too old for the ring, or there already: nobody is waiting for it.
        guard extended > layers[layer].highest &- Int64(layers[layer].cache.capacity),
            !layers[layer].cache.contains(extended)
        else { return }
        if isRecovered {
            guard extended <= layers[layer].highest else { return }
        } else {
            layers[layer].statistics.received(extended, timestamp: header.timestamp, now: now)
        }
        if layers[layer].isVideo, layers[layer].losses.received(extended, now: now).recovered {
            metrics.packetsRecovered &+= 1
        }
        var cached = CachedPacket()
        cached.sequence = extended
        cached.timestamp = header.timestamp
        cached.arrival = now
        cached.payloadOffset = UInt16(truncatingIfNeeded: payload)
        cached.payloadLength = UInt16(truncatingIfNeeded: packet.count &- payload)
        cached.codec = codec
        cached.marker = header.marker
        cached.hasPadding = header.hasPadding
        cached.audioLevel = elements.audioLevel
        cached.orientation = elements.orientation
        cached.descriptorOffset = UInt16(truncatingIfNeeded: elements.descriptorOffset)
        cached.descriptorLength = UInt16(truncatingIfNeeded: elements.descriptorLength)
        let payloadEnd = packet.count &- header.paddingLength
        describe(
            &cached, payload: UnsafeRawBufferPointer(rebasing: packet[min(payload, payloadEnd)..<payloadEnd]),
            elements: elements, packet: packet, layer: layer)
        // Browsers probe with empty packets on tracks that send nothing.
        if !publications[publication].isActive, !publications[publication].isSilencedByOwner,
            !publications[publication].isSilencedByChair, header.payloadLength > 0
        {
            setActive(publication: publication, true)
        }
        if publications[publication].exports != 0 { export(.packet, layer: layer, packet: cached, bytes: packet) }
        keep(cached, bytes: packet, layer: layer, now: now)
    }

    /// Keeps a plain packet, from a publisher or out of a pipe, and queues it for everybody who receives it.
    @inline(__always)
    mutating func keep(_ packet: CachedPacket, bytes: UnsafeRawBufferPointer, layer: Int, now: Int64) {
        let isNewest = packet.sequence > layers[layer].highest
        var packet = packet
        packet.isLate = !isNewest
        guard layers[layer].cache.store(packet, bytes: bytes) else { return drop() }
        if isNewest {
            layers[layer].highest = packet.sequence
            layers[layer].newestTimestamp = packet.timestamp
        }
        layers[layer].newestArrival = now
        layers[layer].rate.count(bytes: bytes.count, temporal: Int(packet.vp8.temporal))
        if packet.isKeyframe, layers[layer].isVideo { layers[layer].keyframes.satisfied() }
        let publication = layers[layer].publication
        if !layers[layer].isVideo {
            hear(packet, publication: publication, now: now)
        }
        // A packet that comes late, by retransmission, is waited for already.
        let isFirst = publications[publication].enqueue(
            layer: layer, sequence: packet.sequence, endsPicture: packet.marker || !isNewest, now: now)
        if isFirst { burst.append(publication) }
    }

    /// What the payload says: keyframe, picture numbers, the newest block of RED.
    private mutating func describe(
        _ cached: inout CachedPacket, payload: UnsafeRawBufferPointer, elements: ReadExtensions,
        packet: UnsafeRawBufferPointer, layer: Int
    ) {
        switch cached.codec {
        case .opus: break
        case .red:
            cached.primaryOffset = cached.payloadOffset
            if let red = REDPayload(parsing: payload.bytes) {
                cached.primaryOffset &+= UInt16(truncatingIfNeeded: red.primaryOffset)
            }
        case .vp8:
            guard let descriptor = VP8Descriptor(parsing: payload.bytes) else { return }
            cached.isKeyframe = descriptor.isKeyframe
            if descriptor.height > 0 { layers[layer].height = Int(descriptor.height) }
            if let pictureID = descriptor.pictureID {
                cached.vp8.pictureID = pictureID
                cached.vp8.pictureIDOffset = UInt8(truncatingIfNeeded: descriptor.pictureIDOffset)
                cached.vp8.pictureIDIs15Bit = descriptor.pictureIDIs15Bit
            }
            if let tl0 = descriptor.tl0PicIdx {
                cached.vp8.tl0 = tl0
                cached.vp8.tl0Offset = UInt8(truncatingIfNeeded: descriptor.tl0PicIdxOffset)
            }
            cached.vp8.temporal = min(descriptor.temporalID ?? 0, 2)
            cached.vp8.layerSync = descriptor.layerSync
            cached.vp8.startsPicture = descriptor.startOfPartition && descriptor.partitionID == 0
        case .vp9, .h264:
            cached.isKeyframe = isKeyframe(codec: cached.codec, payload: payload.bytes)
        case .av1:
            cached.isKeyframe = isKeyframe(codec: .av1, payload: payload.bytes)
        }
    }
}

/// What a packet's header extensions say, of those that the relay reads.
struct ReadExtensions {
    var transportSequence: UInt16?
    var audioLevel: UInt8?
    var orientation: UInt8?
    var descriptorOffset = 0
    var descriptorLength = 0
    /// Where the values of mid, rid and repaired rid lie in the packet; empty when absent.
    var mid = 0..<0
    var rid = 0..<0
    var repairedRID = 0..<0

    @inline(__always)
    init(header: RTPHeader, packet: RawSpan, map: borrowing HeaderExtensionMap) {
        var iterator = HeaderExtensionIterator(header: header)
        while let element = iterator.next(in: packet) {
            guard element.length > 0, let kind = map.kind(id: element.id) else { continue }
            switch kind {
            case .transportSequence where element.length >= 2:
                transportSequence = UInt16(
                    bigEndian: packet.unsafeLoadUnaligned(fromByteOffset: element.offset, as: UInt16.self))
            case .audioLevel: audioLevel = packet.unsafeLoad(fromByteOffset: element.offset, as: UInt8.self)
            case .videoOrientation: orientation = packet.unsafeLoad(fromByteOffset: element.offset, as: UInt8.self)
            case .dependencyDescriptor:
                descriptorOffset = element.offset
                descriptorLength = element.length
            case .mid: mid = element.range
            case .rid: rid = element.range
            case .repairedRID: repairedRID = element.range
            default: break
            }
        }
    }
}
