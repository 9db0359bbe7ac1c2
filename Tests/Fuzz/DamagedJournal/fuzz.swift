// modules: Sources/RTP Sources/Recording
// sources: Sources/Archive
// packages: pangocairo libavformat libavcodec libswscale libavutil opus
// options: -detect_leaks=0
// flags: -I media/shims/COpus -I media/shims/CAV -I media/shims/COpenSSL -I scheduler/shims/CZlib -I scheduler/shims/CPango -lcrypto -lz
// What fontconfig keeps to itself for each font map counts as a leak, hence the option.
// A journal as it was written, and then damaged as the input says: bits flipped, ends cut off, segments swapped or gone,
// blocks moved. All of it is composed but encoded. Nothing is read that was not written, and where only bits were flipped
// each block that was not hit is read.

import CAV
import Foundation
@testable import Recording

private struct Segment {
    var bytes: [UInt8]
    /// The bytes of each block, and what it holds.
    var blocks: [(place: Range<Int>, records: [JournalRecord])]
}

private let folder = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent("giaoban-fuzz-\(getpid())")

private func name(_ number: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: 6 - text.count) + text + ".giaoban-journal"
}

/// The journal of corpus, in segments of a few blocks.
private let whole: [Segment] = {
    av_log_set_level(AV_LOG_QUIET)
    let source = URL(fileURLWithPath: "Tests/Fuzz/DamagedJournal/journal")
    guard var reader = try? JournalReader(folder: source, key: nil) else { fatalError("no journal in \(source.path)") }
    try? FileManager.default.removeItem(at: folder)
    guard var writer = try? JournalWriter(folder: folder, key: nil, now: reader.start, segmentLimit: 3_000) else {
        fatalError("\(folder.path) cannot be written")
    }
    var blocks: [(segment: UInt32, records: [JournalRecord])] = []
    while let records = try? reader.next(isOver: true) {
        for record in records { try? writer.append(record) }
        try? writer.flush()
        blocks.append((writer.segmentNumber, records))
    }
    return (0...Int(writer.segmentNumber)).map { number in
        guard let data = try? Data(contentsOf: folder.appendingPathComponent(name(number))) else {
            fatalError("\(number)")
        }
        let bytes = [UInt8](data)
        var scan = BlockScan(bytes)
        var rest = blocks.filter { Int($0.segment) == number }[...]
        var places: [(Range<Int>, [JournalRecord])] = []
        while let block = scan.next(), let written = rest.popFirst() {
            places.append((block.offset..<block.offset + BlockHeader.bytes + block.body.count, written.records))
        }
        return Segment(bytes: bytes, blocks: places)
    }
}()

private let written = Set(whole.flatMap { $0.blocks.flatMap(\.records) })

/// Damages the files; what was flipped where, or nil where something else was done, too.
private func damage(_ files: inout [[UInt8]?], _ input: [UInt8]) -> [(segment: Int, place: Int)]? {
    var flipped: [(segment: Int, place: Int)]? = []
    var rest = input[...]
    while rest.count >= 6 {
        let words = Array(rest.prefix(6))
        rest = rest.dropFirst(6)
        let (one, other) = (Int(words[1]) % files.count, Int(words[2]) % files.count)
        let place = (Int(words[2]) << 16 | Int(words[3]) << 8 | Int(words[4])) % max(1, files[one]?.count ?? 1)
        switch words[0] % 8 {
        case 0...3:
            guard files[one]?.indices.contains(place) == true, words[5] != 0 else { continue }
            files[one]?[place] ^= words[5]
            flipped?.append((one, place))
            continue
        case 4: files[one] = files[one].map { Array($0.prefix(place)) }
        case 5: files.swapAt(one, other)
        case 6: files[one] = nil
        default:
            // A piece of one segment within another.
            let piece = Array((files[other] ?? []).dropFirst(place).prefix(Int(words[5]) << 5))
            guard let before = files[one] else { break }
            files[one] = Array(before.prefix(place)) + piece + before.dropFirst(place)
        }
        flipped = nil
    }
    return flipped
}

private func compose(_ records: [[JournalRecord]], start: Int64) {
    guard let composition = try? Composition(layout: .speakerPage, folder: folder, start: start) else { return }
    var picture = 0
    func advance(to time: Int64) {
        while Int64(picture) * FilmRate.pictureMicroseconds < time, picture < 400 {
            // Painting takes longest, and depends on what has come, not on how often it is done.
            guard let made = try? composition.step(picture, picture % 8 == 0 ? .all : .sound) else {
                fatalError("picture \(picture) was not made")
            }
            precondition(made.picture.width == Layout.width && made.sound.mixed.count == FilmRate.samplesPerPicture)
            picture += 1
        }
    }
    for record in records.joined() {
        advance(to: Int64(clamping: record.time) - Timeline.lookahead)
        composition.timeline.take(record)
    }
    advance(to: composition.timeline.end)
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    var files = whole.map { Optional($0.bytes) }
    let flipped = damage(&files, Array(UnsafeBufferPointer(start: data, count: min(size, 600))))
    for (number, bytes) in files.enumerated() {
        let file = folder.appendingPathComponent(name(number))
        if let bytes { try? Data(bytes).write(to: file) } else { try? FileManager.default.removeItem(at: file) }
    }
    guard var reader = try? JournalReader(folder: folder, key: nil) else { return 0 }
    var records: [[JournalRecord]] = []
    while let block = try? reader.next(isOver: true) { records.append(block) }
    let read = Set(records.joined())
    precondition(read.isSubset(of: written))
    if let flipped {
        let hit = Set(flipped.map(\.segment))
        for (number, segment) in whole.enumerated() {
            // A segment whose head was hit is a stranger.
            if flipped.contains(where: { $0.segment == number && $0.place < SegmentHeader.bytes }) { continue }
            for block in segment.blocks
            where !flipped.contains(where: { $0.segment == number && block.place.contains($0.place) }) {
                precondition(read.isSuperset(of: block.records), "a whole block of segment \(number) was not read")
            }
        }
        precondition(!hit.isEmpty || reader.damage.isEmpty)
    }
    compose(records, start: reader.start)
    for damage in reader.damage { precondition(!damage.sentence.isEmpty) }
    return 0
}
