import CBench
import Glibc
import ICE
import RTP
import Relay
import RelayRuntime
import SDP
import SecureTransport

/// One publisher and many viewers on a relay with its UDP endpoint, as a worker has them, and bursts between marks that
/// the tracer counts: decrypt, keep, rewrite, encrypt, hand to the kernel.
struct Probe: ~Copyable {
    enum Load: String { case video, audio }

    private var relay = Relay(seed: 1)
    private var endpoint: UDPEndpoint
    private var batch = SendBatch()
    private var now: Int64 = 1_000_000
    private var sealer: SRTPSealer
    private var sequence: UInt64 = 1
    private let load: Load
    private let profile: SRTPProfile
    private let publisher = PeerAddress.ipv4(0x7F00_0001, port: 9)
    private let memory: UnsafeMutableRawPointer
    private let pipe = PacketPipe(capacityLog2: 22)
    private var tap = RecordingTap(relays: 1)
    /// Records that the tap has handed over.
    private(set) var recorded = 0

    static let packetsPerBurst = 6
    private static let videoBytes = 1100
    private static let audioBytes = 92

    init(load: Load, profile: SRTPProfile) throws {
        let sockets = try UDPEndpoint(address: "127.0.0.1", port: 0, runCapacity: 512)
        let sealing = try SRTPSealer(
            profile: profile, key: Self.bytes(1, 16), salt: Self.bytes(2, profile.saltLength))
        self.load = load
        self.profile = profile
        endpoint = sockets
        sealer = sealing
        memory = .allocate(byteCount: Self.packetsPerBurst * 2048, alignment: 64)
    }

    /// Brings the publisher and the viewers in.
    /// - Parameter isRecorded: whether the room is recorded.
    mutating func fill(viewers: Int, isRecorded: Bool) throws {
        relay.link(ordinal: 0, pipes: [nil, (outgoing: pipe, incoming: PacketPipe(capacityLog2: 3))], recorder: 1)
        if isRecorded { tap.open("r", firstTrack: 1) }
        try connect(number: 0, mode: .whip, sections: [("audio", "sendonly", 111, 1), ("video", "sendonly", 96, 2)])
        for number in 1...viewers {
            try connect(
                number: number, mode: .whep(exclude: nil),
                sections: [("audio", "recvonly", 111, nil), ("video", "recvonly", 96, nil)])
        }
        relay.tick(now: now, wallClock: now, into: &batch)
        send()
        _ = relay.takeEvents()
        record()
        tap.choose([ParticipantID(rawValue: 1)], screens: true, in: "r", now: now)
        record()
    }

    /// What the recorder's thread does, which costs the relay nothing.
    private mutating func record() {
        for _ in 0..<3 {
            for (_, message) in relay.takeLinkMessages() { tap.receive(message, from: 0, now: now) }
            tap.drain(pipe, from: 0, now: now)
            tap.tick(now: now)
            for (_, message) in tap.takeMessages() { relay.receive(message, from: 1, now: now) }
        }
        recorded += tap.takeRecords().count
    }

    deinit { memory.deallocate() }

