import Relay

/// What one viewer's screen and loudspeaker were like. It outlives the site's connections.
struct SiteMeasures: ~Copyable {
    // Voices.
    var speech: Int64 = 0
    var concealed: Int64 = 0
    var concealedByLine: Int64 = 0
    /// Speech that the relay did not send, and said so.
    var leftOut: Int64 = 0
    var delays = Histogram(step: 5_000, size: 800)
    var voiceBytes = 0
    /// Of them sound: without headers.
    var soundBytes = 0
    // Pictures.
    var pictureBytes = 0
    var repairBytes = 0
    var otherBytes = 0
    var packets = 0
    /// Between two pictures of a slot that was not held, µs.
    var largestGap: Int64 = 0
    /// Gaps beyond a second.
    var freezes = 0
    var layerSwitches = 0
    /// Those of the picture that its page shows first.
    var mainSwitches = 0
    /// µs of slots that showed nothing although a camera was on.
    var black: Int64 = 0
    /// Of the picture that its page shows first: pictures, those with 360 lines or more and with 720, and seconds.
    var main = MainPicture()
    /// The others.
    var otherPictures = 0
    var otherSlotSeconds = 0.0
    // The line.
    var standingQueue: Int64 = 0
    var lastReport: LineReport?
    var reportedAt: Int64 = 0
    // A voice that was waited for.
    var heardAt: Int64 = 0
    var heardFrame: UInt32 = 0

    struct MainPicture {
        var pictures = 0
        var atLeast360 = 0
        var atLeast720 = 0
        var seconds = 0.0
    }

    mutating func removeAll() {
        soundBytes = 0
        (speech, concealed, concealedByLine, voiceBytes, pictureBytes, repairBytes, otherBytes) = (0, 0, 0, 0, 0, 0, 0)
        leftOut = 0
        (packets, largestGap, freezes, layerSwitches, black, otherPictures) = (0, 0, 0, 0, 0, 0)
        mainSwitches = 0
        main = MainPicture()
        otherSlotSeconds = 0
        delays.removeAll()
    }

    var concealedShare: Double { speech > 0 ? Double(concealed) / Double(speech) : 0 }
    var leftOutShare: Double { leftOut > 0 ? Double(leftOut) / Double(speech + leftOut) : 0 }
    var bytes: Int { voiceBytes + pictureBytes + repairBytes + otherBytes }
}
