import ICE
import RTP
import SecureTransport
import Testing

@testable import Relay

/// A VP8 payload: descriptor with a 15-bit picture number, then a keyframe's or an interframe's first byte.
private func vp8(_ picture: UInt16, isKeyframe: Bool, count: Int = 200) -> [UInt8] {
    var payload: [UInt8] = [0x90, 0x80, 0x80 | UInt8(picture >> 8 & 0x7F), UInt8(truncatingIfNeeded: picture)]
    payload.append(isKeyframe ? 0x10 : 0x11)
    payload += [0, 0, 0x9D, 0x01, 0x2A, 0x80, 0x02, 0x68, 0x01]
    payload += (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ Int(picture)) }
    return payload
}

private func makeRelay(seed: UInt64 = 1) throws -> Relay {
    Relay(seed: seed)
}

/// Forwards and hands what went out to `visit`, until everything is out.
private func flush(_ relay: inout Relay, _ batch: inout SendBatch, now: Int64, visit: (borrowing SendBatch) -> Void) {
    var hasMore = true
    while hasMore {
        hasMore = relay.forward(into: &batch, now: now)
        visit(batch)
        batch.removeAll()
    }
}

@Suite struct `The relay` {
    @Test func `gives each viewer what was published: payloads unchanged, numbers unbroken, in its own numbering`()
        throws
    {
        var relay = try makeRelay()
        var batch = SendBatch()
        var publisher = try SimulatedPeer(
            1, joining: "r", of: &relay, mode: .whip, now: 0, tracks: [.camera(1000), .microphone(2000)])
        var viewer = try SimulatedPeer(
            2, joining: "r", of: &relay, mode: .whep(exclude: nil), now: 0,
            slots: [.voice("0", ssrc: 70), .picture("1", ssrc: 80)])
        var random = SplitMix64(state: 5)
        var media: [SimulatedPeer.Received] = []
        var reports: [RTCPPacket] = []
        var sent: [[UInt8]] = []
        var now: Int64 = 0
        for picture in UInt16(0)..<400 {
            now += 5_000
            if picture % 2 == 0 {
                relay.tick(now: now, wallClock: 1_700_000_000_000_000 + now, into: &batch)
            }
            for part in 0..<Int.random(in: 1...4, using: &random) {
                let payload = vp8(picture, isKeyframe: picture % 50 == 2 && part == 0)
                sent.append(payload)
                publisher.send(
                    to: &relay, ssrc: 1000, sequence: 65_000 + UInt64(sent.count), timestamp: UInt32(picture) * 3000,
                    payloadType: 96, payload: payload, now: now, into: &batch)
            }
            flush(&relay, &batch, now: now) { viewer.take(from: $0, media: &media, reports: &reports) }
        }
        let pictures = media.filter { $0.ssrc == 80 }
        #expect(pictures.count > 500)
        // From the first keyframe after the slot was filled everything came, as it was.
        #expect(pictures.map(\.payload) == Array(sent.suffix(pictures.count)))
        #expect(pictures.allSatisfy { $0.payloadType == 120 })
        for (before, after) in zip(pictures, pictures.dropFirst()) {
            #expect(after.sequence == before.sequence &+ 1)
            #expect(after.timestamp &- before.timestamp < 100_000)
        }
        #expect(pictures.first?.payload[4] == 0x10, "the first packet is a keyframe's")
    }

