import ICE
import RTP
import SDP
import SecureTransport

@testable import Relay

/// A client of a simulated relay, past its handshake: it seals what it sends and opens what it gets.
struct SimulatedPeer: ~Copyable {
    static let profile = SRTPProfile.aeadAES128GCM
    static let (audioLevelExtension, ridExtension, repairedRIDExtension): (UInt8, UInt8, UInt8) = (1, 4, 5)

    let id: ParticipantID
    let address: PeerAddress
    private var sealer: SRTPSealer
    private var opener: SRTPOpener
    private var memory = [UInt8](repeating: 0, count: 2000)
    /// Packets for this peer that did not open: repeated ones, and those of a rollover that nobody could guess.
    private(set) var unopened = 0

    /// A packet as it came out at the receiver.
    struct Received: Equatable {
        var ssrc: UInt32
        var sequence: UInt16
        var timestamp: UInt32
        var payloadType: UInt8
        var marker: Bool
        /// Padding included.
        var payload: [UInt8]
        var hasPadding = false

        /// The payload as a decoder gets it (RFC 3550 §5.1); nil when the padding's length is wrong.
        var content: [UInt8]? {
            guard hasPadding else { return payload }
            guard let count = payload.last.map(Int.init), (1...payload.count).contains(count) else { return nil }
            return Array(payload.dropLast(count))
        }
    }

    /// Joins `room` of a relay and is connected at once.
    init(
        _ number: UInt64, joining room: String, of relay: inout Relay, mode: JoinRequest.Mode, now: Int64,
        tracks: [ParticipantPlan.Track] = [], slots: [ParticipantPlan.ReceivingSection] = [], peers: UInt64 = 0
    ) throws {
        let name = ParticipantID(rawValue: number)
        let place = PeerAddress.ipv4(0x0A00_0000 + UInt32(number), port: 4000)
        let inward = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 16)
        let outward = [UInt8](repeating: UInt8(truncatingIfNeeded: number &+ 100), count: 16)
        let salt = [UInt8](repeating: 3, count: 12)
        var extensions = HeaderExtensionMap()
        extensions[.audioLevel] = 1
        extensions[.transportSequence] = 3
        extensions[.rid] = Self.ridExtension
        extensions[.repairedRID] = Self.repairedRIDExtension
        try relay.admit(
            ParticipantPlan(
                id: name, room: room, displayName: "\(number)", site: "", mode: mode,
                localCredentials: ICECredentials(ufrag: "u\(number)", password: "p"), remoteUfrag: "r",
                remotePassword: "p", fingerprints: [], extensions: extensions, tracks: tracks, slots: slots),
            peers: peers, now: now)
        if let index = relay.participantsByID[name] {
            relay.addresses.insert(place, participant: index)
            relay.participants[index].address = place
            relay.participants[index].isConnected = true
            relay.participants[index].opener = try SRTPOpener(profile: Self.profile, key: inward, salt: salt)
            relay.participants[index].sealer = try SRTPSealer(profile: Self.profile, key: outward, salt: salt)
        }
        let sealing = try SRTPSealer(profile: Self.profile, key: inward, salt: salt)
        let opening = try SRTPOpener(profile: Self.profile, key: outward, salt: salt)
        id = name
        address = place
        sealer = sealing
        opener = opening
    }

    /// Sends one RTP packet to the relay.
    mutating func send(
        to relay: inout Relay, ssrc: UInt32, sequence: UInt64, timestamp: UInt32, payloadType: UInt8,
        marker: Bool = false, payload: [UInt8], now: Int64, into batch: inout SendBatch,
        element: (id: UInt8, value: [UInt8])? = nil
    ) {
        let length = memory.withUnsafeMutableBytes { memory in
            payload.withUnsafeBytes { payload in
                guard let base = memory.baseAddress, let from = payload.baseAddress else { return 0 }
                var headerLength = RTPHeader.write(
                    into: memory, marker: marker, payloadType: payloadType,
                    sequenceNumber: UInt16(truncatingIfNeeded: sequence), timestamp: timestamp, ssrc: ssrc,
                    hasExtension: element != nil)
                if let element {
                    var writer = HeaderExtensionWriter(UnsafeMutableRawBufferPointer(rebasing: memory[12..<100]))
                    element.value.withUnsafeBytes { _ = writer.append(id: element.id, copying: $0) }
                    headerLength += writer.finish()
                }
                return sealer.sealRTP(
                    output: base, capacity: memory.count, headerLength: headerLength, ssrc: ssrc, index: sequence,
                    payload: from, payloadLength: payload.count)
            }
        }
        memory.withUnsafeMutableBytes { memory in
            relay.receive(
                UnsafeMutableRawBufferPointer(rebasing: memory[..<length]), from: address, now: now, into: &batch)
        }
    }

    /// Sends one compound RTCP packet that `write` fills.
    mutating func report(
        to relay: inout Relay, now: Int64, into batch: inout SendBatch, write: (inout RTCPWriter) -> Void
    ) {
        let length = memory.withUnsafeMutableBytes { memory in
            var writer = RTCPWriter(memory)
            write(&writer)
            return sealer.sealRTCP(memory, length: writer.count)
        }
        memory.withUnsafeMutableBytes { memory in
            relay.receive(
                UnsafeMutableRawBufferPointer(rebasing: memory[..<length]), from: address, now: now, into: &batch)
        }
    }

    /// Everything in a batch that is for this peer, media in `media`, RTCP packets in `reports`.
    mutating func take(from batch: borrowing SendBatch, media: inout [Received], reports: inout [RTCPPacket]) {
        for index in 0..<batch.runCount {
            let run = batch.run(index)
            guard run.destination == address else { continue }
            let bytes = batch.bytes(of: run)
            var offset = 0
            while offset < run.length {
                let length = min(run.segmentSize, run.length - offset)
                var datagram = Array(bytes[offset..<(offset + length)])
                offset += length
                datagram.withUnsafeMutableBytes { datagram in
                    let plain = UnsafeRawBufferPointer(datagram)
                    if PacketClass(of: plain.bytes) == .rtcp {
                        guard case .ok(let count) = opener.openRTCP(datagram, length: length) else { return }
                        var reader = RTCPReader()
                        let report = UnsafeRawBufferPointer(rebasing: plain[..<count])
                        while let packet = try? reader.next(in: report.bytes) { reports.append(packet) }
                        return
                    }
                    guard let header = try? RTPHeader(parsing: plain.bytes, paddingIsEncrypted: true),
                        case .ok(let count) = opener.openRTP(
                            datagram, length: length, headerLength: header.headerLength, ssrc: header.ssrc,
                            sequence: header.sequenceNumber)
                    else {
                        unopened += 1
                        return
                    }
                    media.append(
                        Received(
                            ssrc: header.ssrc, sequence: header.sequenceNumber, timestamp: header.timestamp,
                            payloadType: header.payloadType, marker: header.marker,
                            payload: Array(plain[header.headerLength..<count]), hasPadding: header.hasPadding))
                }
            }
        }
    }
}

