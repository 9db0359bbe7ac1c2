import CAV
import Recording

/// The pictures of one stream: the last that has come is the one that is shown, and it is decoded only when somebody asks.
///
/// Whoever is not on the stage costs nothing but memory: coded frames wait from the last keyframe on, ``mostWaiting`` bytes
/// at most.
final class PictureStream {
    private static let mostWaiting = 4 << 20

    private let codec: Track.Codec
    private var assembler: FrameAssembler
    private var decoder: PictureDecoder?
    private var waiting: [CodedFrame] = []
    private var waitingBytes = 0
    private var last: Picture?
    /// The time in the film of the newest frame, microseconds.
    private(set) var newest: Int64 = .min
    /// The time in the film's journal of the last keyframe, microseconds; nil before the first.
    private(set) var keyframe: Int64?
    var leftOut: Int { assembler.leftOut }

    init(codec: Track.Codec) {
        self.codec = codec
        assembler = FrameAssembler(codec: codec)
    }

    func take(_ packet: MediaPacket, at time: Int64) throws(ArchiveError) {
        guard let frame = assembler.take(packet, at: time) else { return }
        if frame.isKeyframe {
            waiting.removeAll(keepingCapacity: true)
            waitingBytes = 0
            keyframe = time
        }
        waiting.append(frame)
        waitingBytes += frame.bytes.count
        newest = time
        if waitingBytes > Self.mostWaiting { try decode() }
    }

    /// The last picture that could be decoded; nil before the first.
    func picture() throws(ArchiveError) -> Picture? {
        try decode()
        return last
    }

    private func decode() throws(ArchiveError) {
        guard !waiting.isEmpty else { return }
        if decoder == nil { decoder = try PictureDecoder(codec.libav, named: "\(codec)") }
        for frame in waiting {
            if let picture = decoder?.decode(frame.bytes) { last = picture }
        }
        waiting.removeAll(keepingCapacity: true)
        waitingBytes = 0
    }
}

extension Track.Codec {
    fileprivate var libav: AVCodecID {
        switch self {
        case .vp8: AV_CODEC_ID_VP8
        case .vp9: AV_CODEC_ID_VP9
        case .h264: AV_CODEC_ID_H264
        case .av1: AV_CODEC_ID_AV1
        case .opus: AV_CODEC_ID_NONE
        }
    }
}
