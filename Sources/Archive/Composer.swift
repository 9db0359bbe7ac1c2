import CAV
import Foundation
import Recording

/// Makes a film of a journal: reads, composes, encodes, and tells how far it is. Runs in a process of its own.
public final class Composer {
    public struct Settings: Sendable {
        public var journal: URL
        public var out: URL
        public var key: JournalKey?
        public var layout: Layout
        /// Whether the journal may still grow: then the film is done when an event says that nothing more is recorded.
        public var follows: Bool

        public init(journal: URL, out: URL, key: JournalKey?, layout: Layout, follows: Bool) {
            self.journal = journal
            self.out = out
            self.key = key
            self.layout = layout
            self.follows = follows
        }
    }

    /// Seconds between two looks at a journal that grows, and between two of `state.json`.
    private static let poll = 0.2
    private static let telling = Duration.seconds(1)
    /// Microseconds by which clocks of senders may be wrong about when something came.
    private static let margin: Int64 = 1_000_000

    private let settings: Settings
    private let folder: FilmFolder
    private let isStopped: () -> Bool
    private var reader: JournalReader
    private let composition: Composition
    private let output: FilmOutput
    private let clock = ContinuousClock()
    private let began: ContinuousClock.Instant
    private var told: ContinuousClock.Instant?
    /// The film's picture that comes next, and the meeting's: they differ by what was not recorded.
    private var picture = 0
    private var moment = 0
    private let soundStart: Int
    private var checkpoints = CheckpointLog()
    /// What was not readable before the place at which this composer goes on.
    private var damageBefore: [String] = []

    /// Opens a journal and goes on with the film that is in the folder.
    ///
    /// - Parameter isStopped: asked several times a second: whether to leave off. What is done by then is kept.
    public init(_ settings: Settings, isStopped: @escaping () -> Bool) throws(ArchiveError) {
        self.settings = settings
        self.isStopped = isStopped
        // What a damaged picture makes libav say is of no use to anybody, and there is much of it.
        av_log_set_level(AV_LOG_FATAL)
        do {
            reader = try JournalReader(folder: settings.journal, key: settings.key)
        } catch {
            throw .journal(error)
        }
        folder = FilmFolder(settings.out)
        let recording = "\(reader.recording)"
        if let before = folder.readState(), before.recording != recording {
            throw .otherRecording(before.recording)
        }
        try folder.make()
        composition = try Composition(layout: settings.layout, folder: settings.journal, start: reader.start)
        output = try FilmOutput(folder: folder, recording: recording, layout: settings.layout)
        soundStart = FilmOutput.soundStart(before: output.next)
        began = clock.now
        try resume()
    }

    /// Goes to the place in the journal that the finished pieces tell: near to where they end.
    private func resume() throws(ArchiveError) {
        let checkpoints = output.resumed.compactMap { $0 }
        guard let last = checkpoints.last else { return }
        do {
            guard try reader.go(to: last.place) else { return }
        } catch {
            throw .journal(error)
        }
        for record in checkpoints.flatMap(\.facts) { composition.timeline.take(record) }
        damageBefore = last.damage
        moment = Int(last.time / FilmRate.pictureMicroseconds)
        let now = Int64(moment) * FilmRate.pictureMicroseconds
        picture = Int(composition.timeline.map.film(at: now) / FilmRate.pictureMicroseconds)
    }

    /// Composes to the journal's end.
    ///
    /// - Returns: what `state.json` says in the end; its phase is `done`, or another where it was stopped.
    public func run() throws(ArchiveError) -> ComposingState {
        do throws(ArchiveError) {
            while let records = try nextRecords() {
                for record in records {
                    try advance(to: Int64(clamping: record.time) - Timeline.lookahead)
                    guard !isStopped() else { return try tell(.composing) }
                    composition.timeline.take(record)
                }
            }
            guard !isStopped() else { return try tell(.composing) }
            let end = composition.timeline.end
            guard !composition.timeline.order.isEmpty || !composition.timeline.events.isEmpty else { throw .empty }
            try advance(to: end + FilmRate.pictureMicroseconds)
            guard !isStopped() else { return try tell(.composing) }
            _ = try tell(.finishing)
            let timeline = composition.timeline
            try output.finish(
                FilmFacts(
                    start: reader.start, length: Int64(picture) * FilmRate.pictureMicroseconds, map: timeline.map),
                length: picture, events: timeline.events.map { (timeline.map.film(at: $0.time), $0.event) },
                names: timeline.names)
            return try tell(.done)
        } catch {
            _ = try? tell(.failed, failure: error)
            throw error
        }
    }