    private static func bytes(_ seed: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ seed) }
    }

    /// Takes a client through offer, check and keys, as its worker would.
    private mutating func connect(
        number: Int, mode: JoinRequest.Mode, sections: [(kind: String, direction: String, type: Int, ssrc: Int?)]
    ) throws {
        var lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0 1"]
        for (mid, section) in sections.enumerated() {
            let codec = section.kind == "audio" ? "opus/48000/2" : "VP8/90000"
            lines += [
                "m=\(section.kind) 9 UDP/TLS/RTP/SAVPF \(section.type)", "c=IN IP4 0.0.0.0", "a=mid:\(mid)",
                "a=ice-ufrag:probe", "a=ice-pwd:probeprobeprobeprobeprobe",
                "a=fingerprint:sha-256 " + Array(repeating: "AA", count: 32).joined(separator: ":"),
                "a=setup:active", "a=rtcp-mux", "a=\(section.direction)", "a=rtpmap:\(section.type) \(codec)",
            ]
            if section.kind == "video" { lines.append("a=rtcp-fb:96 nack pli") }
            if let ssrc = section.ssrc { lines.append("a=ssrc:\(ssrc) cname:probe") }
        }
        let offer = try Offer(parsing: lines.joined(separator: "\r\n") + "\r\n")
        let id = ParticipantID(rawValue: UInt64(number) + 1)
        let negotiation = try Negotiation(
            offer: offer, request: JoinRequest(offerSDP: "", mode: mode), participant: id, room: "r",
            available: (1, 1), fingerprint: Array(repeating: 0, count: 32), candidates: [])
        try relay.admit(negotiation.plan, now: now)
        // Viewers are real sockets' addresses, though nobody reads there: the discard port.
        let address =
            number == 0 ? publisher : PeerAddress.ipv4(0x7F00_0100 + UInt32(number), port: 9)
        check(answer: negotiation.answerSDP, from: address)
        let own = Self.bytes(number + 1, 16)
        relay.handshake(
            id,
            made: .established(
                SRTPKeys(
                    profile: profile, clientKey: own, clientSalt: Self.bytes(number + 2, profile.saltLength),
                    serverKey: own, serverSalt: Self.bytes(number + 2, profile.saltLength))),
            datagrams: [], now: now, into: &batch)
        batch.removeAll()
    }

    private mutating func check(answer: String, from address: PeerAddress) {
        func value(_ name: String) -> String {
            answer.split(whereSeparator: \.isNewline).first { $0.hasPrefix("a=\(name):") }
                .map { String($0.dropFirst(name.count + 3)) } ?? ""
        }
        let request = UnsafeMutableRawBufferPointer(start: memory, count: 1024)
        var writer = STUNWriter(request, messageClass: .request, transaction: Self.bytes(5, 12).span.bytes)
        writer.username("\(value("ice-ufrag")):probe")
        writer.priority(1)
        writer.controlling(1)
        writer.useCandidate()
        writer.integrity(password: value("ice-pwd"))
        writer.fingerprint()
        relay.receive(
            UnsafeMutableRawBufferPointer(rebasing: request[..<writer.length]), from: address, now: now, into: &batch)
    }

    /// Makes the packets of the next burst; not counted. Returns their lengths.
    private mutating func prepare() -> InlineArray<6, Int> {
        var lengths = InlineArray<6, Int>(repeating: 0)
        now += 33_333
        let count = load == .video ? Self.packetsPerBurst : 1
        let ssrc: UInt32 = load == .video ? 2 : 1
        for index in 0..<count {
            let packet = memory + index * 2048
            let payload = packet + RTPHeader.fixedLength
            let length = (load == .video ? Self.videoBytes : Self.audioBytes) - RTPHeader.fixedLength
            memset(payload, 7, length)
            if load == .video {
                let start: [UInt8] = [0x90, 0x80, 0x81, UInt8(truncatingIfNeeded: sequence), 0x10, 0, 0, 0x9D, 1, 0x2A]
                payload.copyMemory(from: start, byteCount: start.count)
                if index > 0 { payload.storeBytes(of: 0x80, as: UInt8.self) }
            }
            _ = RTPHeader.write(
                into: UnsafeMutableRawBufferPointer(start: packet, count: RTPHeader.fixedLength),
                marker: index == count - 1, payloadType: load == .video ? 96 : 111,
                sequenceNumber: UInt16(truncatingIfNeeded: sequence),
                timestamp: UInt32(truncatingIfNeeded: now &* 9 / 100), ssrc: ssrc)
            lengths[index] = sealer.sealRTP(
                output: packet, capacity: 2048, headerLength: RTPHeader.fixedLength, ssrc: ssrc, index: sequence,
                payload: UnsafeRawPointer(payload), payloadLength: length)
            sequence += 1
        }
        return lengths
    }

    /// One burst from the publisher to everybody, as ``Worker`` does it. Returns the datagrams that went out.
    mutating func burst(marked: Bool) -> Int {
        let lengths = prepare()
        let count = load == .video ? Self.packetsPerBurst : 1
        var sent = 0
        if marked { cbench_mark() }
        for index in 0..<count {
            relay.receive(
                UnsafeMutableRawBufferPointer(start: memory + index * 2048, count: lengths[index]), from: publisher,
                now: now, into: &batch)
        }
        var hasMore = true
        while hasMore {
            hasMore = relay.forward(into: &batch, now: now)
            sent += batch.datagramCount
            send()
        }
        if marked { cbench_mark() }
        return sent
    }

    /// Timers, which are not per packet; not counted.
    mutating func rest() {
        relay.tick(now: now, wallClock: now, into: &batch)
        send()
        _ = relay.takeEvents()
        record()
    }

    private mutating func send() {
        _ = endpoint.send(batch) { _, _ in }
        batch.removeAll()
    }
}
