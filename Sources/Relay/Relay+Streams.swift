import RTP

/// Which layer an SSRC belongs to, learnt from the first packet where the offer did not say.
extension Relay {
    /// Finds the layer of a stream that is heard for the first time and remembers it (RFC 8843 §9.2): by mid and rid,
    /// else by a payload type that only one track uses. nil when it is nobody's, or the participant has too many.
    mutating func bind(
        _ header: RTPHeader, elements: ReadExtensions, packet: RawSpan, participant: Int
    ) -> Participant.InboundStream? {
        guard let found = identify(header, elements: elements, packet: packet, participant: participant) else {
            return nil
        }
        let stream = Participant.InboundStream(
            ssrc: header.ssrc, layer: Int32(truncatingIfNeeded: found.layer), isRTX: found.isRTX)
        guard participants[participant].addStream(stream) else { return nil }
        if found.isRTX {
            layers[found.layer].rtxSSRC = header.ssrc
        } else if layers[found.layer].ssrc != header.ssrc {
            let isFirst = layers[found.layer].ssrc == 0
            layers[found.layer].restart(ssrc: header.ssrc)
            if !isFirst {
                restartSlots(playing: found.layer)
                if publications[layers[found.layer].publication].exports != 0 { export(.restart, layer: found.layer) }
            }
        }
        return stream
    }

    /// Receivers of a layer that starts anew go on with it as with another source: from its next keyframe.
    mutating func restartSlots(playing layer: Int) {
        let publication = layers[layer].publication
        // What waits of the old stream would be taken for the new one's.
        publications[publication].forgetPending(layer: layer)
        for position in 0..<publications[publication].slots.count {
            let slot = publications[publication].slots[position]
            guard Int(slots[slot].layer) == layer else { continue }
            slots[slot].layer = -1
            wantKeyframe(slot: slot)
        }
    }

    private func identify(
        _ header: RTPHeader, elements: ReadExtensions, packet: RawSpan, participant: Int
    ) -> (layer: Int, isRTX: Bool)? {
        var match: (layer: Int, isRTX: Bool)?
        for (position, publication) in participants[participant].publications.enumerated() {
            let track = participants[participant].plan.tracks[position]
            let isMedia = publications[publication].codecs.contains { $0.payloadType == header.payloadType }
            let isRTX = publications[publication].codecs.contains { $0.rtxPayloadType == header.payloadType }
            guard isMedia || isRTX else { continue }
            if !elements.mid.isEmpty {
                guard packet.equals(track.mid, at: elements.mid) else { continue }
            }
            let rid = isRTX ? elements.repairedRID : elements.rid
            if !track.rids.isEmpty {
                guard let quality = track.rids.firstIndex(where: { packet.equals($0, at: rid) }) else { continue }
                return (publications[publication].layers[quality], isRTX)
            }
            guard let layer = publications[publication].layers.first else { continue }
            if !elements.mid.isEmpty { return (layer, isRTX) }
            // Without a mid only an unambiguous payload type will do.
            guard match == nil else { return nil }
            match = (layer, isRTX)
        }
        return match
    }

    /// The codec of a payload type of a publication, or nil when it was not negotiated.
    @inline(__always)
    func codec(of payloadType: UInt8, publication: Int) -> Codec? {
        for position in publications[publication].codecs.indices
        where publications[publication].codecs[position].payloadType == payloadType {
            return publications[publication].codecs[position].codec
        }
        return nil
    }

    /// The payload type that a retransmission's payload type stands for (RFC 4588 §8.1, apt).
    func originalPayloadType(of rtx: UInt8, layer: Int) -> UInt8? {
        let publication = layers[layer].publication
        for codec in publications[publication].codecs where codec.rtxPayloadType == rtx { return codec.payloadType }
        return nil
    }
}

extension RawSpan {
    /// Whether a range holds the bytes of a string.
    func equals(_ text: String, at range: Range<Int>) -> Bool {
        guard text.utf8.count == range.count, range.lowerBound >= 0, range.upperBound <= byteCount else { return false }
        var offset = range.lowerBound
        for byte in text.utf8 {
            guard unsafeLoad(fromByteOffset: offset, as: UInt8.self) == byte else { return false }
            offset += 1
        }
        return true
    }
}
