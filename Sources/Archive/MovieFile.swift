import CAV
import Glibc

/// An MP4 file that is being written, by libavformat.
final class MovieFile {
    enum Track {
        /// H.264: its parameter sets, and what the pictures are.
        case picture([UInt8], PictureForm)
        /// AAC, its AudioSpecificConfig.
        case sound([UInt8])
        /// Opus.
        case voice
    }

    enum Form {
        /// Fragments of two seconds that play while the file grows (ISO/IEC 14496-12 §8.8).
        case growing
        /// Its table of contents first, so that it plays while it is fetched.
        case fastStart
    }

    private let format: UnsafeMutablePointer<AVFormatContext>
    private let packet: UnsafeMutablePointer<AVPacket>
    private let path: String
    private let tracks: [Track]
    private var isOpen = false

    /// - Parameter title: of the whole, as players show it.
    init(
        _ path: String, tracks: [Track], form: Form, chapters: [Chapter] = [], title: String? = nil
    ) throws(ArchiveError) {
        (format, packet) = try Self.allocate(path)
        self.path = path
        self.tracks = tracks
        try add(tracks)
        for chapter in chapters {
            guard shim_av_add_chapter(format, chapter.start, chapter.end, chapter.title) == 0 else { throw .memory }
        }
        if let title { av_dict_set(&format.pointee.metadata, "title", title, 0) }
        try open(form)
    }

    /// What stands before the fragments of a film.
    struct Head {
        /// `ftyp` and `moov`.
        var bytes: [UInt8]
        /// By track: ticks in a second, and ticks of a unit of ``CodedPacket/time``.
        var timescales: [UInt32]
        var ticks: [Int64]
    }

    /// The head of a film in fragments, which somebody else writes.
    static func head(_ tracks: [Track]) throws(ArchiveError) -> Head {
        let file = try MovieFile(memory: tracks)
        var scales: [UInt32] = []
        var ticks: [Int64] = []
        for (index, track) in tracks.enumerated() {
            guard let base = file.format.pointee.streams[index]?.pointee.time_base else { throw .memory }
            scales.append(UInt32(clamping: base.den))
            ticks.append(av_rescale_q(1, timeBase(track), base))
        }
        var start: UnsafeMutablePointer<UInt8>?
        let count = avio_close_dyn_buf(file.format.pointee.pb, &start)
        file.format.pointee.pb = nil
        defer { av_free(start) }
        return Head(
            bytes: Array(UnsafeBufferPointer(start: start, count: Int(count))), timescales: scales, ticks: ticks)
    }

    static func isPicture(_ track: Track) -> Bool { if case .picture = track { true } else { false } }

    /// Units of ``CodedPacket/time`` that each packet of a track lasts.
    static func duration(_ track: Track) -> Int64 {
        switch track {
        case .picture: 1
        case .sound: Int64(SoundEncoder.frame)
        case .voice: Int64(VoiceEncoder.frame)
        }
    }

    /// By track: units of ``CodedPacket/time`` that a decoder gives before what went in first (RFC 7845 §4.2).
    static func preSkip(of tracks: [Track]) -> [Int64] {
        tracks.map { if case .voice = $0 { Int64(VoiceEncoder.preSkip) } else { 0 } }
    }

    /// Writes a head to memory, and nothing else.
    private init(memory tracks: [Track]) throws(ArchiveError) {
        (format, packet) = try Self.allocate("memory")
        path = "memory"
        self.tracks = tracks
        try add(tracks)
        guard avio_open_dyn_buf(&format.pointee.pb) == 0 else { throw .memory }
        var options: OpaquePointer?
        defer { av_dict_free(&options) }
        av_dict_set(&options, "movflags", "frag_custom+empty_moov+default_base_moof", 0)
        format.pointee.flags |= AVFMT_FLAG_BITEXACT
        let status = avformat_write_header(format, &options)
        guard status >= 0 else {
            var start: UnsafeMutablePointer<UInt8>?
            avio_close_dyn_buf(format.pointee.pb, &start)
            format.pointee.pb = nil
            av_free(start)
            throw .codec("mp4", code: status)
        }
    }

    private static func allocate(
        _ path: String
    ) throws(ArchiveError) -> (UnsafeMutablePointer<AVFormatContext>, UnsafeMutablePointer<AVPacket>) {
        var made: UnsafeMutablePointer<AVFormatContext>?
        let status = avformat_alloc_output_context2(&made, nil, "mp4", path)
        guard status >= 0, let format = made, let packet = av_packet_alloc() else { throw .codec("mp4", code: status) }
        return (format, packet)
    }

