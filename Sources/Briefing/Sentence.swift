/// What a person is told, in both languages of the pages.
///
/// Encoded it is one text, in the language that the encoder's `userInfo` names under `languageKey`: Vietnamese unless
/// that is `en`.
public struct Sentence: Hashable, Sendable, Encodable {
    public static let languageKey = CodingUserInfoKey(rawValue: "language")

    public var vietnamese: String
    public var english: String

    public init(vietnamese: String, english: String) {
        self.vietnamese = vietnamese
        self.english = english
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        let language = Self.languageKey.flatMap { encoder.userInfo[$0] as? String }
        try container.encode(language == "en" ? english : vietnamese)
    }
}

extension String {
    /// As it begins a sentence.
    public var capitalised: String { prefix(1).uppercased() + dropFirst() }
}
