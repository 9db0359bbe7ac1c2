import Foundation

/// What a composer tells of itself, in `state.json`.
public struct ComposingState: Codable, Hashable, Sendable {
    public enum Phase: String, Codable, Sendable {
        /// It composes what is there.
        case composing
        /// It has come up to a meeting that still runs.
        case following
        /// It writes the files that stay.
        case finishing
        case done
        case failed
    }

    public var phase: Phase
    /// The recording's id.
    public var recording: String
    public var layout: String
    /// Seconds of the film that are there.
    public var composed: Double
    /// Seconds of the film that the journal gives, as far as it has been read.
    public var journal: Double
    /// 0 … 1
    public var progress: Double
    /// Seconds until it is done, as far as can be told.
    public var remaining: Double?
    /// Seconds of the film whose pieces were found finished.
    public var resumed: Double
    /// What was not readable, in words of both languages.
    public var damage: [String]
    /// What went wrong.
    public var failure: String?
}
