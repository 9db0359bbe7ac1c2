import Testing

@testable import Film

@Suite struct `A prepared film` {
    @Test func `says what it is, and gives its frames in the order of their times`() throws {
        var reader = try FilmReader(ByteSource(try Sample.film(seconds: 5)))
        #expect(reader.summary.length == 5_000)
        #expect(reader.summary.hasSound)
        #expect(reader.summary.sizes.map(\.height) == [180, 360])
        #expect(reader.summary.sizes.map(\.rate) == [100_000, 600_000])
        reader.seek(to: 0)
        var frames: [FilmFrame] = []
        while let frame = reader.next() { frames.append(frame) }
        #expect(frames.count == 5 * (25 + 25 + 50))
        #expect(frames.map(\.time) == frames.map(\.time).sorted())
        for track in FilmTrack.allCases {
            let own = frames.filter { $0.track == track }
            #expect(own.map(\.time) == own.indices.map { UInt32($0) * (track.isPicture ? 40 : 20) })
            let numbers = own.map { track.isPicture ? $0.bytes[1] : $0.bytes[0] }
            #expect(numbers == own.indices.map { UInt8(truncatingIfNeeded: $0) })
        }
    }

    @Test func `is entered at the last point before a time, with keyframes of both sizes`() throws {
        var reader = try FilmReader(ByteSource(try Sample.film(seconds: 9)))
        for (time, point) in [(UInt32(0), UInt32(0)), (1_999, 0), (2_000, 2_000), (7_999, 6_000), (99_000, 8_000)] {
            let found = reader.seek(to: time)
            #expect(found == point)
            let frames = [reader.next(), reader.next()].compactMap(\.self)
            let (first, second) = (try #require(frames.first), try #require(frames.last))
            #expect([first.track, second.track] == [.small, .large])
            #expect(first.isKeyframe && second.isKeyframe)
            #expect(first.time == point && second.time == point)
        }
    }

    @Test func `may be sound only`() throws {
        var film: [UInt8] = []
        let summary = try FilmWriter.write(pictures: [], sound: ByteSource(Sample.ogg(packets: 250))) { film += $0 }
        #expect(summary.sizes.isEmpty)
        #expect(summary.length == 5_000)
        var reader = try FilmReader(ByteSource(film))
        let point = reader.seek(to: 4_100)
        #expect(point == 4_000)
        let frame = reader.next()
        #expect(frame?.bytes.first == 200)
    }

    @Test func `is refused where anything of its end is wrong, and never read beyond`() throws {
        let film = try Sample.film(seconds: 3)
        for bytes in [[], Array(film.dropLast())] {
            #expect(throws: FilmError.self) { _ = try FilmReader(ByteSource(bytes)) }
        }
        for place in film.count - FilmFile.summaryLength..<film.count {
            for bit in 0..<8 {
                var broken = film
                broken[place] ^= 1 << bit
                guard var reader = try? FilmReader(ByteSource(broken)) else { continue }
                reader.seek(to: 1_000)
                var count = 0
                while reader.next() != nil { count += 1 }
                #expect(count <= 300)
            }
        }
    }

    @Test func `ends where its frames are not what they should be`() throws {
        let film = try Sample.film(seconds: 3)
        for place in stride(from: 0, to: film.count - FilmFile.summaryLength, by: 101) {
            var broken = film
            broken[place] = 0xFF
            var reader = try FilmReader(ByteSource(broken))
            var count = 0
            for time in [UInt32(0), 2_000, 50_000] {
                reader.seek(to: time)
                while reader.next() != nil { count += 1 }
            }
            #expect(count <= 900)
        }
    }

    @Test func `is not made of files that were cut off or are something else`() throws {
        let picture = Sample.ivf(pictures: 50, height: 180, bytes: 100, fill: 1)
        let sound = Sample.ogg(packets: 100)
        func make(_ picture: [UInt8], _ sound: [UInt8]) throws {
            _ = try FilmWriter.write(pictures: [ByteSource(picture)], sound: ByteSource(sound)) { _ in }
        }
        try make(picture, sound)
        #expect(throws: FilmError.self) { try make(Array(picture.dropLast(3)), sound) }
        #expect(throws: FilmError.self) { try make(picture, Array(sound.dropLast(3))) }
        #expect(throws: FilmError.self) { try make(sound, picture) }
        #expect(throws: FilmError.self) { try make([], []) }
    }
}
