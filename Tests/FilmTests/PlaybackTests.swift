import RTP
import Testing

@testable import Film

/// A film of twelve seconds that is being played, and what has come out of it.
private struct Show {
    var playback: Playback
    var now: Int64 = 50_000_000
    var sent: [(packet: FilmPacket, at: Int64, due: Int64)] = []

    init() throws { playback = Playback(try FilmReader(ByteSource(try Sample.film(seconds: 12)))) }

    /// Wakes when something is due, as its thread does, until so many µs have passed.
    mutating func run(_ time: Int64) {
        let end = now + time
        while let due = playback.nextDue, due <= end {
            now = max(now, due)
            playback.advance(to: now) { sent.append(($0, now, $1)) }
        }
        now = end
    }

    func packets(_ track: FilmTrack) -> [FilmPacket] { sent.map(\.packet).filter { $0.track == track } }

    /// Which pictures of a size have come whole, in order: the number that each has in the film.
    func pictures(_ track: FilmTrack) -> [UInt8] {
        packets(track).filter(\.startsPicture).map { $0.payload[FilmPacketizer.descriptorLength + 1] }
    }
}

@Suite struct `A film that is played` {
    @Test func `gives each frame out at its time, after a moment in which slots get ready`() throws {
        var show = try Show()
        let start = show.now
        show.playback.play(at: 0, now: start)
        show.run(20_000_000)
        #expect(show.playback.state == .ended)
        #expect(show.pictures(.small).count == 300 && show.pictures(.large).count == 300)
        #expect(show.packets(.sound).count == 600)
        #expect(show.sent.allSatisfy { $0.at == $0.due })
        #expect(show.sent.first?.at == start + Playback.leadIn)
        #expect(show.sent.last?.at == start + Playback.leadIn + 11_980_000)
    }

    @Test func `is one RTP stream of each track, over pauses and jumps`() throws {
        var show = try Show()
        show.playback.play(at: 0, now: show.now)
        show.run(3_000_000)
        show.playback.pause(at: 2_700, now: show.now)
        show.run(7_500_000)
        show.playback.play(at: 2_700, now: show.now)
        show.run(3_000_000)
        show.playback.play(at: 9_000, now: show.now)
        show.run(1_000_000)
        for track in FilmTrack.allCases {
            let packets = show.packets(track)
            #expect(packets.map(\.sequence) == packets.indices.map(Int64.init))
            for (before, after) in zip(packets, packets.dropFirst()) {
                let ticks = after.timestamp &- before.timestamp
                #expect(ticks < 90_000 * 8)
                let isSame = track.isPicture && after.pictureID == before.pictureID
                #expect((ticks == 0) == isSame)
                #expect(before.marker == !isSame || !track.isPicture)
                if track.isPicture { #expect(after.pictureID &- before.pictureID <= 1) }
            }
        }
        // What is heard begins three times: each time the marker says so.
        #expect(show.packets(.sound).filter(\.marker).count == 3)
    }

    @Test func `shows, while it stands, the picture with which it will go on`() throws {
        var show = try Show()
        show.playback.play(at: 0, now: show.now)
        show.run(5_000_000)
        show.sent = []
        show.playback.pause(at: 4_700, now: show.now)
        #expect(show.playback.entered == 4_000)
        show.run(9_000_000)
        #expect(show.packets(.sound).isEmpty)
        for track in [FilmTrack.small, .large] {
            #expect(show.pictures(track) == [UInt8](repeating: 100, count: 5))
            #expect(show.packets(track).allSatisfy { $0.isKeyframe == $0.startsPicture })
        }
        show.sent = []
        show.playback.play(at: 4_700, now: show.now)
        show.run(1_000_000)
        #expect(show.pictures(.large).prefix(3) == [100, 101, 102])
        #expect(show.packets(.large).first?.isKeyframe == true)
    }

    @Test func `goes on from a keyframe after a jump, forward, back and beyond its end`() throws {
        var show = try Show()
        for (time, first) in [(UInt32(7_400), UInt8(150)), (1_000, 0), (600_000, 250)] {
            show.sent = []
            show.playback.play(at: time, now: show.now)
            show.run(500_000)
            #expect(show.pictures(.small).first == first)
            #expect(show.packets(.small).first?.isKeyframe == true)
            #expect(show.packets(.sound).first?.marker == true)
        }
    }

    @Test func `is packed as RFC 7741 says, in pieces of one length that fit a tunnel`() throws {
        var show = try Show()
        show.playback.play(at: 0, now: show.now)
        show.run(1_000_000)
        let packets = show.packets(.large)
        var picture: [UInt8] = []
        var number = 0
        for packet in packets {
            guard let descriptor = VP8Descriptor(parsing: packet.payload.span.bytes) else {
                Issue.record("a packet without a descriptor")
                break
            }
            #expect(descriptor.pictureID == packet.pictureID && descriptor.pictureIDIs15Bit)
            #expect(descriptor.pictureIDOffset == 2)
            #expect(descriptor.length == FilmPacketizer.descriptorLength)
            #expect(descriptor.startOfPartition == packet.startsPicture && descriptor.partitionID == 0)
            #expect(descriptor.isKeyframe == packet.isKeyframe)
            #expect(packet.payload.count <= FilmPacketizer.pieceLimit + FilmPacketizer.descriptorLength)
            picture += packet.payload[descriptor.length...]
            guard packet.marker else { continue }
            #expect(picture.count == 3_000)
            #expect(picture[1] == UInt8(number))
            picture = []
            number += 1
        }
        #expect(number > 15)
    }

    @Test func `stops quietly where its file ends too early`() throws {
        var film = try Sample.film(seconds: 12)
        for place in 400_000..<400_400 { film[place] = 0xFF }
        var playback = Playback(try FilmReader(ByteSource(film)))
        playback.play(at: 0, now: 0)
        playback.advance(to: 60_000_000) { _, _ in }
        #expect(playback.state == .ended)
        #expect(playback.nextDue == nil)
    }
}
