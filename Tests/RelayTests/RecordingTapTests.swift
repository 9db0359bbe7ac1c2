import Film
import RTP
import Testing

@testable import Relay

/// A VP8 payload: descriptor with a 15-bit picture number, then a keyframe's or an interframe's first byte.
private func pictureBytes(_ number: Int, isKeyframe: Bool) -> [UInt8] {
    let name: [UInt8] = [0x80 | UInt8(number >> 8 & 0x7F), UInt8(truncatingIfNeeded: number)]
    return [0x90, 0x80] + name + [isKeyframe ? 0x10 : 0x11, 0, 0, 0x9D, 0x01, 0x2A, 0x80, 0x02, 0x68, 0x01, 1, 2, 3]
}

/// A relay with somebody in it, and a tap beside it.
private struct TappedRelay {
    static let owner = ParticipantID(rawValue: 1)
    let box: RelayBox
    let pipe: PacketPipe
    var tap = RecordingTap(relays: 1)
    var peer: PeerBox?
    var records: [TappedRecord] = []
    /// What the publisher was asked for.
    var reports: [RTCPPacket] = []
    var now: Int64 = 1_000_000

    init(pipeLog2: Int = 20) {
        var relay = Relay(seed: 1)
        pipe = PacketPipe(capacityLog2: pipeLog2)
        relay.link(ordinal: 0, pipes: [nil, (outgoing: pipe, incoming: PacketPipe(capacityLog2: 3))], recorder: 1)
        box = RelayBox(relay)
    }

    mutating func join(tracks: [ParticipantPlan.Track] = [.microphone(2000), .camera(1000)]) throws {
        peer = PeerBox(
            try SimulatedPeer(1, joining: "r", of: &box.relay, mode: .whip, now: now, tracks: tracks))
        settle()
    }

    mutating func leave() {
        box.relay.remove(Self.owner, reason: .left, now: now)
        peer = nil
        settle()
    }

    /// Messages go both ways, and the pipe is read.
    mutating func settle(draining: Bool = true) {
        for _ in 0..<4 {
            for (_, message) in box.relay.takeLinkMessages() { tap.receive(message, from: 0, now: now) }
            if draining {
                tap.drain(pipe, from: 0, now: now)
                tap.tick(now: now)
            }
            for (_, message) in tap.takeMessages() { box.relay.receive(message, from: 1, now: now) }
        }
        records += tap.takeRecords()
    }

    mutating func pass(_ time: Int64, draining: Bool = true) {
        now += time
        box.relay.tick(now: now, wallClock: 1_700_000_000_000_000 + now, into: &box.batch)
        var media: [SimulatedPeer.Received] = []
        peer?.peer.take(from: box.batch, media: &media, reports: &reports)
        box.batch.removeAll()
        settle(draining: draining)
    }

    mutating func voice(_ number: Int, payload: [UInt8]? = nil, payloadType: UInt8 = 111) {
        peer?.peer.send(
            to: &box.relay, ssrc: 2000, sequence: UInt64(number), timestamp: UInt32(number) * 960,
            payloadType: payloadType, payload: payload ?? [7, UInt8(truncatingIfNeeded: number), 9], now: now,
            into: &box.batch)
    }

    mutating func picture(_ number: Int, isKeyframe: Bool) {
        peer?.peer.send(
            to: &box.relay, ssrc: 1000, sequence: UInt64(number), timestamp: UInt32(number) * 3600, payloadType: 96,
            marker: true, payload: pictureBytes(number, isKeyframe: isKeyframe), now: now, into: &box.batch)
    }

    func packets(of role: TrackRole) -> [[UInt8]] {
        let tracks = Set(begun.filter { $0.role == role }.map(\.number))
        return records.compactMap {
            if case .packet(let track, _, let bytes) = $0.content, tracks.contains(track) { bytes } else { nil }
        }
    }

    var begun: [TappedTrack] {
        records.compactMap { if case .began(let track) = $0.content { track } else { nil } }
    }

    var ended: [UInt32] { records.compactMap { if case .ended(let track) = $0.content { track } else { nil } } }
}

/// A camera with layers of which some are sent: only what is wanted comes, and a keyframe only when one is asked for.
private struct TappedCamera {
    var tapped: TappedPublication
    var now: Int64 = 0
    var wanted: UInt8 = 0
    var keyframesAsked = 0
    var kept: [(layer: Int, at: Int64)] = []
    private var sequences: [Int64]
    private var needsKeyframe: Set<Int> = []
    private var numbers: UInt16 = 0

