import Briefing
import Foundation
import Store

/// A paper that can be played in its meeting, as pages read it.
public struct FilmShown: Encodable, Sendable {
    public struct Message: Encodable, Sendable {
        public var vi: String
        public var en: String
    }

    public var paper: PaperID
    public var title: String
    /// `ready`, `preparing` or `failed`.
    public var state: String
    /// ms; nil until it is ready.
    public var length: Int64?
    /// What has failed.
    public var message: Message?
}

extension SchedulerService {
    /// The papers of a meeting that can be played; what nobody has asked for yet begins to be prepared.
    public func filmsShown(of id: OccurrenceID, as caller: Caller) async throws -> [FilmShown] {
        let papers = try await store.read { reading in
            let (occurrence, _, _) = try self.readable(id, caller, reading)
            return try reading.papers(of: occurrence)
        }
        var shown: [FilmShown] = []
        for paper in papers where FilmShelf.canPlay(paper.type) {
            guard let sha256 = paper.sha256 else { continue }
            var film = FilmShown(paper: paper.id, title: paper.title, state: "preparing")
            switch await films.state(of: sha256) {
            case .ready(let length):
                film.state = "ready"
                film.length = length
            case .preparing: break
            case .failed(let vietnamese, let english):
                film.state = "failed"
                film.message = .init(vi: vietnamese, en: english)
            }
            shown.append(film)
        }
        return shown
    }

    /// Where the film of a paper lies; nil where it is not there.
    public func filmFile(of paper: PaperID) async throws -> String? {
        guard let sha256 = try await store.read({ try $0.paper(paper)?.sha256 }) else { return nil }
        let file = settings.papers.film(of: sha256)
        return FileManager.default.fileExists(atPath: file.path) ? file.path : nil
    }

    /// An act that begins a film, with what the paper says of it: whoever asks names only the paper.
    func completed(_ form: ActForm, in id: OccurrenceID) async throws -> ActForm {
        guard form.do == "film.play" else { return form }
        let asked = form.paper
        let paper = try await store.read { reading -> Paper? in
            let occurrence = try self.meeting(id, reading).0
            return try reading.papers(of: occurrence).first { $0.id == asked }
        }
        guard let paper, let sha256 = paper.sha256, FilmShelf.canPlay(paper.type) else {
            throw ConductRefusal(
                "no-film", "Tài liệu này không phải phim hoặc bản ghi âm của phiên họp.",
                "This paper is no film or recording of the briefing.")
        }
        switch await films.state(of: sha256) {
        case .ready(let length):
            var form = form
            form.title = paper.title
            form.length = length
            return form
        case .preparing:
            throw ConductRefusal(
                "film-preparing", "Tệp đang được chuẩn bị để chiếu. Hãy thử lại sau ít phút.",
                "The film is being prepared. Try again in a few minutes.")
        case .failed(let vietnamese, let english): throw ConductRefusal("film-failed", vietnamese, english)
        }
    }
}
