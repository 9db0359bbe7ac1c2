/// A paper of picture or sound that is played to everybody from the server.
public struct FilmShow: Sendable, Equatable {
    public enum State: String, Sendable, Codable { case playing, paused }

    public var paper: PaperID
    public var title: String
    public internal(set) var state: State
    /// Where it was in the film, ms, at `since`.
    public internal(set) var at: Int64
    /// When it came to play from there, or to stand there, Unix ms.
    public internal(set) var since: Int64
    /// ms.
    public let length: Int64

    /// Where it is in the film at some time, ms.
    public func position(at now: Int64) -> Int64 {
        min(state == .playing ? at + max(0, now - since) : at, length)
    }
}

extension Conduct {
    /// Films are entered at points so far apart, ms: where they are prepared, a keyframe stands at each.
    public static let filmStep: Int64 = 2_000
    /// What is longer is not played, ms.
    public static let filmLimit: Int64 = 12 * 3600 * 1000
    /// From the act to the first picture, and from the last one to the end, ms.
    static let filmSlack: Int64 = 1_000

    mutating func conductFilm(_ act: ConductAct, at now: Int64) throws(ConductRefusal) {
        guard phase != .ended else { throw .ended }
        switch act {
        case .playFilm(let paper, let title, let length, let time):
            guard length > 0, length <= Self.filmLimit else { throw .unknown }
            let isSame = film?.paper == paper
            let start = time ?? (isSame ? film?.position(at: now) ?? 0 : 0)
            film = FilmShow(
                paper: paper, title: title, state: .playing, at: Self.point(start, of: length), since: now,
                length: length)
        case .pauseFilm:
            guard var shown = film else { throw Self.noFilm }
            shown.at = Self.point(shown.position(at: now), of: shown.length)
            shown.state = .paused
            shown.since = now
            film = shown
        case .seekFilm(let time):
            guard var shown = film else { throw Self.noFilm }
            shown.at = Self.point(time, of: shown.length)
            shown.since = now
            film = shown
        case .stopFilm:
            guard film != nil else { throw Self.noFilm }
            film = nil
        default: throw .unknown
        }
    }

    /// When what plays is over, Unix ms.
    var filmEnd: Int64? {
        guard let film, film.state == .playing else { return nil }
        return film.since + film.length - film.at + Self.filmSlack
    }

    mutating func endFilm(at now: Int64) {
        if let filmEnd, now >= filmEnd { film = nil }
    }

    private static func point(_ time: Int64, of length: Int64) -> Int64 {
        let last = max(length - 1, 0)
        return min(max(time, 0), last) / filmStep * filmStep
    }

    static let noFilm = ConductRefusal("no-film", "Không có phim nào đang chiếu.", "No film is being played.")
}
