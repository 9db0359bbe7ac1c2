import Foundation

/// Reads a template and says where it is wrong, so that a mistyped name is found at the start and not in a letter.
struct LetterTemplateReader {
    /// The file that is read.
    let file: String
    /// Reads another file of the folder by its short name; nil where there is none.
    let partial: (String) -> (file: String, text: String)?
    /// How many files lie around this one.
    var depth = 0

    /// - Parameter scopes: The names that may be filled, the innermost last.
    func read(_ text: String, scopes: [Set<String>] = [LetterValues.names]) throws(TemplateError) -> [LetterTemplate
        .Node]
    {
        var tokens = try tokenize(text)[...]
        return try nodes(&tokens, until: nil, scopes: scopes)
    }

    private enum Token {
        case text(String)
        /// The sign before the name (none is a blank), the name, the line.
        case tag(Character, String, Int)
    }

    private func nodes(
        _ tokens: inout ArraySlice<Token>, until section: (name: String, line: Int)?, scopes: [Set<String>]
    ) throws(TemplateError) -> [LetterTemplate.Node] {
        var found: [LetterTemplate.Node] = []
        while let token = tokens.popFirst() {
            switch token {
            case .text(let text): found.append(.text(text))
            case .tag("!", _, _): break
            case .tag("/", let name, let line):
                guard let section, section.name == name else {
                    throw wrong(
                        line, "{{/\(name)}} không khớp với phần nào đang mở", "{{/\(name)}} ends no open section")
                }
                return found
            case .tag(">", let name, let line):
                guard let (file, text) = partial(name) else {
                    throw wrong(line, "không có tệp con “\(name)”", "there is no file for {{> \(name)}}")
                }
                guard depth < 5 else {
                    throw wrong(line, "các tệp con lồng nhau quá sâu", "the files include each other without end")
                }
                let reader = LetterTemplateReader(file: file, partial: partial, depth: depth + 1)
                found += try reader.read(text, scopes: scopes)
            case .tag(let sign, let name, let line):
                guard scopes.contains(where: { $0.contains(name) }) else {
                    throw wrong(line, "không có giá trị nào tên là “\(name)”", "there is no value named “\(name)”")
                }
                guard sign != " " else {
                    found.append(.value(name))
                    continue
                }
                let inner = sign == "#" ? scopes + [LetterValues.innerNames[name] ?? []] : scopes
                let content = try nodes(&tokens, until: (name, line), scopes: inner)
                found.append(sign == "#" ? .section(name, content) : .inverted(name, content))
            }
        }
        if let section {
            throw wrong(
                section.line, "phần “\(section.name)” không được đóng lại",
                "the section “\(section.name)” is never ended")
        }
        return found
    }

    /// Cuts the text at its tags. A line that holds nothing but a section's tag leaves no empty line behind.
    private func tokenize(_ text: String) throws(TemplateError) -> [Token] {
        var tokens: [Token] = []
        let lines = text.replacingOccurrences(of: "\r\n", with: "\n")
            .split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let found = try tokenize(line, number: index + 1)
            let tags = found.filter { if case .tag(let sign, _, _) = $0 { sign != " " } else { false } }
            let alone =
                tags.count == 1
                && found.allSatisfy { token in
                    switch token {
                    case .text(let text): text.allSatisfy(\.isWhitespace)
                    case .tag(let sign, _, _): sign != " "
                    }
                }
            tokens += alone ? tags : found
            if !alone, index + 1 < lines.count { tokens.append(.text("\n")) }
        }
        return tokens
    }

    private func tokenize(_ line: Substring, number: Int) throws(TemplateError) -> [Token] {
        var tokens: [Token] = []
        var rest = line
        while let open = rest.range(of: "{{") {
            if open.lowerBound > rest.startIndex { tokens.append(.text(String(rest[..<open.lowerBound]))) }
            guard let close = rest[open.upperBound...].range(of: "}}") else {
                throw wrong(number, "thiếu “}}”", "“}}” is missing")
            }
            let inside = rest[open.upperBound..<close.lowerBound].trimmingCharacters(in: .whitespaces)
            let sign: Character = inside.first.map { "#^/>!".contains($0) ? $0 : " " } ?? " "
            let name = (sign == " " ? inside : String(inside.dropFirst())).trimmingCharacters(in: .whitespaces)
            guard sign == "!" || (!name.isEmpty && name.allSatisfy { $0.isLetter && $0.isASCII }) else {
                throw wrong(number, "“\(name)” không phải là tên", "“\(name)” is not a name")
            }
            tokens.append(.tag(sign, name, number))
            rest = rest[close.upperBound...]
        }
        if !rest.isEmpty { tokens.append(.text(String(rest))) }
        return tokens
    }

    private func wrong(_ line: Int, _ vietnamese: String, _ english: String) -> TemplateError {
        TemplateError(
            file: file, line: line, vietnamese: "Mẫu thư \(file), dòng \(line): \(vietnamese).",
            english: "Letter template \(file), line \(line): \(english).")
    }
}
