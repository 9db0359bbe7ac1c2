@testable import Film

/// Files as an encoder writes them, with contents that say which frame they are.
enum Sample {
    /// VP8 pictures of 25 a second, each fiftieth a keyframe.
    static func ivf(pictures: Int, height: UInt16, bytes: Int, fill: UInt8) -> [UInt8] {
        var file: [UInt8] = Array("DKIF".utf8)
        for number in [UInt16(0), 32] { file.append(littleEndian: number) }
        file += Array("VP80".utf8)
        for number in [UInt16(640), height] { file.append(littleEndian: number) }
        for number in [UInt32(25), 1, UInt32(pictures), 0] { file.append(littleEndian: number) }
        for picture in 0..<pictures {
            file.append(littleEndian: UInt32(bytes))
            file.append(littleEndian: UInt64(picture))
            file += [picture % 50 == 0 ? 0x10 : 0x11, UInt8(truncatingIfNeeded: picture)]
            file += [UInt8](repeating: fill, count: bytes - 2)
        }
        return file
    }

    /// Opus packets of 20 ms, some of which need several segments, in pages of ten.
    static func ogg(packets: Int) -> [UInt8] {
        var all: [[UInt8]] = [Array("OpusHead".utf8), Array("OpusTags".utf8)]
        all += (0..<packets).map { number in
            [UInt8(truncatingIfNeeded: number)] + [UInt8](repeating: 7, count: number % 3 == 0 ? 299 : 79)
        }
        var file: [UInt8] = []
        var segments: [UInt8] = []
        var body: [UInt8] = []
        func endPage() {
            file += Array("OggS".utf8) + [UInt8](repeating: 0, count: 22) + [UInt8(segments.count)] + segments + body
            (segments, body) = ([], [])
        }
        for (number, packet) in all.enumerated() {
            // Each page ends in the midst of a packet that is long enough.
            for (part, start) in stride(from: 0, through: packet.count, by: 255).enumerated() {
                if part == 1, number % 10 == 5 { endPage() }
                let piece = packet[start...].prefix(255)
                segments.append(UInt8(piece.count))
                body += piece
            }
            if number % 10 == 9 { endPage() }
        }
        endPage()
        return file
    }

    /// Pictures in two sizes, and sound.
    static func film(seconds: Int) throws -> [UInt8] {
        var film: [UInt8] = []
        _ = try FilmWriter.write(
            pictures: [
                ByteSource(ivf(pictures: 25 * seconds, height: 180, bytes: 500, fill: 1)),
                ByteSource(ivf(pictures: 25 * seconds, height: 360, bytes: 3000, fill: 2)),
            ], sound: ByteSource(ogg(packets: 50 * seconds))
        ) { film += $0 }
        return film
    }
}
