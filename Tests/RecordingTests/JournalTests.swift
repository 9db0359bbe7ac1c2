import Foundation
import Recording
import TestSupport
import Testing

/// A folder that is gone after the test.
final class JournalFolder {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(
        "journal-\(UInt64.random(in: 0...UInt64.max))")

    deinit { try? FileManager.default.removeItem(at: url) }

    var segments: [URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
        return names.sorted().map { url.appendingPathComponent($0) }
    }

    /// Writes records, a block for each of these groups.
    func write(_ groups: [[JournalRecord]], key: JournalKey? = nil, limit: Int = 1 << 20) throws {
        var writer = try JournalWriter(folder: url, key: key, now: 1_000, segmentLimit: limit)
        for group in groups {
            for record in group { try writer.append(record) }
            try writer.flush()
        }
    }

    func read(key: JournalKey? = nil) throws -> (records: [JournalRecord], damage: [JournalReader.Damage]) {
        var reader = try JournalReader(folder: url, key: key)
        var records: [JournalRecord] = []
        while let more = try reader.next(isOver: true) { records += more }
        return (records, reader.damage)
    }
}

struct JournalTests {
    static let key = JournalKey([UInt8](repeating: 7, count: 32))
    static let track = Track(
        number: 3, role: .camera, codec: .vp8, clockRate: 90_000, owner: "p12", name: "Điểm cầu huyện Ba Bể")

