/// A table as CSV (RFC 4180): UTF-8 with a byte order mark, by which Excel knows the encoding; lines end by CRLF.
///
/// A text that a spreadsheet program would take for a formula gets an apostrophe before it, which ``CSVReader`` takes
/// away again (OWASP, "CSV Injection").
public struct CSVWriter: Sendable {
    public private(set) var bytes: [UInt8] = [0xEF, 0xBB, 0xBF]
    private let separator: UInt8

    public enum Separator: UInt8, Sendable, CaseIterable {
        case comma = 0x2C
        case semicolon = 0x3B
        case tab = 0x09
    }

    public init(separator: Separator = .comma) { self.separator = separator.rawValue }

    public init(header: [String], rows: [[String]], separator: Separator = .comma) {
        self.init(separator: separator)
        add(header)
        for row in rows { add(row) }
    }

    public mutating func add(_ row: [String]) {
        for (index, field) in row.enumerated() {
            if index > 0 { bytes.append(separator) }
            add(FormulaGuard.guarded(field))
        }
        // A single empty field is quoted: an empty line would be no record to most readers.
        if row == [""] { bytes += [0x22, 0x22] }
        bytes += [0x0D, 0x0A]
    }

    private mutating func add(_ field: String) {
        let utf8 = field.utf8
        guard
            utf8.contains(where: { $0 == 0x22 || $0 == 0x0D || $0 == 0x0A || $0 == separator })
                || utf8.first == 0x20 || utf8.last == 0x20
        else {
            bytes += utf8
            return
        }
        bytes.append(0x22)
        for byte in utf8 {
            if byte == 0x22 { bytes.append(0x22) }
            bytes.append(byte)
        }
        bytes.append(0x22)
    }
}

/// The apostrophe before what looks like a formula. `guarded` and `unguarded` are each other's inverse for every text.
enum FormulaGuard {
    static func guarded(_ field: String) -> String { looksLikeFormula(field) ? "'" + field : field }

    static func unguarded(_ field: String) -> String {
        guard field.utf8.first == 0x27 else { return field }
        let rest = String(field.unicodeScalars.dropFirst())
        return looksLikeFormula(rest) ? rest : field
    }

    /// With any number of apostrophes before it, so that one can be taken away for certain. Plain negative numbers are
    /// none. The wide forms (U+FF0B …) are read as formulas by Excel in some locales.
    private static func looksLikeFormula(_ field: String) -> Bool {
        let core = field.unicodeScalars.drop { $0 == "'" }
        guard let first = core.first else { return false }
        switch first {
        case "-": return !(core.startIndex == field.unicodeScalars.startIndex && isNumber(core.dropFirst()))
        case "=", "+", "@", "\t", "\r", "\n", "\u{FF0B}", "\u{FF0D}", "\u{FF1D}", "\u{FF20}": return true
        default: return false
        }
    }

    private static func isNumber(_ text: Substring.UnicodeScalarView) -> Bool {
        guard let first = text.first, let last = text.last else { return false }
        return ("0"..."9").contains(first) && ("0"..."9").contains(last)
            && text.allSatisfy { ("0"..."9").contains($0) || $0 == "." || $0 == "," }
    }
}
