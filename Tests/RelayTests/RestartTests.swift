import RTP
import Testing

@testable import Relay

/// A VP8 payload: descriptor with a 15-bit picture number, then a keyframe's or an interframe's first byte.
private func picture(_ number: Int, isKeyframe: Bool) -> [UInt8] {
    let name: [UInt8] = [0x80 | UInt8(number >> 8 & 0x7F), UInt8(truncatingIfNeeded: number)]
    return [0x90, 0x80] + name + [isKeyframe ? 0x10 : 0x11, 0, 0, 0x9D, 0x01, 0x2A, 0x80, 0x02, 0x68, 0x01, 1, 2, 3]
}

/// A publisher and a viewer on one relay, and all that the viewer got.
private struct Call: ~Copyable {
    var relay: Relay
    var batch = SendBatch()
    let publisher: PeerBox
    let viewer: PeerBox
    var media: [SimulatedPeer.Received] = []
    var now: Int64 = 0

    init() throws {
        var relay = Relay(seed: 3)
        let publishing = try SimulatedPeer(
            1, joining: "r", of: &relay, mode: .whip, now: 0, tracks: [.camera(1000), .microphone(2000)])
        let viewing = try SimulatedPeer(
            2, joining: "r", of: &relay, mode: .whep(exclude: nil), now: 0,
            slots: [.voice("0", ssrc: 70), .picture("1", ssrc: 80)])
        self.relay = relay
        publisher = PeerBox(publishing)
        viewer = PeerBox(viewing)
        self.relay.tick(now: 0, wallClock: 0, into: &self.batch)
        batch.removeAll()
    }

    mutating func sendPicture(_ sequence: UInt64, ssrc: UInt32, isKeyframe: Bool = false) {
        publisher.peer.send(
            to: &relay, ssrc: ssrc, sequence: sequence, timestamp: UInt32(sequence) * 3000, payloadType: 96,
            marker: true, payload: picture(Int(sequence), isKeyframe: isKeyframe), now: now, into: &batch)
    }

    mutating func sendVoice(_ sequence: UInt64, ssrc: UInt32) {
        publisher.peer.send(
            to: &relay, ssrc: ssrc, sequence: sequence, timestamp: UInt32(sequence) * 960, payloadType: 111,
            payload: [UInt8(ssrc % 251), UInt8(truncatingIfNeeded: sequence)], now: now, into: &batch)
    }

    mutating func ask(for sequence: UInt16) {
        var list = SequenceList()
        list.append(sequence)
        viewer.peer.report(to: &relay, now: now, into: &batch) {
            _ = $0.receiverReport(ssrc: 9)
            _ = $0.nack(sender: 9, media: 80, sequences: list)
        }
    }

    /// The end of a burst.
    mutating func flush() {
        var reports: [RTCPPacket] = []
        var hasMore = true
        while hasMore {
            hasMore = relay.forward(into: &batch, now: now)
            viewer.peer.take(from: batch, media: &media, reports: &reports)
            batch.removeAll()
        }
        now += 10_000
    }
}

@Suite struct `A stream that starts anew under another SSRC` {
    @Test func `goes on though a late packet of the old one comes`() throws {
        var call = try Call()
        for sequence in UInt64(20_000)..<20_010 where sequence != 20_008 {
            call.sendPicture(sequence, ssrc: 1000, isKeyframe: sequence == 20_000)
            call.flush()
        }
        for sequence in UInt64(100)..<120 {
            call.sendPicture(sequence, ssrc: 3000, isKeyframe: sequence == 100)
            if sequence == 105 { call.sendPicture(20_008, ssrc: 1000) }
            call.flush()
        }
        let new = call.media.dropFirst(9)
        #expect(new.count == 20, "what the publisher sends goes through")
        for (before, after) in zip(new, new.dropFirst()) { #expect(after.sequence == before.sequence &+ 1) }
        #expect(call.viewer.peer.unopened == 0)
    }

    @Test func `goes on as a voice though the old one's last packet comes in the same burst`() throws {
        var call = try Call()
        for sequence in UInt64(500)..<510 {
            call.sendVoice(sequence, ssrc: 2000)
            call.flush()
        }
        call.sendVoice(510, ssrc: 2000)
        for sequence in UInt64(100)..<120 {
            call.sendVoice(sequence, ssrc: 4000)
            call.flush()
        }
        #expect(call.media.count >= 30)
        for (before, after) in zip(call.media, call.media.dropFirst()) {
            #expect(after.sequence == before.sequence &+ 1)
        }
        #expect(call.viewer.peer.unopened == 0, "the rollover counter can be followed")
    }

    @Test func `goes on as a picture though the old one's keyframe comes in the same burst`() throws {
        var call = try Call()
        for sequence in UInt64(500)..<510 {
            call.sendPicture(sequence, ssrc: 1000, isKeyframe: sequence == 500)
            call.flush()
        }
        call.sendPicture(510, ssrc: 1000, isKeyframe: true)
        for sequence in UInt64(100)..<120 {
            call.sendPicture(sequence, ssrc: 3000, isKeyframe: sequence == 100)
            call.flush()
        }
        #expect(call.media.count >= 30)
        for (before, after) in zip(call.media, call.media.dropFirst()) {
            #expect(after.sequence == before.sequence &+ 1)
        }
        #expect(call.viewer.peer.unopened == 0, "the rollover counter can be followed")
    }

    @Test func `is asked for a packet of before, and sends that one or none`() throws {
        var call = try Call()
        for sequence in UInt64(500)..<510 {
            call.sendPicture(sequence, ssrc: 1000, isKeyframe: sequence == 500)
            call.flush()
        }
        for sequence in UInt64(100)..<120 {
            call.sendPicture(sequence, ssrc: 3000, isKeyframe: sequence == 100)
            call.flush()
        }
        let original = try #require(call.media.count > 4 ? call.media[4] : nil)
        #expect(call.media.count == 30)
        call.ask(for: original.sequence)
        call.flush()
        for again in call.media.dropFirst(30) {
            #expect(Array(again.payload.dropFirst(2)) == original.payload)
            #expect(again.timestamp == original.timestamp)
        }
    }
}
