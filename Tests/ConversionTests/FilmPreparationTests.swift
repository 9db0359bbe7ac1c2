import Film
import Foundation
import Testing

@testable import Conversion

/// Runs ffmpeg itself, which must be there for these tests.
private func ffmpeg(_ arguments: String, to file: URL) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/ffmpeg")
    process.arguments = "-nostdin -v error -y \(arguments)".split(separator: " ").map(String.init) + [file.path]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
}

private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("film-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
}

private func source(_ file: URL) throws -> ByteSource { ByteSource([UInt8](try Data(contentsOf: file))) }

@Suite(.serialized) struct `What is made into a film` {
    @Test(arguments: ["mp4", "webm"]) func `is moving picture with sound`(_ kind: String) throws {
        try withFolder { folder in
            let (original, film) = (folder.appendingPathComponent("in.\(kind)"), folder.appendingPathComponent("film"))
            // Only what becomes of it is looked at: it may be made carelessly.
            let quickly = kind == "mp4" ? "-preset ultrafast" : "-deadline realtime -cpu-used 8"
            try ffmpeg(
                "-f lavfi -i testsrc=size=1280x720:rate=30:duration=7 -f lavfi -i sine=frequency=500:duration=7 -ac 2 "
                    + quickly, to: original)
            try FilmPreparation().prepare(original, as: film)
            var reader = try FilmReader(try source(film))
            #expect(reader.summary.sizes.map(\.height) == [180, 360])
            #expect(abs(Int(reader.summary.length) - 7_000) <= 80)
            for size in zip(reader.summary.sizes, [170_000, 480_000]) { #expect(size.0.rate <= size.1) }
            // Each point begins with a keyframe of each size.
            for point in [UInt32(0), 2_000, 4_000, 6_000] {
                let found = reader.seek(to: point + 1_500)
                #expect(found == point)
                let frames = [reader.next(), reader.next()].compactMap(\.self)
                #expect(frames.map(\.track) == [.small, .large])
                #expect(frames.allSatisfy { $0.isKeyframe == true && $0.time == point })
            }
            reader.seek(to: 0)
            var counts = [0, 0, 0]
            while let frame = reader.next() { counts[Int(frame.track.rawValue)] += 1 }
            #expect((348...352).contains(counts[0]))
            #expect(counts[1] == counts[2] && (173...177).contains(counts[1]))
            // Nothing else stays.
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["film", "in.\(kind)"])
        }
    }

    @Test(arguments: ["mp3", "m4a", "ogg", "wav"]) func `is sound alone`(_ kind: String) throws {
        try withFolder { folder in
            let (original, film) = (folder.appendingPathComponent("in.\(kind)"), folder.appendingPathComponent("film"))
            try ffmpeg("-f lavfi -i sine=frequency=500:duration=3", to: original)
            try FilmPreparation().prepare(original, as: film)
            let summary = try #require(FilmPreparation.summary(of: film))
            #expect(summary.sizes.isEmpty && summary.hasSound)
            #expect(abs(Int(summary.length) - 3_000) <= 120)
        }
    }

    @Test func `is not what is neither picture nor sound, and leaves nothing behind`() throws {
        try withFolder { folder in
            let (original, film) = (folder.appendingPathComponent("in.mp4"), folder.appendingPathComponent("film"))
            try Data((0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }).write(to: original)
            #expect(throws: FilmPreparation.Failure.self) { try FilmPreparation().prepare(original, as: film) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["in.mp4"])
        }
    }

    @Test func `reads no other file and no network, whatever a playlist says`() throws {
        try withFolder { folder in
            let (original, film) = (folder.appendingPathComponent("in.m3u8"), folder.appendingPathComponent("film"))
            let secret = folder.appendingPathComponent("secret.wav")
            try ffmpeg("-f lavfi -i sine=frequency=500:duration=3", to: secret)
            let list = "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n\(secret.path)\n#EXT-X-ENDLIST\n"
            try Data(list.utf8).write(to: original)
            #expect(throws: FilmPreparation.Failure.self) { try FilmPreparation().prepare(original, as: film) }
        }
    }
}