    /// Groups of records as a call has them.
    static func groups(_ count: Int, seed: UInt64 = 1) -> [[JournalRecord]] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { group in
            let time = UInt64(group) * 1_000_000
            var records = [JournalRecord(time: time, .event(Array("{\"block\":\(group)}".utf8)))]
            if group == 0 { records.append(JournalRecord(time: time, .began(track))) }
            for packet in 0..<20 {
                let bytes = (0..<Int.random(in: 20...300, using: &generator)).map { _ in
                    UInt8.random(in: 0...255, using: &generator)
                }
                records.append(
                    JournalRecord(time: time + UInt64(packet) * 20_000, .packet(track: 3, layer: 1, bytes: bytes)))
            }
            records.append(
                JournalRecord(time: time + 500_000, .clock(track: 3, layer: 1, timestamp: 90_000, ntp: 1 << 40)))
            records.append(JournalRecord(time: time + 500_001, .lost(track: 3, packets: 2)))
            return records
        }
    }

    @Test(arguments: [nil, key])
    func `what was flushed is read as it was written, over several segments`(key: JournalKey?) throws {
        let folder = JournalFolder()
        let groups = Self.groups(40)
        try folder.write(groups, key: key, limit: 20_000)
        #expect(folder.segments.count > 3)
        let read = try folder.read(key: key)
        #expect(read.records == groups.flatMap { $0 })
        #expect(read.damage.isEmpty)
    }

    @Test func `what was not flushed is lost, and nothing else`() throws {
        let folder = JournalFolder()
        do {
            var writer = try JournalWriter(folder: folder.url, key: nil, now: 5)
            try writer.append(JournalRecord(time: 1, .event([1])))
            try writer.flush()
            try writer.append(JournalRecord(time: 2, .event([2])))
        }
        let read = try folder.read()
        #expect(read.records == [JournalRecord(time: 1, .event([1]))])
        #expect(read.damage.isEmpty)
    }

    @Test(arguments: [nil, key])
    func `a writer goes on where a killed one stopped, wherever it was cut off`(key: JournalKey?) throws {
        let groups = Self.groups(6)
        for cut in stride(from: 1, to: 900, by: 97) {
            let folder = JournalFolder()
            try folder.write(Array(groups.prefix(3)), key: key)
            let segment = try #require(folder.segments.first)
            let bytes = try Data(contentsOf: segment)
            try bytes.dropLast(cut).write(to: segment)
            try folder.write(Array(groups.suffix(3)), key: key)
            let read = try folder.read(key: key)
            // A block of 20 packets is longer than what was cut off.
            #expect(read.records == Array(groups.prefix(2) + groups.suffix(3)).flatMap { $0 })
            #expect(
                read.damage.allSatisfy {
                    if case .cutOff = $0.kind { true } else { false }
                } && read.damage.count == 1)
        }
    }

    @Test func `a reader follows a journal that grows`() throws {
        let folder = JournalFolder()
        var writer = try JournalWriter(folder: folder.url, key: nil, now: 5, segmentLimit: 3_000)
        var reader = try JournalReader(folder: folder.url, key: nil)
        for group in Self.groups(12) {
            #expect(try reader.next(isOver: false) == nil)
            for record in group { try writer.append(record) }
            try writer.flush()
            #expect(try reader.next(isOver: false) == group)
        }
        #expect(try reader.next(isOver: true) == nil)
        #expect(reader.damage.isEmpty)
    }

    @Test func `a reader tells how much of what is there it has read`() throws {
        let folder = JournalFolder()
        try folder.write(Self.groups(20), limit: 20_000)
        var reader = try JournalReader(folder: folder.url, key: nil)
        var last = try reader.part()
        #expect(last < 0.05)
        while try reader.next(isOver: true) != nil {
            let part = try reader.part()
            #expect(part > last && part <= 1)
            last = part
        }
        #expect(last == 1)
    }

    @Test func `a recording's name is 32 hexadecimal digits`() throws {
        let id = try #require(RecordingID([UInt8](0x08...0x17)))
        #expect("\(id)" == "08090a0b0c0d0e0f1011121314151617")
    }

    @Test func `half a block that is being written is no damage, and is read when it is whole`() throws {
        let folder = JournalFolder()
        let groups = Self.groups(2)
        try folder.write(groups)
        let segment = try #require(folder.segments.first)
        let whole = try Data(contentsOf: segment)
        try whole.dropLast(100).write(to: segment)
        var reader = try JournalReader(folder: folder.url, key: nil)
        #expect(try reader.next(isOver: false) == groups[0])
        #expect(try reader.next(isOver: false) == nil)
        try whole.write(to: segment)
        #expect(try reader.next(isOver: false) == groups[1])
        #expect(reader.damage.isEmpty)
    }

    @Test func `files that were renamed are read in their own order`() throws {
        let folder = JournalFolder()
        let groups = Self.groups(30)
        try folder.write(groups, limit: 20_000)
        let segments = folder.segments
        let aside = folder.url.appendingPathComponent("aside")
        try FileManager.default.moveItem(at: segments[0], to: aside)
        try FileManager.default.moveItem(at: segments[1], to: segments[0])
        try FileManager.default.moveItem(at: aside, to: segments[1])
        let read = try folder.read()
        #expect(read.records == groups.flatMap { $0 })
        #expect(read.damage.isEmpty)
    }

    @Test func `a segment that is gone is said, and the others are read`() throws {
        let folder = JournalFolder()
        let groups = Self.groups(30)
        try folder.write(groups, limit: 20_000)
        try FileManager.default.removeItem(at: folder.segments[1])
        let read = try folder.read()
        #expect(read.damage.map(\.kind) == [.missingSegments(1..<2)])
        #expect(read.records.count > 400 && read.records.count < groups.joined().count)
    }

    @Test func `a segment of another recording is left out by name`() throws {
        let (folder, other) = (JournalFolder(), JournalFolder())
        try folder.write(Self.groups(30), limit: 20_000)
        try other.write(Self.groups(5, seed: 9))
        let strange = folder.url.appendingPathComponent("000099.giaoban-journal")
        try FileManager.default.copyItem(at: try #require(other.segments.first), to: strange)
        let read = try folder.read()
        #expect(read.records == Self.groups(30).flatMap { $0 })
        #expect(read.damage.map(\.kind) == [.stranger("000099.giaoban-journal")])
    }

    @Test func `nothing is read of an encrypted journal without its key`() throws {
        let folder = JournalFolder()
        try folder.write(Self.groups(2), key: Self.key)
        #expect(throws: JournalError.needsKey) { try folder.read() }
        let read = try folder.read(key: JournalKey([UInt8](repeating: 8, count: 32)))
        #expect(read.records.isEmpty)
        #expect(read.damage.map(\.kind) == [.sealBroken, .sealBroken])
        for segment in folder.segments {
            #expect(try Data(contentsOf: segment).range(of: Data("block".utf8)) == nil)
        }
    }

    @Test(arguments: [nil, key])
    func `whatever is broken, what is whole is read and nothing that was not written`(key: JournalKey?) throws {
        let groups = Self.groups(25)
        let written = Set(groups.joined())
        for seed in 0..<60 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let folder = JournalFolder()
            try folder.write(groups, key: key, limit: 15_000)
            var broken = 0
            for _ in 0..<Int.random(in: 1...5, using: &generator) {
                let segment = try #require(folder.segments.randomElement(using: &generator))
                var bytes = try [UInt8](Data(contentsOf: segment))
                guard bytes.count > 100 else { continue }
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                case 1: bytes.removeSubrange(place...)
                case 2: bytes.removeSubrange(place..<min(bytes.count, place + 50))
                default: bytes.insert(contentsOf: bytes.prefix(300), at: place)
                }
                broken += 1
                try Data(bytes).write(to: segment)
            }
            guard broken > 0, let read = try? folder.read(key: key) else { continue }
            #expect(read.records.allSatisfy(written.contains))
            // Each of five breaks costs a segment at most, where it hits its head; there are eight or so.
            #expect(read.records.count == written.count || !read.damage.isEmpty)
        }
    }
}