    @Test func `sends nobody its own media, and nothing into another room`() throws {
        var relay = try makeRelay()
        var batch = SendBatch()
        let slots: [ParticipantPlan.ReceivingSection] = [.voice("2", ssrc: 70), .voice("3", ssrc: 71)]
        var one = try SimulatedPeer(
            1, joining: "r", of: &relay, mode: .page, now: 0, tracks: [.microphone(2000)], slots: slots)
        var two = try SimulatedPeer(
            2, joining: "r", of: &relay, mode: .page, now: 0, tracks: [.microphone(2000)], slots: slots)
        var stranger = try SimulatedPeer(
            3, joining: "other", of: &relay, mode: .page, now: 0, tracks: [.microphone(2000)], slots: slots)
        var (toOne, toTwo, toStranger): ([SimulatedPeer.Received], [SimulatedPeer.Received], [SimulatedPeer.Received]) =
            ([], [], [])
        var reports: [RTCPPacket] = []
        for step in 0..<100 {
            let now = Int64(step) * 20_000
            let time = UInt32(step) * 960
            one.send(
                to: &relay, ssrc: 2000, sequence: UInt64(step), timestamp: time, payloadType: 111, payload: [1, 1, 1],
                now: now, into: &batch)
            two.send(
                to: &relay, ssrc: 2000, sequence: UInt64(step), timestamp: time, payloadType: 111, payload: [2, 2, 2],
                now: now, into: &batch)
            relay.tick(now: now, wallClock: now, into: &batch)
            flush(&relay, &batch, now: now) {
                one.take(from: $0, media: &toOne, reports: &reports)
                two.take(from: $0, media: &toTwo, reports: &reports)
                stranger.take(from: $0, media: &toStranger, reports: &reports)
            }
        }
        #expect(toOne.count > 80 && toOne.allSatisfy { $0.payload == [2, 2, 2] && $0.payloadType == 109 })
        #expect(toTwo.count > 80 && toTwo.allSatisfy { $0.payload == [1, 1, 1] })
        #expect(toStranger.isEmpty)
    }

    @Test func `asks a publisher for one keyframe a second at most while thirty viewers come in ten seconds`() throws {
        var relay = try makeRelay()
        var batch = SendBatch()
        var publisher = try SimulatedPeer(1, joining: "r", of: &relay, mode: .whip, now: 0, tracks: [.camera(1000)])
        var requests = 0
        var now: Int64 = 0
        for step in 0..<1000 {
            now = Int64(step) * 10_000
            if step % 33 == 0 {
                _ = try SimulatedPeer(
                    UInt64(10 + step / 33), joining: "r", of: &relay, mode: .whep(exclude: nil), now: now,
                    slots: [.picture("0", ssrc: 90)])
            }
            publisher.send(
                to: &relay, ssrc: 1000, sequence: UInt64(step), timestamp: UInt32(step) * 900, payloadType: 96,
                payload: vp8(UInt16(step), isKeyframe: step % 40 == 0), now: now, into: &batch)
            relay.tick(now: now, wallClock: now, into: &batch)
            var media: [SimulatedPeer.Received] = []
            var reports: [RTCPPacket] = []
            flush(&relay, &batch, now: now) { publisher.take(from: $0, media: &media, reports: &reports) }
            for case .pictureLossIndication in reports { requests += 1 }
        }
        #expect(requests > 3)
        #expect(requests <= 11)
    }

    @Test func `sends a lost packet again in the retransmission stream, under its old number`() throws {
        var relay = try makeRelay()
        var batch = SendBatch()
        var publisher = try SimulatedPeer(1, joining: "r", of: &relay, mode: .whip, now: 0, tracks: [.camera(1000)])
        var viewer = try SimulatedPeer(
            2, joining: "r", of: &relay, mode: .whep(exclude: nil), now: 0, slots: [.picture("0", ssrc: 80)])
        relay.tick(now: 0, wallClock: 0, into: &batch)
        var media: [SimulatedPeer.Received] = []
        var reports: [RTCPPacket] = []
        for step in 0..<20 {
            publisher.send(
                to: &relay, ssrc: 1000, sequence: UInt64(step), timestamp: UInt32(step) * 3000, payloadType: 96,
                payload: vp8(UInt16(step), isKeyframe: step == 0), now: Int64(step), into: &batch)
        }
        flush(&relay, &batch, now: 20) { viewer.take(from: $0, media: &media, reports: &reports) }
        let wanted = try #require(media.dropFirst(7).first)
        var sequences = SequenceList()
        _ = sequences.append(wanted.sequence)
        media = []
        viewer.report(to: &relay, now: 30, into: &batch) { writer in
            _ = writer.receiverReport(ssrc: 5)
            _ = writer.nack(sender: 5, media: 80, sequences: sequences)
        }
        flush(&relay, &batch, now: 30) { viewer.take(from: $0, media: &media, reports: &reports) }
        let again = try #require(media.first)
        #expect(media.count == 1)
        #expect(again.ssrc == 81 && again.payloadType == 121)
        #expect(again.timestamp == wanted.timestamp)
        let number = UInt16(again.payload[0]) << 8 | UInt16(again.payload[1])
        #expect(number == wanted.sequence)
        #expect(Array(again.payload.dropFirst(2)) == wanted.payload)
    }

