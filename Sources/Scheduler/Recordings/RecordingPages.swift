import Archive
import Briefing
import Conversion
import Foundation
import Identity
import Store

/// A page that a recording's film shows, as its player reads it.
public struct RecordingPageShown: Encodable, Sendable {
    public struct Source: Encodable, Sendable {
        public var id: PaperID
        public var title: String
        public var version: Int
    }

    /// Among the pages of its film, from 1 on: its image is asked for by it.
    public var n: Int
    /// Milliseconds of the film.
    public var start: Int64
    public var end: Int64
    /// The number that pages of its own paper have alike, whichever paper that is.
    public var paper: String
    /// The paper, where it is still there and is theirs to read.
    public var source: Source?
    /// From 1 on.
    public var page: Int
}

extension SchedulerService {
    /// The pages that a recording's film shows, for who may read its meeting's papers.
    public func pages(ofRecording id: String, as caller: Caller) async throws -> [RecordingPageShown] {
        let shown = try await shownPages(of: id, as: caller).pages
        return try await store.read { reading in
            var sources: [String: RecordingPageShown.Source] = [:]
            for name in Set(shown.map(\.paper)) {
                guard let paper = try self.readablePaper(named: name, caller, reading) else { continue }
                sources[name] = .init(id: paper.id, title: paper.title, version: paper.version)
            }
            return shown.enumerated().map { index, page in
                RecordingPageShown(
                    n: index + 1, start: page.start, end: page.end, paper: page.paper, source: sources[page.paper],
                    page: page.page)
            }
        }
    }

    /// The image of a page that a film shows (WebP): the paper's own where it is theirs to read, else what the recording
    /// has kept of it, which is what the film shows to everybody who watches it.
    ///
    /// - Parameter number: among the pages of the film, from 1 on.
    /// - Throws: ``ActError/notFound`` where there is no such page, or no image of it.
    public func pageImage(_ number: Int, _ size: PageSize, ofRecording id: String, as caller: Caller) async throws
        -> Data
    {
        let (folder, pages) = try await shownPages(of: id, as: caller)
        guard pages.indices.contains(number - 1) else { throw ActError.notFound }
        let page = pages[number - 1]
        if let paper = try await store.read({ try self.readablePaper(named: page.paper, caller, $0) }),
            let image = try? await pageImage(page.page, size, of: paper)
        {
            return image
        }
        guard let name = page.image?.split(separator: "/", maxSplits: 1).last, page.image == "pages/\(name)",
            !name.contains("/"), !name.hasPrefix(".")
        else { throw ActError.notFound }
        let file = folder.appendingPathComponent("pages").appendingPathComponent(String(name))
        guard let data = try await diskWork.run({ try? Data(contentsOf: file) }) else { throw ActError.notFound }
        return data
    }

    private func shownPages(of id: String, as caller: Caller) async throws -> (folder: URL, pages: [ShownPage]) {
        let kept = try await readableRecording(id, as: caller).kept
        let film = FilmFolder(filmFolder(of: kept))
        return (folder(of: kept), try await diskWork.run { film.readPages() })
    }

    /// A paper by what a meeting's events call it; nil where it is no longer there, or not theirs to read.
    private func readablePaper(named name: String, _ caller: Caller, _ reading: Reading) throws -> Paper? {
        guard let number = Int64(name), number > 0 else { return nil }
        do {
            return try readablePaper(PaperID(number), caller, reading).paper
        } catch ActError.notFound {
            return nil
        }
    }
}
