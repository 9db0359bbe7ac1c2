import RTP

@testable import Relay

/// A peer among others.
final class PeerBox {
    var peer: SimulatedPeer

    init(_ peer: consuming SimulatedPeer) { self.peer = peer }
}

/// One room on one relay under a seeded storm: publishers over lines that lose, reorder and repeat; viewers that look
/// at this and that. What the viewers get goes to a ``SlotWatcher`` for each slot.
struct SimulatedRoom: ~Copyable {
    struct Publisher {
        /// nil while away.
        var box: PeerBox?
        var id = ParticipantID(rawValue: 0)
        /// Places among the streams: the picture's layers, lowest first, and the voice.
        var layers: [Int] = []
        var voice = 0
        var showsPicture = true
        var speaks = true
        let isSimulcast: Bool
        let is15Bit: Bool
        /// Between two packets of a picture, µs.
        let gap: Int64
        var nextPicture: Int64 = 0
        var nextVoice: Int64 = 0
    }

    struct Viewer {
        let box: PeerBox
        let id: ParticipantID
        var watchers: [SlotWatcher]
        /// What the relay has said plays in each slot.
        var assigned: [ParticipantID?]
    }

    private struct Flying {
        var time: Int64
        var packet: Int
        var isRetransmission: Bool
    }

    static let tickInterval: Int64 = 5_000
    static let (pictureSlots, voiceSlots) = (2, 2)
    static let rids = ["q", "h", "f"]

    var relay: Relay
    var random: SplitMix64
    var publishers: [Publisher] = []
    var viewers: [Viewer] = []
    var streams: [SimulatedStream] = []
    var sent: [SentPacket] = []
    private(set) var now: Int64 = 0
    private(set) var complaints: [String] = []
    var isCalm = false
    // Small, so that it is full in the midst of a burst.
    var batch = SendBatch(byteCapacity: 150 * 1024, runCapacity: 90)
    private var flying: [Flying] = []
    private var nextTick: Int64 = 0
    private var nextName: UInt64 = 1
    var nextSSRC: UInt32 = 10_000

    init(seed: UInt64) throws {
        relay = Relay(seed: seed)
        random = SplitMix64(state: seed &* 977 &+ 5)
        for _ in 0..<Int.random(in: 3...5, using: &random) {
            publishers.append(
                Publisher(
                    isSimulcast: .random(using: &random), is15Bit: Int.random(in: 0..<3, using: &random) > 0,
                    gap: [20, 80, 140, 2_000].randomElement(using: &random) ?? 20,
                    nextPicture: .random(in: 0..<50_000, using: &random),
                    nextVoice: .random(in: 0..<40_000, using: &random)))
        }
        for index in publishers.indices { try enter(index) }
        for _ in 0..<Int.random(in: 2...4, using: &random) { try addViewer() }
    }

    private mutating func takeName() -> UInt64 {
        nextName += 1
        return nextName
    }

    mutating func addStream(_ owner: ParticipantID, isVideo: Bool, quality: Int?, is15Bit: Bool) -> Int {
        nextSSRC += 10
        streams.append(
            SimulatedStream(
                number: streams.count, owner: owner, isVideo: isVideo, ssrc: nextSSRC,
                rid: quality.map { Self.rids[$0] }, height: isVideo ? 180 << UInt16(quality ?? 2) : 0,
                is15Bit: is15Bit, using: &random))
        return streams.count - 1
    }

    /// A publisher joins.
    mutating func enter(_ index: Int) throws {
        let name = takeName()
        let id = ParticipantID(rawValue: name)
        let qualities: [Int?] = publishers[index].isSimulcast ? [0, 1, 2] : [nil]
        publishers[index].layers = []
        for quality in qualities {
            let layer = addStream(id, isVideo: true, quality: quality, is15Bit: publishers[index].is15Bit)
            publishers[index].layers.append(layer)
        }
        publishers[index].voice = addStream(id, isVideo: false, quality: nil, is15Bit: false)
        var camera = ParticipantPlan.Track.camera(0, rids: publishers[index].isSimulcast ? Self.rids : [])
        camera.ssrcs = publishers[index].layers.map { (media: streams[$0].ssrc, rtx: streams[$0].rtxSSRC) }
        let peer = try SimulatedPeer(
            name, joining: "r", of: &relay, mode: .page, now: now,
            tracks: [.microphone(streams[publishers[index].voice].ssrc), camera])
        publishers[index].id = id
        publishers[index].box = PeerBox(peer)
        publishers[index].showsPicture = true
        publishers[index].speaks = true
    }

