import Briefing
import Foundation
import Mail
import Print

/// The list of units as offices keep it: `code,parent,name,kind,line,email` (RFC 4180), the parent by its code.
struct UnitList {
    struct Row: Hashable, Sendable {
        /// Of the file, from 1.
        var number: Int
        var code: String
        var parent: String
        var name: String
        var kind: String
        /// A kind of line; empty for a unit without a site.
        var line: String
        var email: String
    }

    static let header = ["code", "parent", "name", "kind", "line", "email"]

    private(set) var rows: [Row] = []
    fileprivate(set) var errors: [ListError] = []

    /// - Throws: `ActError.invalid` where the text is no table with these columns at all. What is wrong in single lines
    ///   is in `errors`.
    init(parsing text: String) throws(ActError) {
        let records: [CSVReader.Record]
        do {
            records = try CSVReader().records(in: Array(text.utf8))
        } catch {
            throw .invalid(["file": Sentence(vietnamese: error.vietnamese, english: error.english)])
        }
        let names = records.first?.fields.map { $0.trimmingCharacters(in: .whitespaces).lowercased() } ?? []
        var place: [String: Int] = [:]
        for (index, name) in names.enumerated() where place[name] == nil { place[name] = index }
        guard place["code"] != nil, place["name"] != nil, place["kind"] != nil else {
            throw .invalid([
                "file": Sentence(
                    vietnamese: "Dòng đầu phải có các cột code, parent, name, kind, line, email.",
                    english: "The first line must name the columns code, parent, name, kind, line, email.")
            ])
        }
        var seen: Set<String> = []
        for record in records.dropFirst() {
            func field(_ name: String) -> String {
                guard let index = place[name], record.fields.indices.contains(index) else { return "" }
                return record.fields[index].trimmingCharacters(in: .whitespacesAndNewlines)
            }
            let row = Row(
                number: record.line, code: field("code"), parent: field("parent"), name: field("name"),
                kind: field("kind"), line: field("line"), email: field("email"))
            func wrong(_ vietnamese: String, _ english: String) {
                errors.append(ListError(line: row.number, message: Sentence(vietnamese: vietnamese, english: english)))
            }
            if !isCode(row.code) || row.code.count > 64 {
                wrong(
                    "Mã “\(row.code.prefix(64))” phải gồm chữ thường không dấu, chữ số và gạch ngang.",
                    "The code “\(row.code.prefix(64))” must have lower-case letters, digits and hyphens.")
            } else if !seen.insert(row.code).inserted {
                wrong("Mã “\(row.code)” có hai lần trong tệp.", "The code “\(row.code)” is in the file twice.")
            } else if row.name.isEmpty || row.name.count > 200 {
                wrong("Tên đơn vị trống hoặc quá dài.", "The unit's name is empty or too long.")
            } else if !isCode(row.kind) || row.kind.count > 40 {
                wrong(
                    "Loại đơn vị “\(row.kind.prefix(40))” không đúng.", "The kind “\(row.kind.prefix(40))” is not one.")
            } else if !row.line.isEmpty, LineKind.named(row.line) == nil {
                wrong(
                    "Không có loại đường truyền “\(row.line.prefix(40))”. Các loại: \(LineKind.all.map(\.name).joined(separator: ", ")).",
                    "There is no kind of line “\(row.line.prefix(40))”. There are: \(LineKind.all.map(\.name).joined(separator: ", "))."
                )
            } else if !row.email.isEmpty, !MailAddress.isAddress(row.email) {
                wrong(
                    "“\(row.email.prefix(100))” không phải địa chỉ thư.",
                    "“\(row.email.prefix(100))” is not a mail address.")
            } else {
                rows.append(row)
            }
        }
    }

    /// The rows so ordered that parents come before their children; what names no parent, or one below itself, is an
    /// error.
    ///
    /// - Parameter known: codes that are there already.
    mutating func arrange(known: Set<String>) {
        var placed = known
        var open = rows
        var arranged: [Row] = []
        while !open.isEmpty {
            let ready = open.filter { $0.parent.isEmpty || placed.contains($0.parent) }
            guard !ready.isEmpty else { break }
            arranged += ready
            placed.formUnion(ready.map(\.code))
            open.removeAll { placed.contains($0.code) }
        }
        for row in open {
            errors.append(
                ListError(
                    line: row.number,
                    message: Sentence(
                        vietnamese: "Không có đơn vị cấp trên “\(row.parent.prefix(64))” trong tệp hay trong danh bạ.",
                        english:
                            "The unit above, “\(row.parent.prefix(64))”, is neither in the file nor in the directory."
                    )))
        }
        rows = arranged
    }
}

extension UnitList {
    /// Lines that would put known units above themselves are errors: a ring hangs on nothing, and nobody at the top would
    /// reach it any more.
    ///
    /// - Parameter parents: what is known of whom is below whom, by codes.
    mutating func refuseRings(parents: [String: String]) {
        var above = parents
        for row in rows where !row.parent.isEmpty { above[row.code] = row.parent }
        for row in rows where !row.parent.isEmpty {
            var here = above[row.code]
            var steps = 0
            while let code = here, code != row.code, steps <= above.count {
                here = above[code]
                steps += 1
            }
            guard here == row.code else { continue }
            errors.append(
                ListError(
                    line: row.number,
                    message: Sentence(
                        vietnamese: "Đơn vị “\(row.code)” không thể nằm dưới chính nó.",
                        english: "The unit “\(row.code)” cannot be below itself.")))
        }
    }
}

/// What is wrong with one line of a list.
public struct ListError: Encodable, Hashable, Sendable {
    public var line: Int
    public var message: Sentence
}
