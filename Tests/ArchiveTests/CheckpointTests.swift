import Foundation
import Recording
import Testing

@testable import Archive

struct CheckpointTests {
    private func packet(_ time: UInt64) -> JournalRecord {
        JournalRecord(time: time, .packet(track: 1, layer: 0, bytes: [1]))
    }

    private func event(_ time: UInt64) -> JournalRecord { JournalRecord(time: time, .event(Array("{}".utf8))) }

    @Test func `behind a checkpoint the rest of a journal is read, and its facts are what was before`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        var writer = try JournalWriter(folder: folder, key: nil, now: 0, segmentLimit: 200)
        for second in 0..<40 as Range<UInt64> {
            try writer.append(packet(second * 1_000_000))
            if second % 5 == 0 { try writer.append(event(second * 1_000_000 + 1)) }
            try writer.flush()
        }
        var log = CheckpointLog()
        var reader = try JournalReader(folder: folder, key: nil)
        var all: [JournalRecord] = []
        var checkpoints: [Checkpoint?] = []
        while true {
            let place = reader.place
            guard let records = try reader.next(isOver: true) else { break }
            log.note(place, records)
            all += records
            if all.last?.time == 20_000_001 || all.last?.time == 35_000_001 {
                checkpoints.append(log.checkpoint(before: Int64(all.last?.time ?? 0) - 3_500_000, damage: ["a"]))
            }
        }
        let found = checkpoints.compactMap { $0 }
        #expect(found.map(\.time) == [16_000_000, 31_000_000])
        #expect(
            found.map { $0.facts.map(\.time) } == [
                [1, 5_000_001, 10_000_001, 15_000_001], [20_000_001, 25_000_001, 30_000_001],
            ])
        for checkpoint in found {
            let read = try JSONDecoder().decode(Checkpoint.self, from: JSONEncoder().encode(checkpoint))
            #expect(read == checkpoint)
            var other = try JournalReader(folder: folder, key: nil)
            #expect(try other.go(to: read.place))
            var rest: [JournalRecord] = []
            while let records = try other.next(isOver: true) { rest += records }
            #expect(rest == all.filter { $0.time >= UInt64(read.time) })
            #expect(other.damage.isEmpty)
        }
    }

    @Test func `a place that is not there is not gone to`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        var writer = try JournalWriter(folder: folder, key: nil, now: 0)
        for second in 0..<9 as Range<UInt64> {
            try writer.append(packet(second))
            try writer.flush()
        }
        var reader = try JournalReader(folder: folder, key: nil)
        while try reader.next(isOver: true) != nil {}
        let end = reader.place
        let file = folder.appendingPathComponent("000000.giaoban-journal")
        try Data(contentsOf: file).dropLast(10).write(to: file)
        var other = try JournalReader(folder: folder, key: nil)
        #expect(try !other.go(to: end))
        #expect(try other.next(isOver: true) == [packet(0)])
    }

    @Test func `there is no checkpoint before a journal's begin`() {
        var log = CheckpointLog()
        #expect(log.checkpoint(before: 5, damage: []) == nil)
    }
}
