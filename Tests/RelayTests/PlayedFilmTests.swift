import Film
import RTP
import Testing

@testable import Relay

/// A film of one picture in two sizes and sound, whose packets the test makes itself.
private struct Cinema {
    var relays: LinkedRelays
    let pipes: [PacketPipe]
    let film = PlayedFilm(
        id: ParticipantID(rawValue: 999), room: "r",
        summary: FilmFile.Summary(
            length: 60_000, hasSound: true,
            sizes: [.init(height: 180, rate: 120_000), .init(height: 360, rate: 350_000)],
            indexOffset: 0, indexCount: 1))
    var viewers: [PeerBox] = []
    var media: [[SimulatedPeer.Received]] = []
    var reports: [[RTCPPacket]] = []
    private(set) var now: Int64 = 0
    private var sent = 0

    init(relays count: Int) {
        relays = LinkedRelays(count: count)
        pipes = (0..<count).map { _ in PacketPipe(capacityLog2: 18) }
    }

    mutating func join(_ number: UInt64, at relay: Int, speaks: Bool = false) throws {
        viewers.append(
            try relays.join(
                number, at: relay, now: now, tracks: speaks ? [.microphone(2000)] : [],
                slots: [
                    .voice("0", ssrc: 70), .voice("1", ssrc: 72),
                    .init(
                        mid: "2", role: .screen, ssrc: 80, rtxSSRC: 0,
                        codecs: ParticipantPlan.ReceivingSection.picture("2", ssrc: 80).codecs,
                        hasTransportSequence: false),
                    .init(
                        mid: "3", role: .screenAudio, ssrc: 90, rtxSSRC: 0,
                        codecs: ParticipantPlan.ReceivingSection.voice("3", ssrc: 90).codecs,
                        hasTransportSequence: false),
                ]))
        media.append([])
        reports.append([])
        relays.deliverAll(now: now)
    }

    mutating func begin() {
        for (box, pipe) in zip(relays.boxes, pipes) { box.relay.play(film, from: pipe, now: now) }
    }

    mutating func end() {
        for box in relays.boxes { box.relay.endFilm(film.id, now: now) }
    }

    /// 20 ms in which nothing comes.
    mutating func idle() {
        for _ in 0..<4 {
            now += 5_000
            relays.step(viewers, now: now, ticks: true, media: &media, reports: &reports)
        }
    }

    /// 20 ms of the film: a picture in both sizes, one packet of sound.
    mutating func advance() {
        idle()
        let isKeyframe = sent % 50 == 0
        let name = [UInt8(0x80 | sent >> 8 & 0x7F), UInt8(truncatingIfNeeded: sent)]
        for (track, ticks) in [(FilmTrack.small, 1800), (.large, 1800), (.sound, 960)] {
            let picture: [UInt8] = [0x90, 0x80] + name + [isKeyframe ? 0x10 : 0x11, track.rawValue, 1, 2]
            let packet = FilmPacket(
                track: track, sequence: Int64(sent), timestamp: UInt32(sent * ticks), marker: true,
                isKeyframe: isKeyframe, startsPicture: true, pictureID: UInt16(sent & 0x7FFF),
                payload: track.isPicture ? picture : [0x78, UInt8(truncatingIfNeeded: sent), 3])
            for pipe in pipes { _ = pipe.write(packet, height: 0, due: now, now: now) }
        }
        sent += 1
        relays.step(viewers, now: now, ticks: false, media: &media, reports: &reports)
    }

    func packets(_ viewer: Int, ssrc: UInt32) -> [SimulatedPeer.Received] { media[viewer].filter { $0.ssrc == ssrc } }
}

