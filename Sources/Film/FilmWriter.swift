/// Makes a film of what an encoder has written: the picture as IVF, once for each size, the sound as Ogg with Opus.
public enum FilmWriter {
    /// Writes a film piece by piece.
    ///
    /// - Parameters:
    ///   - pictures: IVF files, the smallest picture first: at most two, empty for a film of sound only. Each has a keyframe
    ///     every ``FilmFile/step``.
    ///   - sound: an Ogg file, or empty.
    ///   - write: takes the next bytes of the film.
    /// - Throws: ``FilmError`` for what is not such a file, and what `write` throws.
    public static func write(
        pictures: [ByteSource], sound: ByteSource?, to write: ([UInt8]) throws -> Void
    ) throws -> FilmFile.Summary {
        var sources: [Source] = []
        for (position, picture) in pictures.prefix(2).enumerated() {
            sources.append(try Source(picture: picture, track: position == 0 ? .small : .large))
        }
        if let sound { sources.append(try Source(sound: sound)) }
        var index: [(time: UInt32, offset: UInt64)] = []
        var offset: UInt64 = 0
        var end: UInt32 = 0
        var bytes = [0, 0, 0]
        // The earliest of all first, of equal ones the picture: a film is entered by its keyframes.
        while let position = sources.indices.filter({ sources[$0].frame != nil }).min(by: {
            (sources[$0].frame?.time ?? .max, $0) < (sources[$1].frame?.time ?? .max, $1)
        }), let frame = try sources[position].take() {
            guard frame.time <= FilmFile.longest, frame.bytes.count <= FilmFile.frameLimit else {
                throw FilmError.malformed(at: Int(clamping: offset))
            }
            if frame.time >= UInt32(index.count) * FilmFile.step {
                index.append((frame.time, offset))
            }
            var record: [UInt8] = []
            record.reserveCapacity(FilmFile.frameHeaderLength + frame.bytes.count)
            record.append(littleEndian: frame.time)
            record.append(frame.track.rawValue)
            record.append(frame.isKeyframe ? 1 : 0)
            record.append(littleEndian: UInt16(0))
            record.append(littleEndian: UInt32(clamping: frame.bytes.count))
            record += frame.bytes
            try write(record)
            offset += UInt64(record.count)
            end = max(end, frame.time + (frame.track.isPicture ? 40 : 20))
            bytes[Int(frame.track.rawValue)] += frame.bytes.count
        }
        guard !index.isEmpty else { throw FilmError.empty }
        for entry in index {
            var record: [UInt8] = []
            record.append(littleEndian: entry.time)
            record.append(littleEndian: entry.offset)
            try write(record)
        }
        let sizes = sources.filter { $0.track.isPicture }.map { source in
            let rate = Int64(bytes[Int(source.track.rawValue)]) * 8_000 / Int64(max(end, 1))
            return FilmFile.Size(height: source.height, rate: Int(rate))
        }
        let summary = FilmFile.Summary(
            length: end, hasSound: bytes[Int(FilmTrack.sound.rawValue)] > 0, sizes: sizes, indexOffset: offset,
            indexCount: UInt32(clamping: index.count))
        try write(summary.bytes)
        return summary
    }
}

/// One file of an encoder's, and the first of its frames that is not in the film yet.
private struct Source {
    let track: FilmTrack
    let height: Int
    private(set) var frame: FilmFrame?
    private var picture: IVFReader?
    private var sound: OggReader?

    init(picture: ByteSource, track: FilmTrack) throws(FilmError) {
        let reader = try IVFReader(picture, track: track)
        self.track = track
        height = reader.height
        self.picture = reader
        frame = try self.picture?.next()
    }

    init(sound: ByteSource) throws(FilmError) {
        track = .sound
        height = 0
        self.sound = OggReader(sound)
        frame = try self.sound?.next()
    }

    mutating func take() throws(FilmError) -> FilmFrame? {
        let taken = frame
        frame = track.isPicture ? try picture?.next() : try sound?.next()
        return taken
    }
}
