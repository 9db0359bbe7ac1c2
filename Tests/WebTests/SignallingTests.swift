import Foundation
import Relay
import Testing

@testable import Web

@Suite struct `A page's message` {
    private func parse(_ text: String) throws(ClientMessage.Malformed) -> ClientMessage {
        try ClientMessage(parsing: Data(text.utf8))
    }

    @Test func `is understood`() throws {
        #expect(try parse(#"{"type":"ping"}"#) == .ping)
        #expect(
            try parse(#"{"type":"track","role":"screen-audio","active":true}"#)
                == .track(role: .screenAudio, active: true))
        let id = ParticipantID(rawValue: 0xAB)
        #expect(
            try parse(#"{"type":"view","wish":[{"participant":"00000000000000ab","role":"camera","height":99999}]}"#)
                == .view([ViewRequest(participant: id, role: .camera, height: 4320)]))
        #expect(
            try parse(#"{"type":"rename","name":" Lan\u0007 ","site":"Ba Bể"}"#) == .rename(name: "Lan", site: "Ba Bể"))
    }

    @Test(
        arguments: [
            "", "[]", "{", "7", #"{"type":"x"}"#, #"{"type":"track"}"#, #"{"type":"track","role":"x","active":true}"#,
            #"{"type":"view"}"#, #"{"type":"view","wish":[{"participant":7}]}"#, #"{"type":7}"#,
        ])
    func `that makes no sense gets a reason`(_ text: String) {
        #expect(throws: ClientMessage.Malformed.self) { try parse(text) }
    }

    @Test func `of random bytes harms nobody`() {
        var generator = SystemRandomNumberGenerator()
        let seed = Array(
            #"{"type":"view","wish":[{"participant":"00000000000000ab","role":"camera","height":9}]}"#.utf8)
        for _ in 0..<20_000 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...6) {
                bytes[Int.random(in: 0..<bytes.count)] = UInt8.random(in: 0...255, using: &generator)
            }
            _ = try? ClientMessage(parsing: Data(bytes))
        }
    }

    @Test func `a socket's address is read, and nothing else is one`() throws {
        let address = try #require(
            SignallingSocket.Address("/api/rooms/demo/socket?participant=00000000000000ab&token=t&after=7"))
        #expect(address.room == "demo")
        #expect(address.participant == ParticipantID(rawValue: 0xAB))
        #expect(address.after == 7)
        for path in ["/", "/api/rooms/demo", "/api/rooms//socket", "/api/rooms/a b/socket", "/x/rooms/demo/socket"] {
            #expect(SignallingSocket.Address(path) == nil)
        }
    }
}

@Suite struct `A room's roster` {
    private let lan = ParticipantID(rawValue: 1)
    private let minh = ParticipantID(rawValue: 2)

    private func roster() -> RoomRoster {
        var roster = RoomRoster()
        let slot = SlotDescription(mid: "4", role: .camera)
        _ = roster.join(lan, name: "Lan", site: "Tỉnh", isPage: true, slots: [slot])
        _ = roster.join(minh, name: "Minh", site: "Ba Bể", isPage: true, slots: [slot])
        return roster
    }

    @Test func `tells everybody who comes, what they send, and who goes`() throws {
        var roster = roster()
        let connected = roster.take(.connected(room: "r", participant: minh))
        #expect(Set(connected.map(\.to)) == [lan, minh])
        #expect(connected.contains { $0.to == lan && $0.json.contains(#""name":"Minh""#) })
        let track = roster.take(.publication(room: "r", owner: minh, role: .camera, isActive: true))
        #expect(track.allSatisfy { $0.json.contains(#""type":"track""#) })
        let left = roster.take(.left(room: "r", participant: minh, reason: .left))
        #expect(left.map(\.to) == [lan])
        #expect(roster.members.count == 1)
    }

    @Test func `gives a page that comes back exactly what it has missed`() throws {
        var roster = roster()
        let first = roster.resume(lan, after: nil)?.first
        #expect(first?.contains(#""type":"snapshot""#) == true)
        let told = roster.take(.connected(room: "r", participant: minh))
        let seen = try #require(told.first { $0.to == lan })
        let object = try JSONSerialization.jsonObject(with: Data(seen.json.utf8)) as? [String: Any]
        let sequence = try #require(object?["seq"] as? Int)
        let missed =
            roster.take(.speakers(room: "r", participants: [minh])).filter { $0.to == lan }
            + roster.take(.publication(room: "r", owner: minh, role: .camera, isActive: true)).filter { $0.to == lan }
        let resumed = roster.resume(lan, after: sequence)
        #expect(resumed == missed.map(\.json))
    }

    @Test func `gives the state as a whole when too much was missed, and nothing to a stranger`() throws {
        var roster = roster()
        _ = roster.resume(lan, after: nil)
        for _ in 0..<600 { _ = roster.take(.speakers(room: "r", participants: [minh])) }
        let messages = roster.resume(lan, after: 1) ?? []
        #expect(messages.count == 1)
        #expect(messages.first?.contains(#""type":"snapshot""#) == true)
        let stranger = roster.resume(ParticipantID(rawValue: 9), after: nil)
        #expect(stranger == nil)
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
