import ICE
import RTP
import Relay
import SecureTransport

/// What the relay sends: over the lines and into the sites' queues.
extension World {
    /// Takes what is in the batch.
    mutating func drain(_ time: Int64) {
        draining = time
        for number in 0..<batch.runCount {
            let run = batch.run(number)
            let bytes = batch.bytes(of: run)
            let index = Int(run.destination.low & 0xFFFF)
            guard let base = bytes.baseAddress, index < capacity else { continue }
            let isOurs = isHere[index] && sites[index].address == run.destination
            var offset = 0
            while offset < run.length {
                let length = min(run.segmentSize, run.length &- offset)
                note(base + offset, length: length, receiver: run.destination.low, time: time)
                if isOurs { deliver(base + offset, length: length, to: index, time: time) }
                offset &+= length
            }
        }
        batch.removeAll()
    }

    /// Hashes a datagram: its end is the tag that authenticates all of it (RFC 7714 §5.2).
    @inline(__always)
    private mutating func note(_ bytes: UnsafeMutableRawPointer, length: Int, receiver: UInt64, time: Int64) {
        sent.datagrams &+= 1
        sent.bytes &+= length
        mix(UInt64(bitPattern: time))
        mix(receiver << 16 | UInt64(length))
        guard length >= 24 else { return }
        mix(bytes.loadUnaligned(as: UInt64.self))
        mix(bytes.loadUnaligned(fromByteOffset: length &- 16, as: UInt64.self))
        mix(bytes.loadUnaligned(fromByteOffset: length &- 8, as: UInt64.self))
    }

    @inline(__always)
    private mutating func mix(_ word: UInt64) {
        digest = (digest ^ word) &* 0x9E37_79B9_7F4A_7C15
        digest ^= digest >> 29
    }

    private mutating func deliver(_ datagram: UnsafeMutableRawPointer, length: Int, to index: Int, time: Int64) {
        guard let passage = sites[index].down.send(length &+ LineWay.headerBytes, now: time) else {
            sent.dropped &+= 1
            return
        }
        let first = datagram.load(as: UInt8.self)
        guard first >= 128, first < 192 else { return }
        let type = datagram.load(fromByteOffset: 1, as: UInt8.self)
        if type >= 192, type <= 223 {
            deliverReport(datagram, length: length, to: index, passage: passage)
        } else {
            deliverMedia(datagram, length: length, to: index, passage: passage)
        }
    }

    private mutating func deliverMedia(
        _ datagram: UnsafeMutableRawPointer, length: Int, to index: Int, passage: LineWay.Passage
    ) {
        let packet = UnsafeRawBufferPointer(start: datagram, count: length).bytes
        guard let header = try? RTPHeader(parsing: packet, paddingIsEncrypted: true) else {
            return complain("site \(index) was sent what is not RTP")
        }
        let number = Int(header.ssrc) &- Int(SimulatedSSRC.slots)
        guard number >= 0, number < Site.slotCount * 2 else {
            return complain("site \(index) was sent a stream that it does not know, \(header.ssrc)")
        }
        let slot = number >> 1
        var arrival = Arrival()
        arrival.arrival = passage.arrival
        arrival.departure = passage.departure
        arrival.slot = UInt8(slot)
        arrival.isRepair = number & 1 == 1
        arrival.sequence = header.sequenceNumber
        arrival.size = UInt16(length &+ LineWay.headerBytes)
        arrival.timestamp = header.timestamp
        arrival.marker = header.marker
        var hasMark = false
        var elements = HeaderExtensionIterator(header: header)
        while let element = elements.next(in: packet) {
            if element.id == SimulatedExtension.transportSequence, element.length == 2 {
                arrival.transport = Int32(
                    UInt16(bigEndian: datagram.loadUnaligned(fromByteOffset: element.offset, as: UInt16.self)))
            } else if element.id == SimulatedExtension.mark, element.length == PictureMark.length {
                arrival.picture = PictureMark(datagram + element.offset)
                hasMark = true
            }
        }
        let isVideo = Site.isVideo(slot)
        let opens = !isVideo || arrival.isRepair || sites[index].isWatched
        guard opens else {
            sites[index].arrivals.append(arrival)
            if hasMark { append(.picture, arrival, to: index) }
            return
        }
        guard let content = open(datagram, length: length, header: header, site: index) else { return }
        if arrival.isRepair {
            // One without content is there for its size.
            hasMark = hasMark && content.count > 2
            if content.count >= 2, let base = content.baseAddress {
                arrival.sequence = UInt16(bigEndian: base.loadUnaligned(as: UInt16.self))
            }
            arrival.marker = content.count > 2
        }
        sites[index].arrivals.append(arrival)
        if isVideo {
            if hasMark, sites[index].isWatched, !arrival.isRepair { audit(arrival, content, site: index) }
            if hasMark { append(.picture, arrival, to: index) }
        } else {
            deliverVoice(content, arrival, isRedundant: header.payloadType == 63, to: index)
        }
    }

    private func append(_ kind: Arrival.Kind, _ arrival: Arrival, to index: Int) {
        var part = arrival
        part.kind = kind
        sites[index].arrivals.append(part)
    }

