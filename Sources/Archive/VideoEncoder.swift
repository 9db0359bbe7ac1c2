import CAV

/// H.264 of a film's pictures, by x264.
///
/// Keyframes stand at fixed places, and no picture waits for a later one: so any of them may be the first of an encoder that
/// goes on where a killed one stopped.
final class VideoEncoder {
    private let context: UnsafeMutablePointer<AVCodecContext>
    private let packet: UnsafeMutablePointer<AVPacket>

    init(_ form: PictureForm) throws(ArchiveError) {
        guard let codec = avcodec_find_encoder_by_name("libx264") else { throw .codec("libx264", code: 0) }
        guard let context = avcodec_alloc_context3(codec), let packet = av_packet_alloc() else { throw .memory }
        self.context = context
        self.packet = packet
        context.pointee.width = Int32(clamping: form.width)
        context.pointee.height = Int32(clamping: form.height)
        context.pointee.pix_fmt = AV_PIX_FMT_YUV420P
        context.pointee.time_base = AVRational(num: Int32(clamping: form.seconds), den: Int32(clamping: form.pictures))
        context.pointee.framerate = AVRational(num: Int32(clamping: form.pictures), den: Int32(clamping: form.seconds))
        context.pointee.gop_size = Int32(clamping: form.keyframeDistance)
        context.pointee.max_b_frames = 0
        context.pointee.thread_count = 0
        context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER
        context.pointee.rc_max_rate = Int64(form.mostBits)
        context.pointee.rc_buffer_size = Int32(clamping: form.mostBits * form.bufferSeconds)
        // What VP8 and H.264 of calls are (ITU-R BT.601); players take 720 lines for BT.709 where nothing is said.
        context.pointee.colorspace = AVCOL_SPC_SMPTE170M
        context.pointee.color_primaries = AVCOL_PRI_SMPTE170M
        context.pointee.color_trc = AVCOL_TRC_SMPTE170M
        context.pointee.color_range = AVCOL_RANGE_MPEG
        let distance = form.keyframeDistance
        let options = [
            ("preset", form.preset), ("crf", "\(form.quality)"),
            ("x264-params", "keyint=\(distance):min-keyint=\(distance):scenecut=0:open-gop=0:rc-lookahead=10"),
        ]
        for (name, value) in options {
            let status = av_opt_set(context.pointee.priv_data, name, value, 0)
            guard status == 0 else { throw .codec("libx264 \(name)", code: status) }
        }
        let status = avcodec_open2(context, codec, nil)
        guard status == 0 else { throw .codec("libx264", code: status) }
    }

    deinit {
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&context)
        var packet: UnsafeMutablePointer<AVPacket>? = packet
        av_packet_free(&packet)
    }

    /// Parameter sets, as the film's head holds them.
    var configuration: [UInt8] {
        Array(UnsafeBufferPointer(start: context.pointee.extradata, count: Int(context.pointee.extradata_size)))
    }

    /// - Parameter number: of the picture in the film.
    /// - Returns: packets of this picture or of some before it.
    func encode(_ picture: Picture, number: Int64) throws(ArchiveError) -> [CodedPacket] {
        picture.frame.pointee.pts = number
        picture.frame.pointee.pict_type = AV_PICTURE_TYPE_NONE
        return try send(picture.frame)
    }

    /// What was still waiting. Nothing can be encoded afterwards.
    func finish() throws(ArchiveError) -> [CodedPacket] { try send(nil) }

    private func send(_ frame: UnsafePointer<AVFrame>?) throws(ArchiveError) -> [CodedPacket] {
        let status = avcodec_send_frame(context, frame)
        guard status == 0 else { throw .codec("libx264", code: status) }
        return try CodedPacket.received(from: context, packet, "libx264")
    }
}

extension CodedPacket {
    /// All that an encoder has to give.
    static func received(
        from context: UnsafeMutablePointer<AVCodecContext>, _ packet: UnsafeMutablePointer<AVPacket>, _ name: String
    ) throws(ArchiveError) -> [CodedPacket] {
        var packets: [CodedPacket] = []
        while true {
            let status = avcodec_receive_packet(context, packet)
            if status == shim_av_again() || status == shim_av_end() { return packets }
            guard status == 0 else { throw .codec(name, code: status) }
            packets.append(
                CodedPacket(
                    time: packet.pointee.pts, duration: max(1, packet.pointee.duration),
                    isKeyframe: packet.pointee.flags & AV_PKT_FLAG_KEY != 0,
                    bytes: Array(UnsafeBufferPointer(start: packet.pointee.data, count: Int(packet.pointee.size)))))
            av_packet_unref(packet)
        }
    }
}
