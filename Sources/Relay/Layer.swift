import Congestion
import RTP

/// One stream of a publication as it comes in: the only one, or one of its simulcast layers (RFC 8853).
struct Layer: ~Copyable {
    let publication: Int
    /// 0 is the smallest picture.
    let quality: Int
    let isVideo: Bool
    let clockRate: Int
    /// 0 until the first packet, where the offer named no SSRC.
    var ssrc: UInt32
    var rtxSSRC: UInt32
    var cache: PacketCache
    var unwrapper = SequenceUnwrapper()
    var losses: NACKGenerator
    var statistics: ReceptionStatistics
    var keyframes = KeyframeRequests()
    /// Of the last full intra request (RFC 5104 §4.3.1).
    var fullIntraSequence: UInt8 = 0
    var highest: Int64 = -1
    /// Added to the extended sequence numbers of the stream.
    var base: Int64 = 0

    /// The publisher's last sender report: the tie between its media clock and ours, and its own. 0: none yet.
    var reportTimestamp: UInt32 = 0
    var reportArrival: Int64 = 0
    var reportNTP: UInt64 = 0
    /// What of ``losses`` has been added to the relay's metrics.
    var countedLosses = 0

    /// The newest packet, for sender reports of ours before the publisher's first.
    var newestTimestamp: UInt32 = 0
    var newestArrival: Int64 = .min / 2
    /// What comes in.
    var rate = LayerRate()
    /// What it is known to take when it moves, bit/s; 0: nothing is known.
    var leastRate = 0
    /// Since when somebody has wanted it, and until when it is taken for one that its publisher cannot send, µs.
    var wantedSince: Int64?
    var missingUntil: Int64 = 0
    /// Height of the last keyframe, pixels; 0 when the codec does not say.
    var height = 0

    /// Packets kept for receivers that ask again: about 3 s of a 1.5 Mbit/s picture; for voices the packets of one
    /// receive burst, since nobody asks for voice again.
    static let videoCacheLog2 = 9
    static let audioCacheLog2 = 6

    init(publication: Int, quality: Int, isVideo: Bool, clockRate: Int, ssrc: UInt32, rtxSSRC: UInt32) {
        self.publication = publication
        self.quality = quality
        self.isVideo = isVideo
        self.clockRate = clockRate
        self.ssrc = ssrc
        self.rtxSSRC = rtxSSRC
        cache = PacketCache(capacityLog2: isVideo ? Self.videoCacheLog2 : Self.audioCacheLog2)
        losses = NACKGenerator()
        statistics = ReceptionStatistics(clockRate: clockRate)
    }

    /// The sender has started the stream anew, under another SSRC and with other numbers: they go on far above the
    /// old ones, so that a request for an old packet never finds a new one.
    mutating func restart(ssrc: UInt32) {
        self.ssrc = ssrc
        base &+= 1 << 32
        unwrapper = SequenceUnwrapper()
        losses = NACKGenerator()
        statistics = ReceptionStatistics(clockRate: clockRate)
        highest = -1
        reportArrival = 0
    }

    /// Whether packets come in: a simulcast layer that its sender has switched off goes quiet. Cameras send at least
    /// ten pictures a second while they send at all.
    func isLive(now: Int64) -> Bool { now &- newestArrival < 700_000 }
}
