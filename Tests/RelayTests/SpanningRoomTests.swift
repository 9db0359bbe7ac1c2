import RTP
import Testing

@testable import Relay

/// A VP8 payload: descriptor with a 15-bit picture number, then a keyframe's or an interframe's first byte.
private func picture(_ number: Int, isKeyframe: Bool) -> [UInt8] {
    let name: [UInt8] = [0x80 | UInt8(number >> 8 & 0x7F), UInt8(truncatingIfNeeded: number)]
    return [0x90, 0x80] + name + [isKeyframe ? 0x10 : 0x11, 0, 0, 0x9D, 0x01, 0x2A, 0x80, 0x02, 0x68, 0x01, 1, 2, 3]
}

/// Two relays, a publisher on the first, a viewer on each, who speaks as well.
private struct Stage {
    var relays: LinkedRelays
    let publisher: PeerBox
    var viewers: [PeerBox]
    var media: [[SimulatedPeer.Received]] = [[], [], []]
    var reports: [[RTCPPacket]] = [[], [], []]
    private(set) var sent = 0
    /// Of the picture.
    var ssrc: UInt32 = 1000

    init(pipeLog2: Int = 20) throws {
        relays = LinkedRelays(count: 2, pipeLog2: pipeLog2)
        publisher = try relays.join(1, at: 0, now: 0, tracks: [.microphone(2000), .camera(1000)])
        viewers = []
        for relay in 0...1 {
            viewers.append(
                try relays.join(
                    UInt64(10 + relay), at: relay, now: 0, tracks: [.microphone(2000)],
                    slots: [.voice("0", ssrc: 70), .voice("1", ssrc: 72), .picture("2", ssrc: 80)]))
        }
        relays.deliverAll(now: 0)
    }

    /// A picture, and from everybody a voice, 20 ms after the last; ticks every 5 ms.
    mutating func advance(isKeyframe: Bool) {
        let now = Int64(sent + 1) * 20_000
        for part in Int64(0)..<3 { step(now: now - 20_000 + 5_000 * (part + 1)) }
        let first = relays.boxes[0]
        publisher.peer.send(
            to: &first.relay, ssrc: ssrc, sequence: UInt64(sent), timestamp: UInt32(sent) * 1800, payloadType: 96,
            marker: true, payload: picture(sent, isKeyframe: isKeyframe), now: now, into: &first.batch)
        speak(publisher, 1, at: first, now: now)
        speak(viewers[0], 10, at: first, now: now)
        speak(viewers[1], 11, at: relays.boxes[1], now: now)
        sent += 1
        step(now: now)
    }

    private func speak(_ peer: PeerBox, _ name: UInt8, at box: RelayBox, now: Int64) {
        peer.peer.send(
            to: &box.relay, ssrc: 2000, sequence: UInt64(sent), timestamp: UInt32(sent) * 960, payloadType: 111,
            payload: [name, UInt8(truncatingIfNeeded: sent)], now: now, into: &box.batch)
    }

    private mutating func step(now: Int64) {
        relays.step([publisher] + viewers, now: now, ticks: true, media: &media, reports: &reports)
    }

    func payloads(of place: Int, ssrc: UInt32) -> [[UInt8]] {
        media[place].filter { $0.ssrc == ssrc }.map(\.payload)
    }
}

