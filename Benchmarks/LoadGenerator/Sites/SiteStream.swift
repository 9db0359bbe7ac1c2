import CBench
import RTP
import SecureTransport

/// One RTP stream of a simulated site: a file's frames in real time, over and over, with sender reports,
/// retransmissions, and a keyframe when one is asked for.
final class SiteStream {
    /// Numbers of the header extensions in the offers of all sites.
    enum Extension {
        static let audioLevel: UInt8 = 1
        static let transportSequence: UInt8 = 3
        static let mid: UInt8 = 4
        static let rid: UInt8 = 10
        static let repairedRID: UInt8 = 11
    }

    private static let payloadLimit = 1100
    private static let ringSize = 1024
    /// µs between jumps to a keyframe.
    private static let keyframePause: Int64 = 300_000
    /// 20 ms of silence (RFC 6716 §3.1: a TOC and a frame that says nothing).
    private static let silence: [UInt8] = [0xF8, 0xFF, 0xFE]

    let session: Session
    let plan: SiteStreamPlan
    private let file: MediaFile
    private let clock: Double
    private let base: UInt32
    /// When frame 0 of the run was due, and the number of the frame that is due.
    private let start: Int64
    private var tick: Int64 = 0
    private var position: Int
    var isOn = true

    private var sequence: Int64 = 1
    private var rtxSequence: Int64 = 1
    private var picture = 0
    private var baseLayerPicture: UInt8 = 0
    private var wantsKeyframe = false
    private var lastJump: Int64 = 0
    /// Plain packets by sequence number: header length, then the bytes.
    private var ring = [(sequence: Int64, headerLength: Int, bytes: [UInt8])](
        repeating: (-1, 0, []), count: ringSize)
    private var nextReport: Int64 = 0
    private(set) var packets = 0
    private(set) var bytes = 0
    private(set) var resent = 0
    private(set) var keyframesAsked = 0

    /// - Parameter start: of all streams of one site, so that their timestamps mean the same moments.
    init?(session: Session, plan: SiteStreamPlan, start: Int64) {
        guard let file = MediaFile(path: plan.file) else { return nil }
        self.session = session
        self.plan = plan
        self.file = file
        self.start = start
        clock = plan.isVideo ? 90_000 : 48_000
        base = plan.ssrc &* 2_654_435_761
        let first = Int((plan.offset ?? 0) * Double(file.frames.count)) % file.frames.count
        position = plan.isVideo ? file.keyframe(from: first) : first
    }

    var due: Int64 { start + Int64(Double(tick) * 1_000_000 / plan.rate) }

    /// Of a voice that began with its file: when the file's first frame would have been sent the last time round.
    var report: SiteReport.Stream {
        SiteReport.Stream(
            session: session.number, ssrc: plan.ssrc, packets: packets, bytes: bytes, resent: resent,
            keyframesAsked: keyframesAsked, start: due - Int64(Double(position) * 1_000_000 / plan.rate),
            length: Int64(Double(file.frames.count) * 1_000_000 / plan.rate))
    }

    func askKeyframe() {
        keyframesAsked += 1
        wantsKeyframe = true
    }

    /// Sends the frame that is due.
    func send(now: Int64, batch: OpaquePointer) {
        defer {
            tick += 1
            position = (position + 1) % file.frames.count
        }
        guard session.isSecure, isOn || !plan.isVideo else { return }
        if plan.isVideo {
            sendPicture(now: now, batch: batch)
        } else {
            let frame = isOn ? file.frame(position) : Self.silence[...]
            let length = put(frame, marker: false, descriptor: [], at: 0, of: batch)
            flush([UInt16(length)], batch: batch)
        }
        if now >= nextReport {
            nextReport = now + 1_000_000
            sendReport(now: now, batch: batch)
        }
    }

    private func sendPicture(now: Int64, batch: OpaquePointer) {
        if wantsKeyframe, now - lastJump > Self.keyframePause {
            wantsKeyframe = false
            lastJump = now
            position = file.keyframe(from: position)
        }
        let frame = file.frame(position)
        let hasLayers = plan.hasTwoTemporalLayers == true
        let layer = hasLayers ? UInt8(position & 1) : 0
        if layer == 0 { baseLayerPicture &+= 1 }
        picture = (picture + 1) & 0x7FFF
        // RFC 7741 §4.2: a 15-bit picture number; with layers their fields, too, and N for what nobody refers to.
        let droppable: UInt8 = layer > 0 ? 0x20 : 0
        var descriptor: [UInt8] = [
            0x80 | droppable, hasLayers ? 0xE0 : 0x80, 0x80 | UInt8(picture >> 8), UInt8(picture & 0xFF),
        ]
        if hasLayers { descriptor += [baseLayerPicture, layer << 6 | (layer > 0 ? 0x20 : 0)] }
        let count = (frame.count + Self.payloadLimit - 1) / Self.payloadLimit
        var lengths: [UInt16] = []
        for index in 0..<count {
            let from = frame.startIndex + frame.count * index / count
            let to = frame.startIndex + frame.count * (index + 1) / count
            descriptor[0] = 0x80 | droppable | (index == 0 ? 0x10 : 0)
            lengths.append(
                UInt16(
                    put(
                        frame[from..<to], marker: index == count - 1, descriptor: descriptor, at: UInt32(lengths.count),
                        of: batch)))
            if lengths.count == 64 {
                flush(lengths, batch: batch)
                lengths = []
            }
        }
        if !lengths.isEmpty { flush(lengths, batch: batch) }
    }

