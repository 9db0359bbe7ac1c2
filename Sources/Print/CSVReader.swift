/// Reads CSV (RFC 4180) as spreadsheet programs write it: with or without a byte order mark, lines ended by CRLF, LF or
/// CR, separated by commas, semicolons or tabs, whichever the first line has most of.
public struct CSVReader: Sendable {
    /// One line of the table.
    public struct Record: Hashable, Sendable {
        /// The line of the file, from 1, on which it begins.
        public let line: Int
        public let fields: [String]
    }

    /// Bytes of a file at most.
    public var byteLimit: Int
    /// Records at most, the header included.
    public var recordLimit: Int
    /// Fields of one record at most.
    public var fieldLimit: Int

    public init(byteLimit: Int = 4 << 20, recordLimit: Int = 20_000, fieldLimit: Int = 64) {
        self.byteLimit = byteLimit
        self.recordLimit = recordLimit
        self.fieldLimit = fieldLimit
    }

    /// The records, the header being the first; empty lines are left out, and the apostrophes by which ``CSVWriter``
    /// guards formulas are taken away. Each has as many fields as the first.
    public func records(in bytes: [UInt8]) throws(CSVError) -> [Record] {
        guard bytes.count <= byteLimit else { throw .tooLarge(bytes: byteLimit) }
        var scanner = Scanner(bytes: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...])
        var records: [Record] = []
        while let record = try scanner.nextRecord(fieldLimit: fieldLimit) {
            if record.fields == [""] && !scanner.wasQuoted { continue }
            guard records.count < recordLimit else { throw .tooManyRecords(line: record.line, limit: recordLimit) }
            if let header = records.first, header.fields.count != record.fields.count {
                throw .fieldCount(line: record.line, found: record.fields.count, expected: header.fields.count)
            }
            records.append(record)
        }
        return records
    }
}

private struct Scanner {
    private let bytes: ArraySlice<UInt8>
    private var position: Int
    private var line = 1
    private let separator: UInt8
    /// Whether the last record had a quoted field.
    private(set) var wasQuoted = false

    init(bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
        separator = Self.separator(of: bytes)
    }

    /// The commonest separator of the first line, outside quotes; the comma where there is none.
    private static func separator(of bytes: ArraySlice<UInt8>) -> UInt8 {
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        for byte in bytes {
            if byte == 0x22 { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == 0x0A || byte == 0x0D { break }
            counts[byte, default: 0] += 1
        }
        var best = CSVWriter.Separator.comma.rawValue
        for candidate in CSVWriter.Separator.allCases.map(\.rawValue)
        where counts[candidate, default: 0] > counts[best, default: 0] { best = candidate }
        return best
    }

    private var current: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

    mutating func nextRecord(fieldLimit: Int) throws(CSVError) -> CSVReader.Record? {
        guard current != nil else { return nil }
        let start = line
        var fields: [String] = []
        wasQuoted = false
        while true {
            guard fields.count < fieldLimit else { throw .tooManyFields(line: start, limit: fieldLimit) }
            fields.append(FormulaGuard.unguarded(try nextField()))
            switch current {
            case separator?: position += 1
            case nil: return CSVReader.Record(line: start, fields: fields)
            default:
                skipLineEnd()
                return CSVReader.Record(line: start, fields: fields)
            }
        }
    }

    /// Leaves the position at a separator, a line's end, or the end.
    private mutating func nextField() throws(CSVError) -> String {
        let start = line
        guard current == 0x22 else {
            let first = position
            while let byte = current, byte != separator, byte != 0x0A, byte != 0x0D {
                guard byte != 0x22 else { throw .strayQuote(line: line) }
                position += 1
            }
            return try text(bytes[first..<position], line: start)
        }
        wasQuoted = true
        position += 1
        var content: [UInt8] = []
        while let byte = current {
            position += 1
            if byte == 0x22 {
                guard current == 0x22 else {
                    guard current == nil || current == separator || current == 0x0A || current == 0x0D else {
                        throw .strayQuote(line: line)
                    }
                    return try text(content[...], line: start)
                }
                position += 1
            } else if byte == 0x0A || (byte == 0x0D && current != 0x0A) {
                line += 1
            }
            content.append(byte)
        }
        throw .openQuote(line: start)
    }

    private func text(_ bytes: ArraySlice<UInt8>, line: Int) throws(CSVError) -> String {
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
            throw .notUTF8(line: line)
        }
        return text
    }

    private mutating func skipLineEnd() {
        let isReturn = current == 0x0D
        position += 1
        if isReturn, current == 0x0A { position += 1 }
        line += 1
    }
}
