/// A word of a text: as it is written, and without its diacritics.
public struct FoldedWord: Hashable, Sendable {
    /// In lower case and one form of Unicode, the tone on the first vowel.
    public var exact: String
    /// The same without any mark: `đường` is `duong`.
    public var folded: String
    /// Where it stands in the text.
    public var range: Range<String.Index>

    /// Whether it has a mark that folding takes away.
    public var hasMarks: Bool { exact != folded }
}

/// Texts as search compares them.
public enum Folding {
    /// The words of a text, in order: runs of letters and digits. What stands between them is no word: `12/BB-UBND` is
    /// three.
    ///
    /// - Parameter limit: no more than so many.
    public static func words(of text: String, limit: Int = .max) -> [FoldedWord] {
        var found: [FoldedWord] = []
        var word = Word()
        var start = text.startIndex
        let scalars = text.unicodeScalars
        var index = scalars.startIndex
        while index < scalars.endIndex, found.count < limit {
            let scalar = scalars[index]
            if isPart(scalar) {
                if word.isEmpty { start = index }
                word.add(scalar)
            } else if !isMark(scalar) || word.isEmpty {
                if let (exact, folded) = word.taken() {
                    found.append(FoldedWord(exact: exact, folded: folded, range: start..<index))
                }
            } else {
                word.mark(scalar.value)
            }
            index = scalars.index(after: index)
        }
        if found.count < limit, let (exact, folded) = word.taken() {
            found.append(FoldedWord(exact: exact, folded: folded, range: start..<index))
        }
        return found
    }

    /// A text as its words alone, without diacritics, a space between them.
    public static func folded(_ text: String) -> String { words(of: text).map(\.folded).joined(separator: " ") }

    private static func isPart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case ..<0x80: false
        default: !isMark(scalar) && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        }
    }

    /// The combining marks of Latin letters (Unicode, Combining Diacritical Marks).
    private static func isMark(_ scalar: Unicode.Scalar) -> Bool { (0x300...0x36F).contains(scalar.value) }

    /// A word as it comes in, letter by letter.
    private struct Word {
        private var letters: [VietnameseLetters.Parts] = []
        private var tone: UInt32 = 0

        var isEmpty: Bool { letters.isEmpty }

        mutating func add(_ scalar: Unicode.Scalar) {
            if scalar.value < 0x80 {
                let upper = (0x41...0x5A).contains(scalar.value)
                letters.append(.init(base: Unicode.Scalar(UInt8(scalar.value) | (upper ? 0x20 : 0)), shape: 0, tone: 0))
                return
            }
            // Most letters have one lower-case form; İ has two scalars.
            for lower in scalar.properties.lowercaseMapping.unicodeScalars {
                guard var parts = VietnameseLetters.parts[lower] else {
                    if (0x300...0x36F).contains(lower.value) {
                        mark(lower.value)
                    } else {
                        letters.append(.init(base: lower, shape: 0, tone: 0))
                    }
                    continue
                }
                if VietnameseLetters.isTone(parts.tone) {
                    tone = parts.tone
                    parts.tone = 0
                }
                letters.append(parts)
            }
        }

        /// A combining mark behind the last letter; one that Vietnamese does not have is nothing.
        mutating func mark(_ value: UInt32) {
            guard let last = letters.indices.last else { return }
            if VietnameseLetters.isTone(value) {
                tone = value
            } else if VietnameseLetters.isShape(value) {
                var shaped = letters[last]
                shaped.shape = value
                if VietnameseLetters.composed[shaped] != nil { letters[last] = shaped }
            }
        }

        /// The word, after which the next one begins; nil where there is none.
        mutating func taken() -> (exact: String, folded: String)? {
            guard !letters.isEmpty else { return nil }
            defer {
                letters.removeAll(keepingCapacity: true)
                tone = 0
            }
            var exact = String.UnicodeScalarView()
            var folded = String.UnicodeScalarView()
            var tone = tone
            for var parts in letters {
                folded.append(parts.base)
                if tone != 0, VietnameseLetters.isVowel(parts.base), parts.shape != 2 {
                    parts.tone = tone
                    tone = 0
                }
                exact.append(VietnameseLetters.composed[parts] ?? parts.base)
            }
            return (String(exact), String(folded))
        }
    }
}
