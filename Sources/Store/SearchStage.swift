import Briefing

/// One question to the index. A query is several, each of which finds nothing that an earlier one has found.
struct SearchStage {
    /// In FTS5's language: only words within quotes, which may hold any letter and digit.
    var expression: String
    /// What earlier ones have found all of.
    var earlier: String?
    /// Whether diacritics count.
    var isExact: Bool

    /// Without what earlier ones have found.
    var rest: String { earlier.map { "(\(expression)) NOT (\($0))" } ?? expression }

    /// With diacritics: the words together as they are written, then anywhere, then without diacritics. Without: the words
    /// together, then anywhere.
    static func stages(of query: SearchQuery) -> [SearchStage] {
        guard !query.isEmpty else { return [] }
        let loose = conjunction(query.phrases, exactly: false)
        let strict = conjunction(query.phrases, exactly: true)
        var stages: [SearchStage] = []
        let widest = query.hasMarks ? strict : loose
        if query.phrases.count > 1, !query.isQuoted {
            let whole = SearchQuery.Phrase(
                words: query.phrases.flatMap(\.words), isPrefix: query.phrases.last?.isPrefix ?? false)
            let together = term(whole, exactly: true)
            stages.append(SearchStage(expression: together, isExact: true))
            stages.append(SearchStage(expression: widest, earlier: together, isExact: true))
        } else {
            stages.append(SearchStage(expression: widest, isExact: true))
        }
        if query.hasMarks {
            stages.append(SearchStage(expression: loose, earlier: strict, isExact: false))
        }
        return stages
    }

    /// All that a query asks for, without diacritics, in FTS5's language; whose column it is about says who asks.
    static func conjunction(_ query: SearchQuery) -> String {
        query.phrases.map { phrase in
            "\"\(phrase.words.map(\.folded).joined(separator: " "))\"\(phrase.isPrefix ? " *" : "")"
        }.joined(separator: " AND ")
    }

    private static func conjunction(_ phrases: [SearchQuery.Phrase], exactly: Bool) -> String {
        phrases.map { term($0, exactly: exactly) }.joined(separator: " AND ")
    }

    /// A phrase that has no diacritics is looked for without them.
    private static func term(_ phrase: SearchQuery.Phrase, exactly: Bool) -> String {
        let isExact = exactly && phrase.hasMarks
        let words = phrase.words.map { isExact ? $0.exact : $0.folded }.joined(separator: " ")
        return "\(isExact ? "exact" : "folded") : \"\(words)\"\(phrase.isPrefix ? " *" : "")"
    }
}
