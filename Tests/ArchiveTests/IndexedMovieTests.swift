import Foundation
import Testing

@testable import Archive

struct IndexedMovieTests {
    private func picture(_ number: Int, bytes: Int) -> CodedPacket {
        CodedPacket(
            time: Int64(number), duration: 1, isKeyframe: number % 50 == 0,
            bytes: [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: bytes))
    }

    private func sound(_ number: Int) -> CodedPacket {
        CodedPacket(
            time: Int64(number) * 1_024, duration: 1_024, isKeyframe: true,
            bytes: [0xEE, UInt8(truncatingIfNeeded: number)])
    }

    /// The payload that each entry of the runs of a fragment points to, by track.
    private func packets(of fragment: [UInt8]) -> [UInt32: [[UInt8]]] {
        func number(_ bytes: ArraySlice<UInt8>, _ place: Int) -> Int {
            bytes.dropFirst(place).prefix(4).reduce(0) { $0 << 8 | Int($1) }
        }
        var found: [UInt32: [[UInt8]]] = [:]
        let moof = MovieBoxes.list(fragment[...])[0]
        for traf in MovieBoxes.list(moof.bytes.dropFirst(8)) where traf.name == "traf" {
            let boxes = MovieBoxes.list(traf.bytes.dropFirst(8))
            let track = UInt32(number(boxes[0].bytes, 12))
            for run in boxes where run.name == "trun" {
                var place = number(run.bytes, 16)
                let sizes = run.bytes[run.bytes.startIndex + 11] & 4 != 0 ? 24 : 20
                for entry in 0..<number(run.bytes, 12) {
                    let count = number(run.bytes, sizes + 4 * entry)
                    found[track, default: []].append(Array(fragment[place..<place + count]))
                    place += count
                }
            }
        }
        return found
    }

    @Test func `a fragment's table leads to each of its packets, in whatever order they stand`() {
        let pictures = (0..<130).map { picture($0, bytes: 3 + $0 % 7) }
        let sounds = (0..<243).map(sound)
        let fragment = MovieFragment(
            number: 1,
            [
                .init(number: 1, ticks: 512, begin: 0, isPicture: true, packets: pictures),
                .init(number: 2, ticks: 1_024, begin: 0, isPicture: false, packets: sounds),
            ]
        ).encoded()
        let found = packets(of: fragment)
        #expect(found[1] == pictures.map(\.bytes))
        #expect(found[2] == sounds.map(\.bytes))
        #expect(MovieBoxes.list(fragment[...]).map(\.name) == ["moof", "mdat"])
    }

    @Test func `sound stands beside its pictures, not behind all of them`() throws {
        let fragment = MovieFragment(
            number: 1,
            [
                .init(
                    number: 1, ticks: 512, begin: 0, isPicture: true, packets: (0..<1_500).map { picture($0, bytes: 9) }
                ),
                .init(number: 2, ticks: 1_024, begin: 0, isPicture: false, packets: (0..<2_813).map(sound)),
            ]
        ).encoded()
        let mdat = try #require(MovieBoxes.list(fragment[...]).last)
        let first = try #require(mdat.bytes.firstIndex(of: 0xEE))
        #expect(first - mdat.bytes.startIndex < 1_000)
    }

    @Test func `a film of three hours has a head that a thin line has in a second`() throws {
        let video = try VideoEncoder(.full)
        let audio = try SoundEncoder(from: 0)
        let path = NSTemporaryDirectory() + "\(UUID().uuidString).mp4"
        defer { unlink(path) }
        let title = String(repeating: "Ộ", count: 200)
        let chapters = (Int64(0)..<300).map { number in
            Chapter(
                start: number * 36_000, end: (number + 1) * 36_000,
                kind: number % 2 == 0 ? Chapter.Kind.page : .item, title: title)
        }
        let movie = try IndexedMovie(
            path, tracks: [.picture(video.configuration, .full), .sound(audio.configuration)],
            length: 10_800_000, chapters: chapters)
        try movie.finish()
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(MovieBoxes.list(bytes[...]).map(\.name) == ["ftyp", "moov", "sidx", "sidx"])
        #expect(bytes.count < 200_000)
    }

