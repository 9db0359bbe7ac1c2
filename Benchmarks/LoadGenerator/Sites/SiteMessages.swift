/// One stream of a site: a voice, or one layer of a camera. Sent over and over from a file.
struct SiteStreamPlan: Decodable {
    /// Encoded frames, as IVF: VP8, or Opus packets of 20 ms.
    var file: String
    var isVideo: Bool
    var ssrc: UInt32
    var payloadType: UInt8
    /// Where lost packets are answered; nil: they are not.
    var rtxSSRC: UInt32?
    var rtxPayloadType: UInt8?
    /// Header extensions, by the numbers of the offer; nil: the stream does without.
    var mid: String?
    var rid: String?
    /// Frames a second.
    var rate: Double
    /// Frames of the file are of two temporal layers in turn.
    var hasTwoTemporalLayers: Bool?
    /// A voice's loudness, -dBov (RFC 6464).
    var level: UInt8?
    /// Where in the file it begins, of 1: sites that share a file do not show the same.
    var offset: Double?
}

struct SiteReport: Encodable {
    struct Stream: Encodable {
        var session: Int
        var ssrc: UInt32
        var packets: Int
        var bytes: Int
        /// Packets that were asked for again, and keyframes.
        var resent: Int
        var keyframesAsked: Int
        /// When the file's first frame was sent, or would have been: Unix time, µs; and the length of the file, µs.
        var start: Int64
        var length: Int64
    }

    var streams: [Stream]
    /// Of our own thread since the beginning, seconds.
    var ownCPU: Double
}
