/// What `giaoban archive cut` tells of itself, in the file that it was given for it.
public struct CuttingState: Codable, Hashable, Sendable {
    public enum Phase: String, Codable, Sendable {
        case cutting
        case done
        /// It was asked to stop; nothing is left of the passage.
        case stopped
        case failed
    }

    public var phase: Phase
    /// Seconds of the film, on the begin of a picture: where the passage begins and ends.
    public var from: Double
    public var to: Double
    /// 0 … 1
    public var progress: Double
    /// Seconds until it is done, as far as can be told.
    public var remaining: Double?
    /// What went wrong, in words of both languages.
    public var failure: String?
}
