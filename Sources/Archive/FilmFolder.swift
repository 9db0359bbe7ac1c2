import Foundation

/// Where a film's files are.
///
///     film.mp4       the film, with chapters and an index of its spans
///     low.mp4        the same for lines that do not carry it: 640×360, 200 kbit/s with its sound
///     growing.mp4    the film while it is composed, in fragments
///     sound.mp4      the sound alone, 24 kbit/s, for thin lines
///     voices/        each voice alone, in step with the film
///     chapters.vtt   chapters: what begins is in the cue's id
///     speakers.vtt   who speaks
///     talk.json      who spoke how long and when, and when nobody did
///     pages.json     which pages are shown, and when
///     film.json      which moment of the meeting stands where in the film
///     state.json     how far it is
///     pieces/        finished pieces, until the film is done
public struct FilmFolder: Sendable {
    public let url: URL

    public init(_ url: URL) { self.url = url }

    public var film: URL { url.appendingPathComponent("film.mp4") }
    public var low: URL { url.appendingPathComponent("low.mp4") }
    public var growing: URL { url.appendingPathComponent("growing.mp4") }
    public var sound: URL { url.appendingPathComponent("sound.mp4") }
    public var voices: URL { url.appendingPathComponent("voices") }
    public var chapters: URL { url.appendingPathComponent("chapters.vtt") }
    public var speakers: URL { url.appendingPathComponent("speakers.vtt") }
    public var talk: URL { url.appendingPathComponent("talk.json") }
    public var pages: URL { url.appendingPathComponent("pages.json") }
    public var facts: URL { url.appendingPathComponent("film.json") }
    public var state: URL { url.appendingPathComponent("state.json") }
    var pieces: URL { url.appendingPathComponent("pieces") }

    func make() throws(ArchiveError) {
        do {
            try FileManager.default.createDirectory(
                at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .output(url.path, code: EIO)
        }
    }

    func write(_ state: ComposingState) throws(ArchiveError) {
        try DurableFile.write(json: state, to: self.state)
    }

    func write(_ facts: FilmFacts) throws(ArchiveError) { try DurableFile.write(json: facts, to: self.facts) }

    /// nil where none is there.
    public func readState() -> ComposingState? {
        (try? Data(contentsOf: state)).flatMap { try? JSONDecoder().decode(ComposingState.self, from: $0) }
    }

    func write(_ pages: [ShownPage]) throws(ArchiveError) { try DurableFile.write(json: pages, to: self.pages) }

    /// The pages that the film shows, in the order of their times; none where nothing is told of them.
    public func readPages() -> [ShownPage] {
        (try? Data(contentsOf: pages)).flatMap { try? JSONDecoder().decode([ShownPage].self, from: $0) } ?? []
    }

    func removeGrowing() throws(ArchiveError) {
        guard unlink(growing.path) == 0 || errno == ENOENT else { throw .output(growing.path, code: errno) }
    }

    /// Writes the film, the low one, its sound and its voices from finished pieces, in one pass over them.
    ///
    /// - Parameters:
    ///   - count: of the pieces.
    ///   - film: its tracks: pictures and sound.
    ///   - low: those of the low film.
    ///   - length: pictures of the film.
    /// - Returns: the voices' files, by owner.
    func write(
        _ pieces: some Sequence<Piece>, count: Int, film: [MovieFile.Track], low: [MovieFile.Track],
        chapters: [Chapter], owners: [String], length: Int
    ) throws(ArchiveError) -> [String: String] {
        let samples = Int64(length * FilmRate.samplesPerPicture)
        let milliseconds = Int64(length) * FilmRate.pictureMicroseconds / 1_000
        let film = try Replacement(self.film, tracks: film, length: milliseconds, chapters: chapters)
        let low = try Replacement(self.low, tracks: low, length: milliseconds, chapters: chapters)
        var sound = VoiceTrack(
            try Replacement(self.sound, tracks: [.voice], length: milliseconds, chapters: chapters))
        var tracks: [Int: VoiceTrack] = [:]
        var files: [String: String] = [:]
        for piece in pieces {
            let streams = Dictionary(grouping: piece.packets, by: \.stream).mapValues { packets in
                packets.map(\.coded).sorted { $0.time < $1.time }
            }
            try film.movie.write([streams[Piece.pictureStream] ?? [], streams[Piece.soundStream] ?? []])
            try low.movie.write([streams[Piece.lowPictureStream] ?? [], streams[Piece.lowSoundStream] ?? []])
            for packet in streams[Piece.thinStream] ?? [] { try sound.write(packet) }
            for index in owners.indices {
                for packet in streams[Piece.firstVoice + index] ?? [] {
                    if tracks[index] == nil {
                        let name = Self.fileName(owners[index], number: index + 1)
                        files[owners[index]] = "voices/" + name
                        try FilmFolder(voices).make()
                        tracks[index] = VoiceTrack(
                            try Replacement(
                                voices.appendingPathComponent(name), tracks: [.voice], length: milliseconds,
                                chapters: []))
                    }
                    try tracks[index]?.write(packet)
                }
            }
        }
        try sound.finish(at: samples)
        for index in tracks.keys.sorted() { try tracks[index]?.finish(at: samples) }
        try low.finish()
        // The film comes last: where it is, the others are.
        try film.finish()
        return files
    }

    /// `3-p12.mp4`: letters, digits and hyphens of the owner's name only.
    static func fileName(_ owner: String, number: Int) -> String {
        let plain = owner.unicodeScalars.filter {
            $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "-")
        }
        return "\(number)-" + String(String.UnicodeScalarView(plain.prefix(40))) + ".mp4"
    }

