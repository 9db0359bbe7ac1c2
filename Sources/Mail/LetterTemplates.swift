import Foundation

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
        /// A call to a briefing that begins now (triệu tập khẩn).
        case emergency
        /// A link to set one's password.
        case account
        /// A paper waits for somebody's comment, approval or signature, or how that went.
        case approval
    }

    public enum Language: String, CaseIterable, Sendable, Codable {
        case vi
        case en
    }

    private struct Letter: Sendable {
        let subject: LetterTemplate
        let text: LetterTemplate
        let html: LetterTemplate
    }

    private let letters: [Kind: [Language: Letter]]

    /// Reads `invitation.vi.txt`, `invitation.vi.html` and so on: each kind in each language. The first line of the text
    /// is `Subject: …`. Other files of the folder can be included: `{{> header}}` in a `.vi.html` file is
    /// `header.vi.html`.
    ///
    /// - Parameter folder: The folder of the templates.
    /// - Throws: The first thing that is wrong, as a sentence: nothing is found out only when a letter is due.
    public init(folder: String) throws(TemplateError) {
        var letters: [Kind: [Language: Letter]] = [:]
        for kind in Kind.allCases {
            for language in Language.allCases {
                letters[kind, default: [:]][language] = try Self.read(kind, language, folder: folder)
            }
        }
        self.letters = letters
    }

    /// Fills a template. In the HTML every value is escaped; the subject is one line.
    public func render(
        _ kind: Kind, language: Language = .vi, values: LetterValues
    ) -> (subject: String, text: String, html: String) {
        guard let letter = letters[kind]?[language] else { return ("", "", "") }
        let table = values.table
        let subject = letter.subject.fill(table) { $0 }
        return (
            subject.split { $0.isWhitespace || $0.isNewline }.joined(separator: " "),
            Self.paragraphs(letter.text.fill(table) { $0 }),
            letter.html.fill(table, escape: Self.escaped)
        )
    }

    private static func read(_ kind: Kind, _ language: Language, folder: String) throws(TemplateError) -> Letter {
        let name = "\(kind.rawValue).\(language.rawValue)"
        let text = try contents(folder, "\(name).txt")
        let mark = "Subject:"
        guard text.hasPrefix(mark), let end = text.firstIndex(where: \.isNewline) else {
            throw TemplateError(
                file: "\(name).txt", line: 1,
                vietnamese: "Mẫu thư \(name).txt, dòng 1: dòng đầu phải là “Subject: …” (tiêu đề thư).",
                english: "Letter template \(name).txt, line 1: the first line must be “Subject: …”.")
        }
        let subject = text[..<end].dropFirst(mark.count).trimmingCharacters(in: .whitespaces)
        // The subject's line stays as an empty one, so that the lines of errors are the file's.
        let body = String(text[end...])
        return Letter(
            subject: LetterTemplate(nodes: try reader(folder, "\(name).txt", language, "txt").read(subject)),
            text: LetterTemplate(nodes: try reader(folder, "\(name).txt", language, "txt").read(body)),
            html: LetterTemplate(
                nodes: try reader(folder, "\(name).html", language, "html").read(try contents(folder, "\(name).html"))))
    }

    private static func reader(
        _ folder: String, _ file: String, _ language: Language, _ type: String
    ) -> LetterTemplateReader {
        LetterTemplateReader(file: file) { short in
            let name = "\(short).\(language.rawValue).\(type)"
            return (try? contents(folder, name)).map { (name, $0) }
        }
    }

    private static func contents(_ folder: String, _ name: String) throws(TemplateError) -> String {
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else {
            throw TemplateError(
                file: name, line: 0, vietnamese: "Thiếu mẫu thư \(name) trong thư mục \(folder).",
                english: "The letter template \(name) is missing in the folder \(folder).")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw TemplateError(
                file: name, line: 0, vietnamese: "Mẫu thư \(name) không phải là văn bản UTF-8.",
                english: "The letter template \(name) is not text in UTF-8.")
        }
        return text
    }

    /// Where a section was left out, two empty lines meet: one is enough.
    private static func paragraphs(_ text: String) -> String {
        // By bytes: a letter to hundreds is filled hundreds of times, while who sends it waits.
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count)
        var isAfterEmpty = false
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }) {
                isAfterEmpty = true
            } else {
                if isAfterEmpty, !output.isEmpty { output.append(UInt8(ascii: "\n")) }
                isAfterEmpty = false
                output += line.last == UInt8(ascii: "\r") ? line.dropLast() : line
                output.append(UInt8(ascii: "\n"))
            }
        }
        return output.isEmpty ? "\n" : String(decoding: output, as: UTF8.self)
    }

    private static func escaped(_ text: String) -> String {
        var output = ""
        for character in text {
            switch character {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            case "'": output += "&#39;"
            case "\n", "\r\n": output += "<br>\n"
            default: output.append(character)
            }
        }
        return output
    }
}

/// What is wrong with a template.
public struct TemplateError: Error, Equatable, Sendable {
    public let file: String
    /// From 1; 0 where the whole file is meant.
    public let line: Int
    public let vietnamese: String
    public let english: String
}