    private func add(_ tracks: [Track]) throws(ArchiveError) {
        for track in tracks {
            guard let stream = avformat_new_stream(format, nil), let parameters = stream.pointee.codecpar else {
                throw .memory
            }
            stream.pointee.time_base = Self.timeBase(track)
            guard Self.describe(track, in: parameters) else { throw .memory }
        }
    }

    private func open(_ form: Form) throws(ArchiveError) {
        let opened = avio_open(&format.pointee.pb, path, AVIO_FLAG_WRITE)
        guard opened >= 0 else { throw .output(path, code: opened) }
        var options: OpaquePointer?
        defer { av_dict_free(&options) }
        switch form {
        case .growing:
            av_dict_set(&options, "movflags", "frag_keyframe+empty_moov+default_base_moof", 0)
            format.pointee.flags |= AVFMT_FLAG_FLUSH_PACKETS
        case .fastStart: av_dict_set(&options, "movflags", "faststart", 0)
        }
        // The same journal gives the same bytes.
        format.pointee.flags |= AVFMT_FLAG_BITEXACT
        let status = avformat_write_header(format, &options)
        guard status >= 0 else { throw .output(path, code: status) }
        isOpen = true
    }

    deinit {
        avio_closep(&format.pointee.pb)
        avformat_free_context(format)
        var packet: UnsafeMutablePointer<AVPacket>? = packet
        av_packet_free(&packet)
    }

    /// - Parameter track: its index.
    func write(_ coded: CodedPacket, to track: Int) throws(ArchiveError) {
        guard tracks.indices.contains(track), av_new_packet(packet, Int32(clamping: coded.bytes.count)) == 0,
            let stream = format.pointee.streams[track]
        else { throw .memory }
        memcpy(packet.pointee.data, coded.bytes, coded.bytes.count)
        var time = coded.time
        // What a decoder gives first is before the film begins (RFC 7845 §4.2).
        if case .voice = tracks[track] { time -= Int64(VoiceEncoder.preSkip) }
        packet.pointee.pts = time
        packet.pointee.dts = time
        packet.pointee.duration = coded.duration
        packet.pointee.stream_index = Int32(track)
        if coded.isKeyframe { packet.pointee.flags |= AV_PKT_FLAG_KEY }
        av_packet_rescale_ts(packet, Self.timeBase(tracks[track]), stream.pointee.time_base)
        let status = av_interleaved_write_frame(format, packet)
        guard status >= 0 else { throw .output(path, code: status) }
    }

    /// Finishes the file. What of it is on the disk is the caller's care.
    func finish() throws(ArchiveError) {
        guard isOpen else { return }
        isOpen = false
        let status = av_write_trailer(format)
        guard status >= 0 else { throw .output(path, code: status) }
        let closed = avio_closep(&format.pointee.pb)
        guard closed >= 0 else { throw .output(path, code: closed) }
    }

    private static func timeBase(_ track: Track) -> AVRational {
        switch track {
        case .picture(_, let form): AVRational(num: Int32(clamping: form.seconds), den: Int32(clamping: form.pictures))
        case .sound, .voice: AVRational(num: 1, den: Int32(FilmRate.samplesPerSecond))
        }
    }

    private static func describe(_ track: Track, in parameters: UnsafeMutablePointer<AVCodecParameters>) -> Bool {
        let configuration: [UInt8]
        switch track {
        case .picture(let sets, let form):
            parameters.pointee.codec_type = AVMEDIA_TYPE_VIDEO
            parameters.pointee.codec_id = AV_CODEC_ID_H264
            parameters.pointee.width = Int32(clamping: form.width)
            parameters.pointee.height = Int32(clamping: form.height)
            parameters.pointee.format = AV_PIX_FMT_YUV420P.rawValue
            configuration = sets
        case .sound(let specific):
            parameters.pointee.codec_id = AV_CODEC_ID_AAC
            parameters.pointee.frame_size = 1_024
            configuration = specific
        case .voice:
            parameters.pointee.codec_id = AV_CODEC_ID_OPUS
            parameters.pointee.frame_size = Int32(VoiceEncoder.frame)
            parameters.pointee.initial_padding = Int32(VoiceEncoder.preSkip)
            configuration = VoiceEncoder.configuration
        }
        if parameters.pointee.codec_type != AVMEDIA_TYPE_VIDEO {
            parameters.pointee.codec_type = AVMEDIA_TYPE_AUDIO
            parameters.pointee.sample_rate = Int32(FilmRate.samplesPerSecond)
            av_channel_layout_default(&parameters.pointee.ch_layout, 1)
        }
        return shim_av_set_extradata(parameters, configuration, Int32(clamping: configuration.count)) == 0
    }
}
