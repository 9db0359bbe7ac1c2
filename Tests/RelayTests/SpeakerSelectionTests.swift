import Testing

@testable import Relay

/// A room of voices on a common clock, each at a level in -dBov.
private struct Voices {
    var selection = SpeakerSelection()
    var voices: [SpeakerSelection.Voice]
    var now: Int64 = 10_000_000

    init(_ count: Int) { voices = Array(repeating: .init(), count: count) }

    /// Lets `duration` µs pass with packets every 20 ms at these levels; returns how often the places changed.
    mutating func pass(_ duration: Int64, levels: [UInt8], limit: Int = 3) -> Int {
        var changes = 0
        let end = now + duration
        while now < end {
            now += 20_000
            for index in voices.indices { voices[index].heard(level: levels[index], now: now) }
            let candidates = voices.indices.map { SpeakerSelection.Candidate(publication: $0, voice: voices[$0]) }
            if selection.update(candidates, limit: limit, now: now) { changes += 1 }
        }
        return changes
    }
}

@Suite struct `The choice of speakers` {
    @Test func `gives a new speaker a place within 300 ms of the first syllable`() {
        var room = Voices(10)
        _ = room.pass(3_000_000, levels: Array(repeating: 90, count: 10))
        var levels = [UInt8](repeating: 90, count: 10)
        levels[8] = 25
        _ = room.pass(300_000, levels: levels)
        #expect(room.selection.places.contains(8))
    }

    @Test func `does not take a speaker's place for a cough`() {
        var room = Voices(4)
        _ = room.pass(5_000_000, levels: [25, 25, 25, 100])
        let before = Set(room.selection.places)
        _ = room.pass(120_000, levels: [25, 25, 25, 20])
        _ = room.pass(2_000_000, levels: [25, 25, 25, 100])
        #expect(Set(room.selection.places) == before)
    }

    @Test func `is stable while the same people speak`() {
        var room = Voices(6)
        _ = room.pass(2_000_000, levels: [30, 30, 30, 90, 90, 90])
        let seen1 = room.pass(10_000_000, levels: [30, 30, 30, 90, 90, 90])
        #expect(seen1 == 0)
    }

    @Test func `never gives more places than there are`() {
        var room = Voices(264)
        _ = room.pass(2_000_000, levels: Array(repeating: 20, count: 264))
        #expect(room.selection.places.count == 3)
    }
}