    @Test func `asks a publisher for what is missing, and forwards it in its place when it comes`() throws {
        var relay = try makeRelay()
        var batch = SendBatch()
        var publisher = try SimulatedPeer(1, joining: "r", of: &relay, mode: .whip, now: 0, tracks: [.camera(1000)])
        var viewer = try SimulatedPeer(
            2, joining: "r", of: &relay, mode: .whep(exclude: nil), now: 0, slots: [.picture("0", ssrc: 80)])
        relay.tick(now: 0, wallClock: 0, into: &batch)
        var (media, other): ([SimulatedPeer.Received], [SimulatedPeer.Received]) = ([], [])
        var (reports, asked): ([RTCPPacket], [RTCPPacket]) = ([], [])
        for step in [0, 1, 2, 4, 5, 6] {
            publisher.send(
                to: &relay, ssrc: 1000, sequence: UInt64(step), timestamp: UInt32(step) * 3000, payloadType: 96,
                payload: vp8(UInt16(step), isKeyframe: step == 0), now: Int64(step) * 10_000, into: &batch)
        }
        relay.tick(now: 70_000, wallClock: 0, into: &batch)
        flush(&relay, &batch, now: 70_000) {
            viewer.take(from: $0, media: &media, reports: &reports)
            publisher.take(from: $0, media: &other, reports: &asked)
        }
        #expect(asked.contains { if case .nack(let nack) = $0 { nack.media == 1000 } else { false } })
        let payload = vp8(3, isKeyframe: false)
        publisher.send(
            to: &relay, ssrc: 1001, sequence: 9, timestamp: 9000, payloadType: 97, payload: [0, 3] + payload,
            now: 80_000, into: &batch)
        flush(&relay, &batch, now: 80_000) { viewer.take(from: $0, media: &media, reports: &reports) }
        let late = try #require(media.last)
        #expect(late.payload == payload)
        #expect(late.sequence == (media.first?.sequence ?? 0) &+ 3)
        #expect(relay.metrics.packetsRecovered == 1)
    }

