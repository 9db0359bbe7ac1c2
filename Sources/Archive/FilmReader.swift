import CAV

/// A film's file, read and decoded from some moment on.
final class FilmReader {
    enum Part {
        /// A picture, and which of the film it is. Nobody else draws on it.
        case picture(Picture, number: Int)
        /// One channel at 48 kHz, and the film's sample that comes first.
        case sound([Float], at: Int64)
    }

    private struct Stream {
        var index: Int32
        var timeBase: AVRational
        var context: UnsafeMutablePointer<AVCodecContext>
    }

    private var format: UnsafeMutablePointer<AVFormatContext>
    private let packet: UnsafeMutablePointer<AVPacket>
    private var video: Stream?
    private var audio: Stream?
    private var isAtEnd = false
    /// What the pictures are; nil where there are none. What they may cost is as for the film.
    private(set) var form: PictureForm?
    let chapters: [Chapter]

    /// - Throws: `film` where the file is not there, or is no film of ours.
    init(_ path: String) throws(ArchiveError) {
        var opened: UnsafeMutablePointer<AVFormatContext>?
        // MP4 only: other formats may name files and addresses to read.
        let status = avformat_open_input(&opened, path, av_find_input_format("mov"), nil)
        guard status == 0, let format = opened else { throw .film(path, code: status) }
        guard let packet = av_packet_alloc() else {
            avformat_close_input(&opened)
            throw .memory
        }
        self.format = format
        self.packet = packet
        let found = avformat_find_stream_info(format, nil)
        // Where a chapter ends is known only now.
        chapters = Self.chapters(of: format)
        guard found >= 0 else { throw .film(path, code: found) }
        video = try open(AVMEDIA_TYPE_VIDEO)
        audio = try open(AVMEDIA_TYPE_AUDIO)
        if let video, let stream = format.pointee.streams[Int(video.index)] {
            let rate = stream.pointee.r_frame_rate
            guard video.context.pointee.codec_id == AV_CODEC_ID_H264, rate.num > 0, rate.den > 0 else {
                throw .film(path, code: 0)
            }
            var form = PictureForm.full
            form.width = Int(video.context.pointee.width) & ~1
            form.height = Int(video.context.pointee.height) & ~1
            form.pictures = Int(rate.num)
            form.seconds = Int(rate.den)
            form.keyframeDistance = max(1, form.pictures * 2 / form.seconds)
            self.form = form
        }
        guard audio != nil else { throw .film(path, code: 0) }
    }

    deinit {
        for stream in [video, audio].compactMap({ $0 }) {
            var context: UnsafeMutablePointer<AVCodecContext>? = stream.context
            avcodec_free_context(&context)
        }
        var packet: UnsafeMutablePointer<AVPacket>? = packet
        av_packet_free(&packet)
        var format: UnsafeMutablePointer<AVFormatContext>? = format
        avformat_close_input(&format)
    }

    /// Microseconds: of its pictures where it has any.
    var length: Int64 {
        guard let stream = format.pointee.streams[Int((video ?? audio)?.index ?? 0)],
            stream.pointee.duration > 0
        else { return max(0, format.pointee.duration) }
        return av_rescale_q(stream.pointee.duration, stream.pointee.time_base, AVRational(num: 1, den: 1_000_000))
    }

    private func open(_ kind: AVMediaType) throws(ArchiveError) -> Stream? {
        let index = av_find_best_stream(format, kind, -1, -1, nil, 0)
        guard index >= 0, let stream = format.pointee.streams[Int(index)],
            let parameters = stream.pointee.codecpar,
            let codec = avcodec_find_decoder(parameters.pointee.codec_id)
        else { return nil }
        guard let context = avcodec_alloc_context3(codec) else { throw .memory }
        context.pointee.pkt_timebase = stream.pointee.time_base
        let status = avcodec_parameters_to_context(context, parameters)
        let opened = status < 0 ? status : avcodec_open2(context, codec, nil)
        guard opened == 0 else {
            var context: UnsafeMutablePointer<AVCodecContext>? = context
            avcodec_free_context(&context)
            throw .codec(String(cString: codec.pointee.name), code: opened)
        }
        return Stream(index: index, timeBase: stream.pointee.time_base, context: context)
    }

