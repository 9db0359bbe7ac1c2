import Glibc
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
    /// A file is not there, or is no film: where, and libav's code.
    case film(String, code: Int32)
    /// A passage ends before it begins, or is outside of the film; all in seconds.
    case passage(from: Double, to: Double, length: Double)
    /// A passage would take its film's place.
    case sameFile(String)

    public var vietnamese: String {
        switch self {
        case .journal(.needsKey): "Nhật ký ghi hình được mã hóa; hãy chỉ ra tệp khóa bằng --key-file."
        case .journal(.notJournal): "Thư mục này không có nhật ký ghi hình nào đọc được."
        case .journal(let error): "Không đọc được nhật ký ghi hình: \(error)."
        case .codec(let name, let code):
            "Thư viện libav thiếu hoặc từ chối \(name) (mã \(code)); hãy cài lại gói libavcodec."
        case .output(let place, let code) where abs(code) == ENOSPC:
            "Đĩa đã đầy, không ghi được \(place); hãy giải phóng dung lượng rồi làm lại."
        case .output(let place, let code):
            "Không ghi được \(place) (mã \(code)); hãy kiểm tra dung lượng đĩa và quyền ghi."
        case .memory: "Hết bộ nhớ khi dựng phim; hãy tăng --memory."
        case .otherRecording(let id): "Thư mục đích chứa phim của bản ghi khác (\(id)); hãy chọn thư mục khác."
        case .empty: "Nhật ký chưa ghi được gì."
        case .film(let place, let code) where abs(code) == ENOENT: "Không có tệp phim \(place)."
        case .film(let place, let code):
            "Không đọc được phim \(place) (mã \(code)); tệp hỏng hoặc không phải phim của hệ thống."
        case .passage(let from, let to, _) where from >= to:
            "Đoạn cắt phải kết thúc sau khi bắt đầu: từ giây \(Self.seconds(from)) đến giây \(Self.seconds(to))."
        case .passage(let from, let to, let length):
            "Đoạn cắt từ giây \(Self.seconds(from)) đến giây \(Self.seconds(to)) nằm ngoài phim, phim dài \(Self.seconds(length)) giây."
        case .sameFile(let place): "Không thể ghi đoạn cắt đè lên chính phim \(place); hãy chọn tên tệp khác."
        }
    }

    public var english: String {
        switch self {
        case .journal(.needsKey): "The journal is encrypted: name the key's file with --key-file."
        case .journal(.notJournal): "The folder holds no journal that can be read."
        case .journal(let error): "The journal cannot be read: \(error)."
        case .codec(let name, let code): "libav lacks or refuses \(name) (code \(code)): install libavcodec again."
        case .output(let place, let code) where abs(code) == ENOSPC:
            "The disk is full, \(place) cannot be written: free some space and do it again."
        case .output(let place, let code):
            "\(place) cannot be written (code \(code)): check the disk's space and who may write."
        case .memory: "No memory is left to compose: raise --memory."
        case .otherRecording(let id): "The folder holds the film of another recording (\(id)): name another folder."
        case .empty: "Nothing was recorded."
        case .film(let place, let code) where abs(code) == ENOENT: "There is no film \(place)."
        case .film(let place, let code): "\(place) cannot be read (code \(code)): it is damaged, or no film of ours."
        case .passage(let from, let to, _) where from >= to:
            "A passage has to end behind its begin: from second \(Self.seconds(from)) to second \(Self.seconds(to))."
        case .passage(let from, let to, let length):
            "The passage from second \(Self.seconds(from)) to second \(Self.seconds(to)) is outside of the film, which has \(Self.seconds(length)) s."
        case .sameFile(let place): "The passage would take the place of its film \(place): name another file."
        }
    }

    /// `83.4`: to the hundredth, and without a fraction where there is none.
    private static func seconds(_ value: Double) -> String {
        let rounded = (value * 100).rounded() / 100
        return rounded == rounded.rounded() && abs(rounded) < 1e9 ? "\(Int(rounded))" : "\(rounded)"
    }
}
