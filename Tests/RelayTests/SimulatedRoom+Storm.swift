import RTP

@testable import Relay

/// What people do in a storm.
extension SimulatedRoom {
    /// One of the things that may happen; most of the time none.
    mutating func act() throws {
        for viewer in viewers.indices { ask(viewer: viewer) }
        guard Int.random(in: 0..<4, using: &random) == 0 else { return }
        let publisher = Int.random(in: publishers.indices, using: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0...3: look(viewer: .random(in: viewers.indices, using: &random))
        case 4, 5: mute(publisher)
        case 6, 7: switchLayer(of: publisher)
        case 8: restart(publisher)
        default:
            if publishers[publisher].box == nil { try enter(publisher) } else { leave(publisher) }
        }
    }

    /// Everybody is there, shows and speaks, and the lines are good.
    mutating func calmDown() throws {
        isCalm = true
        for index in publishers.indices {
            if publishers[index].box == nil { try enter(index) }
            publishers[index].showsPicture = true
            publishers[index].speaks = true
            relay.command(.publishing(role: .camera, active: true), from: publishers[index].id, now: now)
            relay.command(.publishing(role: .microphone, active: true), from: publishers[index].id, now: now)
            for layer in publishers[index].layers where !streams[layer].isOn {
                streams[layer].isOn = true
                streams[layer].wantsKeyframe = true
            }
        }
        let all = publishers.map { ViewRequest(participant: $0.id, role: .camera, height: 360) }
        for viewer in viewers { relay.command(.view(all), from: viewer.id, now: now) }
    }

    /// What went wrong in all of it.
    mutating func finish() -> [String] {
        var all = complaints
        for viewer in viewers.indices {
            let lost = viewers[viewer].box.peer.unopened
            if lost > 0 { all.append("viewer \(viewers[viewer].id): \(lost) packets do not open") }
            for slot in viewers[viewer].watchers.indices {
                viewers[viewer].watchers[slot].finish(sent: sent)
                let watcher = viewers[viewer].watchers[slot]
                all += watcher.complaints
                if viewers[viewer].assigned[slot] == nil { all.append("\(watcher.name): empty at the end") }
                if now - watcher.newestTime > 300_000 { all.append("\(watcher.name): nothing came at the end") }
            }
        }
        return all
    }

    private mutating func look(viewer: Int) {
        let wishes = publishers.shuffled(using: &random).prefix(Int.random(in: 0...3, using: &random)).map {
            ViewRequest(
                participant: $0.id, role: .camera, height: [90, 200, 400, 720].randomElement(using: &random) ?? 90)
        }
        relay.command(.view(wishes), from: viewers[viewer].id, now: now)
    }

    private mutating func mute(_ index: Int) {
        guard publishers[index].box != nil else { return }
        if Bool.random(using: &random) {
            publishers[index].showsPicture.toggle()
            relay.command(
                .publishing(role: .camera, active: publishers[index].showsPicture), from: publishers[index].id, now: now
            )
        } else {
            publishers[index].speaks.toggle()
            relay.command(
                .publishing(role: .microphone, active: publishers[index].speaks), from: publishers[index].id, now: now)
        }
    }

    private mutating func switchLayer(of index: Int) {
        guard publishers[index].isSimulcast, let layer = publishers[index].layers.randomElement(using: &random) else {
            return
        }
        streams[layer].isOn.toggle()
        streams[layer].wantsKeyframe = true
    }

    /// The browser gives a stream another SSRC, and other numbers.
    private mutating func restart(_ index: Int) {
        // A participant has a bounded number of streams.
        guard publishers[index].box != nil, nextSSRC < 14_000 else { return }
        if Int.random(in: 0..<3, using: &random) == 0 {
            publishers[index].voice = addStream(publishers[index].id, isVideo: false, quality: nil, is15Bit: false)
        } else {
            let place = Int.random(in: publishers[index].layers.indices, using: &random)
            let layer = addStream(
                publishers[index].id, isVideo: true, quality: publishers[index].isSimulcast ? place : nil,
                is15Bit: publishers[index].is15Bit)
            publishers[index].layers[place] = layer
        }
    }

    private mutating func ask(viewer: Int) {
        let slot = Int.random(in: 0..<Self.pictureSlots, using: &random)
        let ssrc = 500 + UInt32(slot) * 2
        let requests = viewers[viewer].watchers[slot].requests(using: &random)
        let wantsKeyframe = Int.random(in: 0..<40, using: &random) == 0
        guard requests.count > 0 || wantsKeyframe else { return }
        viewers[viewer].box.peer.report(to: &relay, now: now, into: &batch) { writer in
            _ = writer.receiverReport(ssrc: 9)
            _ = writer.nack(sender: 9, media: ssrc, sequences: requests)
            if wantsKeyframe { _ = writer.pictureLossIndication(sender: 9, media: ssrc) }
        }
    }
}
