import CAV
import COpus
import Glibc

/// AAC of a film's sound, by libav: one channel.
final class SoundEncoder {
    /// Samples of a packet.
    static let frame = 1_024

    private let context: UnsafeMutablePointer<AVCodecContext>
    private let packet: UnsafeMutablePointer<AVPacket>
    private let picture: Picture
    private var waiting: [Float] = []
    private var next: Int64

    /// - Parameters:
    ///   - start: the film's sample that comes first: a multiple of 1,024. The first packets of an encoder are of use only to
    ///     warm up its decoder; packets before 0 are not given.
    ///   - rate: bit/s.
    init(from start: Int64, rate: Int64 = 64_000) throws(ArchiveError) {
        guard let codec = avcodec_find_encoder(AV_CODEC_ID_AAC) else { throw .codec("aac", code: 0) }
        guard let context = avcodec_alloc_context3(codec), let packet = av_packet_alloc(), let frame = Picture() else {
            throw .memory
        }
        self.context = context
        self.packet = packet
        picture = frame
        next = start
        context.pointee.sample_fmt = AV_SAMPLE_FMT_FLTP
        context.pointee.sample_rate = Int32(FilmRate.samplesPerSecond)
        context.pointee.bit_rate = rate
        context.pointee.time_base = AVRational(num: 1, den: Int32(FilmRate.samplesPerSecond))
        context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER
        av_channel_layout_default(&context.pointee.ch_layout, 1)
        let status = avcodec_open2(context, codec, nil)
        guard status == 0 else { throw .codec("aac", code: status) }
        frame.frame.pointee.nb_samples = Int32(Self.frame)
        frame.frame.pointee.format = AV_SAMPLE_FMT_FLTP.rawValue
        frame.frame.pointee.sample_rate = Int32(FilmRate.samplesPerSecond)
        av_channel_layout_default(&frame.frame.pointee.ch_layout, 1)
        guard av_frame_get_buffer(frame.frame, 0) == 0 else { throw .memory }
    }

    deinit {
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&context)
        var packet: UnsafeMutablePointer<AVPacket>? = packet
        av_packet_free(&packet)
    }

    /// AudioSpecificConfig (ISO/IEC 14496-3 §1.6).
    var configuration: [UInt8] {
        Array(UnsafeBufferPointer(start: context.pointee.extradata, count: Int(context.pointee.extradata_size)))
    }

    func encode(_ samples: [Float]) throws(ArchiveError) -> [CodedPacket] {
        waiting += samples
        var packets: [CodedPacket] = []
        while waiting.count >= Self.frame { packets += try sendFrame() }
        return packets
    }

    /// What was still waiting, filled up with silence. Nothing can be encoded afterwards.
    func finish() throws(ArchiveError) -> [CodedPacket] {
        var packets: [CodedPacket] = []
        if !waiting.isEmpty {
            waiting += [Float](repeating: 0, count: Self.frame - waiting.count)
            packets += try sendFrame()
        }
        return try packets + send(nil)
    }

    private func sendFrame() throws(ArchiveError) -> [CodedPacket] {
        guard av_frame_make_writable(picture.frame) == 0, let plane = picture.frame.pointee.data.0 else {
            throw .memory
        }
        memcpy(plane, waiting, Self.frame * MemoryLayout<Float>.size)
        waiting.removeFirst(Self.frame)
        picture.frame.pointee.pts = next
        next += Int64(Self.frame)
        return try send(picture.frame)
    }

    private func send(_ frame: UnsafePointer<AVFrame>?) throws(ArchiveError) -> [CodedPacket] {
        let status = avcodec_send_frame(context, frame)
        guard status == 0 else { throw .codec("aac", code: status) }
        // A decoder needs a packet before the first that it plays, and then it plays each where its time says: without
        // the first the film needs no list of edits.
        return try CodedPacket.received(from: context, packet, "aac").filter { $0.time >= 0 }
    }
}

/// Opus of one voice, or of all of them for thin lines: packets of 20 ms on the film's clock. Silence costs three bytes.
final class VoiceEncoder {
    /// Samples of a packet.
    static let frame = 960
    /// Samples that come out of a decoder before those that went in (RFC 7845 §4.2): what libopus says of itself here.
    static let preSkip = 312
    /// 20 ms of digital silence.
    static let silence: [UInt8] = [0xF8, 0xFF, 0xFE]
    /// Below it a packet is silence: −70 dB of full scale.
    private static let quiet: Float = 3e-4
    /// Packets that are still encoded after the last sound, so that it does not end within a letter.
    private static let tail = 25

    private let encoder: OpaquePointer
    private var waiting: [Float] = []
    private var next: Int64
    private var sinceSound = VoiceEncoder.tail

    /// - Parameters:
    ///   - start: the film's sample that comes first: a multiple of 960.
    ///   - rate: bit/s.
    init(from start: Int64, rate: Int32) throws(ArchiveError) {
        var status: Int32 = 0
        guard let encoder = opus_encoder_create(48_000, 1, OPUS_APPLICATION_AUDIO, &status) else {
            throw .codec("libopus", code: status)
        }
        self.encoder = encoder
        next = start
        _ = shim_opus_set(encoder, OPUS_SET_BITRATE_REQUEST, rate)
        _ = shim_opus_set(encoder, OPUS_SET_COMPLEXITY_REQUEST, 3)
    }

    deinit { opus_encoder_destroy(encoder) }

    /// OpusHead (RFC 7845 §5.1), as the film's head holds it.
    static let configuration: [UInt8] =
        Array("OpusHead".utf8) + [1, 1, UInt8(preSkip & 0xFF), UInt8(preSkip >> 8), 0x80, 0xBB, 0, 0, 0, 0, 0]

    /// - Returns: packets that are not silent.
    func encode(_ samples: [Float]) throws(ArchiveError) -> [CodedPacket] {
        waiting += samples
        var packets: [CodedPacket] = []
        var used = 0
        while waiting.count - used >= Self.frame {
            let piece = Array(waiting[used..<used + Self.frame])
            used += Self.frame
            defer { next += Int64(Self.frame) }
            sinceSound = piece.contains { abs($0) > Self.quiet } ? 0 : min(sinceSound + 1, Self.tail)
            guard sinceSound < Self.tail else { continue }
            var bytes = [UInt8](repeating: 0, count: 1_275)
            let count = opus_encode_float(encoder, piece, Int32(Self.frame), &bytes, Int32(bytes.count))
            guard count > 0 else { throw .codec("libopus", code: count) }
            packets.append(
                CodedPacket(
                    time: next, duration: Int64(Self.frame), isKeyframe: true, bytes: Array(bytes.prefix(Int(count)))))
        }
        waiting.removeFirst(used)
        return packets
    }
}
