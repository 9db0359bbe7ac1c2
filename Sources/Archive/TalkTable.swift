/// Who spoke when, and when nobody did.
struct TalkTable {
    /// Milliseconds of quiet that are worth a line on the map.
    static let shortestSilence: Int64 = 2_000

    /// By owner, spans in pictures of the film, in order, none touching the next.
    private(set) var spans: [String: [Range<Int>]] = [:]

    /// - Parameter picture: not before those that were noted of this owner.
    mutating func note(_ owner: String, speaksIn picture: Int) { note(owner, picture..<picture + 1) }

    mutating func note(_ owner: String, _ span: Range<Int>) {
        if let last = spans[owner]?.last, last.upperBound >= span.lowerBound {
            let index = (spans[owner]?.count ?? 1) - 1
            spans[owner]?[index] = last.lowerBound..<max(last.upperBound, span.upperBound)
        } else {
            spans[owner, default: []].append(span)
        }
    }

    /// The spans within some pictures: what a piece keeps.
    func within(_ pictures: Range<Int>) -> [String: [[Int]]] {
        spans.compactMapValues { spans in
            let inside = spans.map { $0.clamped(to: pictures) }.filter { !$0.isEmpty }
            return inside.isEmpty ? nil : inside.map { [$0.lowerBound, $0.upperBound] }
        }
    }

    /// Takes what a piece kept.
    mutating func take(_ speech: [String: [[Int]]]) {
        for (owner, spans) in speech {
            for span in spans where span.count == 2 && span[0] < span[1] { note(owner, span[0]..<span[1]) }
        }
    }

    private static func milliseconds(_ picture: Int) -> Int64 { Int64(picture) * FilmRate.pictureMicroseconds / 1_000 }

    /// Milliseconds each has spoken, most first.
    var totals: [(owner: String, milliseconds: Int64)] {
        spans.map { ($0.key, Self.milliseconds($0.value.reduce(0) { $0 + $1.count })) }
            .sorted { ($1.milliseconds, $0.owner) < ($0.milliseconds, $1.owner) }
    }

    /// Spans in milliseconds in which nobody spoke.
    ///
    /// - Parameter length: pictures of the film.
    func silences(length: Int) -> [Range<Int64>] {
        var silences: [Range<Int64>] = []
        var quietSince = 0
        for span in spans.values.joined().sorted(by: { $0.lowerBound < $1.lowerBound }) + [length..<length + 1] {
            if span.lowerBound > quietSince {
                let silence = Self.milliseconds(quietSince)..<Self.milliseconds(min(span.lowerBound, length))
                if silence.upperBound - silence.lowerBound >= Self.shortestSilence { silences.append(silence) }
            }
            quietSince = max(quietSince, span.upperBound)
        }
        return silences
    }

    /// Who speaks, as captions: by the meeting's own word where it has one, else by the voices.
    func captions(
        _ events: [(time: Int64, event: MeetingEvent)], names: [String: String], length: Int64
    ) -> [(start: Int64, end: Int64, name: String)] {
        var captions: [(start: Int64, end: Int64, name: String)] = []
        var current: (start: Int64, owner: String)?
        var isSaid = false
        for (time, event) in events {
            guard case .said(let owner) = event.speaker else { continue }
            isSaid = true
            guard owner != current?.owner else { continue }
            if let current { captions.append((current.start, time / 1_000, names[current.owner] ?? current.owner)) }
            current = owner.map { (time / 1_000, $0) }
        }
        if let current { captions.append((current.start, length, names[current.owner] ?? current.owner)) }
        guard !isSaid else { return captions.filter { $0.start < $0.end && $0.start < length } }
        return spans.flatMap { owner, spans in
            spans.map { (Self.milliseconds($0.lowerBound), Self.milliseconds($0.upperBound), names[owner] ?? owner) }
        }.sorted { ($0.0, $0.2) < ($1.0, $1.2) }
    }
}
