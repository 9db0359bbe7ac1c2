import RTP

@testable import Relay

/// A relay among several.
final class RelayBox {
    var relay: Relay
    var batch = SendBatch()

    init(_ relay: consuming Relay) { self.relay = relay }
}

/// Relays that share rooms, the messages between them, and who is where. Messages of one direction keep their order.
struct LinkedRelays {
    struct Member {
        var relay: Int
        var id: ParticipantID
        var roles: [TrackRole]
        var layerCount: Int
    }

    let boxes: [RelayBox]
    /// Messages on their way, by sender and receiver.
    private(set) var messages: [[[LinkMessage]]]
    var members: [Member] = []

    init(count: Int, pipeLog2: Int = 20) {
        let pipes = (0..<count).map { _ in (0..<count).map { _ in PacketPipe(capacityLog2: pipeLog2) } }
        boxes = (0..<count).map { own in
            var relay = Relay(seed: UInt64(own) + 1)
            relay.link(
                ordinal: own,
                pipes: (0..<count).map { $0 == own ? nil : (outgoing: pipes[own][$0], incoming: pipes[$0][own]) })
            return RelayBox(relay)
        }
        messages = Array(repeating: Array(repeating: [], count: count), count: count)
    }

    /// Relays, other than `own`, that hold members: what the placement tells a relay that admits somebody.
    func others(than own: Int) -> UInt64 {
        members.reduce(0) { $1.relay == own ? $0 : $0 | 1 << UInt64($1.relay) }
    }

    mutating func join(
        _ number: UInt64, at relay: Int, mode: JoinRequest.Mode = .page, now: Int64,
        tracks: [ParticipantPlan.Track] = [], slots: [ParticipantPlan.ReceivingSection] = []
    ) throws -> PeerBox {
        let peer = try SimulatedPeer(
            number, joining: "r", of: &boxes[relay].relay, mode: mode, now: now, tracks: tracks, slots: slots,
            peers: others(than: relay))
        members.append(
            Member(
                relay: relay, id: ParticipantID(rawValue: number), roles: tracks.map(\.role),
                layerCount: tracks.reduce(0) { $0 + max($1.rids.count, 1) }))
        post()
        return PeerBox(peer)
    }

    mutating func leave(_ id: ParticipantID, now: Int64) {
        guard let place = members.firstIndex(where: { $0.id == id }) else { return }
        boxes[members[place].relay].relay.remove(id, reason: .left, now: now)
        members.remove(at: place)
        post()
    }

    /// Takes what the relays want to tell one another.
    mutating func post() {
        for (own, box) in boxes.enumerated() {
            for (peer, message) in box.relay.takeLinkMessages() { messages[own][peer].append(message) }
        }
    }

    /// Delivers the oldest message of one direction, chosen by a number; false when there is none anywhere.
    mutating func deliverOne(_ choice: Int, now: Int64) -> Bool {
        var ways: [(Int, Int)] = []
        for from in boxes.indices {
            for to in boxes.indices where !messages[from][to].isEmpty { ways.append((from, to)) }
        }
        guard !ways.isEmpty else { return false }
        let (from, to) = ways[choice % ways.count]
        boxes[to].relay.receive(messages[from][to].removeFirst(), from: from, now: now)
        post()
        return true
    }

    mutating func deliverAll(now: Int64) {
        post()
        while deliverOne(0, now: now) {}
    }

    /// One burst's end on every relay, packets and messages handed over, and a tick when `ticks`. What the peers got
    /// goes to `media` and `reports`, in the order of the peers.
    mutating func step(
        _ peers: [PeerBox], now: Int64, ticks: Bool, media: inout [[SimulatedPeer.Received]],
        reports: inout [[RTCPPacket]]
    ) {
        if ticks {
            for box in boxes { box.relay.tick(now: now, wallClock: 1_700_000_000_000_000 + now, into: &box.batch) }
        }
        deliverAll(now: now)
        for box in boxes {
            var isLinked = true
            while isLinked {
                isLinked = box.relay.receiveLinked(now: now)
                var hasMore = true
                while hasMore {
                    hasMore = box.relay.forward(into: &box.batch, now: now)
                    for (place, peer) in peers.enumerated() {
                        peer.peer.take(from: box.batch, media: &media[place], reports: &reports[place])
                    }
                    box.batch.removeAll()
                }
            }
        }
    }

    /// How the relays' books differ from who is where, when all messages have come.
    func complaints() -> [String] {
        var all: [String] = []
        for (own, box) in boxes.enumerated() {
            let isHolder = members.contains { $0.relay == own }
            let expected =
                isHolder ? members.flatMap { member in member.roles.map { "\(member.id.rawValue) \($0)" } } : []
            var listed: [String] = []
            if let room = box.relay.roomsByName["r"] {
                for publication in box.relay.rooms[room].publications {
                    let owner = box.relay.publications[publication].ownerID.rawValue
                    listed.append("\(owner) \(box.relay.publications[publication].role)")
                    let isOurs = box.relay.publications[publication].origin == nil
                    let exports = box.relay.publications[publication].exports
                    if exports != (isOurs ? others(than: own) : 0) {
                        all.append("relay \(own) exports \(listed.last ?? "") to \(exports)")
                    }
                }
            }
            if listed.sorted() != expected.sorted() {
                all.append("relay \(own) lists \(listed.sorted()) in place of \(expected.sorted())")
            }
            let layers = isHolder ? members.reduce(0) { $0 + $1.layerCount } : 0
            if box.relay.layers.count != layers { all.append("relay \(own) has \(box.relay.layers.count) layers") }
            if box.relay.publications.count != expected.count {
                all.append("relay \(own) has \(box.relay.publications.count) publications")
            }
            if box.relay.rooms.count != (isHolder ? 1 : 0) {
                all.append("relay \(own): \(box.relay.rooms.count) rooms")
            }
        }
        return all
    }
}