extension ParticipantPlan.Track {
    static func camera(_ ssrc: UInt32, rids: [String] = []) -> Self {
        .init(
            mid: "1", role: .camera,
            codecs: [
                NegotiatedCodec(
                    codec: .vp8, variant: 0, payloadType: 96, rtxPayloadType: 97, hasNACK: true, hasPLI: true)
            ], rids: rids, ssrcs: [(media: ssrc, rtx: ssrc + 1)])
    }

    static func microphone(_ ssrc: UInt32) -> Self {
        .init(
            mid: "0", role: .microphone,
            codecs: [
                NegotiatedCodec(
                    codec: .opus, variant: 0, payloadType: 111, rtxPayloadType: nil, hasNACK: false, hasPLI: false)
            ], rids: [], ssrcs: [(media: ssrc, rtx: 0 as UInt32)])
    }
}

extension ParticipantPlan.ReceivingSection {
    /// Payload types of its own, as another client's offer has them.
    static func picture(_ mid: String, ssrc: UInt32) -> Self {
        .init(
            mid: mid, role: .camera, ssrc: ssrc, rtxSSRC: ssrc + 1,
            codecs: [
                NegotiatedCodec(
                    codec: .vp8, variant: 0, payloadType: 120, rtxPayloadType: 121, hasNACK: true, hasPLI: true)
            ])
    }

    static func voice(_ mid: String, ssrc: UInt32) -> Self {
        .init(
            mid: mid, role: .microphone, ssrc: ssrc, rtxSSRC: 0,
            codecs: [
                NegotiatedCodec(
                    codec: .opus, variant: 0, payloadType: 109, rtxPayloadType: nil, hasNACK: false, hasPLI: false)
            ])
    }
}
