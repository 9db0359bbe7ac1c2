/// What the pictures of a film's file are: how large, how many a second, and what they may cost.
struct PictureForm: Hashable, Sendable {
    /// Pixels, both even.
    var width: Int
    var height: Int
    /// Pictures in ``seconds`` seconds.
    var pictures: Int
    var seconds: Int
    /// x264's constant rate factor: more is smaller and worse.
    var quality: Int
    /// bit/s at most, over ``bufferSeconds``.
    var mostBits: Int
    var bufferSeconds: Int
    /// x264's preset.
    var preset: String
    /// Pictures from one keyframe to the next.
    var keyframeDistance: Int

    /// The film.
    static let full = PictureForm(
        width: Layout.width, height: Layout.height, pictures: FilmRate.picturesPerSecond, seconds: 1, quality: 26,
        mostBits: 2_500_000, bufferSeconds: 2, preset: "veryfast", keyframeDistance: FilmRate.keyframeDistance)

    /// The film for lines that do not carry it: each second picture, a quarter as large.
    static let low = PictureForm(
        width: Layout.width / 2, height: Layout.height / 2, pictures: FilmRate.picturesPerSecond, seconds: 2,
        quality: 27, mostBits: 180_000, bufferSeconds: 2, preset: "faster",
        keyframeDistance: FilmRate.keyframeDistance / 2)

    /// Microseconds of a picture's begin.
    func time(of picture: Int) -> Int64 { Int64(picture) * Int64(seconds) * 1_000_000 / Int64(pictures) }

    /// The picture that begins nearest to a time in microseconds.
    func picture(at time: Int64) -> Int {
        let (product, overflow) = time.multipliedReportingOverflow(by: Int64(pictures))
        guard !overflow else { return time < 0 ? 0 : .max }
        let length = Int64(seconds) * 1_000_000
        return Int((product + length / 2) / length)
    }

    /// The sample with which a picture begins.
    func sample(of picture: Int) -> Int64 {
        Int64(picture) * Int64(seconds * FilmRate.samplesPerSecond) / Int64(pictures)
    }
}
