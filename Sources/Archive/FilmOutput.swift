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
    private let lowVideo: VideoEncoder
    private let lowSound: SoundEncoder
    private let lowPicture: LowPicture
    private var voices: [String: VoiceEncoder] = [:]
    /// In the order of their streams.
    private var owners: [String] = []
    private let growing: MovieFile
    private(set) var talk = TalkTable()
    private var waiting: [Piece.Packet] = []
    private var piece: Int
    private let firstPiece: Int
    /// By piece: what goes into its head.
    private var checkpoints: [Int: Checkpoint] = [:]
    /// Those of the pieces that were finished before.
    private(set) var resumed: [Checkpoint?] = []
    /// By stream: the time of the last packet.
    private var last = [Int64](repeating: -1, count: Piece.firstVoice)

    /// Pictures before a piece's first whose sound is encoded again, so that it goes on as if nothing had been.
    static let warmUp = 32
    /// The sound of a warm-up begins where packets of AAC, of Opus and pictures all begin: each eighth picture.
    private static let step = 8

    /// Of so many pictures of the film one is in the low film.
    private static let lowStep = PictureForm.low.seconds

    /// Where the sound of a film begins that goes on with a picture.
    static func soundStart(before picture: Int) -> Int { max(0, picture - warmUp) / step * step }

    /// Goes on behind the pieces that are finished.
    init(folder: FilmFolder, recording: String, layout: Layout) throws(ArchiveError) {
        self.folder = folder
        self.recording = recording
        self.layout = layout
        pieces = try PieceFolder(folder.pieces)
        video = try VideoEncoder(.full)
        lowVideo = try VideoEncoder(.low)
        lowPicture = try LowPicture()
        let configurations = (Data(video.configuration), Data(lowVideo.configuration))
        let heads = pieces.usable {
            $0.recording == recording && $0.layout == layout.rawValue
                && ($0.video, $0.lowVideo) == configurations
        }
        piece = heads.count
        firstPiece = heads.count
        let start = Int64(Self.soundStart(before: heads.count * Piece.pictures) * FilmRate.samplesPerPicture)
        sound = try SoundEncoder(from: start)
        lowSound = try SoundEncoder(from: start, rate: 40_000)
        thin = try VoiceEncoder(from: start, rate: 24_000)
        let beside = folder.growing.path + ".new"
        growing = try MovieFile(
            beside, tracks: [.picture(video.configuration, .full), .sound(sound.configuration)], form: .growing)
        for head in heads {
            talk.take(head.speech)
            resumed.append(head.checkpoint)
            if head.number == heads.count - 1 { owners = head.voices }
            for packet in pieces.piece(head.number)?.packets ?? [] where packet.stream <= Piece.soundStream {
                try growing.write(packet.coded, to: packet.stream)
            }
        }
        try DurableFile.replace(folder.growing, with: URL(fileURLWithPath: beside))
    }

    /// The first picture that is not in a finished piece.
    var next: Int { firstPiece * Piece.pictures }

    /// Pieces that are finished.
    var finished: Int { piece }

    /// Takes the sound of a picture's time, and the picture unless it is of a finished piece.
    func take(_ picture: Picture?, _ sound: Voices.Sound, number: Int) throws(ArchiveError) {
        for coded in try self.sound.encode(sound.mixed) { try keep(coded, Piece.soundStream) }
        for coded in try lowSound.encode(sound.mixed) { try keep(coded, Piece.lowSoundStream) }
        for coded in try thin.encode(sound.mixed) { try keep(coded, Piece.thinStream) }
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
        for coded in try video.encode(picture, number: Int64(number)) { try keep(coded, Piece.pictureStream) }
        if number % Self.lowStep == 0 {
            try lowPicture.take(picture)
            let low = try lowVideo.encode(lowPicture.picture, number: Int64(number / Self.lowStep))
            for coded in low { try keep(coded, Piece.lowPictureStream) }
        }
        try closePieces()
    }

    /// Where to go on behind the piece that ends with the film's next picture.
    func keep(_ checkpoint: Checkpoint?, before picture: Int) {
        checkpoints[picture / Piece.pictures - 1] = checkpoint
    }

    private func keep(_ coded: CodedPacket, _ stream: Int) throws(ArchiveError) {
        var coded = coded
        let first = Int64(firstPiece * Piece.length(of: stream))
        if stream == Piece.pictureStream || stream == Piece.lowPictureStream {
            coded.time = max(coded.time, first)
            coded.duration = 1
        } else {
            // What the warm-up gave is in the piece before.
            guard coded.time >= first else { return }
        }
        if last.indices.contains(stream) { last[stream] = coded.time }
        waiting.append(Piece.Packet(stream: stream, coded: coded))
        if stream <= Piece.soundStream { try growing.write(coded, to: stream) }
    }

    private func closePieces() throws(ArchiveError) {
        // Silence of the thin sound is not encoded: nothing tells that it is over.
        let told = [Piece.pictureStream, Piece.soundStream, Piece.lowPictureStream, Piece.lowSoundStream]
        while told.allSatisfy({ last[$0] >= Int64((piece + 1) * Piece.length(of: $0)) }) {
            try close(pictures: Piece.pictures)
        }
    }

    private func close(pictures: Int) throws(ArchiveError) {
        let number = piece
        func belongs(_ packet: Piece.Packet) -> Bool {
            packet.coded.time < Int64((number + 1) * Piece.length(of: packet.stream))
        }
        let from = number * Piece.pictures
        try pieces.save(
            Piece(
                head: Piece.Head(
                    recording: recording, layout: layout.rawValue, number: number, pictures: pictures,
                    video: Data(video.configuration), lowVideo: Data(lowVideo.configuration), voices: owners,
                    speech: talk.within(from..<from + pictures),
                    checkpoint: checkpoints.removeValue(forKey: number)), packets: waiting.filter(belongs)))
        waiting.removeAll(where: belongs)
        piece += 1
    }

    /// Ends the film behind its last picture, and writes the files that stay.
    ///
    /// - Parameters:
    ///   - facts: for players.
    ///   - length: pictures of the film, above 0.
    ///   - events: of the meeting; times in microseconds of the film.
    ///   - names: by owner.
    func finish(
        _ facts: FilmFacts, length: Int, events: [(time: Int64, event: MeetingEvent)], names: [String: String]
    ) throws(ArchiveError) {
        for coded in try video.finish() { try keep(coded, Piece.pictureStream) }
        for coded in try sound.finish() { try keep(coded, Piece.soundStream) }
        for coded in try lowVideo.finish() { try keep(coded, Piece.lowPictureStream) }
        for coded in try lowSound.finish() { try keep(coded, Piece.lowSoundStream) }
        try closePieces()
        if length > piece * Piece.pictures { try close(pictures: length - piece * Piece.pictures) }
        try growing.finish()
        let milliseconds = Int64(length) * FilmRate.pictureMicroseconds / 1_000
        let chapters = Chapters.of(events, length: milliseconds)
        try folder.write(facts)
        let files = try folder.write(
            (0..<piece).lazy.compactMap { [pieces] in pieces.piece($0) }, count: piece,
            film: [.picture(video.configuration, .full), .sound(sound.configuration)],
            low: [.picture(lowVideo.configuration, .low), .sound(lowSound.configuration)],
            chapters: chapters, owners: owners, length: length)
        try folder.write(
            talk, chapters: chapters, captions: talk.captions(events, names: names, length: milliseconds), names: names,
            files: files, length: length)
        try folder.write(ShownPages.of(events, length: milliseconds))
        try folder.removeGrowing()
        pieces.removeAll()
    }
}
