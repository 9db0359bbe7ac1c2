extension SearchQuery {
    /// Words of a text that are looked at.
    private static let mostTextWords = 10_000

    /// Whether a text has all phrases, whatever the diacritics; an empty query is in every text.
    public func matches(_ text: String) -> Bool {
        let words = Folding.words(of: text, limit: Self.mostTextWords).map(\.folded)
        return phrases.allSatisfy { phrase in
            let wanted = phrase.words.map(\.folded)
            guard let last = wanted.last, wanted.count <= words.count else { return wanted.isEmpty }
            return (0...(words.count - wanted.count)).contains { start in
                let part = words.dropFirst(start).prefix(wanted.count)
                guard part.dropLast().elementsEqual(wanted.dropLast()), let end = part.last else { return false }
                return phrase.isPrefix ? end.starts(with: last) : end == last
            }
        }
    }
}
