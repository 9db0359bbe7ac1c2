import Foundation

/// What `talk.json` says; all times are milliseconds of the film.
public struct FilmTalk: Decodable, Hashable, Sendable {
    public struct Speaker: Decodable, Hashable, Sendable {
        public var name: String
        /// Each begin and end, in order.
        public var spans: [[Int64]]
    }

    /// Of the film.
    public var milliseconds: Int64
    public var speakers: [Speaker]
}

/// What was written of a film, read again.
extension FilmFolder {
    /// nil where nothing is told of it.
    public func readTalk() -> FilmTalk? {
        (try? Data(contentsOf: talk)).flatMap { try? JSONDecoder().decode(FilmTalk.self, from: $0) }
    }

    public func readChapters() -> [Chapter] {
        (try? String(contentsOf: chapters, encoding: .utf8)).map(WebVTT.chapters(in:)) ?? []
    }
}

extension WebVTT {
    /// The chapters of a text that ``chapters(_:)`` has made; what is no cue of such a text is left out.
    static func chapters(in text: String) -> [Chapter] {
        text.components(separatedBy: "\n\n").compactMap { block -> Chapter? in
            let lines = block.split(separator: "\n", omittingEmptySubsequences: true)
            guard lines.count >= 3, let kind = lines[0].split(separator: "-").first.map(String.init),
                let kind = Chapter.Kind(rawValue: kind), let arrow = lines[1].firstRange(of: " --> "),
                let start = milliseconds(lines[1][..<arrow.lowerBound]),
                let end = milliseconds(lines[1][arrow.upperBound...])
            else { return nil }
            let title = String(lines[2]).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing(
                "&amp;", with: "&")
            return Chapter(start: start, end: end, kind: kind, title: title)
        }
    }

    /// Of `hh:mm:ss.mmm`.
    private static func milliseconds(_ text: Substring) -> Int64? {
        let parts = text.split(whereSeparator: { $0 == ":" || $0 == "." })
        let numbers = parts.compactMap { Int64($0) }
        guard parts.count == 4, numbers.count == 4, numbers.allSatisfy({ (0..<1_000).contains($0) }) else {
            return nil
        }
        return ((numbers[0] * 60 + numbers[1]) * 60 + numbers[2]) * 1_000 + numbers[3]
    }
}
