/// Why a document could not be printed.
public enum PrintError: Error, Hashable, Sendable {
    /// More than ``PDF/pageLimit`` pages.
    case tooManyPages
    /// More than ``PDF/textLimit`` bytes of text, ``PDF/runLimit`` in one paragraph or cell, or more than ``PDF/fileLimit`` bytes of PDF.
    case tooMuchText
    /// A table has no columns, more than 40, or one whose width is not above 0.
    case columns
    /// A row (counted from 0) has another number of cells than its table has columns.
    case cells(row: Int, found: Int, expected: Int)
    /// No font is installed.
    case noFont
    /// What cairo says.
    case drawing(String)

    public var vietnamese: String {
        switch self {
        case .tooManyPages: "Văn bản dài quá \(PDF.pageLimit) trang; hãy chọn khoảng thời gian ngắn hơn."
        case .tooMuchText: "Văn bản quá lớn để in; hãy chọn khoảng thời gian ngắn hơn."
        case .columns: "Bảng không in được: số cột hoặc độ rộng cột không hợp lệ."
        case .cells(let row, let found, let expected):
            "Bảng không in được: dòng \(row + 1) có \(found) ô, trong khi bảng có \(expected) cột."
        case .noFont:
            "Máy chủ chưa cài phông chữ; hãy báo quản trị viên cài gói fonts-croscore và fonts-noto-core."
        case .drawing(let reason): "Không tạo được tệp PDF: \(reason)."
        }
    }

    public var english: String {
        switch self {
        case .tooManyPages: "The document is longer than \(PDF.pageLimit) pages; choose a shorter period."
        case .tooMuchText: "The document is too large to print; choose a shorter period."
        case .columns: "The table cannot be printed: the number or width of its columns is wrong."
        case .cells(let row, let found, let expected):
            "The table cannot be printed: row \(row + 1) has \(found) cells, the table has \(expected) columns."
        case .noFont:
            "No font is installed on the server; ask its administrator to install fonts-croscore and fonts-noto-core."
        case .drawing(let reason): "The PDF could not be made: \(reason)."
        }
    }
}
