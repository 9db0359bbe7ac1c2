import Foundation
import Relay
import Testing

@testable import Web

/// A room and its pages, in virtual time: what each page knows from what it was told.
struct RoomModel {
    var roster = RoomRoster()
    /// µs.
    var now: Int64 = 1_000_000
    var told: [ParticipantID: [[String: Any]]] = [:]
    var bytes: [ParticipantID: Int] = [:]
    var messages: [ParticipantID: Int] = [:]
    /// Whether what is told is read; if not, it is only counted.
    var isRead = true

    static func id(_ number: Int) -> ParticipantID { ParticipantID(rawValue: UInt64(number)) }

    mutating func join(
        _ number: Int, name: String? = nil, site: String = "Xã Nghĩa Tá", mayChair: Bool = false, down: Int? = nil,
        reception: Reception = .full, slots: [SlotDescription] = [SlotDescription(mid: "4", role: .camera)]
    ) {
        roster.join(
            RoomMember(
                id: Self.id(number), name: name ?? "Nguyễn Văn \(number)", site: site, isPage: true,
                mayChair: mayChair, slots: slots, knownDown: down, reception: reception))
        note(Self.id(number), roster.open(Self.id(number), after: nil, now: now) ?? [])
        roster.take(.connected(room: "r", participant: Self.id(number)))
    }

    mutating func note(_ id: ParticipantID, _ texts: [String]) {
        for text in texts {
            bytes[id, default: 0] += text.utf8.count
            messages[id, default: 0] += 1
            guard isRead else { continue }
            let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            told[id, default: []].append(object ?? ["type": "no JSON: \(text)"])
        }
    }

    /// Lets time pass as the hub does, a tick at a time.
    mutating func pass(_ seconds: Double) {
        let end = now + Int64(seconds * 1e6)
        while now < end {
            now += 50_000
            if roster.hasWork { for delivery in roster.flush(now: now) { note(delivery.to, delivery.texts) } }
        }
    }

    /// What a page was told since it was last asked, of one type or all.
    mutating func news(of number: Int, _ type: String? = nil) -> [[String: Any]] {
        let all = told.removeValue(forKey: Self.id(number)) ?? []
        return type.map { type in all.filter { $0["type"] as? String == type } } ?? all
    }
}

private func types(_ messages: [[String: Any]]) -> [String] { messages.compactMap { $0["type"] as? String } }

private func ids(_ message: [String: Any]?) -> [String] {
    ((message?["participants"] as? [[String: Any]]) ?? []).compactMap { $0["id"] as? String }
}

@Suite struct `A room's roster` {
    private let lan = RoomModel.id(1)
    private let minh = RoomModel.id(2)

    private func pair() -> RoomModel {
        var room = RoomModel()
        room.join(1, name: "Lan", site: "Tỉnh")
        room.join(2, name: "Minh", site: "Ba Bể")
        room.pass(1)
        return room
    }

    @Test func `tells everybody who comes, what they send, and who goes`() {
        var room = pair()
        let first = room.news(of: 1)
        #expect(types(first).first == "snapshot")
        #expect(ids(first.last { $0["type"] as? String == "roster" }).contains(minh.description))
        _ = room.news(of: 2)
        room.roster.take(.publication(room: "r", owner: minh, role: .camera, isActive: true))
        room.pass(0.2)
        #expect(types(room.news(of: 1)) == ["track"])
        room.roster.take(.publication(room: "r", owner: minh, role: .camera, isActive: false))
        room.roster.take(.publication(room: "r", owner: minh, role: .microphone, isActive: true))
        room.pass(0.2)
        let both = room.news(of: 1)
        #expect(types(both) == ["roster"])
        #expect((both[0]["participants"] as? [[String: Any]])?.first?["on"] as? String == "m")
        room.roster.take(.left(room: "r", participant: minh, reason: .left))
        room.pass(0.2)
        #expect(room.news(of: 1).first?["ids"] as? [String] == [minh.description])
        #expect(room.roster.members.count == 1)
        #expect(!room.roster.hasWork)
    }

    @Test func `says each thing once, however often it changed`() {
        var room = pair()
        _ = room.news(of: 1)
        for round in 0..<100 {
            room.roster.take(.speakers(room: "r", participants: round % 2 == 0 ? [minh] : [lan]))
            room.roster.take(.publication(room: "r", owner: minh, role: .camera, isActive: round % 2 == 0))
            room.roster.take(
                .slots(
                    room: "r", viewer: lan,
                    assignments: [SlotAssignment(mid: "4", participant: round % 2 == 0 ? minh : nil, role: .camera)]))
        }
        room.pass(0.5)
        let told = room.news(of: 1)
        #expect(types(told).sorted() == ["speakers", "track"])
    }

