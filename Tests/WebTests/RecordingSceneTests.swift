import Briefing
import Foundation
import Relay
import Testing

@testable import Web

/// A room with cameras, some of which are on.
private struct RecordedModel {
    var roster = RoomRoster()
    var scene: RecordingScene?

    static func id(_ number: Int) -> ParticipantID { ParticipantID(rawValue: UInt64(number)) }

    init(cameras: [Int], chair: Int? = nil) {
        for number in cameras {
            roster.join(
                RoomMember(
                    id: Self.id(number), name: "\(number)", site: "", isPage: true, mayChair: number == chair))
            roster.take(.publication(room: "r", owner: Self.id(number), role: .camera, isActive: true))
        }
    }

    mutating func speak(_ numbers: Int...) {
        roster.take(.speakers(room: "r", participants: numbers.map(Self.id)))
    }

    mutating func cameraOff(_ number: Int) {
        roster.take(.publication(room: "r", owner: Self.id(number), role: .camera, isActive: false))
    }

    /// The events of what has changed since the last look.
    mutating func look() -> [String] {
        let next = RecordingScene(roster, nil, before: scene?.pictures ?? [], now: 0)
        defer { scene = next }
        return next.events(since: scene)
    }

    var shown: [Int] { scene?.pictures.map { Int($0.rawValue) } ?? [] }
}

@Suite struct `The scene of a recording` {
    @Test func `tells all at first, then what has changed, and nothing twice`() throws {
        var room = RecordedModel(cameras: [1, 2])
        let first = room.look()
        #expect(first.contains("{\"speaker\":null}") && first.contains("{\"item\":null}"))
        #expect(first.contains("{\"stage\":[\"0000000000000001\",\"0000000000000002\"]}"))
        for event in first { #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(event.utf8)) } }
        #expect(room.look() == [])
        room.speak(2)
        #expect(room.look() == ["{\"speaker\":\"0000000000000002\"}"])
    }

    @Test func `has whoever leads and speaks in it, and nobody changes places for that`() {
        var room = RecordedModel(cameras: Array(1...9), chair: 7)
        _ = room.look()
        #expect(room.shown.first == 7 && room.shown.count == RecordingScene.mostPictures)
        let before = room.shown
        room.speak(before[2])
        _ = room.look()
        #expect(room.shown == before)
        room.speak(9)
        _ = room.look()
        #expect(room.shown == before.dropLast() + [9])
        // Silence changes nothing.
        room.speak()
        _ = room.look()
        #expect(room.shown == before.dropLast() + [9])
    }

    @Test func `leaves out cameras that are off`() {
        var room = RecordedModel(cameras: [1, 2, 3])
        _ = room.look()
        room.cameraOff(2)
        #expect(room.look() == ["{\"stage\":[\"0000000000000001\",\"0000000000000003\"]}"])
        room.speak(2)
        _ = room.look()
        #expect(room.shown == [1, 3])
    }

    @Test func `has the stage that was set, in its order`() throws {
        var room = RecordedModel(cameras: [1, 2, 3], chair: 1)
        _ = room.look()
        try room.roster.setStage(RecordedModel.id(3), by: RecordedModel.id(1))
        #expect(room.look() == ["{\"stage\":[\"0000000000000003\"]}"])
    }

    @Test func `tells how the chair has set the stage, and only when that changes`() throws {
        let chair = Seat.person(PersonID(1))
        var conduct = Conduct(
            plan: ConductPlan(
                title: "Giao ban", start: 0, end: 3_600_000, chair: chair,
                seats: [.init(seat: chair, name: "Chủ tịch", unit: UnitID(1), isInvited: false)], units: [], agenda: [])
        )
        let roster = RecordedModel(cameras: [1, 2]).roster
        var scene = RecordingScene(roster, conduct, before: [], now: 0)
        #expect(scene.events(since: nil).contains("{\"layout\":\"speaker-page\"}"))
        for (layout, told) in [(Layout.pair, "grid"), (.grid, nil), (.paper, "speaker-page")] {
            try conduct.take(
                .setStage([chair], layout), by: Actor(seat: chair, role: .chair, name: "Chủ tịch"), at: 0)
            let next = RecordingScene(roster, conduct, before: scene.pictures, now: 0)
            let events = next.events(since: scene).filter { $0.hasPrefix("{\"layout") }
            #expect(events == (told.map { ["{\"layout\":\"\($0)\"}"] } ?? []))
            scene = next
        }
    }

    @Test func `names a page by its paper, its number and its image`() {
        let page = RecordingScene.Page(paper: PaperID(12), number: 3)
        #expect(
            RecordingScene.event(page, image: "pages/a-3.webp")
                == "{\"page\":{\"paper\":12,\"page\":3,\"image\":\"pages/a-3.webp\"}}")
        #expect(RecordingScene.event(nil, image: nil) == "{\"page\":null}")
    }

    @Test func `has what is drawn on a page with it, and then stroke by stroke`() {
        func mark(_ id: Int, _ tool: Mark.Tool = .pen) -> Mark {
            Mark(
                id: id, paper: PaperID(12), page: 3, stroke: "s\(id)", tool: tool, colour: id,
                points: [0, id, 10_000, 7])
        }
        let page = RecordingScene.Page(paper: PaperID(12), number: 3)
        #expect(
            RecordingScene.event(page, image: nil, marks: [mark(1, .highlight)])
                == "{\"page\":{\"paper\":12,\"page\":3,\"image\":null},"
                + "\"marks\":[{\"tool\":\"highlight\",\"colour\":1,\"points\":[0, 1, 10000, 7]}]}")
        #expect(RecordingScene.events(of: [mark(1)], since: [mark(1)]) == [])
        #expect(
            RecordingScene.events(of: [mark(1), mark(2)], since: [mark(1)]) == [
                "{\"mark\":{\"tool\":\"pen\",\"colour\":2,\"points\":[0, 2, 10000, 7]}}"
            ])
        // One that was wiped off: those that stay.
        #expect(
            RecordingScene.events(of: [mark(2)], since: [mark(1), mark(2)]) == [
                "{\"marks\":[{\"tool\":\"pen\",\"colour\":2,\"points\":[0, 2, 10000, 7]}]}"
            ])
        #expect(RecordingScene.events(of: [], since: [mark(1)]) == ["{\"marks\":[]}"])
    }
}
