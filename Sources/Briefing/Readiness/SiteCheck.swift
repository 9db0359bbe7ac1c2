/// What a site found out about its line, its devices and its clock. What could not be measured is nil.
public struct SiteCheck: Hashable, Sendable {
    public enum Camera: String, Sendable, Codable, CaseIterable {
        case ok, dark
        /// Gives pictures that never change; or none, although it opened.
        case frozen
        case none
    }

    public enum Speaker: String, Sendable, Codable, CaseIterable {
        /// The microphone heard what the speaker played.
        case ok
        case silent
        /// Nothing can be said: no microphone, or the room was too loud.
        case unknown
    }

    /// kbit/s that came down the line and went up it in the test: at least, for the test takes no more than it was
    /// granted. Both nil where the line was not tested; `up` 0 where nothing went through.
    public var down: Int?
    public var up: Int?
    /// Milliseconds there and back.
    public var rtt: Int?
    /// Share of the packets up, 0…1.
    public var loss: Double?
    /// RMS of the microphone over three seconds in which nobody is asked to speak, in dBFS (0 is full scale); nil
    /// without a microphone. A microphone that works hears the room: digital silence is below −90.
    public var mic: Double?
    /// The loudest sample of the same seconds, in dBFS.
    public var micPeak: Double?
    public var camera: Camera
    public var speaker: Speaker
    /// Milliseconds by which the site's clock is ahead of the server's.
    public var clock: Int?

    public init(
        down: Int? = nil, up: Int? = nil, rtt: Int? = nil, loss: Double? = nil, mic: Double? = nil,
        micPeak: Double? = nil, camera: Camera = .none, speaker: Speaker = .unknown, clock: Int? = nil
    ) {
        self.down = down
        self.up = up
        self.rtt = rtt
        self.loss = loss
        self.mic = mic
        self.micPeak = micPeak
        self.camera = camera
        self.speaker = speaker
        self.clock = clock
    }
}