    @Test func `remembers nothing of strangers and answers none of their datagrams`() throws {
        var relay = try makeRelay()
        var batch = SendBatch()
        _ = try SimulatedPeer(1, joining: "r", of: &relay, mode: .whip, now: 0, tracks: [.camera(1000)])
        var random = SplitMix64(state: 9)
        for number in 0..<20_000 {
            var junk = (0..<Int.random(in: 0...120, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            junk.withUnsafeMutableBytes {
                relay.receive(
                    $0, from: PeerAddress.ipv4(0x7F00_0000 + UInt32(number), port: 9), now: 0, into: &batch)
            }
        }
        #expect(batch.runCount == 0)
        let known = relay.addresses.count
        #expect(known == 1)
        #expect(relay.roomCount.participants == 1)
    }

    @Test func `does not read a ClientHello from an address that no check has validated (CVE-2023-49786)`() throws {
        var relay = try makeRelay()
        var batch = SendBatch()
        let peer = try SimulatedPeer(1, joining: "r", of: &relay, mode: .whip, now: 0, tracks: [.camera(1000)])
        let index = try #require(relay.participantsByID[peer.id])
        relay.participants[index].isConnected = false
        var hello: [UInt8] = [22, 0xFE, 0xFD] + [UInt8](repeating: 0, count: 60)
        for port in UInt16(1)...100 {
            let racing = PeerAddress(high: peer.address.high, low: peer.address.low, port: port, connection: 0)
            hello.withUnsafeMutableBytes { relay.receive($0, from: racing, now: 0, into: &batch) }
        }
        #expect(batch.runCount == 0)
        #expect(relay.metrics.datagramsDropped == 100)
        #expect(relay.metrics.dtlsFailures == 0)
    }

    @Test func `remembers a bounded number of streams of one participant, however many it sends`() throws {
        var relay = try makeRelay()
        var batch = SendBatch()
        var publisher = try SimulatedPeer(
            1, joining: "r", of: &relay, mode: .whip, now: 0, tracks: [.camera(1000), .microphone(2000)])
        for ssrc in UInt32(5000)..<5500 {
            publisher.send(
                to: &relay, ssrc: ssrc, sequence: 1, timestamp: 1, payloadType: 111, payload: [1, 2, 3], now: 1,
                into: &batch)
            flush(&relay, &batch, now: 1) { _ in }
        }
        let index = try #require(relay.participantsByID[publisher.id])
        let (streams, layers) = (relay.participants[index].streamCount, relay.layers.count)
        #expect(streams <= Participant.streamLimit)
        #expect(layers == 2)
    }

    @Test func `never seals two packets under one number, whatever a publisher repeats (CVE-2026-26014)`() throws {
        var relay = try makeRelay()
        var batch = SendBatch()
        var publisher = try SimulatedPeer(1, joining: "r", of: &relay, mode: .whip, now: 0, tracks: [.camera(1000)])
        var viewer = try SimulatedPeer(
            2, joining: "r", of: &relay, mode: .whep(exclude: nil), now: 0, slots: [.picture("0", ssrc: 80)])
        relay.tick(now: 0, wallClock: 0, into: &batch)
        var media: [SimulatedPeer.Received] = []
        var reports: [RTCPPacket] = []
        for step in 0..<60 {
            let payload = vp8(UInt16(step), isKeyframe: step == 0)
            publisher.send(
                to: &relay, ssrc: 1000, sequence: UInt64(step), timestamp: UInt32(step) * 3000, payloadType: 96,
                payload: payload, now: Int64(step), into: &batch)
            // The same number once more, by the retransmission stream and with another payload.
            publisher.send(
                to: &relay, ssrc: 1001, sequence: UInt64(step), timestamp: UInt32(step) * 3000, payloadType: 97,
                payload: [0, UInt8(step)] + vp8(9, isKeyframe: false), now: Int64(step), into: &batch)
            flush(&relay, &batch, now: Int64(step)) { viewer.take(from: $0, media: &media, reports: &reports) }
        }
        // The last packets are held for the rest of their picture.
        flush(&relay, &batch, now: 60 + Publication.holdLimit) {
            viewer.take(from: $0, media: &media, reports: &reports)
        }
        #expect(media.count == 60)
        #expect(Set(media.map(\.sequence)).count == media.count)
    }

    @Test func `lets go of everything when people leave`() throws {
        var relay = try makeRelay()
        for round in 0..<50 {
            for number in UInt64(1)...5 {
                _ = try SimulatedPeer(
                    number, joining: "r\(round % 3)", of: &relay, mode: .page, now: 0,
                    tracks: [.microphone(1), .camera(2)], slots: [.voice("2", ssrc: 70), .picture("3", ssrc: 80)])
            }
            for number in UInt64(1)...5 {
                relay.remove(ParticipantID(rawValue: number), reason: .left, now: 0)
            }
        }
        let counts = (relay.slots.count, relay.layers.count, relay.publications.count, relay.rooms.count)
        #expect(counts == (0, 0, 0, 0))
        let (addresses, ufrags) = (relay.addresses.count, relay.participantsByUfrag.count)
        #expect(addresses == 0 && ufrags == 0)
        #expect(relay.takeEvents().count { if case .left = $0 { true } else { false } } == 250)
    }
}