@Suite struct `A film in a room` {
    @Test func `reaches everybody on each relay, picture and sound, without a hole`() throws {
        var cinema = Cinema(relays: 2)
        try cinema.join(1, at: 0)
        try cinema.join(2, at: 0)
        try cinema.join(3, at: 1)
        cinema.begin()
        for _ in 0..<200 { cinema.advance() }
        for viewer in 0..<3 {
            for ssrc in [UInt32(80), 90] {
                let got = cinema.packets(viewer, ssrc: ssrc)
                #expect(got.count >= 149, "\(ssrc) of viewer \(viewer)")
                for (before, after) in zip(got, got.dropFirst()) {
                    #expect(after.sequence == before.sequence &+ 1)
                    #expect(after.timestamp &- before.timestamp == (ssrc == 80 ? 1800 : 960))
                }
            }
            // The larger of its sizes, from a keyframe on.
            #expect(cinema.packets(viewer, ssrc: 80).allSatisfy { $0.payload[5] == FilmTrack.large.rawValue })
            #expect(cinema.packets(viewer, ssrc: 80).first?.payload[4] == 0x10)
        }
    }

    @Test func `goes from relay to relay by no other way`() throws {
        var cinema = Cinema(relays: 2)
        try cinema.join(1, at: 0)
        cinema.begin()
        try cinema.join(2, at: 1)
        for _ in 0..<60 { cinema.advance() }
        for box in cinema.relays.boxes {
            #expect(box.relay.publications.count == 2)
            for index in 0..<box.relay.publications.highWater where box.relay.publications.contains(index) {
                #expect(box.relay.publications[index].exports == 0)
            }
        }
    }

    @Test func `is there for whoever comes later, and after everybody had gone`() throws {
        var cinema = Cinema(relays: 1)
        cinema.begin()
        for _ in 0..<10 { cinema.advance() }
        try cinema.join(1, at: 0)
        for _ in 0..<100 { cinema.advance() }
        #expect(cinema.packets(0, ssrc: 80).count >= 50)
        cinema.relays.leave(ParticipantID(rawValue: 1), now: cinema.now)
        #expect(cinema.relays.boxes[0].relay.publications.count == 0)
        #expect(cinema.relays.boxes[0].relay.layers.count == 0)
        for _ in 0..<10 { cinema.advance() }
        try cinema.join(2, at: 0)
        for _ in 0..<100 { cinema.advance() }
        #expect(cinema.packets(1, ssrc: 80).count >= 50)
        #expect(cinema.packets(1, ssrc: 90).count >= 90)
    }

    @Test func `leaves its slots empty when it ends`() throws {
        var cinema = Cinema(relays: 1)
        try cinema.join(1, at: 0)
        cinema.begin()
        for _ in 0..<60 { cinema.advance() }
        cinema.end()
        let before = cinema.media[0].count
        for _ in 0..<20 { cinema.advance() }
        #expect(cinema.media[0].count == before)
        let relay = cinema.relays.boxes[0]
        #expect(relay.relay.films.isEmpty)
        #expect(relay.relay.publications.count == 0)
        for slot in 0..<relay.relay.slots.highWater where relay.relay.slots.contains(slot) {
            #expect(relay.relay.slots[slot].publication == -1)
        }
    }

    @Test func `goes on in its slots after a long stand`() throws {
        var cinema = Cinema(relays: 1)
        try cinema.join(1, at: 0)
        cinema.begin()
        for _ in 0..<60 { cinema.advance() }
        for _ in 0..<2_000 { cinema.idle() }
        let before = cinema.packets(0, ssrc: 80).count
        cinema.advance()
        cinema.advance()
        // Not at a keyframe: nothing has been taken out of the slot meanwhile.
        #expect(cinema.packets(0, ssrc: 80).count > before)
    }

    @Test func `asks nobody for anything, and no event tells of its publications`() throws {
        var cinema = Cinema(relays: 1)
        try cinema.join(1, at: 0)
        cinema.begin()
        for _ in 0..<100 { cinema.advance() }
        let named = cinema.relays.boxes[0].relay.takeEvents().contains { event in
            switch event {
            case .publication(_, let owner, _, _), .layers(_, let owner, _, _), .voiceRate(_, let owner, _):
                owner == cinema.film.id
            default: false
            }
        }
        #expect(!named)
    }
}
