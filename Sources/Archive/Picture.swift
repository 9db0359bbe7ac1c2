import CAV
import Glibc

/// A decoded picture, as libav holds it.
final class Picture {
    let frame: UnsafeMutablePointer<AVFrame>

    /// nil where memory ran out.
    init?() {
        guard let frame = av_frame_alloc() else { return nil }
        self.frame = frame
    }

    deinit {
        var frame: UnsafeMutablePointer<AVFrame>? = frame
        av_frame_free(&frame)
    }

    /// In pixels.
    var width: Int { Int(frame.pointee.width) }
    var height: Int { Int(frame.pointee.height) }
}

/// One of libav's decoders.
///
/// It reads what strangers sent. It runs in a process of its own, whose memory is limited.
final class PictureDecoder {
    /// Pixels of a picture at most.
    private static let mostPixels: Int64 = 4_096 * 2_304

    private let context: UnsafeMutablePointer<AVCodecContext>
    private let packet: UnsafeMutablePointer<AVPacket>

    /// - Throws: `codec` where libav was built without it.
    init(_ id: AVCodecID, named name: String) throws(ArchiveError) {
        guard let codec = avcodec_find_decoder(id) else { throw .codec(name, code: 0) }
        guard let context = avcodec_alloc_context3(codec), let packet = av_packet_alloc() else { throw .memory }
        self.context = context
        self.packet = packet
        context.pointee.thread_count = 1
        context.pointee.max_pixels = Self.mostPixels
        // Nobody in a call sends pictures out of their order: each comes out as it goes in.
        context.pointee.flags |= AV_CODEC_FLAG_LOW_DELAY
        let status = avcodec_open2(context, codec, nil)
        guard status == 0 else { throw .codec(name, code: status) }
    }

    deinit {
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&context)
        var packet: UnsafeMutablePointer<AVPacket>? = packet
        av_packet_free(&packet)
    }

    /// The last picture that the bytes give; nil where they give none.
    func decode(_ bytes: [UInt8]) -> Picture? {
        // libav reads a little past the end (AV_INPUT_BUFFER_PADDING_SIZE).
        guard !bytes.isEmpty, av_new_packet(packet, Int32(clamping: bytes.count)) == 0 else { return nil }
        defer { av_packet_unref(packet) }
        memcpy(packet.pointee.data, bytes, bytes.count)
        guard avcodec_send_packet(context, packet) == 0 else { return nil }
        var last: Picture?
        while let picture = Picture(), avcodec_receive_frame(context, picture.frame) == 0 {
            if picture.width > 0, picture.height > 0 { last = picture }
        }
        return last
    }
}