    private static func chapters(of format: UnsafeMutablePointer<AVFormatContext>) -> [Chapter] {
        (0..<Int(format.pointee.nb_chapters)).compactMap { index in
            guard let chapter = format.pointee.chapters[index] else { return nil }
            let milliseconds = AVRational(num: 1, den: 1_000)
            let title = av_dict_get(chapter.pointee.metadata, "title", nil, 0)?.pointee.value
            return Chapter(
                start: av_rescale_q(chapter.pointee.start, chapter.pointee.time_base, milliseconds),
                end: av_rescale_q(chapter.pointee.end, chapter.pointee.time_base, milliseconds), kind: .begin,
                title: title.map { String(cString: $0) } ?? "")
        }
    }

    /// Goes to a moment, microseconds: what comes next begins there or somewhat before.
    func seek(to time: Int64) throws(ArchiveError) {
        guard let stream = video ?? audio else { return }
        // Opus needs 80 ms to settle (RFC 7845 §4.6), AAC a packet.
        let wanted = max(0, time - 200_000)
        let status = av_seek_frame(
            format, stream.index, av_rescale_q(wanted, AVRational(num: 1, den: 1_000_000), stream.timeBase),
            AVSEEK_FLAG_BACKWARD)
        guard status >= 0 else { throw .codec("seek", code: status) }
        for stream in [video, audio].compactMap({ $0 }) { avcodec_flush_buffers(stream.context) }
    }

    /// What comes next; nil at the film's end. What is damaged is left out.
    func next() throws(ArchiveError) -> Part? {
        while true {
            if let video, let part = try receive(from: video, isPicture: true) { return part }
            if let audio, let part = try receive(from: audio, isPicture: false) { return part }
            guard !isAtEnd else { return nil }
            try feed()
        }
    }

    /// Gives the next packet to its decoder.
    private func feed() throws(ArchiveError) {
        let status = av_read_frame(format, packet)
        guard status >= 0 else {
            isAtEnd = true
            for stream in [video, audio].compactMap({ $0 }) { _ = avcodec_send_packet(stream.context, nil) }
            return
        }
        defer { av_packet_unref(packet) }
        for stream in [video, audio].compactMap({ $0 }) where stream.index == packet.pointee.stream_index {
            _ = avcodec_send_packet(stream.context, packet)
        }
    }

    private func receive(from stream: Stream, isPicture: Bool) throws(ArchiveError) -> Part? {
        guard let picture = Picture() else { throw .memory }
        guard avcodec_receive_frame(stream.context, picture.frame) == 0 else { return nil }
        let frame = picture.frame.pointee
        let time = frame.pts == shim_av_no_time() ? frame.pkt_dts : frame.pts
        guard isPicture else { return sound(picture, at: time, stream) }
        guard let form, frame.format == AV_PIX_FMT_YUV420P.rawValue, picture.width == form.width,
            picture.height == form.height, av_frame_make_writable(picture.frame) == 0
        else { return nil }
        let number = av_rescale_q(
            time, stream.timeBase, AVRational(num: Int32(clamping: form.seconds), den: Int32(clamping: form.pictures)))
        return .picture(picture, number: Int(number))
    }

    private func sound(_ picture: Picture, at time: Int64, _ stream: Stream) -> Part? {
        let frame = picture.frame.pointee
        guard frame.format == AV_SAMPLE_FMT_FLTP.rawValue, frame.sample_rate == FilmRate.samplesPerSecond,
            let plane = frame.data.0, frame.nb_samples > 0
        else { return nil }
        let samples = plane.withMemoryRebound(to: Float.self, capacity: Int(frame.nb_samples)) {
            Array(UnsafeBufferPointer(start: $0, count: Int(frame.nb_samples)))
        }
        return .sound(
            samples,
            at: av_rescale_q(time, stream.timeBase, AVRational(num: 1, den: Int32(FilmRate.samplesPerSecond))))
    }
}
