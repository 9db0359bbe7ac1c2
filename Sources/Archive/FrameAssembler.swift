import Recording

/// Makes frames of a stream's packets, which come in the order of their numbers, and leaves out what cannot be decoded for
/// want of what was lost: the picture before stays until a keyframe comes.
struct FrameAssembler {
    /// Microseconds after which frames are taken though no keyframe has come: a picture with faults that heal is more
    /// than one that stands still for the rest of a meeting.
    static let patience: Int64 = 4_000_000
    /// Bytes of a frame at most.
    static let largest = 8 << 20

    private let codec: Track.Codec
    private var next: Int64?
    private var frame: CodedFrame?
    private var isWhole = false
    /// Whether other frames do without the one that is coming.
    private var isUpper = false
    /// The time of the break since which frames miss what they refer to.
    private var brokenSince: Int64?
    /// The base layer's number of the last VP8 picture, and whether upper layers miss something.
    private var base: UInt8?
    private var brokenAbove = false
    /// Frames that could not be shown.
    private(set) var leftOut = 0

    init(codec: Track.Codec) { self.codec = codec }

    /// - Parameter time: microseconds in the film.
    mutating func take(_ packet: MediaPacket, at time: Int64) -> CodedFrame? {
        defer { next = packet.number + 1 }
        guard let part = FramePart(packet, codec: codec) else { return nil }
        let follows = next == packet.number
        if !follows {
            lose(at: time, temporal: part.temporal)
        } else if let frame, frame.timestamp != packet.timestamp {
            // Its end never came.
            drop(at: time)
        }
        if begins(part, packet, follows: follows) {
            frame = CodedFrame(bytes: [], timestamp: packet.timestamp, isKeyframe: part.isKeyframe)
            isWhole = isUsable(part, at: time)
            isUpper = (part.temporal?.layer ?? 0) > 0
        }
        guard frame != nil else { return nil }
        if part.isKeyframe { frame?.isKeyframe = true }
        if (frame?.bytes.count ?? 0) + part.bytes.count > Self.largest { isWhole = false }
        if isWhole { frame?.bytes += part.bytes }
        guard part.ends else { return nil }
        defer { frame = nil }
        guard isWhole, var whole = frame else {
            leftOut += 1
            return nil
        }
        if codec == .av1 {
            guard let bytes = AV1TemporalUnit.picture(whole.bytes) else { return nil }
            whole.bytes = bytes
        }
        if whole.isKeyframe { (brokenSince, brokenAbove) = (nil, false) }
        return whole
    }

    private func begins(_ part: FramePart, _ packet: MediaPacket, follows: Bool) -> Bool {
        guard codec == .h264 else { return part.begins }
        // Slices of one picture are one frame; a gap before an IDR picture has cost nothing of it.
        return frame == nil && (follows || part.begins)
    }

    /// Packets are missing before the one that has come.
    private mutating func lose(at time: Int64, temporal: (layer: UInt8, base: UInt8, isSync: Bool)?) {
        drop(at: time)
        guard next != nil else {
            brokenSince = brokenSince ?? time
            return
        }
        // The base layer's pictures are numbered one by one (RFC 7741 §4.2): where none is missing only upper layers are.
        if let temporal, let base, temporal.base == base || temporal.layer == 0 && temporal.base == base &+ 1 {
            brokenAbove = true
        } else {
            brokenSince = brokenSince ?? time
        }
    }

    private mutating func drop(at time: Int64) {
        guard frame != nil else { return }
        leftOut += 1
        if isUpper { brokenAbove = true } else { brokenSince = brokenSince ?? time }
        frame = nil
    }

    private mutating func isUsable(_ part: FramePart, at time: Int64) -> Bool {
        if let temporal = part.temporal { base = temporal.base }
        if part.isKeyframe { return true }
        if let since = brokenSince {
            guard time - since >= Self.patience else { return false }
            brokenSince = nil
        }
        guard brokenAbove, let temporal = part.temporal, temporal.layer > 0 else { return true }
        if temporal.isSync { brokenAbove = false }
        return temporal.isSync
    }
}
