/// The name of one participant for as long as it is connected: a random number, so that one cannot be guessed from
/// another, written in pages and addresses as 16 hexadecimal digits.
public struct ParticipantID: Hashable, Sendable, CustomStringConvertible {
    public let rawValue: UInt64

    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Reads the 16 hexadecimal digits that ``description`` writes; nil for anything else.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count == 16, let value = UInt64(text, radix: 16) else { return nil }
        rawValue = value
    }

    public var description: String {
        let digits = String(rawValue, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// What a published track is for. A page names it for each of its media sections; for a WHIP client the first audio
/// is its microphone and the first video its camera.
public enum TrackRole: String, Sendable, Codable, CaseIterable {
    case microphone
    case camera
    case screen
    case screenAudio = "screen-audio"

    public var isVideo: Bool { self == .camera || self == .screen }
}
