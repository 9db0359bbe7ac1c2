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
            try parse(#"{"type":"floor","participant":"00000000000000ab"}"#) == .floor(id))
        #expect(try parse(#"{"type":"stage","participant":null}"#) == .stage(nil))
        #expect(try parse(#"{"type":"page","number":12}"#) == .page(12))
        #expect(try parse(#"{"type":"receive","mode":"saver"}"#) == .receive(.saver))
        #expect(
            try parse(#"{"type":"rename","name":" Lan\u0007 ","site":"Ba Bể"}"#) == .rename(name: "Lan", site: "Ba Bể"))
    }

    @Test(
        arguments: [
            "", "[]", "{", "7", #"{"type":"x"}"#, #"{"type":"track"}"#, #"{"type":"track","role":"x","active":true}"#,
            #"{"type":"view"}"#, #"{"type":"view","wish":[{"participant":7}]}"#, #"{"type":7}"#,
            #"{"type":"floor"}"#, #"{"type":"stage","participant":"x"}"#, #"{"type":"page","number":-1}"#,
            #"{"type":"page"}"#, #"{"type":"receive","mode":"x"}"#, #"{"type":"receive"}"#,
        ])
    func `that makes no sense gets a reason`(_ text: String) {
        #expect(throws: ClientMessage.Malformed.self) { try parse(text) }
    }

    @Test func `of random bytes harms nobody`() {
        var random = Xorshift(seed: 1)
        let seeds = [
            #"{"type":"view","wish":[{"participant":"00000000000000ab","role":"camera","height":9}]}"#,
            #"{"type":"floor","participant":"00000000000000ab"}"#, #"{"type":"page","number":4294967295}"#,
            #"{"type":"receive","mode":"saver"}"#, #"{"type":"rename","name":"Lan","site":"Ba Bể"}"#,
        ].map { Array($0.utf8) }
        for round in 0..<20_000 {
            var bytes = seeds[round % seeds.count]
            for _ in 0...random.next(below: 6) {
                bytes[random.next(below: bytes.count)] = UInt8(truncatingIfNeeded: random.next())
            }
            if random.next(below: 4) == 0 { bytes.removeLast(random.next(below: bytes.count)) }
            _ = try? ClientMessage(parsing: Data(bytes))
        }
    }

    @Test func `a name is bounded, however many marks its letters have`() {
        let zalgo = String(repeating: "e" + String(repeating: "\u{0301}", count: 500), count: 90)
        #expect(cleanName(zalgo).utf8.count <= 80 * 6)
        #expect(cleanName("  Trần Thị Hương\n ") == "Trần Thị Hương")
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