    mutating func leave(_ index: Int) {
        relay.remove(publishers[index].id, reason: .left, now: now)
        publishers[index].box = nil
    }

    private mutating func addViewer() throws {
        let name = takeName()
        var slots: [ParticipantPlan.ReceivingSection] = []
        for slot in 0..<Self.pictureSlots { slots.append(.picture("\(slot)", ssrc: 500 + UInt32(slot) * 2)) }
        for slot in 0..<Self.voiceSlots {
            slots.append(.voice("\(slots.count)", ssrc: 600 + UInt32(slot) * 2))
        }
        let peer = try SimulatedPeer(name, joining: "r", of: &relay, mode: .page, now: now, slots: slots)
        viewers.append(
            Viewer(
                box: PeerBox(peer), id: ParticipantID(rawValue: name),
                watchers: slots.map { SlotWatcher(name: "viewer \(name), slot \($0.mid)") },
                assigned: slots.map { _ in nil }))
    }

    // MARK: Time

    /// Lets time pass; `act` is called every 10 ms.
    mutating func run(until end: Int64, act: (inout SimulatedRoom) throws -> Void) rethrows {
        var nextAct = now
        while now < end {
            var next = min(nextTick, nextAct, flying.first?.time ?? .max)
            for publisher in publishers where publisher.box != nil {
                next = min(next, publisher.nextPicture, publisher.nextVoice)
            }
            // A burst gathers what comes while nobody reads, but what is held is let go in time.
            next = max(next, now) + (Bool.random(using: &random) ? .random(in: 0...250, using: &random) : 0)
            now = min(next, max(relay.nextForward ?? .max, now))
            send()
            deliver()
            if now >= nextAct {
                nextAct = now + 10_000
                try act(&self)
            }
            if now >= nextTick {
                nextTick = now + Self.tickInterval
                relay.tick(now: now, wallClock: 1_700_000_000_000_000 + now, into: &batch)
            }
            noteAssignments()
            flush()
        }
    }

    private mutating func send() {
        for index in publishers.indices where publishers[index].box != nil {
            while publishers[index].nextPicture <= now {
                for layer in publishers[index].layers where publishers[index].showsPicture && streams[layer].isOn {
                    let range = streams[layer].next(into: &sent, using: &random)
                    launch(range, from: publishers[index].nextPicture, gap: publishers[index].gap)
                }
                publishers[index].nextPicture += 50_000
            }
            while publishers[index].nextVoice <= now {
                if publishers[index].speaks {
                    let range = streams[publishers[index].voice].next(into: &sent, using: &random)
                    launch(range, from: publishers[index].nextVoice, gap: 0)
                }
                publishers[index].nextVoice += 40_000
            }
        }
    }

    private mutating func launch(_ packets: Range<Int>, from start: Int64, gap: Int64) {
        for (place, packet) in packets.enumerated() {
            let time = start + Int64(place) * gap
            let luck = isCalm ? 100 : Int.random(in: 0..<100, using: &random)
            if luck < 5 {
                // Lost; perhaps it comes again later.
                if streams[sent[packet].stream].isVideo, Int.random(in: 0..<4, using: &random) > 0 {
                    fly(packet, at: time + .random(in: 5_000...400_000, using: &random), isRetransmission: true)
                }
                continue
            }
            let late = luck < 12 ? Int64.random(in: 100...(luck == 5 ? 80_000 : 6_000), using: &random) : 0
            fly(packet, at: time + late)
            if luck > 95, !isCalm { fly(packet, at: time + .random(in: 0...9_000, using: &random)) }
        }
    }