    @Test func `gives a page that comes back exactly what it has missed`() throws {
        var room = pair()
        let sequence = try #require(room.news(of: 1).last?["seq"] as? Int)
        // The line is broken, the socket does not know it yet: this is lost.
        room.roster.take(.speakers(room: "r", participants: [minh]))
        room.pass(0.5)
        let lost = room.news(of: 1)
        #expect(types(lost) == ["speakers"])
        room.roster.close(lan)
        room.roster.take(.publication(room: "r", owner: minh, role: .camera, isActive: true))
        room.pass(5)
        #expect(room.news(of: 1).isEmpty)
        let resumed = room.roster.open(lan, after: sequence, now: room.now) ?? []
        room.note(lan, resumed)
        #expect(types(room.news(of: 1)) == ["speakers"])
        room.pass(0.5)
        #expect(types(room.news(of: 1)) == ["track"])
    }

    @Test func `gives the state as a whole when too much was missed, and nothing to a stranger`() {
        var room = pair()
        for round in 0..<700 {
            room.roster.take(.speakers(room: "r", participants: round % 2 == 0 ? [minh] : []))
            room.pass(0.3)
        }
        _ = room.news(of: 1)
        room.note(lan, room.roster.open(lan, after: 1, now: room.now) ?? [])
        #expect(types(room.news(of: 1)) == ["snapshot"])
        let stranger = room.roster.open(RoomModel.id(9), after: nil, now: room.now)
        #expect(stranger == nil)
        let ahead = room.roster.open(lan, after: 100_000, now: room.now)
        #expect(ahead?.first?.contains("snapshot") == true)
    }

    @Test func `comes in parts when it is long, those who are named first, and slowly on a thin line`() throws {
        for down in [nil, 64] {
            var room = RoomModel()
            for number in 1...264 { room.join(number) }
            room.pass(30)
            let speaker = RoomModel.id(200)
            room.roster.take(.speakers(room: "r", participants: [speaker]))
            room.pass(5)
            room.join(300, down: down)
            let start = room.now
            var seen: Set<String> = []
            var heaviest = 0
            var ended: Int64?
            while ended == nil, room.now - start < 120_000_000 {
                let before = room.bytes[RoomModel.id(300)] ?? 0
                let texts = room.news(of: 300)
                for message in texts where ["snapshot", "roster"].contains(message["type"] as? String) {
                    if seen.isEmpty { #expect(ids(message).contains(speaker.description)) }
                    seen.formUnion(ids(message))
                    if message["more"] == nil { ended = room.now }
                }
                room.pass(1)
                heaviest = max(heaviest, (room.bytes[RoomModel.id(300)] ?? 0) - before)
            }
            let end = try #require(ended)
            #expect(seen.count == 265)
            if down == nil {
                #expect(end - start <= 4_000_000)
            } else {
                #expect(heaviest <= 1100, "\(heaviest) bytes in a second on a thin line")
            }
            let bytes = room.bytes[RoomModel.id(300)] ?? 0
            print("snapshot of 265, down \(down ?? 0): \(bytes) bytes in \((end - start) / 1000) ms")
        }
    }

    @Test func `introduces whom a slot names before it was its turn`() {
        var room = RoomModel()
        for number in 1...100 { room.join(number) }
        room.pass(5)
        room.join(101, down: 64)
        _ = room.news(of: 101)
        let late = RoomModel.id(99)
        room.roster.take(
            .slots(
                room: "r", viewer: RoomModel.id(101),
                assignments: [SlotAssignment(mid: "4", participant: late, role: .camera, picture: .slow)]))
        room.pass(0.15)
        let told = room.news(of: 101)
        let slots = told.firstIndex { $0["type"] as? String == "slots" } ?? 0
        #expect(told[..<slots].contains { ids($0).contains(late.description) && $0["more"] as? Bool == true })
        let slot = (told[slots]["slots"] as? [[String: Any]])?.first
        #expect(slot?["picture"] as? String == "slow")
    }

    @Test func `tells how lines do of those that are shown, and one's own`() {
        var room = pair()
        room.join(3)
        room.roster.show([ViewRequest(participant: minh, role: .camera, height: 90)], to: lan)
        room.pass(5)
        _ = room.news(of: 1)
        let bad = Quality(
            uplinkLoss: 0.3, downlinkLoss: 0, roundTripMilliseconds: 90, uplinkKbps: 100, downlinkKbps: 50)
        room.roster.take(.quality(room: "r", participant: minh, quality: bad))
        room.roster.take(.quality(room: "r", participant: RoomModel.id(3), quality: bad))
        room.pass(2)
        let told = room.news(of: 1, "quality")
        #expect(told.count == 1)
        let sites = told.first?["sites"] as? [[Any]]
        #expect(sites?.count == 1)
        #expect(sites?.first?.first as? String == minh.description)
        #expect(sites?.first?.last as? Int == 0)
        var report = LineReport()
        report.estimateKbps = 70
        report.level = .held
        report.loss = 0.01234
        room.roster.take(.line(room: "r", viewer: minh, report: report))
        room.pass(0.1)
        let line = room.news(of: 2, "line").last
        #expect(line?["down"] as? Int == 70)
        #expect(line?["level"] as? String == "held")
        #expect(line?["loss"] as? Double == 0.012)
        #expect(line?["score"] as? Int == 0)
        #expect(room.roster.member(minh)?.isThin == true)
    }

    @Test func `passes on what a page is asked to send, and again to a page that starts over`() {
        var room = pair()
        room.roster.take(.layers(room: "r", owner: lan, role: .camera, wanted: [true, false, false]))
        room.roster.take(.voiceRate(room: "r", owner: lan, kbps: 16))
        room.pass(0.15)
        let told = room.news(of: 1)
        #expect(types(told).suffix(2) == ["layers", "voice"])
        #expect(told.dropLast().last?["wanted"] as? [Bool] == [true, false, false])
        room.roster.take(.voiceRate(room: "r", owner: lan, kbps: nil))
        room.pass(0.2)
        #expect(room.news(of: 1).first?["kbps"] is NSNull)
        room.note(lan, room.roster.open(lan, after: nil, now: room.now) ?? [])
        room.pass(0.2)
        #expect(types(room.news(of: 1)).contains("layers"))
    }

    @Test func `scores a line as people notice it`() {
        func score(_ loss: Double, _ trip: Int?) -> Int {
            RoomRoster.score(
                Quality(
                    uplinkLoss: 0, downlinkLoss: loss, roundTripMilliseconds: trip, uplinkKbps: 0, downlinkKbps: 0))
        }
        #expect(score(0, nil) == 4)
        #expect(score(0.03, 20) == 3)
        #expect(score(0, 450) == 2)
        #expect(score(0.12, 20) == 1)
        #expect(score(0.3, 20) == 0)
    }
}

@Suite struct `Who leads a room` {
    @Test func `is who may, and all are told at once, on thin lines too`() throws {
        var room = RoomModel()
        room.join(1, down: 64)
        room.join(2, mayChair: true)
        room.pass(2)
        _ = room.news(of: 1)
        #expect(room.roster.leading.chair == RoomModel.id(2))
        try room.roster.giveFloor(to: RoomModel.id(1), by: RoomModel.id(2))
        try room.roster.setStage(RoomModel.id(1), by: RoomModel.id(2))
        room.pass(0.1)
        #expect(Set(types(room.news(of: 1))) == ["floor", "stage"])
        #expect(throws: RoomRoster.Refused.self) { try room.roster.giveFloor(to: nil, by: RoomModel.id(1)) }
        #expect(throws: RoomRoster.Refused.self) {
            try room.roster.setStage(RoomModel.id(7), by: RoomModel.id(2))
        }
        room.note(RoomModel.id(1), room.roster.open(RoomModel.id(1), after: nil, now: room.now) ?? [])
        let snapshot = room.news(of: 1).first
        #expect(snapshot?["floor"] as? String == RoomModel.id(1).description)
        #expect(snapshot?["chair"] as? String == RoomModel.id(2).description)
    }

