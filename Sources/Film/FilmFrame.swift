/// What a prepared film consists of: its sound, and its picture in two sizes.
public enum FilmTrack: UInt8, Sendable, CaseIterable {
    /// Opus, mono, a packet of 20 ms each frame.
    case sound = 0
    /// VP8, for thin lines.
    case small = 1
    /// VP8, as large as a film is played.
    case large = 2

    public var isPicture: Bool { self != .sound }

    /// Place among the picture's sizes, the smallest first; 0 for the sound.
    public var quality: Int { self == .large ? 1 : 0 }
}

/// One encoded picture, or 20 ms of sound.
public struct FilmFrame: Equatable, Sendable {
    public var track: FilmTrack
    /// From the film's beginning, ms.
    public var time: UInt32
    /// Whether it can be decoded without others; true of all sound.
    public var isKeyframe: Bool
    public var bytes: [UInt8]

    public init(track: FilmTrack, time: UInt32, isKeyframe: Bool, bytes: [UInt8]) {
        self.track = track
        self.time = time
        self.isKeyframe = isKeyframe
        self.bytes = bytes
    }
}

/// Why a file is not a film that can be played.
public enum FilmError: Error, Equatable {
    /// Not what it should be at this offset, bytes.
    case malformed(at: Int)
    /// Neither picture nor sound.
    case empty
    /// The file could not be read.
    case unreadable
}
