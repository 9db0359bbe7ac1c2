import Foundation
import Relay
import Testing

@testable import Web

@Suite struct `A briefing of 264 sites` {
    private static let sites = 264
    private static let minutes = 10
    /// Sites on thin lines.
    private static let thin: Set<Int> = [40, 77, 130, 200, 263]

    private static let slots =
        (0..<5).map { SlotDescription(mid: "\($0)", role: .microphone) }
        + (5..<14).map { SlotDescription(mid: "\($0)", role: .camera) }
        + [SlotDescription(mid: "14", role: .screen)]

    /// What the relay would have played for a viewer: the voices of who speaks, and their pictures on lines that bear it.
    private static func assignments(_ speakers: [Int], viewer: Int) -> [SlotAssignment] {
        let others = speakers.filter { $0 != viewer }
        return slots.enumerated().map { position, slot in
            let number: Int? =
                switch slot.role {
                case .microphone: position < others.count ? others[position] : nil
                case .camera: thin.contains(viewer) || position - 5 >= others.count ? nil : others[position - 5]
                default: nil
                }
            return SlotAssignment(mid: slot.mid, participant: number.map(RoomModel.id), role: slot.role)
        }
    }

    @Test func `keeps its signalling below 2 kbit/s on a thin line, and costs little on any`() throws {
        var random = Xorshift(seed: 264)
        var room = RoomModel()
        room.isRead = false
        var speakers = [1, 2, 3]
        var afterRoster: (bytes: [ParticipantID: Int], messages: [ParticipantID: Int], composed: Int)?
        var perMinute: [Int] = []
        let watched = RoomModel.id(77)
        let normal = RoomModel.id(100)
        let clock = ContinuousClock()
        let began = clock.now
        var joined = 0
        for second in 0..<(Self.minutes * 60) {
            while joined < Self.sites, joined <= second * Self.sites / 60 {
                joined += 1
                let site = "UBND xã số \(joined), huyện Chợ Đồn"
                room.join(
                    joined, name: "Điểm cầu \(joined)", site: site, mayChair: joined == 1,
                    down: Self.thin.contains(joined) ? 64 : nil, slots: Self.slots)
                for role in [TrackRole.microphone, .camera] {
                    room.roster.take(
                        .publication(room: "r", owner: RoomModel.id(joined), role: role, isActive: true))
                }
                let first = joined % 200
                let shown = Self.thin.contains(joined) ? 4 : 25
                room.roster.show(
                    (first..<first + shown).map {
                        ViewRequest(participant: RoomModel.id($0 + 1), role: .camera, height: 90)
                    }, to: RoomModel.id(joined))
            }
            happen(second, joined, &room, &speakers, &random)
            room.pass(1)
            // A page asks every other second whether its socket lives.
            if second % 2 == 0 {
                for number in 1...joined { room.note(RoomModel.id(number), [ServerMessage.pong.unnumbered]) }
            }
            if second == 119 { afterRoster = (room.bytes, room.messages, room.roster.shared.composed) }
            if second % 60 == 59 { perMinute.append(cost(room, watched)) }
        }
        let start = try #require(afterRoster)
        let seconds = Double(Self.minutes * 60 - 120)
        func rate(_ id: ParticipantID) -> Double {
            let bytes = (room.bytes[id] ?? 0) - (start.bytes[id] ?? 0)
            let messages = (room.messages[id] ?? 0) - (start.messages[id] ?? 0)
            return Double(bytes + messages * Pace.overhead) * 8 / seconds / 1000
        }
        for number in Self.thin { #expect(rate(RoomModel.id(number)) < 2) }
        #expect(rate(normal) < 16)
        let composed = Double(room.roster.shared.composed - start.composed) / seconds
        // Each page's own line comes every two seconds; all else together is not to cost more.
        #expect(composed < 800)
        let grown = zip(perMinute, [0] + perMinute).map { $0 - $1 }
        print(
            "264 sites: thin \(rate(watched)) kbit/s (\(grown) bytes a minute), normal \(rate(normal)) kbit/s, "
                + "\(composed) messages written a second, \(clock.now - began) for \(Self.minutes) minutes")
    }

    private func cost(_ room: RoomModel, _ id: ParticipantID) -> Int {
        (room.bytes[id] ?? 0) + (room.messages[id] ?? 0) * Pace.overhead
    }

    /// What happens in one second of a briefing.
    private func happen(
        _ second: Int, _ joined: Int, _ room: inout RoomModel, _ speakers: inout [Int], _ random: inout Xorshift
    ) {
        if second % 4 == 0 {
            speakers[random.next(below: 3)] = 1 + random.next(below: joined)
            speakers = speakers.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
            while speakers.count < 3 { speakers.append(joined - speakers.count) }
            room.roster.take(.speakers(room: "r", participants: speakers.map(RoomModel.id)))
            for viewer in 1...joined {
                room.roster.take(
                    .slots(
                        room: "r", viewer: RoomModel.id(viewer),
                        assignments: Self.assignments(speakers, viewer: viewer)))
            }
        }
        for _ in 0..<3 {
            let trip = [20, 250, 500, 900][random.next(below: 4)]
            let quality = Quality(
                uplinkLoss: 0.01, downlinkLoss: 0, roundTripMilliseconds: trip, uplinkKbps: 300, downlinkKbps: 500)
            room.roster.take(
                .quality(room: "r", participant: RoomModel.id(1 + random.next(below: joined)), quality: quality))
        }
        if second % 5 == 0 {
            room.roster.take(
                .publication(
                    room: "r", owner: RoomModel.id(1 + random.next(below: joined)), role: .camera,
                    isActive: random.next(below: 2) == 0))
        }
        guard second % 2 == 0 else { return }
        for viewer in 1...joined {
            var report = LineReport()
            report.estimateKbps = Self.thin.contains(viewer) ? 55 + random.next(below: 10) : 3000
            report.sentKbps = 40 + random.next(below: 10)
            report.spareKbps = 8
            report.loss = Double(random.next(below: 20)) / 1000
            report.queueMilliseconds = random.next(below: 80)
            report.level = Self.thin.contains(viewer) ? .voice : .full
            report.mergesVoices = Self.thin.contains(viewer)
            room.roster.take(.line(room: "r", viewer: RoomModel.id(viewer), report: report))
        }
    }
}
