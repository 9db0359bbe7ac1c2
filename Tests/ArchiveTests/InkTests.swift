import CAV
import Testing

@testable import Archive

struct InkTests {
    private static func event(_ json: String) throws -> MeetingEvent {
        try #require(MeetingEvent(json: Array(json.utf8)))
    }

    private static let stroke = #"{"tool":"pen","colour":1,"points":[0,5000,10000,5000]}"#

    @Test func `strokes stay on their page until they are wiped off or it is turned`() throws {
        var scene = Scene()
        scene.take(try Self.event(#"{"page":{"paper":1,"page":1,"image":"a"},"marks":[\#(Self.stroke)]}"#))
        scene.take(try Self.event(#"{"mark":{"tool":"highlight","colour":0,"points":[1,1]}}"#))
        #expect(scene.marks.map(\.tool) == [.pen, .highlight])
        // The same page told again, as after a pause, is no other.
        scene.take(try Self.event(#"{"page":{"paper":1,"page":1,"image":"a"}}"#))
        #expect(scene.marks.count == 2)
        scene.take(try Self.event(#"{"marks":[\#(Self.stroke)]}"#))
        #expect(scene.marks.map(\.tool) == [.pen])
        scene.take(try Self.event(#"{"page":{"paper":1,"page":2,"image":"b"}}"#))
        #expect(scene.marks.isEmpty)
    }

    @Test func `what is no stroke is left out`() throws {
        for bad in [
            "{}", "7", #"{"tool":"brush","colour":0,"points":[1,1]}"#, #"{"tool":"pen","colour":4,"points":[1,1]}"#,
            #"{"tool":"pen","colour":0,"points":[]}"#, #"{"tool":"pen","colour":0,"points":[1,2,3]}"#,
            #"{"tool":"pen","colour":0,"points":[1,10001]}"#, #"{"tool":"pen","colour":0,"points":["1",1]}"#,
        ] {
            #expect(try Self.event(#"{"marks":[\#(bad),\#(Self.stroke)]}"#).marks?.count == 1, "\(bad)")
            #expect(try Self.event(#"{"mark":\#(bad)}"#).mark == nil, "\(bad)")
        }
    }

    @Test func `a stroke lies where it was drawn on the page, and is gone with it`() throws {
        let page = try Canvas().picture
        let painter = try Painter(layout: .speakerPage, start: 0)
        func luma(_ marks: [Stroke], x: Int, y: Int) throws -> UInt8 {
            let film = try painter.paint(
                [.page: page], hasPage: true, marks: marks, speaker: nil, stage: [], names: [:], title: "", time: 0)
            let plane = try #require(film.frame.pointee.data.0)
            return plane[y * Int(film.frame.pointee.linesize.0) + x]
        }
        let marks = try #require(try Self.event(#"{"marks":[\#(Self.stroke)]}"#).marks)
        let plain = try luma([], x: 640, y: 342)
        // The page is as high as its place: 684 lines, of which the stroke runs along the middle one.
        #expect(try luma(marks, x: 640, y: 342) == marks[0].ink.y)
        #expect(try luma(marks, x: 640, y: 200) == plain)
        #expect(try luma([], x: 640, y: 342) == plain)
    }
}
