import Recording

extension JournalReader.Damage {
    /// In both languages.
    var sentence: String {
        let place = "Đoạn \(segment), byte \(offset)"
        let english = "segment \(segment), byte \(offset)"
        return switch kind {
        case .unreadable(let bytes):
            "\(place): \(bytes) byte không đọc được. In \(english), \(bytes) bytes are unreadable."
        case .cutOff(let bytes):
            "\(place): \(bytes) byte cuối bị cắt, bộ ghi đã bị ngắt. In \(english), the last \(bytes) bytes were cut off: the recorder was killed."
        case .missing(let blocks): "\(place): thiếu \(blocks) khối. In \(english), \(blocks) blocks are missing."
        case .missingSegments(let range):
            "Thiếu các đoạn \(range.lowerBound)–\(range.upperBound - 1). Segments \(range.lowerBound) to \(range.upperBound - 1) are missing."
        case .misplaced:
            "\(place): một khối nằm sai chỗ, bị bỏ qua. In \(english), a block is out of its place and was left out."
        case .stranger(let name):
            "Tệp \(name) không thuộc bản ghi này, bị bỏ qua. The file \(name) is not of this recording and was left out."
        case .sealBroken:
            "\(place): một khối bị sửa hoặc dùng khóa khác. In \(english), a block was changed or has another key."
        }
    }
}