    /// The next block's records; nil at the journal's end, or where it was stopped.
    private func nextRecords() throws(ArchiveError) -> [JournalRecord]? {
        while !isStopped() {
            let isOver = !settings.follows || composition.timeline.isOver
            do {
                let place = reader.place
                if let records = try reader.next(isOver: isOver) {
                    checkpoints.note(place, records)
                    return records
                }
            } catch {
                throw .journal(error)
            }
            if isOver { return nil }
            if told.map({ clock.now - $0 >= Self.telling }) ?? true { _ = try tell(.following) }
            Thread.sleep(forTimeInterval: Self.poll)
        }
        return nil
    }

    /// Composes the pictures before a time of the meeting, microseconds.
    private func advance(to time: Int64) throws(ArchiveError) {
        while Int64(moment) * FilmRate.pictureMicroseconds < time, !isStopped() {
            let now = Int64(moment) * FilmRate.pictureMicroseconds
            let map = composition.timeline.map
            if let pause = map.pause(endingAt: now) { try showCard(of: pause) }
            if map.pause(within: now) != nil {
                _ = try composition.step(moment, .skip)
            } else {
                let depth = depth
                let made = try composition.step(moment, depth)
                try take(made, depth)
            }
            moment += 1
            if told.map({ clock.now - $0 >= Self.telling }) ?? true { _ = try tell(.composing) }
        }
    }

    /// What has to be done for the film's next picture.
    private var depth: Composition.Depth { picture < soundStart ? .skip : picture < output.next ? .sound : .all }

    private func showCard(of pause: FilmMap.Pause) throws(ArchiveError) {
        for _ in 0..<FilmMap.card / FilmRate.pictureMicroseconds {
            let depth = depth
            try take(depth == .skip ? nil : try composition.card(of: pause, depth), depth)
        }
    }

    /// Keeps what a composer needs that goes on behind the piece that ends here.
    private func noteCheckpoint() {
        guard picture > output.next, picture % Piece.pictures == 0 else { return }
        let now = Int64(moment) * FilmRate.pictureMicroseconds
        let since = min(composition.neededSince(now) - Self.margin, now - Checkpoint.lead)
        output.keep(
            checkpoints.checkpoint(before: since, damage: damageBefore + reader.damage.prefix(50).map(\.sentence)),
            before: picture)
    }

    private func take(
        _ made: (picture: Picture, sound: Voices.Sound)?, _ depth: Composition.Depth
    ) throws(ArchiveError) {
        noteCheckpoint()
        if let made { try output.take(depth == .all ? made.picture : nil, made.sound, number: picture) }
        picture += 1
    }

    private func tell(_ phase: ComposingState.Phase, failure: ArchiveError? = nil) throws(ArchiveError)
        -> ComposingState
    {
        told = clock.now
        let composed = Double(picture) / Double(FilmRate.picturesPerSecond)
        let journal = Double(composition.timeline.map.film(at: composition.timeline.end)) / 1_000_000
        let read = (try? reader.part()) ?? 0
        let progress = phase == .done ? 1 : journal > 0 ? min(1, composed / journal) * read : 0
        let resumed = Double(output.next) / Double(FilmRate.picturesPerSecond)
        let state = ComposingState(
            phase: phase, recording: "\(reader.recording)", layout: settings.layout.rawValue, composed: composed,
            journal: journal, progress: progress, remaining: remaining(progress, composed, journal / max(read, 0.001)),
            resumed: resumed, damage: damage, failure: failure.map { "\($0.vietnamese) \($0.english)" })
        try folder.write(state)
        return state
    }

    /// By how fast it went so far; nil before that can be told.
    private func remaining(_ progress: Double, _ composed: Double, _ length: Double) -> Double? {
        let resumed = Double(output.next) / Double(FilmRate.picturesPerSecond)
        guard progress < 1 else { return 0 }
        guard composed > resumed + 1 else { return nil }
        let taken = Double((clock.now - began) / .seconds(1))
        return (max(0, length - composed) * taken / (composed - resumed) * 10).rounded() / 10
    }

    /// What was not readable, in words; the first of many.
    private var damage: [String] {
        var sentences = damageBefore
        // What is behind the place at which it went on was found before, too.
        for sentence in reader.damage.prefix(50).map(\.sentence) where !sentences.contains(sentence) {
            sentences.append(sentence)
        }
        let timeline = composition.timeline
        if timeline.lost > 0 {
            sentences.append("Bộ ghi đã bỏ \(timeline.lost) gói tin. The recorder left out \(timeline.lost) packets.")
        }
        if timeline.unreadable > 0 {
            sentences.append(
                "\(timeline.unreadable) bản ghi không hiểu được. \(timeline.unreadable) records made no sense.")
        }
        for image in composition.missingPages.sorted().prefix(20) {
            sentences.append("Không có ảnh trang \(image). The image of page \(image) is not there.")
        }
        return sentences
    }
}