    @Test func `comes back as the same, and goes to the next when it is gone`() throws {
        var room = RoomModel()
        room.join(1, name: "Chủ tọa", mayChair: true)
        room.join(2, name: "Phó", mayChair: true)
        room.join(3, name: "Ba Bể")
        #expect(room.roster.leading.chair == RoomModel.id(1))
        try room.roster.giveFloor(to: RoomModel.id(3), by: RoomModel.id(2))
        room.join(4, name: "Ba Bể")
        room.join(5, name: "Chủ tọa", mayChair: true)
        #expect(room.roster.leading.chair == RoomModel.id(5))
        room.roster.take(.left(room: "r", participant: RoomModel.id(3), reason: .consentExpired))
        #expect(room.roster.leading.floor == RoomModel.id(4))
        room.roster.take(.left(room: "r", participant: RoomModel.id(5), reason: .left))
        #expect(room.roster.leading.chair == RoomModel.id(1))
        room.roster.take(.left(room: "r", participant: RoomModel.id(1), reason: .left))
        #expect(room.roster.leading.chair == RoomModel.id(2))
        room.roster.take(.left(room: "r", participant: RoomModel.id(4), reason: .left))
        #expect(room.roster.leading.floor == nil)
    }

    @Test func `and who shows a screen turns its pages, in at most 100 bytes`() throws {
        var room = RoomModel()
        room.join(1, down: 64)
        room.join(2)
        #expect(throws: RoomRoster.Refused.self) { try room.roster.turnPage(1, by: RoomModel.id(2)) }
        room.roster.take(.publication(room: "r", owner: RoomModel.id(2), role: .screen, isActive: true))
        room.pass(3)
        _ = room.news(of: 1)
        room.bytes = [:]
        try room.roster.turnPage(.max, by: RoomModel.id(2))
        for delivery in room.roster.flush(now: room.now) { room.note(delivery.to, delivery.texts) }
        #expect(room.news(of: 1).first?["number"] as? Int == Int(UInt32.max))
        #expect((room.bytes[RoomModel.id(1)] ?? 0) <= 100)
        room.join(3)
        #expect(room.news(of: 3, "page").count == 1)
    }
}
