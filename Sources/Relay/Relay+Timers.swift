import Congestion
import ICE
import RTP
import SecureTransport

/// What happens because time has passed: reports, repeated requests, keyframe requests, handshakes and farewells.
extension Relay {
    /// SSRC under which the relay itself reports; its media streams have others.
    static var reporterSSRC: UInt32 { 1 }
    /// How long a handshake may take, µs.
    static var connectTimeout: Int64 { 30_000_000 }

    /// Does what is due. To be called every 5 to 10 ms while anybody is here.
    ///
    /// - Parameters:
    ///   - wallClock: Unix time, µs, for the NTP times of sender reports.
    public mutating func tick(now: Int64, wallClock: Int64, into batch: inout SendBatch) {
        wallClockOffset = wallClock &- now
        for participant in 0..<participants.highWater
        where participants.contains(participant) && participants[participant].nextDue <= now {
            tick(participant: participant, now: now, into: &batch)
        }
        askLinksForKeyframes(now: now)
        if now >= nextSpeakerUpdate { updateSpeakers(now: now) }
        if now >= nextAssignment {
            nextAssignment = now &+ 200_000
            assignSlots(now: now)
        }
        if now >= nextInterest {
            nextInterest = now &+ 200_000
            for layer in 0..<layers.highWater where layers.contains(layer) { layers[layer].rate.update(now: now) }
            updateInterest(now: now)
        }
    }

    /// Lets a receiver's line do what is due: the estimate, what waits, probes, and who gets how much.
    private mutating func tickDownlink(participant: Int, now: Int64, into batch: inout SendBatch) {
        guard participants[participant].downlink != nil else {
            if now >= participants[participant].nextUnmeasured {
                participants[participant].nextUnmeasured = now &+ Self.allocationInterval
                allocate(participant: participant, now: now)
            }
            return
        }
        participants[participant].downlink?.estimator.tick(now: now)
        _ = participants[participant].downlink?.followEstimate()
        if now >= participants[participant].downlink?.nextAllocation ?? 0 {
            allocate(participant: participant, now: now)
        }
        finishVoices(participant: participant, now: now, into: &batch)
        _ = sendPaced(participant: participant, now: now, into: &batch)
        probe(participant: participant, now: now, into: &batch)
        reportLine(participant: participant, now: now)
    }

    /// When a receiver's line has something to do next.
    private func nextDue(of participant: Int, now: Int64) -> Int64 {
        guard participants[participant].downlink != nil else { return participants[participant].nextUnmeasured }
        if participants[participant].downlink?.queue.count ?? 0 > 0 { return now }
        // Voices that wait to be merged are looked at every packet's time; the estimate and probes as often.
        return now &+ 10_000
    }

    private mutating func tick(participant: Int, now: Int64, into batch: inout SendBatch) {
        guard participants[participant].isConnected else {
            if now &- participants[participant].joinedAt > Self.connectTimeout {
                remove(participant: participant, reason: .neverConnected, now: now)
            }
            return
        }
        if participants[participant].agent.consentExpired(now: now) {
            remove(participant: participant, reason: .consentExpired, now: now)
            return
        }
        guard batch.hasRoom(for: 2), let address = participants[participant].address else { return }
        if !participants[participant].slots.isEmpty {
            tickDownlink(participant: participant, now: now, into: &batch)
            guard batch.hasRoom(for: 2) else { return }
        }
        let memory = UnsafeMutableRawBufferPointer(start: batch.reserve(), count: 1200)
        var writer = RTCPWriter(memory)
        if now >= participants[participant].nextReport {
            participants[participant].nextReport = now &+ 1_000_000
            participants[participant].retransmissionBudget = Participant.retransmissionsPerReport
            writeReports(participant: participant, now: now, writer: &writer)
        }
        writeRequests(participant: participant, now: now, writer: &writer)
        if participants[participant].streamCount > 0, now >= participants[participant].nextFeedback {
            participants[participant].nextFeedback = now &+ 50_000
            let media = firstStream(of: participant)
            // More than one packet only after a gap in the feedback itself.
            while writer.remaining > 400,
                participants[participant].feedback.write(
                    into: &writer, senderSSRC: Self.reporterSSRC, mediaSSRC: media)
            {}
        }
        if writer.count > 0 {
            let length =
                participants[participant].sealer?.sealRTCP(
                    UnsafeMutableRawBufferPointer(start: memory.baseAddress, count: SendBatch.datagramCapacity),
                    length: writer.count) ?? 0
            if length > 0 { batch.commit(length: length, to: address) }
        }
        if now >= participants[participant].nextQuality {
            participants[participant].nextQuality = now &+ 2_000_000
            reportQuality(participant: participant)
        }
        // Whoever sends may need a request at any tick; the others have their reports.
        if participants[participant].publications.isEmpty {
            participants[participant].nextDue = min(
                participants[participant].nextReport, participants[participant].nextQuality,
                nextDue(of: participant, now: now))
        }
    }

