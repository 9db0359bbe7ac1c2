/// What somebody types to find: words that must all be there, phrases in quotes, the last word perhaps unfinished.
///
/// Every text is a query; none is wrong.
public struct SearchQuery: Hashable, Sendable {
    /// Words that follow one another.
    public struct Phrase: Hashable, Sendable {
        public var words: [FoldedWord]
        /// Whether its last word is only how one begins.
        public var isPrefix: Bool
        public var hasMarks: Bool { words.contains(where: \.hasMarks) }

        public init(words: [FoldedWord], isPrefix: Bool) {
            self.words = words
            self.isPrefix = isPrefix
        }
    }

    /// All of which must be there.
    public let phrases: [Phrase]
    /// Whether anything was put into quotes.
    public let isQuoted: Bool

    /// Words beyond so many are left out: nobody types more to find something.
    public static let mostWords = 16
    /// Fewer letters begin too many words to be worth looking for.
    static let shortestPrefix = 3

    public init(_ text: String) {
        var phrases: [Phrase] = []
        var left = Self.mostWords
        var isQuoted = false
        var piece = ""
        var inQuotes = false
        func close(isLast: Bool) {
            let words = Folding.words(of: piece, limit: left)
            piece = ""
            guard let last = words.last else { return }
            left -= words.count
            let isPrefix = isLast && !inQuotes && last.folded.count >= Self.shortestPrefix
            phrases.append(Phrase(words: words, isPrefix: isPrefix))
        }
        for character in text.prefix(1000) {
            if "\"“”„«»".contains(character) {
                close(isLast: false)
                inQuotes.toggle()
                isQuoted = true
            } else if character.isWhitespace, !inQuotes {
                close(isLast: false)
            } else {
                piece.append(character)
            }
        }
        close(isLast: true)
        self.phrases = phrases
        self.isQuoted = isQuoted
    }

    public var isEmpty: Bool { phrases.isEmpty }
    public var hasMarks: Bool { phrases.contains(where: \.hasMarks) }
}
