import Congestion
import ICE
import RTP
import Relay
import SecureTransport

/// What a site sends: voice, pictures, reports, checks.
extension World {
    /// How often a site looks for holes, µs.
    private static let checkInterval: Int64 = 20_000
    /// A wait on the uplink, µs, beyond which nothing is added to it but voice and reports.
    static let fullUplink: Int64 = 200_000

    /// What a site does at one moment.
    mutating func act(_ index: Int, at time: Int64) {
        if time >= sites[index].microphone.nextFrame {
            while time >= sites[index].microphone.nextFrame {
                if let frame = sites[index].microphone.take(now: time) { send(frame, site: index, at: time) }
            }
        }
        if time >= sites[index].nextCheck {
            receiveArrivals(index, until: time)
            report(index, at: time)
            sites[index].nextCheck = time &+ Self.checkInterval
            if time >= sites[index].nextConsent {
                sites[index].nextConsent = time &+ 5_000_000
                sendCheck(index, at: time)
            }
        }
        if sites[index].camera.isOn {
            if time >= sites[index].camera.nextPicture {
                // A browser's own estimate would have it send less.
                if sites[index].up.wait(now: time) > Self.fullUplink {
                    sites[index].camera.skipPicture()
                } else {
                    sites[index].camera.takePicture(now: time)
                }
            }
            while let next = sites[index].camera.nextPaced(now: time) {
                send(next.packet, layer: next.layer, isRepair: false, site: index, at: time)
            }
            if sites[index].camera.isPacing {
                sites[index].nextWake = 0
                return
            }
        }
        var next = min(sites[index].nextCheck, sites[index].microphone.nextFrame)
        if sites[index].camera.isOn { next = min(next, sites[index].camera.nextPicture) }
        sites[index].nextWake = next
    }

    /// Puts what is in a block on the line.
    private mutating func post(_ block: Int32, length: Int, site index: Int, frame: Int64 = -1, at time: Int64) {
        guard length > 0, let passage = sites[index].up.send(length &+ LineWay.headerBytes, now: time) else {
            return uplink.release(block)
        }
        uplink.push(
            site: index, port: sites[index].address.port, block: block, length: length, frame: frame,
            arrival: passage.arrival)
    }

    private mutating func send(_ frame: Microphone.Frame, site index: Int, at time: Int64) {
        let block = uplink.reserve()
        let memory = uplink.memory(block)
        var writer = HeaderExtensionWriter(
            UnsafeMutableRawBufferPointer(start: memory + RTPHeader.fixedLength, count: 60))
        writer.append(id: SimulatedExtension.audioLevel, byte: frame.level)
        writer.append(id: SimulatedExtension.transportSequence, uint16: sites[index].transportSequence)
        sites[index].transportSequence &+= 1
        let extensions = writer.finish()
        sites[index].microphone.sequence &+= 1
        let sequence = sites[index].microphone.sequence
        _ = RTPHeader.write(
            into: UnsafeMutableRawBufferPointer(start: memory, count: RTPHeader.fixedLength), marker: false,
            payloadType: 111, sequenceNumber: UInt16(truncatingIfNeeded: sequence),
            timestamp: frame.number &* 960, ssrc: SimulatedSSRC.microphone, hasExtension: true)
        scratch.storeBytes(of: VoiceMark.toc, as: UInt8.self)
        VoiceMark(publisher: UInt16(index), generation: sites[index].generation, frame: frame.number)
            .write(to: scratch + 1)
        let length = sites[index].sealer.sealRTP(
            output: memory, capacity: UplinkQueue.blockSize, headerLength: RTPHeader.fixedLength &+ extensions,
            ssrc: SimulatedSSRC.microphone, index: sequence, payload: scratch, payloadLength: frame.bytes)
        post(block, length: length, site: index, frame: Int64(frame.number), at: time)
    }