    private mutating func fly(_ packet: Int, at time: Int64, isRetransmission: Bool = false) {
        var place = flying.count
        while place > 0, flying[place - 1].time > time { place -= 1 }
        flying.insert(Flying(time: time, packet: packet, isRetransmission: isRetransmission), at: place)
    }

    private mutating func deliver() {
        var count = 0
        while count < 60, let item = flying.first, item.time <= now {
            flying.removeFirst()
            count += 1
            let packet = sent[item.packet]
            let stream = streams[packet.stream]
            guard let box = publishers.first(where: { $0.id == stream.owner })?.box else { continue }
            if packet.arrival == nil { sent[item.packet].arrival = now }
            if item.isRetransmission { streams[packet.stream].rtxSequence += 1 }
            deliver(packet, of: streams[packet.stream], from: box, isRetransmission: item.isRetransmission)
        }
    }

    private mutating func deliver(
        _ packet: SentPacket, of stream: SimulatedStream, from box: PeerBox, isRetransmission: Bool
    ) {
        let time = now
        if isRetransmission {
            let number = withUnsafeBytes(of: UInt16(truncatingIfNeeded: packet.sequence).bigEndian) { Array($0) }
            let element = stream.rid.map { (SimulatedPeer.repairedRIDExtension, Array($0.utf8)) }
            box.peer.send(
                to: &relay, ssrc: stream.rtxSSRC, sequence: stream.rtxSequence, timestamp: packet.timestamp,
                payloadType: 97, marker: packet.marker, payload: number + packet.payload, now: time, into: &batch,
                element: element)
        } else {
            var element = stream.rid.map { (SimulatedPeer.ridExtension, Array($0.utf8)) }
            if !stream.isVideo {
                element = (SimulatedPeer.audioLevelExtension, [UInt8.random(in: 5...90, using: &random)])
            }
            box.peer.send(
                to: &relay, ssrc: stream.ssrc, sequence: UInt64(packet.sequence), timestamp: packet.timestamp,
                payloadType: stream.isVideo ? 96 : 111, marker: packet.marker, payload: packet.payload, now: time,
                into: &batch, element: element)
        }
    }

    private mutating func noteAssignments() {
        for case .slots(_, let id, let assignments) in relay.takeEvents() {
            guard let viewer = viewers.firstIndex(where: { $0.id == id }) else { continue }
            viewers[viewer].assigned = assignments.map(\.participant)
        }
    }

    // MARK: What comes out

    private mutating func flush() {
        var hasMore = true
        while hasMore {
            hasMore = relay.forward(into: &batch, now: now)
            for index in viewers.indices { collect(viewer: index) }
            for index in publishers.indices { collect(publisher: index) }
            batch.removeAll()
        }
    }

    private mutating func collect(viewer: Int) {
        var media: [SimulatedPeer.Received] = []
        var reports: [RTCPPacket] = []
        viewers[viewer].box.peer.take(from: batch, media: &media, reports: &reports)
        for packet in media {
            let isVideo = packet.ssrc < 600
            let slot = isVideo ? Int(packet.ssrc - 500) / 2 : Self.pictureSlots + Int(packet.ssrc - 600) / 2
            if packet.ssrc % 2 == 1 {
                viewers[viewer].watchers[slot].retransmission(packet, isVideo: isVideo, sent: sent)
            } else if let source = viewers[viewer].watchers[slot].media(packet, isVideo: isVideo, now: now, sent: sent),
                streams[source.stream].owner != viewers[viewer].assigned[slot], complaints.count < 3
            {
                complaints.append("\(viewers[viewer].watchers[slot].name): somebody whose turn it is not")
            }
        }
    }

    private mutating func collect(publisher: Int) {
        guard let box = publishers[publisher].box else { return }
        var media: [SimulatedPeer.Received] = []
        var reports: [RTCPPacket] = []
        box.peer.take(from: batch, media: &media, reports: &reports)
        for case .pictureLossIndication(_, let ssrc) in reports {
            for layer in publishers[publisher].layers where streams[layer].ssrc == ssrc {
                streams[layer].wantsKeyframe = true
            }
        }
    }
}
