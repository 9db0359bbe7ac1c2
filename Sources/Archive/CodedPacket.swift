/// A packet of the film's own, as an encoder gives it.
struct CodedPacket {
    /// In units of its stream: pictures, samples of 1/48,000 s.
    var time: Int64
    var duration: Int64
    var isKeyframe: Bool
    var bytes: [UInt8]
}

/// The film's clocks.
enum FilmRate {
    static let picturesPerSecond = 25
    static let samplesPerSecond = 48_000
    /// Samples of one picture's time.
    static let samplesPerPicture = 1_920
    /// Microseconds of it.
    static let pictureMicroseconds: Int64 = 40_000
    /// Pictures from one keyframe to the next: 2 s.
    static let keyframeDistance = 50
}