    /// Sender reports of the slots that play, and receiver reports of the streams that come in (RFC 3550 §6.4).
    private mutating func writeReports(participant: Int, now: Int64, writer: inout RTCPWriter) {
        let ntp = ntpTimestamp(unixMicroseconds: now &+ wallClockOffset)
        for slot in participants[participant].slots where writer.remaining > 128 {
            guard slots[slot].layer >= 0, slots[slot].packetCount > 0 else { continue }
            let layer = Int(slots[slot].layer)
            _ = writer.senderReport(
                ssrc: slots[slot].ssrc, ntpTimestamp: ntp,
                rtpTimestamp: mediaTime(of: layer, at: now) &+ slots[slot].rewriter.offsets.timestamp,
                packetCount: slots[slot].packetCount, octetCount: slots[slot].octetCount)
        }
        guard writer.receiverReport(ssrc: Self.reporterSSRC) else { return }
        for index in 0..<participants[participant].streamCount where !participants[participant].streams[index].isRTX {
            let layer = Int(participants[participant].streams[index].layer)
            guard layers[layer].ssrc == participants[participant].streams[index].ssrc, layers[layer].highest >= 0
            else { continue }
            let losses = layers[layer].losses.lost
            metrics.packetsLost &+= UInt64(max(losses &- layers[layer].countedLosses, 0))
            layers[layer].countedLosses = losses
            guard let block = layers[layer].statistics.reportBlock(ssrc: layers[layer].ssrc, now: now) else { continue }
            guard writer.reportBlock(block) else { break }
        }
        let cname = Negotiation.cname
        _ = writer.sourceDescription(ssrc: Self.reporterSSRC, cname: cname.span)
    }

    /// A source's media time now, in its own ticks: from its last sender report, or else from its newest packet.
    private func mediaTime(of layer: Int, at now: Int64) -> UInt32 {
        let rate = Int64(layers[layer].clockRate)
        if layers[layer].reportArrival > 0, now &- layers[layer].reportArrival < 60_000_000 {
            return layers[layer].reportTimestamp
                &+ UInt32(truncatingIfNeeded: (now &- layers[layer].reportArrival) &* rate / 1_000_000)
        }
        let elapsed = min(max(now &- layers[layer].newestArrival, 0), 60_000_000)
        return layers[layer].newestTimestamp &+ UInt32(truncatingIfNeeded: elapsed &* rate / 1_000_000)
    }

    /// Requests to the publisher: packets that are missing, and keyframes that somebody needs.
    private mutating func writeRequests(participant: Int, now: Int64, writer: inout RTCPWriter) {
        let roundTrip = participants[participant].roundTrip
        for publication in participants[participant].publications where publications[publication].role.isVideo {
            let codec = publications[publication].codecs.first
            for layer in publications[publication].layers where layers[layer].ssrc != 0 {
                if codec?.hasNACK == true {
                    var missing = SequenceList()
                    layers[layer].losses.due(now: now, roundTrip: roundTrip == 0 ? 50_000 : roundTrip, into: &missing)
                    if missing.count > 0,
                        writer.nack(sender: Self.reporterSSRC, media: layers[layer].ssrc, sequences: missing)
                    {
                        metrics.nacksSent &+= 1
                    }
                }
                if layers[layer].keyframes.shouldSend(now: now) {
                    metrics.keyframeRequests &+= 1
                    if codec?.hasPLI == true {
                        _ = writer.pictureLossIndication(sender: Self.reporterSSRC, media: layers[layer].ssrc)
                    } else {
                        layers[layer].fullIntraSequence &+= 1
                        _ = writer.fullIntraRequest(
                            sender: Self.reporterSSRC, media: layers[layer].ssrc,
                            sequence: layers[layer].fullIntraSequence)
                    }
                }
            }
        }
    }

    private func firstStream(of participant: Int) -> UInt32 {
        participants[participant].streamCount > 0 ? participants[participant].streams[0].ssrc : 0
    }

    private mutating func reportQuality(participant: Int) {
        var expected: Int64 = 0
        var lost: Int64 = 0
        for publication in participants[participant].publications {
            for layer in publications[publication].layers where layers[layer].highest >= 0 {
                expected &+= layers[layer].statistics.expected
                lost &+= layers[layer].statistics.lost
            }
        }
        let before = participants[participant].lossAtReport
        participants[participant].lossAtReport = (expected, lost)
        let (newlyExpected, newlyLost) = (expected &- before.expected, lost &- before.lost)
        let down = participants[participant].slots.filter { slots[$0].layer >= 0 }.map { slots[$0].fractionLost }.max()
        let room = participants[participant].room
        let trip = participants[participant].roundTrip
        events.append(
            .quality(
                room: rooms[room].name, participant: participants[participant].id,
                quality: Quality(
                    uplinkLoss: newlyExpected > 0 ? min(max(Double(newlyLost) / Double(newlyExpected), 0), 1) : 0,
                    downlinkLoss: Double(down ?? 0) / 256,
                    roundTripMilliseconds: trip > 0 ? Int((trip + 500) / 1000) : nil,
                    uplinkKbps: participants[participant].bytesIn * 8 / 2000,
                    downlinkKbps: participants[participant].bytesOut * 8 / 2000)))
        participants[participant].sentKbps = participants[participant].bytesOut * 8 / 2000
        participants[participant].bytesIn = 0
        participants[participant].bytesOut = 0
    }
}
