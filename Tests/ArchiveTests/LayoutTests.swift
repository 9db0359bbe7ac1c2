import CAV
import Testing

@testable import Archive

struct LayoutTests {
    @Test func `no place leaves the picture, none is over another, and none begins at an odd pixel`() {
        for layout in Layout.allCases {
            for count in 0...40 {
                for hasPage in [false, true] {
                    let stage = (0..<count).map { "p\($0)" }
                    let places = layout.places(hasPage: hasPage, speaker: stage.last, stage: stage)
                    for (index, place) in places.enumerated() {
                        #expect(place.x >= 0 && place.y >= 0 && place.width > 0 && place.height > 0)
                        #expect(place.x + place.width <= Layout.width)
                        #expect(place.y + place.height <= Layout.height - Layout.barHeight)
                        #expect([place.x, place.y, place.width, place.height].allSatisfy { $0 % 2 == 0 })
                        for other in places.dropFirst(index + 1) {
                            #expect(
                                other.x >= place.x + place.width || place.x >= other.x + other.width
                                    || other.y >= place.y + place.height || place.y >= other.y + other.height)
                        }
                    }
                    if layout == .grid { #expect(places.count == count + (hasPage ? 1 : 0)) }
                }
            }
        }
    }

    @Test func `who speaks is large without a page, and beside the page first`() {
        let stage = ["a", "b", "c"]
        let layout = Layout.speakerPage
        #expect(
            layout.places(hasPage: false, speaker: "b", stage: stage).map(\.content) == [
                .camera("b"), .camera("a"), .camera("c"),
            ])
        #expect(
            layout.places(hasPage: true, speaker: "c", stage: stage).map(\.content) == [
                .page, .camera("c"), .camera("a"), .camera("b"),
            ])
        #expect(Layout.speaker.places(hasPage: true, speaker: "c", stage: stage).map(\.content) == [.camera("c")])
        #expect(
            Layout.grid.places(hasPage: false, speaker: "c", stage: stage).map(\.content) == [
                .camera("a"), .camera("b"), .camera("c"),
            ])
    }

    @Test func `is as the chair has set it, and a page is large whenever one is shown`() {
        #expect(Layout.asLed.now(led: .grid, hasPage: false) == .grid)
        #expect(Layout.asLed.now(led: .grid, hasPage: true) == .speakerPage)
        #expect(Layout.asLed.now(led: nil, hasPage: false) == .speakerPage)
        #expect(Layout.speaker.now(led: .grid, hasPage: true) == .speaker)
        var scene = Scene()
        for (json, layout) in [
            (#"{"layout":"grid"}"#, Layout.grid), (#"{"layout":"of old"}"#, .grid), (#"{"speaker":null}"#, .grid),
            (#"{"layout":"speaker-page"}"#, .speakerPage),
        ] {
            if let event = MeetingEvent(json: Array(json.utf8)) { scene.take(event) }
            #expect(scene.layout == layout)
        }
    }

    @Test func `a name looks the same however often its picture changes`() throws {
        let painter = try Painter(layout: .speaker, start: 0)
        var sums: Set<Int> = []
        for _ in 0..<5 {
            // A picture of 16:9, beside which its place has some room.
            let picture = try Canvas().picture
            let film = try painter.paint(
                [.camera("p1"): picture], hasPage: false, speaker: "p1", stage: ["p1"], names: ["p1": "Ba Bể"],
                title: "", time: 0)
            let plane = try #require(film.frame.pointee.data.0)
            sums.insert((0..<720 * Int(film.frame.pointee.linesize.0)).reduce(0) { $0 + Int(plane[$1]) })
        }
        #expect(sums.count == 1)
    }
}
