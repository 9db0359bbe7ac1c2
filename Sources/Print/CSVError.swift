/// Why a file is no table; lines are counted from 1.
public enum CSVError: Error, Hashable, Sendable {
    case tooLarge(bytes: Int)
    case tooManyRecords(line: Int, limit: Int)
    case tooManyFields(line: Int, limit: Int)
    case fieldCount(line: Int, found: Int, expected: Int)
    /// A quotation mark within a field, or text after the closing one.
    case strayQuote(line: Int)
    /// The field that begins on this line is never closed.
    case openQuote(line: Int)
    case notUTF8(line: Int)

    /// Nil where the whole file is at fault.
    public var line: Int? {
        switch self {
        case .tooLarge: nil
        case .tooManyRecords(let line, _), .tooManyFields(let line, _), .fieldCount(let line, _, _),
            .strayQuote(let line), .openQuote(let line), .notUTF8(let line):
            line
        }
    }

    public var vietnamese: String {
        switch self {
        case .tooLarge(let bytes): "Tệp lớn hơn \(bytes >> 10) KiB; hãy chia thành nhiều tệp."
        case .tooManyRecords(_, let limit): "Tệp có hơn \(limit) dòng dữ liệu; hãy chia thành nhiều tệp."
        case .tooManyFields(let line, let limit): "Dòng \(line) có hơn \(limit) cột."
        case .fieldCount(let line, let found, let expected):
            "Dòng \(line) có \(found) cột, trong khi dòng tiêu đề có \(expected) cột."
        case .strayQuote(let line):
            "Dòng \(line) có dấu ngoặc kép đặt sai; hãy đặt cả ô trong ngoặc kép và viết đôi dấu ngoặc kép bên trong."
        case .openQuote(let line): "Ô bắt đầu ở dòng \(line) mở ngoặc kép nhưng không đóng."
        case .notUTF8(let line): "Dòng \(line) không phải là chữ UTF-8; hãy lưu tệp dưới dạng “CSV UTF-8”."
        }
    }

    public var english: String {
        switch self {
        case .tooLarge(let bytes): "The file is larger than \(bytes >> 10) KiB; split it."
        case .tooManyRecords(_, let limit): "The file has more than \(limit) lines of data; split it."
        case .tooManyFields(let line, let limit): "Line \(line) has more than \(limit) columns."
        case .fieldCount(let line, let found, let expected):
            "Line \(line) has \(found) columns, the header has \(expected)."
        case .strayQuote(let line):
            "Line \(line) has a quotation mark out of place; quote the whole cell and double the marks inside it."
        case .openQuote(let line): "The cell that begins on line \(line) opens a quotation mark and never closes it."
        case .notUTF8(let line): "Line \(line) is not UTF-8 text; save the file as “CSV UTF-8”."
        }
    }
}
