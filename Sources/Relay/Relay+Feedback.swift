import Congestion
import ICE
import RTP
import SecureTransport

/// What peers report: losses to repair, keyframes to ask for, clocks and round trips.
extension Relay {
    mutating func receiveRTCP(
        _ datagram: UnsafeMutableRawBufferPointer, participant: Int, now: Int64, into batch: inout SendBatch
    ) {
        let length: Int
        switch participants[participant].opener?.openRTCP(datagram, length: datagram.count) {
        case .ok(let plain): length = plain
        case .replayed:
            metrics.replays &+= 1
            return
        case .failed, .tooShort:
            metrics.srtpFailures &+= 1
            return
        case nil:
            metrics.datagramsDropped &+= 1
            return
        }
        let plain = UnsafeRawBufferPointer(rebasing: datagram[..<min(length, datagram.count)])
        let bytes = plain.bytes
        var reader = RTCPReader()
        // What comes before a damaged packet of a compound still counts.
        while let packet = try? reader.next(in: bytes) {
            switch packet {
            case .senderReport(let report):
                receiveSenderReport(report, participant: participant, now: now)
                var blocks = report.reportBlocks
                while let block = blocks.next(in: bytes) { receive(block, participant: participant, now: now) }
            case .receiverReport(let report):
                var blocks = report.reportBlocks
                while let block = blocks.next(in: bytes) { receive(block, participant: participant, now: now) }
            case .nack(let nack):
                metrics.nacksReceived &+= 1
                guard let slot = slot(ssrc: nack.media, participant: participant) else { continue }
                var sequences = nack.sequences
                while let sequence = sequences.next(in: bytes) {
                    retransmit(output: sequence, slot: slot, now: now, into: &batch)
                }
            case .pictureLossIndication(_, let media):
                if let slot = slot(ssrc: media, participant: participant) { wantKeyframe(slot: slot) }
            case .fullIntraRequest(let request):
                var entries = request.entries
                while let entry = entries.next(in: bytes) {
                    if let slot = slot(ssrc: entry.ssrc, participant: participant) { wantKeyframe(slot: slot) }
                }
            case .transportFeedback(let feedback):
                participants[participant].downlink?.estimator.receive(feedback, in: bytes, now: now)
                followEstimate(participant: participant, now: now)
            case .sourceDescription, .bye, .receiverEstimatedMaximumBitrate, .extendedReport, .application, .unknown:
                break
            }
        }
    }

    /// A line that bears less than is sent is looked at now, not at the next turn.
    private mutating func followEstimate(participant: Int, now: Int64) {
        guard participants[participant].downlink?.followEstimate() == true else { return }
        participants[participant].downlink?.nextAllocation = now
        participants[participant].nextDue = 0
    }

    private func slot(ssrc: UInt32, participant: Int) -> Int? {
        for slot in participants[participant].slots where slots[slot].ssrc == ssrc { return slot }
        return nil
    }

    /// Registers that a slot cannot go on without a keyframe of the layer that it waits for or plays.
    mutating func wantKeyframe(slot: Int) {
        let layer = Int(slots[slot].target)
        guard layers.contains(layer), layers[layer].isVideo else { return }
        layers[layer].keyframes.want()
    }

    private mutating func receiveSenderReport(_ report: SenderReport, participant: Int, now: Int64) {
        guard let stream = participants[participant].stream(report.ssrc), !stream.isRTX else { return }
        let layer = Int(stream.layer)
        layers[layer].statistics.receivedSenderReport(ntpTimestamp: report.ntpTimestamp, now: now)
        layers[layer].reportTimestamp = report.rtpTimestamp
        layers[layer].reportArrival = now
        layers[layer].reportNTP = report.ntpTimestamp
        if publications[layers[layer].publication].exports != 0 { export(.senderReport, layer: layer) }
    }

    /// A report about a stream of ours (RFC 3550 §6.4.1).
    private mutating func receive(_ block: ReportBlock, participant: Int, now: Int64) {
        guard let slot = slot(ssrc: block.ssrc, participant: participant) else { return }
        slots[slot].fractionLost = block.fractionLost
        guard let trip = roundTrip(of: block, arrival: ntpTimestamp(unixMicroseconds: now &+ wallClockOffset)) else {
            return
        }
        let smoothed = participants[participant].roundTrip
        participants[participant].roundTrip = smoothed == 0 ? trip : (smoothed &* 7 &+ trip) / 8
    }
}
