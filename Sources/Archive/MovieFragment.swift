/// A fragment of a film (ISO/IEC 14496-12 §8.8): a table of its packets, and the packets, those of one span of keyframes
/// after the other, so that whoever plays it reads on and on.
struct MovieFragment {
    struct Track {
        var number: UInt32
        /// Ticks of a packet; all have the same.
        var ticks: Int64
        /// Of the first packet, in ticks.
        var begin: Int64
        var isPicture: Bool
        var packets: [CodedPacket]
    }

    /// Packets that stand together in the file.
    private struct Run {
        var track: Int
        var packets: Range<Int>
        var offset = 0
    }

    /// ISO/IEC 14496-12 §8.8.3.1: depends on no other; depends on others and is no keyframe.
    private static let keyframe: UInt32 = 0x0200_0000
    private static let dependent: UInt32 = 0x0101_0000

    private let tracks: [Track]
    private let number: UInt32
    private var runs: [Run] = []

    /// - Parameters:
    ///   - number: of the fragment, from 1.
    ///   - tracks: the pictures first, if there are any; their first packet is a keyframe.
    init(number: UInt32, _ tracks: [Track]) {
        self.number = number
        self.tracks = tracks
        var next = [Int](repeating: 0, count: tracks.count)
        var part = 0.0
        while tracks.indices.contains(where: { next[$0] < tracks[$0].packets.count }) {
            for (index, track) in tracks.enumerated() {
                let first = next[index]
                var last = first
                if index == 0, track.isPicture {
                    // Up to the next keyframe.
                    while last < track.packets.count, last == first || !track.packets[last].isKeyframe { last += 1 }
                    part = Double(last) / Double(max(1, track.packets.count))
                } else {
                    // As far, by the part of the fragment; all of it where nothing else is there.
                    let isAlone = tracks.first?.isPicture != true
                    last = isAlone ? track.packets.count : Int((Double(track.packets.count) * part).rounded(.up))
                    last = min(track.packets.count, max(first, last))
                }
                next[index] = last
                if first < last { runs.append(Run(track: index, packets: first..<last)) }
            }
        }
    }

    /// Its bytes, `moof` and `mdat`.
    func encoded() -> [UInt8] {
        // The table's length does not depend on what it says.
        let length = table(dataFrom: 0).count
        var data: [UInt8] = []
        data.reserveCapacity(tracks.reduce(0) { $0 + $1.packets.reduce(0) { $0 + $1.bytes.count } })
        for run in runs { for packet in tracks[run.track].packets[run.packets] { data += packet.bytes } }
        return table(dataFrom: length + 8) + MovieBoxes.box("mdat", data)
    }

    private func table(dataFrom start: Int) -> [UInt8] {
        var header: [UInt8] = [0, 0, 0, 0]
        MovieBoxes.append(number, to: &header)
        var content = MovieBoxes.box("mfhd", header)
        var offset = start
        var offsets: [Int] = []
        for run in runs {
            offsets.append(offset)
            offset += tracks[run.track].packets[run.packets].reduce(0) { $0 + $1.bytes.count }
        }
        for (index, track) in tracks.enumerated() where !track.packets.isEmpty {
            var traf = trackHeader(track)
            for (place, run) in runs.enumerated() where run.track == index {
                traf += self.run(run, of: track, at: offsets[place])
            }
            content += MovieBoxes.box("traf", traf)
        }
        return MovieBoxes.box("moof", content)
    }

    /// `tfhd`: places count from the fragment's begin, all packets last equally long; and `tfdt`.
    private func trackHeader(_ track: Track) -> [UInt8] {
        var head: [UInt8] = [0, 2, 0, 0x28]
        MovieBoxes.append(track.number, to: &head)
        MovieBoxes.append(UInt32(clamping: track.ticks), to: &head)
        MovieBoxes.append(track.isPicture ? Self.dependent : Self.keyframe, to: &head)
        var time: [UInt8] = [1, 0, 0, 0]
        MovieBoxes.append(UInt64(clamping: track.begin), to: &time)
        return MovieBoxes.box("tfhd", head) + MovieBoxes.box("tfdt", time)
    }

    private func run(_ run: Run, of track: Track, at offset: Int) -> [UInt8] {
        var content: [UInt8] = [0, 0, 2, track.isPicture ? 5 : 1]
        MovieBoxes.append(UInt32(clamping: run.packets.count), to: &content)
        MovieBoxes.append(Int32(clamping: offset), to: &content)
        if track.isPicture {
            let isKeyframe = track.packets[run.packets.lowerBound].isKeyframe
            MovieBoxes.append(isKeyframe ? Self.keyframe : Self.dependent, to: &content)
        }
        for packet in track.packets[run.packets] {
            MovieBoxes.append(UInt32(clamping: packet.bytes.count), to: &content)
        }
        return MovieBoxes.box("trun", content)
    }
}
