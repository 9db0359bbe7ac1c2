/// Which moment of the meeting stands where in its film: while recording was paused nothing is filmed, and a card stands
/// between what was before and what comes after.
///
/// All times are microseconds; those of the meeting count from the journal's begin. Cuts are at pictures.
struct FilmMap: Hashable, Sendable {
    /// How long a card is seen: 2 s.
    static let card: Int64 = 2_000_000

    /// A time in which nothing was recorded, on the begins of pictures.
    struct Pause: Hashable, Sendable {
        var start: Int64
        /// nil: it is not over.
        var end: Int64?
    }

    private(set) var pauses: [Pause] = []

    /// Recording is paused from a moment on; that it is paused already changes nothing.
    mutating func pause(at time: Int64) {
        guard !isOpen else { return }
        let start = max(Self.picture(at: time), pauses.last?.end ?? 0)
        pauses.append(Pause(start: start, end: nil))
    }

    /// Recording goes on.
    mutating func resume(at time: Int64) {
        guard isOpen, let last = pauses.indices.last else { return }
        let end = Self.picture(at: time)
        // What was not longer than its card is no pause.
        if end - pauses[last].start <= Self.card { pauses.removeLast() } else { pauses[last].end = end }
    }

    /// Whether recording is paused, by what has been read.
    var isOpen: Bool { pauses.last.map { $0.end == nil } ?? false }

    /// The begin of the first picture that does not begin before a time.
    private static func picture(at time: Int64) -> Int64 {
        (time + FilmRate.pictureMicroseconds - 1) / FilmRate.pictureMicroseconds * FilmRate.pictureMicroseconds
    }

    /// The pause in which a moment of the meeting is.
    func pause(within time: Int64) -> Pause? {
        pauses.last { $0.start <= time }.flatMap { $0.end.map { time >= $0 } ?? false ? nil : $0 }
    }

    /// The pause that ends with a moment of the meeting: its card comes before that moment's picture.
    func pause(endingAt time: Int64) -> Pause? { pauses.first { $0.end == time } }

    /// Where a moment of the meeting is in the film; of one within a pause: where its card begins.
    func film(at time: Int64) -> Int64 {
        var cut: Int64 = 0
        for pause in pauses where pause.start <= time {
            guard let end = pause.end, end <= time else { return pause.start - cut }
            cut += end - pause.start - Self.card
        }
        return time - cut
    }

    /// The spans of the meeting that are in a film: for each its begin in the film, in the meeting, and its length.
    ///
    /// - Parameter length: of the film.
    func spans(length: Int64) -> [(film: Int64, meeting: Int64, length: Int64)] {
        var spans: [(film: Int64, meeting: Int64, length: Int64)] = []
        var (film, meeting): (Int64, Int64) = (0, 0)
        for pause in pauses {
            let part = min(pause.start - meeting, length - film)
            if part > 0 { spans.append((film, meeting, part)) }
            guard let end = pause.end else { return spans }
            film += pause.start - meeting + Self.card
            meeting = end
        }
        if film < length { spans.append((film, meeting, length - film)) }
        return spans
    }
}

/// `film.json`: what a player needs to show the meeting's time. All but the start are milliseconds of the film, or of the
/// meeting since its recording began.
struct FilmFacts: Codable, Hashable {
    struct Span: Codable, Hashable {
        var film: Int64
        var meeting: Int64
        var milliseconds: Int64
    }

    /// Unix milliseconds of the recording's begin.
    var start: Int64
    /// Of the film.
    var milliseconds: Int64
    /// The parts of the meeting that were recorded, in order; between two of them a card stands in the film.
    var spans: [Span]

    init(start: Int64, length: Int64, map: FilmMap) {
        self.start = start
        milliseconds = length / 1_000
        spans = map.spans(length: length).map {
            Span(film: $0.film / 1_000, meeting: $0.meeting / 1_000, milliseconds: $0.length / 1_000)
        }
    }
}
