/// A passage of a film as it is encoded: what comes before and after it is left out, what is missing is filled.
final class PassageEncoding {
    private let passage: Passage
    private let file: MovieFile
    private let video: VideoEncoder?
    private let sound: SoundEncoder
    private let soundTrack: Int
    private let mark: Watermark?
    private var shown: Picture?
    private var isMarked = false
    /// The film's picture and sample that come next.
    private var nextPicture: Int
    private var nextSample: Int64

    /// - Parameters:
    ///   - quality: as ``PictureForm/quality``.
    ///   - path: of the file, which is made.
    ///   - chapters: on the passage's own clock.
    init(
        _ passage: Passage, quality: Int, mark: String?, path: String, chapters: [Chapter]
    ) throws(ArchiveError) {
        self.passage = passage
        nextPicture = passage.pictures.lowerBound
        nextSample = passage.samples.lowerBound
        sound = try SoundEncoder(from: 0)
        var tracks = [MovieFile.Track.sound(sound.configuration)]
        if var form = passage.form {
            form.quality = quality
            let encoder = try VideoEncoder(form)
            tracks.insert(.picture(encoder.configuration, form), at: 0)
            video = encoder
            self.mark = try mark.map { text throws(ArchiveError) in
                try Watermark(text, width: form.width, height: form.height)
            }
        } else {
            video = nil
            self.mark = nil
        }
        soundTrack = tracks.count - 1
        file = try MovieFile(path, tracks: tracks, form: .fastStart, chapters: chapters, title: mark)
    }

    /// Whether nothing of the passage is still to come.
    var isWhole: Bool { nextPicture >= passage.pictures.upperBound && nextSample >= passage.samples.upperBound }

    /// 0 … 1
    var progress: Double {
        let sound = Double(nextSample - passage.samples.lowerBound) / Double(passage.samples.count)
        guard !passage.pictures.isEmpty else { return sound }
        return Double(nextPicture - passage.pictures.lowerBound) / Double(passage.pictures.count)
    }

    func take(_ part: FilmReader.Part) throws(ArchiveError) {
        switch part {
        case .picture(let picture, let number):
            try show(until: number)
            (shown, isMarked) = (picture, false)
            try show(until: number + 1)
        case .sound(let samples, let time):
            try fill(until: time)
            let skipped = nextSample - time
            guard skipped < samples.count else { return }
            let count = min(Int64(samples.count) - skipped, passage.samples.upperBound - nextSample)
            guard count > 0 else { return }
            try hear(Array(samples[Int(skipped)..<Int(skipped + count)]))
        }
    }

    /// Ends the file; what the film did not have to its end is its last picture, and silence.
    func finish() throws(ArchiveError) {
        try show(until: passage.pictures.upperBound)
        try fill(until: passage.samples.upperBound)
        for coded in try video?.finish() ?? [] { try write(coded, to: 0) }
        for coded in try sound.finish() { try file.write(coded, to: soundTrack) }
        try file.finish()
    }

    /// The picture that is shown, for the film's pictures before one.
    private func show(until number: Int) throws(ArchiveError) {
        guard let shown, let video else { return }
        while nextPicture < min(number, passage.pictures.upperBound) {
            if !isMarked {
                mark?.lay(on: shown)
                isMarked = true
            }
            for coded in try video.encode(shown, number: Int64(nextPicture - passage.pictures.lowerBound)) {
                try write(coded, to: 0)
            }
            nextPicture += 1
        }
    }

    private func write(_ coded: CodedPacket, to track: Int) throws(ArchiveError) {
        var coded = coded
        coded.duration = 1
        try file.write(coded, to: track)
    }

    /// Silence for the film's samples before one.
    private func fill(until sample: Int64) throws(ArchiveError) {
        while nextSample < min(sample, passage.samples.upperBound) {
            let count = min(sample, passage.samples.upperBound) - nextSample
            try hear([Float](repeating: 0, count: Int(min(count, Int64(FilmRate.samplesPerSecond)))))
        }
    }

    private func hear(_ samples: [Float]) throws(ArchiveError) {
        nextSample += Int64(samples.count)
        for coded in try sound.encode(samples) { try file.write(coded, to: soundTrack) }
    }
}
