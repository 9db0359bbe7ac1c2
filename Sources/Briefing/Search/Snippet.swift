/// A piece of a text around what was found, with what was found marked.
public struct Snippet: Hashable, Sendable, Encodable {
    public struct Part: Hashable, Sendable, Encodable {
        public var text: String
        public var isHit: Bool

        enum CodingKeys: String, CodingKey {
            case text
            case isHit = "hit"
        }
    }

    public let parts: [Part]

    /// Words before the first hit that are shown.
    private static let wordsBefore = 8
    /// Words that are shown in all.
    private static let wordsShown = 36

    /// - Parameter text: as it is kept; lines run together.
    public init(of text: String, for query: SearchQuery) {
        let words = Folding.words(of: text)
        var hits = [Bool](repeating: false, count: words.count)
        var best: (first: Int, hits: Int)?
        let isExact = query.hasMarks && Self.mark(query, in: words, exactly: true, &hits)
        if !isExact { _ = Self.mark(query, in: words, exactly: false, &hits) }
        // The stretch with most of what was looked for.
        let places = hits.indices.filter { hits[$0] }
        for place in places.prefix(500) {
            let count = hits[place..<min(hits.count, place + Self.wordsShown - Self.wordsBefore)].count { $0 }
            if count > best?.hits ?? 0 { best = (place, count) }
        }
        let first = max(0, min((best?.first ?? 0) - Self.wordsBefore, words.count - Self.wordsShown))
        let last = min(words.count, first + Self.wordsShown)
        guard first < last else {
            parts = []
            return
        }
        var parts: [Part] = []
        func add(_ range: Range<String.Index>, isHit: Bool) {
            let piece = text[range].split(whereSeparator: \.isWhitespace).joined(separator: " ")
            let before = text[range].first?.isWhitespace == true ? " " : ""
            let after = text[range].last?.isWhitespace == true && !piece.isEmpty ? " " : ""
            let shown = before + piece + after
            guard !shown.isEmpty else { return }
            if let last = parts.last, last.isHit == isHit {
                parts[parts.count - 1].text += shown
            } else {
                parts.append(Part(text: shown, isHit: isHit))
            }
        }
        if first > 0 { parts.append(Part(text: "… ", isHit: false)) }
        for index in first..<last {
            add(words[index].range, isHit: hits[index])
            guard index + 1 < last else { continue }
            let gap = words[index].range.upperBound..<words[index + 1].range.lowerBound
            add(gap, isHit: hits[index] && hits[index + 1])
        }
        if last < words.count {
            if let end = parts.indices.last, !parts[end].isHit {
                parts[end].text += " …"
            } else {
                parts.append(Part(text: " …", isHit: false))
            }
        }
        self.parts = parts
    }

    /// - Returns: whether all of the query is there.
    private static func mark(
        _ query: SearchQuery, in words: [FoldedWord], exactly: Bool, _ hits: inout [Bool]
    ) -> Bool {
        var isThere = true
        for phrase in query.phrases {
            var found = false
            guard phrase.words.count <= words.count else {
                isThere = false
                continue
            }
            for start in 0...(words.count - phrase.words.count) where fits(phrase, words, start, exactly) {
                found = true
                for place in start..<(start + phrase.words.count) { hits[place] = true }
            }
            if !found { isThere = false }
        }
        return isThere
    }

    private static func fits(
        _ phrase: SearchQuery.Phrase, _ words: [FoldedWord], _ start: Int, _ exactly: Bool
    ) -> Bool {
        for (offset, wanted) in phrase.words.enumerated() {
            let word = words[start + offset]
            let isExact = exactly && wanted.hasMarks
            let (have, want) = isExact ? (word.exact, wanted.exact) : (word.folded, wanted.folded)
            let isPrefix = phrase.isPrefix && offset == phrase.words.count - 1
            guard isPrefix ? have.hasPrefix(want) : have == want else { return false }
        }
        return true
    }
}