    /// Decrypts a packet in place; its payload without padding.
    private mutating func open(
        _ datagram: UnsafeMutableRawPointer, length: Int, header: RTPHeader, site index: Int
    ) -> UnsafeRawBufferPointer? {
        let opened = sites[index].opener.openRTP(
            UnsafeMutableRawBufferPointer(start: datagram, count: length), length: length,
            headerLength: header.headerLength, ssrc: header.ssrc, sequence: header.sequenceNumber)
        guard case .ok(let plain) = opened, plain >= header.headerLength else {
            let slot = Int(header.ssrc &- SimulatedSSRC.slots) / 2
            complain(
                "site \(index) cannot open number \(header.sequenceNumber) of slot \(slot), \(header.ssrc & 1 == 1 ? "repair" : "media"): "
                    + "\(opened); it has received number \(sites[index].holes[slot].highest & 0xFFFF)")
            return nil
        }
        var count = plain &- header.headerLength
        if header.hasPadding, count > 0 {
            let padding = Int(datagram.load(fromByteOffset: plain &- 1, as: UInt8.self))
            guard padding > 0, padding <= count else {
                complain("site \(index) was sent a padding of \(padding) in \(count) bytes")
                return nil
            }
            count -= padding
        }
        return UnsafeRawBufferPointer(start: datagram + header.headerLength, count: count)
    }

    /// One entry for each Opus frame of the packet.
    private mutating func deliverVoice(
        _ content: UnsafeRawBufferPointer, _ arrival: Arrival, isRedundant: Bool, to index: Int
    ) {
        guard let base = content.baseAddress, content.count > 0 else { return }
        let sites = sites
        let sentAt = draining
        var stay: Int64 = 0
        var strange = 0
        func frames(_ packet: UnsafeRawPointer, _ length: Int) -> Bool {
            OpusFrames.walk(packet, length: length) { frame, bytes in
                guard bytes > 0 else {
                    var rest = arrival
                    rest.kind = .voiceRest
                    sites[index].arrivals.append(rest)
                    return
                }
                guard let mark = VoiceMark(frame, length: bytes) else {
                    strange += 1
                    return
                }
                var part = arrival
                part.kind = .voice
                part.voice = mark
                sites[index].arrivals.append(part)
                stay = max(stay, sentAt &- sites[Int(mark.publisher)].microphone.reachedRelay(mark.frame))
            }
        }
        var isWhole = true
        if isRedundant {
            var areWhole = true
            isWhole = OpusFrames.walkRedundant(base, length: content.count) { areWhole = frames($0, $1) && areWhole }
            isWhole = isWhole && areWhole
        } else {
            isWhole = frames(base, content.count)
            longestStay = max(longestStay, stay)
        }
        if !isWhole || strange > 0 {
            complain("site \(index) was sent a voice packet that is broken, \(content.count) bytes")
        }
    }

    private mutating func audit(_ arrival: Arrival, _ content: UnsafeRawBufferPointer, site index: Int) {
        let slot = Int(arrival.slot)
        if let wrong = sites[index].audits[slot].check(
            sequence: arrival.sequence, timestamp: arrival.timestamp, marker: arrival.marker, mark: arrival.picture,
            payload: content)
        {
            complain("site \(index), slot \(slot), number \(arrival.sequence): \(wrong)")
        }
    }

    /// Sender reports, and what is asked of a publisher.
    private mutating func deliverReport(
        _ datagram: UnsafeMutableRawPointer, length: Int, to index: Int, passage: LineWay.Passage
    ) {
        guard
            case .ok(let plain) = sites[index].opener.openRTCP(
                UnsafeMutableRawBufferPointer(start: datagram, count: length), length: length)
        else { return complain("site \(index) cannot open a report") }
        let bytes = UnsafeRawBufferPointer(start: datagram, count: plain).bytes
        var entry = Arrival()
        entry.arrival = passage.arrival
        entry.departure = passage.departure
        measures[index].otherBytes &+= length &+ LineWay.headerBytes
        var reader = RTCPReader()
        while let packet = try? reader.next(in: bytes) {
            switch packet {
            case .senderReport(let report):
                let number = Int(report.ssrc) &- Int(SimulatedSSRC.slots)
                guard number >= 0, number < Site.slotCount * 2 else { continue }
                entry.kind = .report
                entry.slot = UInt8(number >> 1)
                entry.timestamp = compactNTP(report.ntpTimestamp)
                sites[index].arrivals.append(entry)
            case .nack(let nack):
                let layer = Int(nack.media &- SimulatedSSRC.camera) / 2
                guard nack.media >= SimulatedSSRC.camera, layer < 3 else { continue }
                entry.kind = .request
                entry.slot = UInt8(layer)
                var sequences = nack.sequences
                while let sequence = sequences.next(in: bytes) {
                    entry.sequence = sequence
                    sites[index].arrivals.append(entry)
                }
            case .pictureLossIndication(_, let media):
                appendKeyframeRequest(media, entry, to: index)
            case .fullIntraRequest(let request):
                var entries = request.entries
                while let one = entries.next(in: bytes) { appendKeyframeRequest(one.ssrc, entry, to: index) }
            default: break
            }
        }
    }

    private func appendKeyframeRequest(_ media: UInt32, _ entry: Arrival, to index: Int) {
        let layer = Int(media &- SimulatedSSRC.camera) / 2
        guard media >= SimulatedSSRC.camera, layer < 3 else { return }
        var entry = entry
        entry.kind = .keyframeRequest
        entry.slot = UInt8(layer)
        sites[index].arrivals.append(entry)
    }
}
