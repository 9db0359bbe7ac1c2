import Archive
import Briefing
import Foundation
import Identity
import Store

extension SchedulerService {
    /// Keeps what a recording is found by in its film: chapters, and who speaks when.
    func keepMoments(of recording: KeptRecording) async throws {
        let film = FilmFolder(filmFolder(of: recording))
        guard let found = try await diskWork.run({ Self.moments(of: film) }) else { return }
        try await store.write { try $0.setMoments(found.moments, milliseconds: found.milliseconds, of: recording.id) }
    }

    /// nil where the film does not tell who spoke.
    static func moments(of film: FilmFolder) -> (moments: [RecordingMoment], milliseconds: Int64)? {
        film.readTalk().map {
            (RecordingMoment.of(film.readChapters()) + RecordingMoment.of($0), $0.milliseconds)
        }
    }
}

extension RecordingMoment {
    /// Milliseconds of quiet within one turn of a voice, and of the shortest that is one.
    static let breath: Int64 = 5_000
    static let shortestTurn: Int64 = 1_000
    /// Turns of one voice that are kept: the longest.
    static let mostTurns = 200

    static func of(_ chapters: [Chapter]) -> [RecordingMoment] {
        chapters.compactMap { chapter in
            Kind(rawValue: chapter.kind.rawValue).map {
                RecordingMoment(kind: $0, start: chapter.start, end: chapter.end, text: chapter.title)
            }
        }
    }

    /// Turns of each who spoke, in order; whoever came back over a bad line is one speaker.
    static func of(_ talk: FilmTalk) -> [RecordingMoment] {
        Dictionary(grouping: talk.speakers, by: \.name).flatMap { name, speakers in
            var turns: [RecordingMoment] = []
            let spans = speakers.flatMap(\.spans).filter { $0.count == 2 && 0 <= $0[0] && $0[0] <= $0[1] }
            for span in spans.sorted(by: { $0[0] < $1[0] }) {
                if let last = turns.indices.last, span[0] - turns[last].end <= breath {
                    turns[last].end = max(turns[last].end, span[1])
                } else {
                    turns.append(RecordingMoment(kind: .voice, start: span[0], end: span[1], text: name))
                }
            }
            return turns.filter { $0.end - $0.start >= shortestTurn }
                .sorted { ($1.end - $1.start, $0.start) < ($0.end - $0.start, $1.start) }.prefix(mostTurns)
        }.sorted { ($0.start, $0.text) < ($1.start, $1.text) }
    }

    /// The moments of a film at which is what was asked for: of a speaker, their turns, those first that are within a chapter
    /// of the words; without a speaker, the chapters that have the words.
    ///
    /// - Parameter limit: no more than so many, in the order of their times.
    static func found(
        _ words: SearchQuery, _ speaker: SearchQuery, in moments: [RecordingMoment], limit: Int
    ) -> [RecordingMoment] {
        let chapters = words.isEmpty ? [] : moments.filter { $0.kind != .voice && words.matches($0.text) }
        guard !speaker.isEmpty else { return Array(chapters.prefix(limit)) }
        let turns = moments.filter { $0.kind == .voice && speaker.matches($0.text) }
        let within = turns.compactMap { turn -> RecordingMoment? in
            guard let chapter = chapters.first(where: { $0.start < turn.end && turn.start < $0.end }) else {
                return nil
            }
            var found = turn
            found.start = max(turn.start, chapter.start)
            return found
        }
        return Array((within.isEmpty ? turns : within).prefix(limit))
    }
}
