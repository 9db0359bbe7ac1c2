import Recording

/// Why no film could be made.
public enum ArchiveError: Error, Hashable, Sendable {
    /// The journal cannot be read at all.
    case journal(JournalError)
    /// A part of libav is not there, or refuses its settings: its name and what it says.
    case codec(String, code: Int32)
    /// Something could not be written: where, and errno(3) or libav's code.
    case output(String, code: Int32)
    /// No memory.
    case memory
    /// The folder holds a film of another recording.
    case otherRecording(String)
    /// Nothing was recorded.
    case empty

    public var vietnamese: String {
        switch self {
        case .journal(.needsKey): "Nhật ký ghi hình được mã hóa; hãy chỉ ra tệp khóa bằng --key-file."
        case .journal(.notJournal): "Thư mục này không có nhật ký ghi hình nào đọc được."
        case .journal(let error): "Không đọc được nhật ký ghi hình: \(error)."
        case .codec(let name, let code):
            "Thư viện libav thiếu hoặc từ chối \(name) (mã \(code)); hãy cài lại gói libavcodec."
        case .output(let place, let code):
            "Không ghi được \(place) (mã \(code)); hãy kiểm tra dung lượng đĩa và quyền ghi."
        case .memory: "Hết bộ nhớ khi dựng phim; hãy tăng --memory."
        case .otherRecording(let id): "Thư mục đích chứa phim của bản ghi khác (\(id)); hãy chọn thư mục khác."
        case .empty: "Nhật ký chưa ghi được gì."
        }
    }

    public var english: String {
        switch self {
        case .journal(.needsKey): "The journal is encrypted: name the key's file with --key-file."
        case .journal(.notJournal): "The folder holds no journal that can be read."
        case .journal(let error): "The journal cannot be read: \(error)."
        case .codec(let name, let code): "libav lacks or refuses \(name) (code \(code)): install libavcodec again."
        case .output(let place, let code):
            "\(place) cannot be written (code \(code)): check the disk's space and who may write."
        case .memory: "No memory is left to compose: raise --memory."
        case .otherRecording(let id): "The folder holds the film of another recording (\(id)): name another folder."
        case .empty: "Nothing was recorded."
        }
    }
}