    @Test func `the sound over a keyframe's time stands in the keyframe's span, wherever pieces begin`() throws {
        let video = try VideoEncoder(.full)
        let audio = try SoundEncoder(from: 0)
        let path = NSTemporaryDirectory() + "\(UUID().uuidString).mp4"
        defer { unlink(path) }
        let movie = try IndexedMovie(
            path, tracks: [.picture(video.configuration, .full), .sound(audio.configuration)],
            length: 30_000, chapters: [])
        let sounds = (0..<1_407).map(sound)
        var next = 0
        for piece in 0..<3 {
            // A piece's sound goes on a little behind its pictures, or ends before them.
            let last = piece == 2 ? sounds.count : 10 * (piece + 1) * 48_000 / 1_024 + (piece == 0 ? 2 : -1)
            try movie.write([
                (piece * 250..<(piece + 1) * 250).map { picture($0, bytes: 9) }, Array(sounds[next..<last]),
            ])
            next = last
        }
        try movie.finish()
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let fragments = MovieBoxes.list(bytes[...]).filter { $0.name == "moof" }
        #expect(fragments.count == 15)
        for (number, moof) in fragments.enumerated() {
            let parts = MovieBoxes.list(moof.bytes.dropFirst(8)).filter { $0.name == "traf" }
            let times = parts.compactMap { part in
                MovieBoxes.list(part.bytes.dropFirst(8)).first { $0.name == "tfdt" }?.bytes.suffix(8).reduce(0) {
                    $0 << 8 | Int($1)
                }
            }
            try #require(times.count == 2)
            let begin = number * 2 * 48_000
            #expect(times[0] == number * 50 * 512)
            #expect(times[1] <= begin && begin < times[1] + 1_024, "\(number)")
        }
        let written = fragments.indices.reduce(0) { sum, index in
            let start = fragments[index].bytes.startIndex
            let end = index + 1 < fragments.count ? fragments[index + 1].bytes.startIndex : bytes.endIndex
            return sum + (packets(of: Array(bytes[start..<end]))[2]?.count ?? 0)
        }
        #expect(written == sounds.count)
    }

    @Test func `sound alone stands in spans of five seconds behind a head that the thinnest line has in seconds`()
        throws
    {
        let path = NSTemporaryDirectory() + "\(UUID().uuidString).mp4"
        defer { unlink(path) }
        let frame = Int64(VoiceEncoder.frame)
        let short = try IndexedMovie(path, tracks: [.voice], length: 62_010, chapters: [])
        for number in 0..<Int64(3_101) {
            try short.write([[CodedPacket(time: number * frame, duration: frame, isKeyframe: true, bytes: [1, 2, 3])]])
        }
        try short.finish()
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let boxes = MovieBoxes.list(bytes[...])
        #expect(boxes.map(\.name).prefix(4) == ["ftyp", "moov", "sidx", "moof"])
        let spans = boxes.indices.filter { boxes[$0].name == "moof" }.map {
            packets(of: Array(boxes[$0].bytes + boxes[$0 + 1].bytes))[1]?.count ?? 0
        }
        #expect(spans == [Int](repeating: 250, count: 12) + [101])
        // What a decoder gives first is before the film begins.
        let moov = try #require(boxes.first { $0.name == "moov" })
        #expect(Array(moov.bytes).firstRange(of: Array("elst".utf8)) != nil)

        try IndexedMovie(path, tracks: [.voice], length: 10_800_000, chapters: []).finish()
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count < 30_000)
    }

    @Test func `units of a byte stream stand behind their lengths`() {
        #expect(
            LengthPrefixed.units(of: [0, 0, 0, 1, 9, 8, 0, 0, 1, 7, 0, 0, 2, 0, 0, 0, 1, 5]) == [
                0, 0, 0, 2, 9, 8, 0, 0, 0, 4, 7, 0, 0, 2, 0, 0, 0, 1, 5,
            ])
        #expect(LengthPrefixed.units(of: [0, 0, 1, 3, 0, 0]) == [0, 0, 0, 1, 3])
        #expect(LengthPrefixed.units(of: []) == [] && LengthPrefixed.units(of: [1, 2, 3]) == [])
        #expect(LengthPrefixed.units(of: [0, 0, 1]) == [])
    }

    @Test func `of too many chapters pages go first`() {
        let chapters = (0..<10).map {
            Chapter(start: Int64($0), end: Int64($0) + 1, kind: $0 % 2 == 0 ? .page : .item, title: "")
        }
        #expect(Chapters.most(10, of: chapters) == chapters)
        #expect(Chapters.most(7, of: chapters).map(\.kind) == [.item, .item, .item, .item, .item])
        #expect(Chapters.most(3, of: chapters).count == 3)
    }
}