    init(layers: Int) {
        sequences = Array(repeating: 0, count: layers)
        tapped = TappedPublication(
            LinkedPublication(
                index: 0, serial: 1, owner: ParticipantID(rawValue: 1), name: "", role: .camera, codecs: [],
                layerCount: layers, isActive: true),
            relay: 0, room: "r", firstTrack: 1, isChosen: true, now: 0)
    }

    mutating func pass(seconds: Int, sending layers: [Int]) {
        for _ in 0..<seconds * 25 {
            for message in tapped.requests(now: now) {
                switch message {
                case .interest(_, _, let layers): wanted = layers
                case .keyframe(_, _, let quality):
                    needsKeyframe.insert(quality)
                    keyframesAsked += 1
                default: break
                }
            }
            for layer in layers where wanted & 1 << UInt8(layer) != 0 { send(layer) }
            now += 40_000
        }
    }

    private mutating func send(_ layer: Int) {
        var record = LinkedPacket(publication: 0, serial: 1, quality: UInt8(layer))
        record.packet.sequence = sequences[layer]
        record.packet.arrival = now
        record.packet.payloadLength = 3
        record.packet.codec = .vp8
        record.packet.isKeyframe = needsKeyframe.remove(layer) != nil
        sequences[layer] += 1
        var records: [TappedRecord] = []
        ([1, 2, 3] as [UInt8]).withUnsafeBytes {
            tapped.take(
                record, bytes: $0, now: now, numbers: &numbers, into: &records)
        }
        for record in records { if case .packet(_, let layer, _) = record.content { kept.append((Int(layer), now)) } }
    }
}

private func sequences(_ packets: [[UInt8]]) -> [Int] { packets.map { Int($0[2]) << 8 | Int($0[3]) } }

@Suite struct `A recorder's tap` {
    @Test func `gets a room's voices whether it was there before them or came later`() throws {
        for isEarly in [true, false] {
            var room = TappedRelay()
            if isEarly { room.tap.open("r", firstTrack: 1) }
            room.settle()
            try room.join()
            if !isEarly { room.tap.open("r", firstTrack: 1) }
            room.settle()
            for number in 0..<50 {
                room.voice(number)
                room.pass(20_000)
            }
            let packets = room.packets(of: .microphone)
            #expect(packets.map { Array($0.dropFirst(12)) } == (0..<50).map { [7, UInt8($0), 9] })
            #expect(room.begun.map(\.owner) == [TappedRelay.owner] && room.begun.map(\.name) == ["1"])
            #expect(sequences(packets) == Array(0..<50))
            #expect(room.box.relay.metrics.packetsForwarded == 0)
        }
    }

    @Test func `gets nothing of rooms that it did not ask for, nor after it has left`() throws {
        var room = TappedRelay()
        try room.join()
        room.voice(0)
        #expect(room.pipe.isEmpty)
        room.tap.open("r", firstTrack: 1)
        room.settle()
        room.voice(1)
        room.pass(20_000)
        room.tap.close("r", now: room.now)
        room.settle()
        #expect(room.ended == room.begun.map(\.number))
        let before = room.records.count
        room.voice(2)
        #expect(room.pipe.isEmpty)
        room.pass(20_000)
        #expect(room.records.count == before)
    }

    @Test func `gets nothing of a voice that the chair has silenced`() throws {
        var room = TappedRelay()
        room.tap.open("r", firstTrack: 1)
        try room.join()
        room.voice(0)
        room.pass(20_000)
        room.box.relay.command(.silence(true), from: TappedRelay.owner, now: room.now)
        room.pass(20_000)
        for number in 1..<20 {
            room.voice(number)
            room.pass(20_000)
        }
        #expect(sequences(room.packets(of: .microphone)) == [0])
        room.box.relay.command(.silence(false), from: TappedRelay.owner, now: room.now)
        for number in 20..<25 {
            room.voice(number)
            room.pass(20_000)
        }
        #expect(sequences(room.packets(of: .microphone)).last == 24)
        #expect(room.begun.count == 2, "a track of its own")
    }

    @Test func `keeps a picture from a keyframe on that it asked for, and only while it is chosen`() throws {
        var room = TappedRelay()
        room.tap.open("r", firstTrack: 1)
        try room.join()
        for number in 0..<10 {
            room.picture(number, isKeyframe: number == 0)
            room.pass(40_000)
        }
        #expect(room.packets(of: .camera).isEmpty)
        room.reports = []
        room.tap.choose([TappedRelay.owner], screens: true, in: "r", now: room.now)
        room.settle()
        for number in 10..<20 {
            room.picture(number, isKeyframe: number == 15)
            room.pass(40_000)
        }
        let isAsked = room.reports.contains { if case .pictureLossIndication = $0 { true } else { false } }
        #expect(isAsked)
        #expect(sequences(room.packets(of: .camera)) == Array(15..<20))
        room.tap.choose([], screens: true, in: "r", now: room.now)
        for number in 20..<25 {
            room.picture(number, isKeyframe: true)
            room.pass(40_000)
        }
        #expect(sequences(room.packets(of: .camera)) == Array(15..<20))
        #expect(room.ended == room.begun.filter { $0.role == .camera }.map(\.number))
    }