    private func flush(_ lengths: [UInt16], batch: OpaquePointer) {
        _ = lengths.withUnsafeBufferPointer {
            cbench_send(batch, session.descriptor, $0.baseAddress, UInt32($0.count))
        }
    }

    /// Writes and seals the next packet, and keeps its plain text. Returns its length.
    private func put(
        _ payload: ArraySlice<UInt8>, marker: Bool, descriptor: [UInt8], at index: UInt32, of batch: OpaquePointer
    ) -> Int {
        guard let memory = cbench_bytes(batch, index) else { return 0 }
        let packet = UnsafeMutableRawBufferPointer(start: memory, count: 2048)
        let headerLength = writeHeader(
            packet, marker: marker, payloadType: plan.payloadType, sequence: sequence, timestamp: timestamp,
            ssrc: plan.ssrc, ridNumber: Extension.rid)
        packet[headerLength...].copyBytes(from: descriptor)
        packet[(headerLength + descriptor.count)...].copyBytes(from: payload)
        let length = headerLength + descriptor.count + payload.count
        if plan.rtxSSRC != nil {
            ring[Int(sequence) % Self.ringSize] = (sequence, headerLength, Array(packet[..<length]))
        }
        let sealed = seal(packet, headerLength: headerLength, length: length, ssrc: plan.ssrc, index: sequence)
        sequence += 1
        packets += 1
        bytes += length - headerLength
        return sealed
    }

    private var timestamp: UInt32 { base &+ UInt32(truncatingIfNeeded: Int64(Double(tick) * clock / plan.rate)) }

    private func writeHeader(
        _ packet: UnsafeMutableRawBufferPointer, marker: Bool, payloadType: UInt8, sequence: Int64, timestamp: UInt32,
        ssrc: UInt32, ridNumber: UInt8
    ) -> Int {
        _ = RTPHeader.write(
            into: packet, marker: marker, payloadType: payloadType,
            sequenceNumber: UInt16(truncatingIfNeeded: sequence), timestamp: timestamp, ssrc: ssrc, hasExtension: true)
        var writer = HeaderExtensionWriter(UnsafeMutableRawBufferPointer(rebasing: packet[RTPHeader.fixedLength...]))
        session.transportSequence &+= 1
        writer.append(id: Extension.transportSequence, uint16: session.transportSequence)
        if var mid = plan.mid { mid.withUTF8 { _ = writer.append(id: Extension.mid, copying: .init($0)) } }
        if var rid = plan.rid { rid.withUTF8 { _ = writer.append(id: ridNumber, copying: .init($0)) } }
        if let level = plan.level { writer.append(id: Extension.audioLevel, byte: isOn ? 0x80 | level : 127) }
        return RTPHeader.fixedLength + writer.finish()
    }

    private func seal(
        _ packet: UnsafeMutableRawBufferPointer, headerLength: Int, length: Int, ssrc: UInt32, index: Int64
    ) -> Int {
        guard let start = packet.baseAddress else { return 0 }
        return session.sealer?.sealRTP(
            output: start, capacity: packet.count, headerLength: headerLength, ssrc: ssrc, index: UInt64(index),
            payload: UnsafeRawPointer(start + headerLength), payloadLength: length - headerLength) ?? 0
    }

    /// Sends a packet once more, in the stream of retransmissions (RFC 4588 §4).
    func resend(_ number: UInt16, batch: OpaquePointer) {
        let original = sequence - 1 - Int64(UInt16(truncatingIfNeeded: sequence - 1) &- number)
        guard original > 0, let ssrc = plan.rtxSSRC, let payloadType = plan.rtxPayloadType else { return }
        let kept = ring[Int(original) % Self.ringSize]
        guard kept.sequence == original, let memory = cbench_bytes(batch, 0) else { return }
        let packet = UnsafeMutableRawBufferPointer(start: memory, count: 2048)
        let stamp = kept.bytes[4..<8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let headerLength = writeHeader(
            packet, marker: kept.bytes[1] & 0x80 != 0, payloadType: payloadType, sequence: rtxSequence,
            timestamp: stamp, ssrc: ssrc, ridNumber: Extension.repairedRID)
        packet.storeBytes(of: number.bigEndian, toByteOffset: headerLength, as: UInt16.self)
        packet[(headerLength + 2)...].copyBytes(from: kept.bytes[kept.headerLength...])
        let length = headerLength + 2 + kept.bytes.count - kept.headerLength
        let sealed = seal(packet, headerLength: headerLength, length: length, ssrc: ssrc, index: rtxSequence)
        rtxSequence += 1
        resent += 1
        flush([UInt16(sealed)], batch: batch)
    }

    private func sendReport(now: Int64, batch: OpaquePointer) {
        guard let memory = cbench_bytes(batch, 0) else { return }
        let packet = UnsafeMutableRawBufferPointer(start: memory, count: 2048)
        var writer = RTCPWriter(packet)
        let moment = base &+ UInt32(truncatingIfNeeded: Int64(Double(now - start) * clock / 1_000_000))
        let name = Array("site\(session.number)".utf8)
        guard
            writer.senderReport(
                ssrc: plan.ssrc, ntpTimestamp: RTP.ntpTimestamp(unixMicroseconds: now), rtpTimestamp: moment,
                packetCount: UInt32(truncatingIfNeeded: packets), octetCount: UInt32(truncatingIfNeeded: bytes)),
            writer.sourceDescription(ssrc: plan.ssrc, cname: name.span)
        else { return }
        flush([UInt16(session.sealer?.sealRTCP(packet, length: writer.count) ?? 0)], batch: batch)
    }
}
