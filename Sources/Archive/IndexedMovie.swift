import Foundation
import Glibc

/// A film's file in which players get anywhere over a thin line: a head of a few kilobytes and an index of spans between
/// keyframes, then the spans, each with the table of its own packets. The index is there for each track: of one that has none
/// libavformat, and with it Chromium, finds nothing behind the span to which somebody went.
///
/// One table for all (as libavformat's fast start writes it) takes 5 MB for three hours: ten seconds of a line of 4 Mbit/s
/// before anything is seen.
///
///     ftyp  moov  sidx …  (moof mdat) …
final class IndexedMovie {
    /// How much of sound alone stands in a span, microseconds: what a line of 64 kbit/s carries in two seconds.
    private static let soundSpan: Int64 = 5_000_000

    private let path: String
    private let descriptor: Int32
    private let head: MovieFile.Head
    private let tracks: [MovieFile.Track]
    private let most: Int
    private let indexPlace: Int
    private var fragments: [Fragment] = []
    /// By track, what is not written yet.
    private var waiting: [[CodedPacket]]

    private struct Fragment {
        var bytes = 0
        /// By track.
        var ticks: [Int64]
    }

    /// - Parameters:
    ///   - path: of the file, which is made.
    ///   - tracks: the pictures first, if there are any.
    ///   - length: milliseconds.
    init(
        _ path: String, tracks: [MovieFile.Track], length: Int64, chapters: [Chapter]
    ) throws(ArchiveError) {
        self.path = path
        self.tracks = tracks
        let isFilm = tracks.first.map(MovieFile.isPicture) ?? false
        let span = isFilm ? Int64(FilmRate.keyframeDistance) * FilmRate.pictureMicroseconds : Self.soundSpan
        most = min(Int(clamping: (length * 1_000 + span - 1) / span), Int(UInt16.max))
        waiting = tracks.map { _ in [] }
        head = try MovieFile.head(tracks)
        var bytes: [UInt8] = []
        for box in MovieBoxes.list(head.bytes[...]) {
            bytes +=
                box.name == "moov"
                ? MovieBoxes.complete(
                    box.bytes, length: length, chapters: chapters, preSkip: MovieFile.preSkip(of: tracks))
                : Array(box.bytes)
        }
        indexPlace = bytes.count
        let none = Fragment(ticks: [Int64](repeating: 0, count: tracks.count))
        bytes += Self.indexes([Fragment](repeating: none, count: most), head.timescales)
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .output(path, code: errno) }
        try DurableFile.write(all: bytes, to: descriptor, path)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Writes the next fragments, one from each keyframe to the next: Chromium waits for what is up to 5 MB ahead of where it
    /// reads, so that from the begin of a minute to its end a line of 3 Mbit/s takes many seconds. What begins with the last
    /// keyframe is written when the next comes, or in the end.
    ///
    /// - Parameter packets: by track, without a gap within a track; of pictures, the very first is a keyframe.
    func write(_ packets: [[CodedPacket]]) throws(ArchiveError) {
        for (track, more) in packets.enumerated() { waiting[track] += more }
        for begin in beginsOfNextSpans {
            var span: [[CodedPacket]] = []
            for track in waiting.indices {
                let count = waiting[track].prefix { isBefore(begin, $0, track: track) }.count
                span.append(Array(waiting[track].prefix(count)))
                waiting[track].removeFirst(count)
            }
            try writeFragment(span)
        }
    }

    /// Microseconds: keyframes but the first that waits; of sound alone, multiples of a span's length.
    private var beginsOfNextSpans: [Int64] {
        guard let track = tracks.first, let packets = waiting.first, let first = packets.first, let last = packets.last
        else { return [] }
        if MovieFile.isPicture(track) {
            return packets.dropFirst().filter(\.isKeyframe).map { microseconds($0.time, track: 0) }
        }
        let next = (microseconds(first.time, track: 0) / Self.soundSpan + 1) * Self.soundSpan
        return Array(stride(from: next, through: microseconds(last.time, track: 0), by: Int(Self.soundSpan)))
    }

    /// Whether a packet is over when a span begins. The sound over a keyframe's time goes with the keyframe: libavformat seeks
    /// each track to the time of the picture that it has found, and for a sound that began 5 ms behind it it asks for the span
    /// before, and for this one again.
    private func isBefore(_ begin: Int64, _ packet: CodedPacket, track: Int) -> Bool {
        microseconds(packet.time + MovieFile.duration(tracks[track]), track: track) <= begin
    }

    private func microseconds(_ time: Int64, track: Int) -> Int64 {
        time * head.ticks[track] * 1_000_000 / Int64(head.timescales[track])
    }

    private func writeFragment(_ packets: [[CodedPacket]]) throws(ArchiveError) {
        guard fragments.count < most else { return }
        let parts = zip(tracks, packets).enumerated().map { index, part in
            let (track, packets) = part
            let scale = head.ticks[index]
            let isPicture = MovieFile.isPicture(track)
            return MovieFragment.Track(
                number: UInt32(clamping: index + 1), ticks: scale * MovieFile.duration(track),
                begin: (packets.first?.time ?? 0) * scale, isPicture: isPicture,
                packets: isPicture ? packets.map(Self.unit) : packets)
        }
        let bytes = MovieFragment(number: UInt32(clamping: fragments.count + 1), parts).encoded()
        fragments.append(Fragment(bytes: bytes.count, ticks: parts.map { $0.ticks * Int64($0.packets.count) }))
        try DurableFile.write(all: bytes, to: descriptor, path)
    }

    /// One index for each track, one behind the other.
    private static func indexes(_ fragments: [Fragment], _ timescales: [UInt32]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (track, timescale) in timescales.enumerated().reversed() {
            let index = MovieBoxes.index(
                track: UInt32(clamping: track + 1), timescale: timescale, gap: bytes.count,
                fragments.map { ($0.bytes, $0.ticks[track]) })
            bytes = index + bytes
        }
        return bytes
    }

    private static func unit(_ packet: CodedPacket) -> CodedPacket {
        var packet = packet
        packet.bytes = LengthPrefixed.units(of: packet.bytes)
        return packet
    }

    /// Writes the index, and returns when all is on the disk.
    func finish() throws(ArchiveError) {
        if waiting.contains(where: { !$0.isEmpty }) { try writeFragment(waiting) }
        let none = Fragment(ticks: [Int64](repeating: 0, count: tracks.count))
        while fragments.count < most { fragments.append(none) }
        let index = Self.indexes(fragments, head.timescales)
        guard lseek(descriptor, off_t(indexPlace), SEEK_SET) >= 0 else { throw .output(path, code: errno) }
        try DurableFile.write(all: index, to: descriptor, path)
        guard fsync(descriptor) == 0 else { throw .output(path, code: errno) }
    }
}
