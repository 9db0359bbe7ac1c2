import CAV
import Foundation
import Glibc

/// Cuts a passage out of a film as a file of its own: encoded again, so that it begins and ends at any picture.
public final class FilmCut {
    public struct Settings: Sendable {
        /// `film.mp4`, `low.mp4` or `sound.mp4` of a film's folder.
        public var film: URL
        public var out: URL
        /// Seconds of the film. nil: from its begin, up to its end.
        public var from: Double?
        public var to: Double?
        /// What is burnt in; where there are no pictures it is the title only.
        public var mark: String?
        /// Where ``CuttingState`` is kept.
        public var state: URL?

        public init(film: URL, out: URL, from: Double?, to: Double?, mark: String?, state: URL?) {
            self.film = film
            self.out = out
            self.from = from
            self.to = to
            self.mark = mark
            self.state = state
        }
    }

    private static let telling = Duration.seconds(1)
    /// Seconds by which an end may be behind the film's: pages tell whole seconds.
    private static let beyond: Int64 = 1_000_000
    /// Generations add up: better than the film's own.
    private static let quality = 23

    private let settings: Settings
    private let isStopped: () -> Bool
    private let clock = ContinuousClock()
    private let began: ContinuousClock.Instant
    private var told: ContinuousClock.Instant?
    private var span: (from: Int64, to: Int64) = (0, 0)
    private var progress = 0.0

    /// - Parameter isStopped: asked several times a second: whether to leave off; then nothing is left of the passage.
    public init(_ settings: Settings, isStopped: @escaping () -> Bool) {
        self.settings = settings
        self.isStopped = isStopped
        began = clock.now
        av_log_set_level(AV_LOG_FATAL)
    }

    /// Cuts, and puts the file in its place when it is whole and on the disk.
    ///
    /// - Returns: what the file of the state says in the end: `done` or `stopped`.
    public func run() throws(ArchiveError) -> CuttingState {
        let beside = settings.out.path + ".new"
        do throws(ArchiveError) {
            guard try cut(to: beside) else {
                unlink(beside)
                return try tell(.stopped)
            }
            try DurableFile.synchronize(beside)
            try DurableFile.replace(settings.out, with: URL(fileURLWithPath: beside))
            progress = 1
            return try tell(.done)
        } catch {
            unlink(beside)
            _ = try? tell(.failed, failure: error)
            throw error
        }
    }

    /// - Returns: false where it was stopped.
    private func cut(to path: String) throws(ArchiveError) -> Bool {
        let reader = try FilmReader(settings.film.path)
        guard !isSame(settings.film, settings.out) else { throw .sameFile(settings.out.path) }
        let passage = try Passage(
            from: settings.from, to: settings.to, length: reader.length, form: reader.form, beyond: Self.beyond)
        span = (passage.start, passage.end)
        _ = try tell(.cutting)
        let encoding = try PassageEncoding(
            passage, quality: Self.quality, mark: settings.mark, path: path,
            chapters: Chapters.within(passage.start / 1_000..<passage.end / 1_000, of: reader.chapters))
        try reader.seek(to: passage.start)
        while !encoding.isWhole, let part = try reader.next() {
            guard !isStopped() else { return false }
            try encoding.take(part)
            progress = encoding.progress * 0.99
            if told.map({ clock.now - $0 >= Self.telling }) ?? true { _ = try tell(.cutting) }
        }
        try encoding.finish()
        return true
    }

    private func isSame(_ one: URL, _ other: URL) -> Bool {
        var (first, second) = (stat(), stat())
        return stat(one.path, &first) == 0 && stat(other.path, &second) == 0 && first.st_dev == second.st_dev
            && first.st_ino == second.st_ino
    }

    @discardableResult
    private func tell(_ phase: CuttingState.Phase, failure: ArchiveError? = nil) throws(ArchiveError) -> CuttingState {
        told = clock.now
        let state = CuttingState(
            phase: phase, from: Double(span.from) / 1_000_000, to: Double(span.to) / 1_000_000,
            progress: progress, remaining: remaining(phase),
            failure: failure.map { "\($0.vietnamese) \($0.english)" })
        if let file = settings.state { try DurableFile.write(json: state, to: file) }
        return state
    }

    /// By how fast it went so far; nil before that can be told.
    private func remaining(_ phase: CuttingState.Phase) -> Double? {
        guard phase == .cutting else { return phase == .done ? 0 : nil }
        let taken = Double((clock.now - began) / .seconds(1))
        guard taken > 2, progress > 0 else { return nil }
        return (taken * (1 - progress) / progress * 10).rounded() / 10
    }
}

/// The part of a film that is cut out, on the begins of its pictures.
struct Passage: Hashable {
    /// What the pictures are; nil: there is sound only.
    let form: PictureForm?
    /// Pictures of the film; without pictures, none.
    let pictures: Range<Int>
    let samples: Range<Int64>
    /// Microseconds.
    let start: Int64
    let end: Int64

    /// - Parameters:
    ///   - from: seconds; nil: the film's begin.
    ///   - to: seconds; nil: its end.
    ///   - length: of the film, microseconds.
    ///   - beyond: microseconds by which `to` may be behind the film's end.
    /// - Throws: `passage` where the end is not behind the begin, or one of them is outside of the film.
    init(from: Double?, to: Double?, length: Int64, form: PictureForm?, beyond: Int64) throws(ArchiveError) {
        let (from, to) = (from ?? 0, to ?? Double(length) / 1_000_000)
        let wrong = ArchiveError.passage(from: from, to: to, length: Double(length) / 1_000_000)
        guard from.isFinite, to.isFinite, from >= 0, from < to, to * 1_000_000 <= Double(length + beyond) else {
            throw wrong
        }
        let (first, last) = (Int64(from * 1_000_000), min(length, Int64(to * 1_000_000)))
        self.form = form
        if let form {
            pictures = form.picture(at: first)..<max(form.picture(at: first), form.picture(at: last))
            samples = form.sample(of: pictures.lowerBound)..<form.sample(of: pictures.upperBound)
            (start, end) = (form.time(of: pictures.lowerBound), form.time(of: pictures.upperBound))
        } else {
            pictures = 0..<0
            samples = first * 48 / 1_000..<max(first, last) * 48 / 1_000
            (start, end) = (first, last)
        }
        guard !samples.isEmpty, start < length else { throw wrong }
    }
}