    @Test func `asks for a keyframe when a packet of a picture does not come`() throws {
        var room = TappedRelay()
        room.tap.open("r", firstTrack: 1)
        try room.join()
        room.tap.choose([TappedRelay.owner], screens: true, in: "r", now: room.now)
        room.settle()
        for number in 0..<40 {
            room.picture(number, isKeyframe: number == 0)
            room.pass(40_000)
        }
        room.reports = []
        for number in 41..<80 {
            room.picture(number, isKeyframe: false)
            room.pass(40_000)
        }
        let asked = room.reports.filter { if case .pictureLossIndication = $0 { true } else { false } }
        #expect((1...2).contains(asked.count), "\(asked.count)")
    }

    @Test func `unpacks redundant voices, and takes from them what has not come`() throws {
        var room = TappedRelay()
        room.tap.open("r", firstTrack: 1)
        var track = ParticipantPlan.Track.microphone(2000)
        track.codecs.insert(
            NegotiatedCodec(
                codec: .red, variant: 0, payloadType: 63, rtxPayloadType: nil, hasNACK: false, hasPLI: false), at: 0)
        try room.join(tracks: [track])
        for number in 0..<30 where number % 5 != 3 {
            // The packet before, 960 ticks ago and three bytes long, and the newest one.
            let before: [UInt8] = [0x80 | 111, 0x0F, 0x00, 0x03, 111, 7, UInt8(max(number - 1, 0)), 9]
            room.voice(number, payload: before + [7, UInt8(number), 9], payloadType: 63)
            room.pass(20_000)
        }
        let packets = room.packets(of: .microphone)
        #expect(
            packets.sorted { sequences([$0])[0] < sequences([$1])[0] }.map { Array($0.dropFirst(12)) }
                == (0..<30).map { [7, UInt8($0), 9] })
        for packet in packets {
            let timestamp = packet[4..<8].reduce(0) { $0 << 8 | Int($1) }
            #expect(timestamp == sequences([packet])[0] * 960)
            #expect(packet[1] & 0x7F == 96)
        }
        #expect(room.begun.map(\.codec) == [.opus])
    }

    @Test func `says how many packets found its pipe full, and the relay goes on without it`() throws {
        var room = TappedRelay(pipeLog2: 12)
        room.tap.open("r", firstTrack: 1)
        try room.join()
        room.voice(0)
        room.pass(20_000)
        for number in 1..<200 {
            room.voice(number)
            room.pass(20_000, draining: false)
        }
        room.settle()
        room.voice(200)
        room.pass(20_000)
        let lost = room.records.reduce(0) {
            if case .lost(_, let packets) = $1.content { $0 + Int(packets) } else { $0 }
        }
        let kept = room.packets(of: .microphone).count
        #expect(lost > 100)
        #expect(kept + lost == 201)
        #expect(UInt64(lost) == room.box.relay.metrics.recordingDrops)
        #expect(room.box.relay.metrics.packetsReceived == 201)
    }

    @Test func `knows the room again when everybody has left it and somebody comes back`() throws {
        var room = TappedRelay()
        room.tap.open("r", firstTrack: 1)
        for round in 0..<3 {
            try room.join(tracks: [.microphone(2000)])
            for number in 0..<5 {
                room.voice(number)
                room.pass(20_000)
            }
            #expect(room.packets(of: .microphone).count == 5 * (round + 1))
            room.leave()
        }
        #expect(Set(room.begun.map(\.number)).count == 3)
        #expect(room.ended == room.begun.map(\.number))
    }

    @Test func `keeps the clock of a voice's sender`() throws {
        var room = TappedRelay()
        room.tap.open("r", firstTrack: 1)
        try room.join()
        room.voice(0)
        room.pass(20_000)
        room.peer?.peer.report(to: &room.box.relay, now: room.now, into: &room.box.batch) {
            _ = $0.senderReport(
                ssrc: 2000, ntpTimestamp: 0x1234_5678_9ABC_DEF0, rtpTimestamp: 960, packetCount: 1, octetCount: 3)
        }
        room.settle()
        let clocks = room.records.compactMap {
            if case .clock(let track, _, let timestamp, let ntp) = $0.content { (track, timestamp, ntp) } else { nil }
        }
        #expect(clocks.map(\.1) == [960] && clocks.map(\.2) == [0x1234_5678_9ABC_DEF0])
    }

    @Test func `a clock that was told before a recording began is kept behind its track's begin, as it is then`() throws
    {
        var room = TappedRelay()
        try room.join()
        room.voice(0)
        room.pass(20_000)
        room.peer?.peer.report(to: &room.box.relay, now: room.now, into: &room.box.batch) {
            _ = $0.senderReport(
                ssrc: 2000, ntpTimestamp: 7 << 32, rtpTimestamp: 960, packetCount: 1, octetCount: 3)
        }
        room.pass(480_000)
        room.tap.open("r", firstTrack: 1)
        room.settle()
        room.pass(20_000)
        room.voice(25)
        room.settle()
        let names = room.records.map { record in
            switch record.content {
            case .began: "began"
            case .clock: "clock"
            default: "other"
            }
        }
        #expect(names == ["began", "other", "clock"])
        guard case .clock(_, _, let timestamp, let ntp) = try #require(room.records.last).content else { return }
        #expect(timestamp == 960 + 24_000 && ntp == 7 << 32 | 1 << 31)
    }

    @Test func `keeps a film's sound and its best picture, on the server's clock`() throws {
        var room = TappedRelay()
        let film = PlayedFilm(
            id: ParticipantID(rawValue: 77), room: "r",
            summary: FilmFile.Summary(
                length: 60_000, hasSound: true,
                sizes: [.init(height: 180, rate: 100_000), .init(height: 360, rate: 400_000)], indexOffset: 0,
                indexCount: 0))
        let pipe = PacketPipe(capacityLog2: 18)
        room.tap.play(film, now: room.now)
        room.tap.open("r", firstTrack: 1)
        for number in 0..<100 {
            for quality in 0...1 {
                _ = pipe.write(
                    FilmPacket(
                        track: quality == 0 ? .small : .large, sequence: Int64(number),
                        timestamp: UInt32(number) * 3600,
                        marker: true, isKeyframe: number % 50 == 0, startsPicture: true, pictureID: 0,
                        payload: [UInt8(quality), UInt8(number)]), height: 180, due: room.now, now: room.now,
                    wallClockOffset: 1_700_000_000_000_000)
            }
            _ = pipe.write(
                FilmPacket(
                    track: .sound, sequence: Int64(number), timestamp: UInt32(number) * 1920, marker: false,
                    isKeyframe: true, startsPicture: true, pictureID: 0, payload: [9, UInt8(number)]), height: 0,
                due: room.now, now: room.now, wallClockOffset: 1_700_000_000_000_000)
            room.tap.drain(pipe, ofFilm: film.id, now: room.now)
            room.pass(40_000)
        }
        room.tap.endFilm(film.id, now: room.now)
        room.settle()
        #expect(room.packets(of: .screenAudio).map { $0[13] } == (0..<100).map { UInt8($0) })
        let pictures = room.packets(of: .screen)
        #expect(pictures.suffix(99).allSatisfy { $0[12] == 1 } && pictures.count >= 100)
        let clocks = room.records.filter { if case .clock = $0.content { true } else { false } }
        #expect((4...6).contains(clocks.count))
        #expect(room.ended.sorted() == room.begun.map(\.number).sorted())
    }

    @Test func `a picture begins with the layer that comes first, and is kept in the best one as soon as that comes`() {
        var camera = TappedCamera(layers: 3)
        // A line that has just begun bears the lowest alone.
        camera.pass(seconds: 1, sending: [0])
        #expect(camera.kept.first.map { $0.at <= 100_000 } ?? false)
        #expect(Set(camera.kept.map(\.layer)) == [0])
        camera.pass(seconds: 3, sending: [0, 1, 2])
        #expect(camera.kept.last?.layer == 2)
        #expect(camera.wanted == 0b100)
        #expect(camera.keyframesAsked <= 3)
        // Its sender's line became thin: what is still sent has to be wanted again.
        camera.pass(seconds: 2, sending: [0])
        #expect(camera.kept.last?.layer == 0)
        #expect(camera.wanted == 0b111)
    }

    @Test func `a small camera, whose upper layers never come, is kept from its first keyframe`() {
        var camera = TappedCamera(layers: 3)
        camera.pass(seconds: 60, sending: [0])
        #expect(camera.kept.first.map { $0.at <= 100_000 } ?? false)
        #expect(camera.kept.count == 60 * 25)
        #expect(camera.keyframesAsked == 1)
    }
}
