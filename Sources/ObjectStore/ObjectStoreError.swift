/// Why a store did not do what was asked.
public enum ObjectStoreError: Error, Sendable, Equatable {
    /// It does not answer: try again later. What libcurl says.
    case unreachable(String)
    /// It is busy or broken (5xx, 429): try again later.
    case busy(status: Int)
    /// It has no room: make some.
    case full
    /// It refuses: mend the keys, the bucket or its rights. The store's own code, `AccessDenied` for example.
    case refused(status: Int, code: String)
    /// There is no such object, or no such upload.
    case missing
    /// The object is another than was asked for.
    case changed
    /// It answers what no S3 store does.
    case badAnswer(String)

    /// Whether it may be otherwise later without anybody's doing.
    public var isPassing: Bool {
        switch self {
        case .unreachable, .busy: true
        case .full, .refused, .missing, .changed, .badAnswer: false
        }
    }

    public var vietnamese: String {
        switch self {
        case .unreachable(let reason): "Không kết nối được kho lưu trữ (\(reason))."
        case .busy(let status): "Kho lưu trữ đang bận hoặc lỗi (HTTP \(status))."
        case .full: "Kho lưu trữ đã đầy."
        case .refused(let status, let code): "Kho lưu trữ từ chối (HTTP \(status), \(code)). Hãy xem lại khóa và quyền."
        case .missing: "Kho lưu trữ không có tệp này."
        case .changed: "Tệp trong kho lưu trữ không còn như lúc gửi."
        case .badAnswer(let what): "Kho lưu trữ trả lời sai chuẩn S3: \(what)."
        }
    }

    public var english: String {
        switch self {
        case .unreachable(let reason): "The store cannot be reached (\(reason))."
        case .busy(let status): "The store is busy or broken (HTTP \(status))."
        case .full: "The store is full."
        case .refused(let status, let code):
            "The store refuses (HTTP \(status), \(code)). Look at the keys and their rights."
        case .missing: "The store does not have this object."
        case .changed: "The object in the store is not what was sent."
        case .badAnswer(let what): "The store's answer is no S3 answer: \(what)."
        }
    }
}