@Suite struct `A room over several relays` {
    @Test func `gives a viewer there what a viewer here gets, and voices both ways`() throws {
        var stage = try Stage()
        for number in 0..<200 { stage.advance(isKeyframe: number % 20 == 0) }
        let (here, there) = (stage.payloads(of: 1, ssrc: 80), stage.payloads(of: 2, ssrc: 80))
        #expect(there.count > 150)
        #expect(here.suffix(there.count) == there[...])
        #expect(there.first?[4] == 0x10)
        for (name, place) in [(UInt8(1), 1), (11, 1), (1, 2), (10, 2)] {
            let heard = stage.media[place].filter { $0.payloadType == 109 && $0.payload.first == name }
            #expect(heard.count > 150, "\(name) at \(place)")
            for (before, after) in zip(heard, heard.dropFirst()) { #expect(after.sequence == before.sequence &+ 1) }
        }
        #expect(stage.viewers[1].peer.unopened == 0)
    }

    @Test func `asks the publisher for one keyframe a second at most, whoever wants one`() throws {
        var stage = try Stage()
        for number in 0..<500 {
            if number % 16 == 3 {
                // No keyframe comes, so everybody who comes wants one.
                _ = try stage.relays.join(
                    UInt64(100 + number), at: number % 32 == 3 ? 1 : 0, now: Int64(number) * 20_000,
                    slots: [.picture("0", ssrc: 90)])
            }
            stage.advance(isKeyframe: number == 0)
        }
        let asked = stage.reports[0].count { if case .pictureLossIndication = $0 { true } else { false } }
        #expect(asked >= 8)
        #expect(asked <= 11)
    }

    @Test func `asks for a keyframe for the only viewer, who is elsewhere`() throws {
        var stage = try Stage()
        stage.relays.leave(stage.viewers[0].peer.id, now: 0)
        for _ in 0..<50 { stage.advance(isKeyframe: false) }
        let asked = stage.reports[0].count { if case .pictureLossIndication = $0 { true } else { false } }
        #expect(asked == 1)
        for number in 0..<50 { stage.advance(isKeyframe: number == 0) }
        #expect(stage.payloads(of: 2, ssrc: 80).count == 50)
    }

    @Test func `empties a slot there when the publisher leaves here`() throws {
        var stage = try Stage()
        for number in 0..<50 { stage.advance(isKeyframe: number % 20 == 0) }
        let box = stage.relays.boxes[1]
        stage.relays.leave(stage.publisher.peer.id, now: 1_000_000)
        stage.relays.deliverAll(now: 1_000_000)
        for slot in 0..<box.relay.slots.highWater where box.relay.slots.contains(slot) {
            let plays = box.relay.slots[slot].publication
            if box.relay.slots[slot].role == .camera { #expect(plays == -1) }
        }
        #expect(stage.relays.complaints() == [])
    }

    @Test func `tells a viewer there that its slot is empty when the publisher leaves here`() throws {
        var stage = try Stage()
        for number in 0..<50 { stage.advance(isKeyframe: number % 20 == 0) }
        let box = stage.relays.boxes[1]
        _ = box.relay.takeEvents()
        stage.relays.leave(stage.publisher.peer.id, now: 1_000_000)
        stage.relays.deliverAll(now: 1_000_000)
        box.relay.tick(now: 1_200_000, wallClock: 1_200_000, into: &box.batch)
        let told = box.relay.takeEvents().contains {
            guard case .slots(_, _, let assignments) = $0 else { return false }
            return assignments.allSatisfy { $0.participant != stage.publisher.peer.id }
        }
        #expect(told)
    }

    @Test func `exports nothing more when the last one there has left, and again when somebody comes`() throws {
        var stage = try Stage()
        for number in 0..<50 { stage.advance(isKeyframe: number % 20 == 0) }
        stage.relays.leave(stage.viewers[1].peer.id, now: 1_000_000)
        stage.relays.deliverAll(now: 1_000_000)
        #expect(stage.relays.complaints() == [])
        _ = stage.relays.boxes[0].relay.takeFilledPipes()
        stage.advance(isKeyframe: false)
        let filled = stage.relays.boxes[0].relay.takeFilledPipes()
        #expect(filled == 0)
        let before = stage.media[2].count
        stage.viewers[1] = try stage.relays.join(
            12, at: 1, now: 1_100_000, tracks: [.microphone(2000)], slots: [.picture("2", ssrc: 80)])
        stage.relays.deliverAll(now: 1_100_000)
        #expect(stage.relays.complaints() == [])
        for number in 0..<50 { stage.advance(isKeyframe: number % 20 == 0) }
        #expect(stage.media[2].count > before + 20)
    }

    @Test func `drops and counts what a full pipe does not take, and goes on when it is read`() throws {
        var stage = try Stage(pipeLog2: 12)
        for number in 0..<50 { stage.advance(isKeyframe: number % 20 == 0) }
        let (first, second) = (stage.relays.boxes[0], stage.relays.boxes[1])
        let before = first.relay.metrics.linkDrops
        #expect(before == 0)
        for number in UInt64(0)..<200 {
            stage.publisher.peer.send(
                to: &first.relay, ssrc: 1000, sequence: 50 + number, timestamp: UInt32(50 + number) * 1800,
                payloadType: 96, marker: true, payload: picture(Int(number), isKeyframe: false), now: 1_001_000,
                into: &first.batch)
            while first.relay.forward(into: &first.batch, now: 1_001_000) { first.batch.removeAll() }
            first.batch.removeAll()
        }
        let drops = first.relay.metrics.linkDrops
        #expect(drops > 100 && drops < 200)
        var got: [SimulatedPeer.Received] = []
        var reports: [RTCPPacket] = []
        while second.relay.receiveLinked(now: 1_002_000) {}
        while second.relay.forward(into: &second.batch, now: 1_002_000) {}
        stage.viewers[1].peer.take(from: second.batch, media: &got, reports: &reports)
        #expect(UInt64(got.count) == 200 - drops)
    }

    @Test func `goes on with a picture that started anew while the pipe was full`() throws {
        var stage = try Stage(pipeLog2: 12)
        for number in 0..<50 { stage.advance(isKeyframe: number % 20 == 0) }
        let first = stage.relays.boxes[0]
        for number in UInt64(50)...250 {
            // The last one is the new stream's first: word of it is what no longer fits.
            let ssrc: UInt32 = number == 250 ? 3000 : 1000
            stage.publisher.peer.send(
                to: &first.relay, ssrc: ssrc, sequence: number == 250 ? 49 : number, timestamp: 1, payloadType: 96,
                marker: true,
                payload: picture(9, isKeyframe: false), now: 1_001_000, into: &first.batch)
            for _ in 0..<(number == 249 ? 10 : 0) {
                stage.publisher.peer.report(to: &first.relay, now: 1_001_000, into: &first.batch) {
                    _ = $0.senderReport(ssrc: 1000, ntpTimestamp: 1, rtpTimestamp: 1, packetCount: 1, octetCount: 1)
                }
            }
            while first.relay.forward(into: &first.batch, now: 1_001_000) { first.batch.removeAll() }
            first.batch.removeAll()
        }
        let drops = first.relay.metrics.linkDrops
        #expect(drops > 0)
        stage.ssrc = 3000
        for number in 0..<60 { stage.advance(isKeyframe: number % 20 == 10) }
        let got = stage.payloads(of: 2, ssrc: 80).count
        #expect(got >= 80, "30 of the old stream, and from the new one's keyframe on 50")
        #expect(stage.viewers[1].peer.unopened == 0)
    }

    @Test(arguments: UInt64(0)..<200)
    func `lists on each relay what everybody publishes, however people come and go and messages tarry`(
        seed: UInt64
    ) throws {
        var random = SplitMix64(state: seed &* 31 &+ 7)
        var relays = LinkedRelays(count: Int.random(in: 2...3, using: &random))
        var peers: [PeerBox] = []
        for step in 0..<Int.random(in: 10...60, using: &random) {
            switch Int.random(in: 0..<10, using: &random) {
            case 0...2 where relays.members.count < 6:
                let rids = Bool.random(using: &random) ? ["q", "h", "f"] : []
                let tracks: [ParticipantPlan.Track] =
                    Int.random(in: 0..<3, using: &random) > 0 ? [.microphone(2000), .camera(1000, rids: rids)] : []
                peers.append(
                    try relays.join(
                        UInt64(step + 1), at: Int.random(in: relays.boxes.indices, using: &random), now: Int64(step),
                        tracks: tracks, slots: [.picture("3", ssrc: 80)]))
            case 3, 4:
                if let id = relays.members.randomElement(using: &random)?.id { relays.leave(id, now: Int64(step)) }
            default: _ = relays.deliverOne(Int.random(in: 0..<6, using: &random), now: Int64(step))
            }
        }
        relays.deliverAll(now: 1_000)
        let complaints = relays.complaints()
        #expect(complaints == [], "seed \(seed)")
        for member in relays.members { relays.leave(member.id, now: 2_000) }
        relays.deliverAll(now: 2_000)
        #expect(relays.complaints() == [], "seed \(seed), when all have left")
    }

    @Test func `is one room though a relay's greeting comes before the other has admitted anybody`() throws {
        // Both were placed at nearly the same time: only the second was told of the first, and comes earlier.
        var relays = LinkedRelays(count: 2)
        relays.members.append(.init(relay: 0, id: ParticipantID(rawValue: 1), roles: [.camera], layerCount: 1))
        _ = try relays.join(2, at: 1, now: 0, tracks: [.camera(1000)])
        relays.deliverAll(now: 0)
        relays.members.removeAll { $0.relay == 0 }
        _ = try SimulatedPeer(1, joining: "r", of: &relays.boxes[0].relay, mode: .page, now: 0, tracks: [.camera(1000)])
        relays.members.append(.init(relay: 0, id: ParticipantID(rawValue: 1), roles: [.camera], layerCount: 1))
        relays.deliverAll(now: 0)
        #expect(relays.complaints() == [])
    }
}
