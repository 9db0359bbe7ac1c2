import Foundation
import Recording
import Testing

@testable import Archive

struct FilmMapTests {
    private func record(_ time: UInt64, _ json: String) -> JournalRecord {
        JournalRecord(time: time, .event(Array(json.utf8)))
    }

    private func began(_ time: UInt64, _ number: UInt32) -> JournalRecord {
        JournalRecord(
            time: time,
            .began(Track(number: number, role: .voice, codec: .opus, clockRate: 48_000, owner: "p1", name: "A")))
    }

    private func timeline(_ records: [JournalRecord]) -> Timeline {
        var timeline = Timeline()
        for record in records { timeline.take(record) }
        return timeline
    }

    @Test func `without a pause the film is the meeting`() {
        let map = FilmMap()
        #expect(map.film(at: 12_345_678) == 12_345_678)
        #expect(map.pause(within: 5) == nil)
        #expect(
            FilmFacts(start: 7, length: 60_000_000, map: map).spans == [
                .init(film: 0, meeting: 0, milliseconds: 60_000)
            ])
    }

    @Test func `a pause becomes a card of two seconds`() {
        let map = timeline([record(10_000_001, #"{"paused":true}"#), record(70_000_000, #"{"paused":false}"#)]).map
        #expect(map.pauses == [FilmMap.Pause(start: 10_040_000, end: 70_000_000)])
        #expect(map.pause(within: 10_000_000) == nil)
        #expect(map.pause(within: 10_040_000) != nil && map.pause(within: 69_960_000) != nil)
        #expect(map.pause(within: 70_000_000) == nil)
        #expect(map.pause(endingAt: 70_000_000) != nil && map.pause(endingAt: 69_960_000) == nil)
        #expect(map.film(at: 10_000_000) == 10_000_000)
        #expect(map.film(at: 30_000_000) == 10_040_000)
        #expect(map.film(at: 70_000_000) == 12_040_000)
        #expect(map.film(at: 71_000_000) == 13_040_000)
        let facts = FilmFacts(start: 7, length: 20_000_000, map: map)
        #expect(
            facts.spans == [
                .init(film: 0, meeting: 0, milliseconds: 10_040),
                .init(film: 12_040, meeting: 70_000, milliseconds: 7_960),
            ])
    }

    @Test func `each pause is cut out, and one said twice is one`() {
        let map = timeline([
            record(10_000_000, #"{"paused":true}"#), record(15_000_000, #"{"paused":true}"#),
            record(20_000_000, #"{"paused":false}"#), record(25_000_000, #"{"paused":false}"#),
            record(30_000_000, #"{"paused":true}"#), record(90_000_000, #"{"paused":false}"#),
        ]).map
        #expect(map.pauses.count == 2)
        #expect(map.film(at: 100_000_000) == 100_000_000 - 10_000_000 - 60_000_000 + 4_000_000)
        let spans = map.spans(length: 34_000_000)
        #expect(spans.map(\.film) == [0, 12_000_000, 24_000_000])
        #expect(spans.map(\.meeting) == [0, 20_000_000, 90_000_000])
        for span in spans { #expect(map.film(at: span.meeting) == span.film) }
    }

    @Test func `a pause that does not end ends the film`() {
        let map = timeline([record(10_000_000, #"{"paused":true}"#)]).map
        #expect(map.film(at: 50_000_000) == 10_000_000)
        #expect(map.spans(length: 10_000_000).map(\.length) == [10_000_000])
    }

    @Test func `a pause that is shorter than its card stays in the film`() {
        let map = timeline([record(10_000_000, #"{"paused":true}"#), record(11_500_000, #"{"paused":false}"#)]).map
        #expect(map.pauses.isEmpty && map.film(at: 20_000_000) == 20_000_000)
    }

    @Test func `a server that records again ends a pause though nobody says so`() {
        let map = timeline([record(10_000_000, #"{"paused":true}"#), began(60_000_000, 2)]).map
        #expect(map.pauses == [FilmMap.Pause(start: 10_000_000, end: 60_000_000)])
        let late = timeline([record(10_000_000, #"{"paused":true}"#), began(10_100_000, 2)]).map
        #expect(late.isOpen)
    }

    @Test func `a card says from when to when`() {
        let start: Int64 = 1_767_576_600_000  // 08:30 at UTC+7
        #expect(
            Painter.words(of: FilmMap.Pause(start: 300_000_000, end: 720_000_000), since: start)
                == "Tạm dừng ghi 08:35–08:42")
        #expect(
            Painter.words(of: FilmMap.Pause(start: 300_000_000, end: 310_000_000), since: start) == "Tạm dừng ghi 08:35"
        )
    }
}
