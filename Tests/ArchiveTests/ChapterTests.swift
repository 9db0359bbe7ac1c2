import Foundation
import Testing

@testable import Archive

struct ChapterTests {
    static func events(_ list: [(Int64, String)]) -> [(time: Int64, event: MeetingEvent)] {
        list.compactMap { time, json in MeetingEvent(json: Array(json.utf8)).map { (time * 1_000, $0) } }
    }

    @Test func `a chapter begins with each item, turn of the floor and page, to the millisecond`() {
        let chapters = Chapters.of(
            Self.events([
                (1_234, #"{"item":{"id":1,"title":"Mưa lũ"}}"#), (1_300, #"{"page":{"paper":"a","page":1}}"#),
                (60_000, #"{"page":{"paper":"a","page":2}}"#), (60_500, #"{"speaker":"p1"}"#),
                (90_007, #"{"floor":{"owners":["p1"],"name":"Ba Bể"}}"#), (95_000, #"{"floor":null}"#),
                (200_000, #"{"item":{"id":2,"title":"Ngân sách"}}"#),
            ]), length: 150_000)
        #expect(chapters.map(\.start) == [0, 1_234, 60_000, 90_007])
        #expect(chapters.map(\.end) == [1_234, 60_000, 90_007, 150_000])
        #expect(chapters.map(\.kind) == [.begin, .item, .page, .floor])
        #expect(chapters.map(\.title) == ["Mở đầu", "Mưa lũ", "Mưa lũ – trang 2", "Mưa lũ – Ba Bể"])
    }

    @Test func `a page is shown until another is, or none; who only leafs past it does not show it`() {
        let pages = ShownPages.of(
            Self.events([
                (1_000, #"{"page":{"paper":7,"page":1,"image":"pages/a-1-m.webp"}}"#), (2_000, #"{"speaker":"p1"}"#),
                (5_000, #"{"page":{"paper":7,"page":2}}"#), (5_400, #"{"page":{"paper":7,"page":3}}"#),
                (9_000, #"{"page":null}"#), (12_000, #"{"page":{"paper":8,"page":1}}"#),
                (14_000, #"{"page":{"paper":8,"page":1,"image":"pages/b-1-m.webp"}}"#),
            ]), length: 20_000)
        #expect(
            pages == [
                ShownPage(start: 1_000, end: 5_000, paper: "7", page: 1, image: "pages/a-1-m.webp"),
                ShownPage(start: 5_400, end: 9_000, paper: "7", page: 3, image: nil),
                ShownPage(start: 12_000, end: 20_000, paper: "8", page: 1, image: nil),
            ])
        #expect(ShownPages.of([], length: 20_000).isEmpty)
    }

    @Test func `words of people cannot become cues`() {
        let text = WebVTT.chapters([
            Chapter(start: 0, end: 3_723_004, kind: .item, title: "a\n\n00:00 --> 99:00\n<b>&")
        ])
        #expect(text == "WEBVTT\n\nitem-1\n00:00:00.000 --> 01:02:03.004\na  00:00 --&gt; 99:00 &lt;b&gt;&amp;\n")
    }

    @Test func `chapters are read as they were written; what is no cue of ours is left out`() {
        let chapters = [
            Chapter(start: 0, end: 1_234, kind: .begin, title: "Mở đầu"),
            Chapter(start: 1_234, end: 3_723_004, kind: .floor, title: "<Mưa lũ> & ngân sách – Ba Bể"),
        ]
        let text = WebVTT.chapters(chapters)
        #expect(WebVTT.chapters(in: text) == chapters)
        let broken = text + "\nitem-3\n00:00:99999999999999999999 --> x\nA\n\npage-4\n\nzz\n"
        #expect(WebVTT.chapters(in: broken) == chapters)
        for wrong in ["", "WEBVTT", "item-1\n99:99:99.9999999999999999 --> 00:00:00.000\nA", "\n\n\n --> \n\n"] {
            #expect(WebVTT.chapters(in: wrong).isEmpty)
        }
    }

    @Test func `an event says what it names, and nothing of what it does not`() {
        var scene = Scene()
        for (_, event) in Self.events([
            (0, #"{"stage":["a","b"],"speaker":"a","item":{"id":1,"title":"x"}}"#), (1, #"{"speaker":null,"else":7}"#),
            (2, #"[1]"#), (3, #"{"stage":7,"page":"x","floor":{"name":3}}"#),
        ]) {
            scene.take(event)
        }
        #expect(scene.stage == ["a", "b"] && scene.speaker == nil && scene.item?.title == "x" && scene.page == nil)
        #expect(scene.floor == MeetingEvent.Floor(owners: [], name: "3"))
        #expect(MeetingEvent(json: Array("{".utf8)) == nil)
    }

    @Test func `who spoke is added up, and where nobody did is on the map`() {
        var talk = TalkTable()
        for picture in 100..<200 { talk.note("a", speaksIn: picture) }
        for picture in 190..<250 { talk.note("b", speaksIn: picture) }
        talk.note("a", 300..<310)
        #expect(talk.totals.map(\.owner) == ["a", "b"])
        #expect(talk.totals.map(\.milliseconds) == [4_400, 2_400])
        #expect(talk.silences(length: 500) == [0..<4_000, 10_000..<12_000, 12_400..<20_000])
        var again = TalkTable()
        for piece in [0..<150, 150..<500] { again.take(talk.within(piece)) }
        #expect(again.spans == talk.spans)
    }

    @Test func `a piece is read as it was written, and not at all where a bit of it is broken`() throws {
        let head = Piece.Head(
            recording: "00", layout: "grid", number: 3, pictures: 1_500, video: Data([1]), lowVideo: Data([2]),
            voices: ["p1"], speech: ["p1": [[4_500, 4_600]]])
        let packets = (0..<9).map { number in
            Piece.Packet(
                stream: number % 4,
                coded: CodedPacket(
                    time: Int64(number) - 2, duration: 960, isKeyframe: number == 0,
                    bytes: [UInt8](repeating: 7, count: number)))
        }
        let bytes = try Piece(head: head, packets: packets).encoded()
        let read = try #require(Piece(bytes))
        #expect(read.head == head)
        #expect(read.packets.map(\.coded.time) == packets.map(\.coded.time))
        #expect(read.packets.map(\.coded.bytes) == packets.map(\.coded.bytes))
        for place in bytes.indices {
            var broken = bytes
            broken[place] ^= 1
            #expect(Piece(broken) == nil)
            #expect(Piece(Array(bytes.prefix(place))) == nil)
        }
    }

    @Test func `the clock is the province's`() {
        #expect(Painter.clock(0) == "01/01/1970  07:00:00")
        #expect(Painter.clock(1_767_576_600) == "05/01/2026  08:30:00")
        #expect(Painter.clock(1_709_225_999) == "29/02/2024  23:59:59")
        #expect(Painter.clock(-25_201) == "31/12/1969  23:59:59")
    }

    @Test func `an image is read from the journal's folder and from nowhere else`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "pages-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createSymbolicLink(
            at: folder.appendingPathComponent("link"), withDestinationURL: URL(fileURLWithPath: "/etc/hostname"))
        #expect(PageImage.place("a/../b.png", in: folder)?.lastPathComponent == "b.png")
        for path in ["", "/etc/passwd", "../x", "a/../../x", "link", "x\0.png"] {
            #expect(PageImage.place(path, in: folder) == nil, "\(path)")
        }
        #expect(PageImage.decode([0x89, 0x50, 0x4E, 0x47, 1, 2, 3]) == nil)
    }
}