    /// Writes what is told of the film beside it.
    func write(
        _ talk: TalkTable, chapters: [Chapter], captions: [(start: Int64, end: Int64, name: String)],
        names: [String: String], files: [String: String], length: Int
    ) throws(ArchiveError) {
        try DurableFile.write(Array(WebVTT.chapters(chapters).utf8), to: self.chapters)
        try DurableFile.write(Array(WebVTT.speakers(captions).utf8), to: speakers)
        let table = TalkFile(
            milliseconds: length * 40,
            speakers: talk.totals.map { owner, milliseconds in
                TalkFile.Speaker(
                    owner: owner, name: names[owner] ?? owner, milliseconds: milliseconds, file: files[owner],
                    spans: (talk.spans[owner] ?? []).map { [$0.lowerBound * 40, $0.upperBound * 40] })
            }, silences: talk.silences(length: length).map { [$0.lowerBound, $0.upperBound] })
        try DurableFile.write(json: table, to: self.talk)
    }
}

/// `talk.json`; all times are milliseconds of the film.
private struct TalkFile: Encodable {
    struct Speaker: Encodable {
        var owner: String
        var name: String
        var milliseconds: Int64
        var file: String?
        var spans: [[Int]]
    }

    var milliseconds: Int
    var speakers: [Speaker]
    var silences: [[Int64]]
}

/// A film that takes an older one's place when it is whole.
private struct Replacement {
    let url: URL
    let movie: IndexedMovie

    /// - Parameter length: milliseconds.
    init(_ url: URL, tracks: [MovieFile.Track], length: Int64, chapters: [Chapter]) throws(ArchiveError) {
        self.url = url
        movie = try IndexedMovie(url.path + ".new", tracks: tracks, length: length, chapters: chapters)
    }

    func finish() throws(ArchiveError) {
        try movie.finish()
        try DurableFile.replace(url, with: URL(fileURLWithPath: url.path + ".new"))
    }
}

/// A voice's file, in which silence stands where nothing was encoded.
private struct VoiceTrack {
    private let replacement: Replacement
    private var next: Int64 = 0

    init(_ replacement: Replacement) { self.replacement = replacement }

    mutating func write(_ packet: CodedPacket) throws(ArchiveError) {
        try fill(until: packet.time)
        guard packet.time >= next else { return }
        try replacement.movie.write([[packet]])
        next = packet.time + packet.duration
    }

    mutating func finish(at samples: Int64) throws(ArchiveError) {
        try fill(until: samples)
        try replacement.finish()
    }

    private mutating func fill(until time: Int64) throws(ArchiveError) {
        while next < time {
            let silence = CodedPacket(
                time: next, duration: Int64(VoiceEncoder.frame), isKeyframe: true, bytes: VoiceEncoder.silence)
            try replacement.movie.write([[silence]])
            next += Int64(VoiceEncoder.frame)
        }
    }
}
