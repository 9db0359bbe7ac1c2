import RTP
import Testing

@testable import Relay

/// A publisher of picture and voice with two viewers on one relay, and what a burst made of it.
private struct Stage: ~Copyable {
    var relay: Relay
    var batch = SendBatch()
    let publisher: PeerBox
    let viewers: [PeerBox]
    var media: [SimulatedPeer.Received] = []
    /// Packets in each GSO run of the last burst, by viewer.
    var runs: [[Int]] = []
    var sent: [[UInt8]] = []
    private var sequence: UInt64 = 0
    private var timestamp: UInt32 = 0

    init() throws {
        var relay = Relay(seed: 3)
        let publishing = try SimulatedPeer(
            1, joining: "r", of: &relay, mode: .whip, now: 0, tracks: [.camera(1000), .microphone(2000)])
        var viewing: [PeerBox] = []
        for number in UInt64(2)...3 {
            let viewer = try SimulatedPeer(
                number, joining: "r", of: &relay, mode: .whep(exclude: nil), now: 0,
                slots: [.voice("0", ssrc: 70), .picture("1", ssrc: 80)])
            viewing.append(PeerBox(viewer))
        }
        self.relay = relay
        publisher = PeerBox(publishing)
        viewers = viewing
        self.relay.tick(now: 0, wallClock: 0, into: &self.batch)
        batch.removeAll()
        // A few pictures that come in one piece.
        for picture in Int64(0)..<5 {
            send([200, 200, 200], at: 1_000 + picture * 50_000)
            forward(at: 1_000 + picture * 50_000)
        }
    }

    /// Packets of a picture with payloads of these sizes; the last one ends it.
    mutating func send(_ sizes: [Int], endsPicture: Bool = true, at now: Int64) {
        for (place, size) in sizes.enumerated() {
            let isKeyframe = sequence == 0
            var payload: [UInt8] = [0x90, 0x80, 0x80, UInt8(truncatingIfNeeded: timestamp), isKeyframe ? 0x10 : 0x11]
            payload += (0..<(size - 5)).map { UInt8(truncatingIfNeeded: $0 &+ Int(sequence)) }
            sent.append(payload)
            let isLast = endsPicture && place == sizes.count - 1
            publisher.peer.send(
                to: &relay, ssrc: 1000, sequence: sequence, timestamp: timestamp, payloadType: 96, marker: isLast,
                payload: payload, now: now, into: &batch)
            sequence += 1
            if isLast { timestamp += 4_500 }
        }
    }

    mutating func speak(_ number: UInt64, at now: Int64) {
        publisher.peer.send(
            to: &relay, ssrc: 2000, sequence: number, timestamp: UInt32(number) * 960, payloadType: 111,
            payload: [1, 2, 3], now: now, into: &batch)
    }

    mutating func forward(at now: Int64) {
        _ = relay.forward(into: &batch, now: now)
        runs = viewers.map { viewer in
            let address = viewer.peer.address
            return (0..<batch.runCount).map { batch.run($0) }.filter { $0.destination == address }.map(\.count)
        }
        media = []
        var reports: [RTCPPacket] = []
        var other: [SimulatedPeer.Received] = []
        for (place, viewer) in viewers.enumerated() {
            if place == 0 {
                viewer.peer.take(from: batch, media: &media, reports: &reports)
            } else {
                viewer.peer.take(from: batch, media: &other, reports: &reports)
            }
        }
        batch.removeAll()
    }
}

@Suite struct `A publication` {
    @Test func `sends a picture that comes in two bursts as one run to each viewer`() throws {
        var stage = try Stage()
        stage.send([300, 300, 300], endsPicture: false, at: 400_000)
        stage.forward(at: 400_000)
        #expect(stage.runs == [[], []])
        let deadline = stage.relay.nextForward
        #expect(deadline == 400_500)
        stage.send([300, 300], at: 400_100)
        stage.forward(at: 400_100)
        #expect(stage.runs == [[5], [5]])
        let after = stage.relay.nextForward
        #expect(after == nil)
    }

    @Test func `never holds a voice, not even while a picture waits`() throws {
        var stage = try Stage()
        stage.send([300], endsPicture: false, at: 400_000)
        stage.speak(1, at: 400_000)
        stage.forward(at: 400_000)
        #expect(stage.media.map(\.payloadType) == [109])
        for number in UInt64(2)..<20 {
            let now = 400_000 + Int64(number) * 20_000
            stage.speak(number, at: now)
            stage.forward(at: now)
            #expect(stage.media.contains { $0.payload == [1, 2, 3] })
        }
    }

    @Test func `does not hold packets that trickle in, after the first of them`() throws {
        var stage = try Stage()
        var held = 0
        for packet in Int64(0)..<40 {
            let now = 400_000 + packet * 2_000
            stage.send([300], endsPicture: packet % 4 == 3, at: now)
            stage.forward(at: now)
            if stage.runs != [[1], [1]] { held += 1 }
            let deadline = stage.relay.nextForward
            if packet > 1 { #expect(deadline == nil) }
            if deadline != nil { stage.forward(at: now + Publication.holdLimit) }
        }
        #expect(held <= 1)
    }

    @Test func `lets a picture without an end go after half a millisecond`() throws {
        var stage = try Stage()
        stage.send([300, 300], endsPicture: false, at: 400_000)
        for now in [400_000, 400_200, 400_499] as [Int64] {
            stage.forward(at: now)
            #expect(stage.runs == [[], []])
            let deadline = stage.relay.nextForward
            #expect(deadline == 400_500)
        }
        stage.forward(at: 400_500)
        #expect(stage.runs == [[2], [2]])
    }

    @Test func `does not wait for more than one send can take`() throws {
        var stage = try Stage()
        stage.send(Array(repeating: 300, count: Publication.holdCount), endsPicture: false, at: 400_000)
        stage.forward(at: 400_000)
        #expect(stage.runs == [[Publication.holdCount], [Publication.holdCount]])
    }

    @Test func `evens out packets that differ by a byte, and a receiver gets them as they were`() throws {
        var stage = try Stage()
        stage.send([300, 300, 301, 301], at: 400_000)
        stage.forward(at: 400_000)
        #expect(stage.runs == [[4], [4]])
        #expect(stage.media.map(\.hasPadding) == [true, true, false, false])
        #expect(stage.media.map(\.content) == stage.sent.suffix(4).map { $0 })
        #expect(stage.media.map(\.payload.count) == [301, 301, 301, 301])
    }

    @Test func `leaves packets alone whose last one is the shorter, or that differ by much`() throws {
        var stage = try Stage()
        stage.send([301, 301, 300], at: 400_000)
        stage.forward(at: 400_000)
        #expect(stage.runs == [[3], [3]])
        #expect(!stage.media.contains { $0.hasPadding })
        stage.send([300, 300, 400, 400], at: 450_000)
        stage.forward(at: 450_000)
        #expect(stage.runs == [[2, 2], [2, 2]])
        #expect(!stage.media.contains { $0.hasPadding })
    }
}