    /// - Parameter isRepair: in the retransmission stream, its number before the payload (RFC 4588 §4).
    mutating func send(_ packet: Camera.Packet, layer: Int, isRepair: Bool, site index: Int, at time: Int64) {
        let block = uplink.reserve()
        let memory = uplink.memory(block)
        var mark = packet.mark
        mark.publisher = UInt16(index)
        mark.generation = sites[index].generation
        var writer = HeaderExtensionWriter(
            UnsafeMutableRawBufferPointer(start: memory + RTPHeader.fixedLength, count: 60))
        writer.append(id: SimulatedExtension.transportSequence, uint16: sites[index].transportSequence)
        sites[index].transportSequence &+= 1
        let payload = scratch + 1024
        mark.write(to: payload)
        writer.append(
            id: SimulatedExtension.mark, copying: UnsafeRawBufferPointer(start: payload, count: PictureMark.length))
        let extensions = writer.finish()
        var number = UInt64(packet.sequence)
        var start = 0
        if isRepair {
            sites[index].camera.layers[layer].repairs &+= 1
            number = sites[index].camera.layers[layer].repairs
            payload.storeBytes(of: UInt16(truncatingIfNeeded: packet.sequence).bigEndian, as: UInt16.self)
            start = 2
        }
        let length = start &+ VideoPacket.writePayload(packet, mark: mark, to: payload + start)
        let ssrc = SimulatedSSRC.camera(layer: layer) &+ (isRepair ? 1 : 0)
        _ = RTPHeader.write(
            into: UnsafeMutableRawBufferPointer(start: memory, count: RTPHeader.fixedLength), marker: packet.isLast,
            payloadType: isRepair ? 97 : 96, sequenceNumber: UInt16(truncatingIfNeeded: number),
            timestamp: packet.timestamp, ssrc: ssrc, hasExtension: true)
        let total = sites[index].sealer.sealRTP(
            output: memory, capacity: UplinkQueue.blockSize, headerLength: RTPHeader.fixedLength &+ extensions,
            ssrc: ssrc, index: number, payload: UnsafeRawPointer(payload), payloadLength: length)
        post(block, length: total, site: index, at: time)
    }

    /// Consent is asked for again and again (RFC 7675 §5.1).
    private mutating func sendCheck(_ index: Int, at time: Int64) {
        let block = uplink.reserve()
        let count = sites[index].check.count
        let memory = uplink.memory(block)
        sites[index].check.withUnsafeBytes { check in
            if let base = check.baseAddress { memory.copyMemory(from: base, byteCount: count) }
        }
        post(block, length: count, site: index, at: time)
    }

    // MARK: Reports

    /// Requests, feedback and reports, as far as they are due, in one datagram.
    private mutating func report(_ index: Int, at time: Int64) {
        let block = uplink.reserve()
        let memory = UnsafeMutableRawBufferPointer(start: uplink.memory(block), count: UplinkQueue.blockSize)
        var writer = RTCPWriter(UnsafeMutableRawBufferPointer(rebasing: memory[..<1_200]))
        if time >= sites[index].nextReport {
            sites[index].nextReport = time &+ 1_000_000
            writeReceiverReport(index, at: time, writer: &writer)
        }
        for slot in Site.voiceSlots...(Site.voiceSlots + Site.cameraSlots) {
            requestRepairs(index, slot: slot, at: time, writer: &writer)
        }
        if sites[index].hasFeedback, time >= sites[index].nextFeedback {
            sites[index].nextFeedback = time &+ sites[index].feedbackInterval
            while writer.remaining > 300,
                sites[index].feedback.write(
                    into: &writer, senderSSRC: SimulatedSSRC.reports, mediaSSRC: SimulatedSSRC.slots)
            {}
        }
        guard writer.count > 0 else { return uplink.release(block) }
        let length = sites[index].sealer.sealRTCP(memory, length: writer.count)
        post(block, length: length, site: index, at: time)
    }

    private func writeReceiverReport(_ index: Int, at time: Int64, writer: inout RTCPWriter) {
        guard writer.receiverReport(ssrc: SimulatedSSRC.reports) else { return }
        for slot in 0..<Site.slotCount where sites[index].holes[slot].highest >= 0 {
            let state = sites[index].slots[slot]
            let numbers = sites[index].holes[slot].report()
            _ = writer.reportBlock(
                ReportBlock(
                    ssrc: SimulatedSSRC.slot(slot), fractionLost: numbers.fraction, cumulativeLost: numbers.lost,
                    highestSequence: UInt32(truncatingIfNeeded: sites[index].holes[slot].highest),
                    lastSenderReport: state.report,
                    delaySinceLastSenderReport: state.report == 0
                        ? 0 : compactNTP(microseconds: time &- state.reportArrival)))
        }
    }

    @inline(__always)
    private func requestRepairs(_ index: Int, slot: Int, at time: Int64, writer: inout RTCPWriter) {
        let since = sites[index].pictures[slot].stuckSince
        let isHopeless = sites[index].holes[slot].isHopeless
        guard sites[index].holes[slot].hasHoles || since > 0 || isHopeless else { return }
        if sites[index].holes[slot].hasHoles {
            var missing = SequenceList()
            sites[index].holes[slot].due(now: time, roundTrip: sites[index].roundTrip, into: &missing)
            if missing.count > 0,
                writer.nack(
                    sender: SimulatedSSRC.reports, media: SimulatedSSRC.slot(slot), sequences: missing)
            {
                sites[index].lastAsked = time
            }
        }
        guard isHopeless || (since > 0 && time &- since > 300_000),
            time &- sites[index].slots[slot].lastRequest >= 500_000
        else { return }
        sites[index].slots[slot].lastRequest = time
        sites[index].holes[slot].forgetHoles()
        _ = writer.pictureLossIndication(sender: SimulatedSSRC.reports, media: SimulatedSSRC.slot(slot))
    }
}
