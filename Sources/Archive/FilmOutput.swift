import Foundation

/// Encodes a film as it is composed: into pieces that a killed composer need not make again, and into a file that plays
/// while it grows.
final class FilmOutput {
    private let folder: FilmFolder
    private let pieces: PieceFolder
    private let recording: String
    private let layout: Layout
    private let video: VideoEncoder
    private let sound: SoundEncoder
    private let thin: VoiceEncoder
    private var voices: [String: VoiceEncoder] = [:]
    /// In the order of their streams.
    private var owners: [String] = []
    private let growing: MovieFile
    private(set) var talk = TalkTable()
    private var waiting: [Piece.Packet] = []
    private var piece: Int
    private let firstPicture: Int
    private var lastPicture: Int64 = -1
    private var lastSample: Int64 = -1

    /// Pictures before a piece's first whose sound is encoded again, so that it goes on as if nothing had been.
    static let warmUp = 32
    /// The sound of a warm-up begins where packets of AAC, of Opus and pictures all begin: each eighth picture.
    private static let step = 8

    /// Where the sound of a film begins that goes on with a picture.
    static func soundStart(before picture: Int) -> Int { max(0, picture - warmUp) / step * step }

    /// Goes on behind the pieces that are finished.
    init(folder: FilmFolder, recording: String, layout: Layout) throws(ArchiveError) {
        self.folder = folder
        self.recording = recording
        self.layout = layout
        pieces = try PieceFolder(folder.pieces)
        video = try VideoEncoder(.full)
        let configuration = Data(video.configuration)
        let heads = pieces.usable {
            $0.recording == recording && $0.layout == layout.rawValue && $0.video == configuration
        }
        piece = heads.count
        firstPicture = heads.count * Piece.pictures
        let start = Int64(Self.soundStart(before: firstPicture) * FilmRate.samplesPerPicture)
        sound = try SoundEncoder(from: start)
        thin = try VoiceEncoder(from: start, rate: 24_000)
        let beside = folder.growing.path + ".new"
        growing = try MovieFile(
            beside, tracks: [.picture(video.configuration, .full), .sound(sound.configuration)], form: .growing)
        for head in heads {
            talk.take(head.speech)
            if head.number == heads.count - 1 { owners = head.voices }
            for packet in pieces.piece(head.number)?.packets ?? [] where packet.stream < 2 {
                try growing.write(packet.coded, to: packet.stream)
            }
        }
        try DurableFile.replace(folder.growing, with: URL(fileURLWithPath: beside))
    }

    /// The first picture that is not in a finished piece.
    var next: Int { firstPicture }

    /// Pieces that are finished.
    var finished: Int { piece }

    /// Takes the sound of a picture's time, and the picture unless it is of a finished piece.
    func take(_ picture: Picture?, _ sound: Voices.Sound, number: Int) throws(ArchiveError) {
        for coded in try self.sound.encode(sound.mixed) { try keep(coded, 1) }
        for coded in try thin.encode(sound.mixed) { try keep(coded, 2) }
        for owner in sound.voices.keys.sorted() where voices[owner] == nil {
            voices[owner] = try VoiceEncoder(from: Int64(number * FilmRate.samplesPerPicture), rate: 32_000)
            if !owners.contains(owner) { owners.append(owner) }
        }
        let silence = [Float](repeating: 0, count: FilmRate.samplesPerPicture)
        for (index, owner) in owners.enumerated() {
            for coded in try voices[owner]?.encode(sound.voices[owner] ?? silence) ?? [] {
                try keep(coded, Piece.firstVoice + index)
            }
        }
        guard let picture else { return }
        for owner in sound.speaking { talk.note(owner, speaksIn: number) }
        for coded in try video.encode(picture, number: Int64(number)) { try keep(coded, 0) }
        try closePieces()
    }

    private func keep(_ coded: CodedPacket, _ stream: Int) throws(ArchiveError) {
        var coded = coded
        if stream == 0 {
            coded.time = max(coded.time, Int64(firstPicture))
            coded.duration = 1
            lastPicture = coded.time
        } else {
            // What the warm-up gave is in the piece before.
            guard coded.time >= Int64(firstPicture * FilmRate.samplesPerPicture) else { return }
            if stream == 1 { lastSample = coded.time }
        }
        waiting.append(Piece.Packet(stream: stream, coded: coded))
        if stream < 2 { try growing.write(coded, to: stream) }
    }

    private func closePieces() throws(ArchiveError) {
        while lastPicture >= Int64((piece + 1) * Piece.pictures), lastSample >= Int64((piece + 1) * Piece.samples) {
            try close(pictures: Piece.pictures)
        }
    }

    private func close(pictures: Int) throws(ArchiveError) {
        let number = piece
        func belongs(_ packet: Piece.Packet) -> Bool {
            packet.coded.time < Int64((number + 1) * (packet.stream == 0 ? Piece.pictures : Piece.samples))
        }
        let from = number * Piece.pictures
        try pieces.save(
            Piece(
                head: Piece.Head(
                    recording: recording, layout: layout.rawValue, number: number, pictures: pictures,
                    video: Data(video.configuration), audio: Data(sound.configuration), voices: owners,
                    speech: talk.within(from..<from + pictures)), packets: waiting.filter(belongs)))
        waiting.removeAll(where: belongs)
        piece += 1
    }

    /// Ends the film behind its last picture, and writes the files that stay.
    ///
    /// - Parameters:
    ///   - length: pictures of the film, above 0.
    ///   - events: of the meeting; times in microseconds.
    ///   - names: by owner.
    func finish(
        length: Int, events: [(time: Int64, event: MeetingEvent)], names: [String: String]
    ) throws(ArchiveError) {
        for coded in try video.finish() { try keep(coded, 0) }
        for coded in try sound.finish() { try keep(coded, 1) }
        try closePieces()
        if length > piece * Piece.pictures { try close(pictures: length - piece * Piece.pictures) }
        try growing.finish()
        let milliseconds = Int64(length) * FilmRate.pictureMicroseconds / 1_000
        let chapters = Chapters.of(events, length: milliseconds)
        let files = try folder.write(
            (0..<piece).lazy.compactMap { [pieces] in pieces.piece($0) },
            configuration: (video.configuration, sound.configuration),
            chapters: chapters, owners: owners, length: length)
        try folder.write(
            talk, chapters: chapters, captions: talk.captions(events, names: names, length: milliseconds), names: names,
            files: files, length: length)
        try folder.write(ShownPages.of(events, length: milliseconds))
        try folder.removeGrowing()
        pieces.removeAll()
    }
}
