/// The letters' texts, from files that an operator may edit.
public struct LetterTemplates: Sendable {
    /// What a letter is for. The raw value is the file's name.
    public enum Kind: String, CaseIterable, Sendable, Codable {
        /// The invitation (giấy mời).
        case invitation
        /// Time, place or papers changed.
        case update
        case cancellation
        /// Days before.
        case reminder
        /// To the site's technician, 60 minutes before.
        case technician
        /// 10 minutes before.
        case soon
        /// A link to set one's password.
        case account
    }

    public enum Language: String, CaseIterable, Sendable, Codable {
        case vi
        case en
    }

    /// - Parameter folder: The folder of the templates.
    public init(folder: String) throws(TemplateError) {}

    public func render(
        _ kind: Kind, language: Language = .vi, values: LetterValues
    ) throws(TemplateError) -> (subject: String, text: String, html: String) {
        ("", "", "")
    }
}

/// What is wrong with a template.
public struct TemplateError: Error, Equatable, Sendable {
    public let file: String
    public let line: Int
    public let vietnamese: String
    public let english: String
}
