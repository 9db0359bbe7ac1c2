/// Why a paper could not be prepared, signed or read.
public enum SigningError: Error, Hashable, Sendable {
    /// It does not begin as a PDF file does.
    case notPDF
    /// What stands at this byte of the file (or of a stream in it) is not what has to stand there. Save the file anew.
    case damaged(at: Int)
    /// It is encrypted: it cannot be read, let alone be added to, without a password.
    case encrypted
    /// More than ``SigningLimits/fileBytes``, or parts that grow beyond what a paper needs.
    case tooLarge
    /// Something that this reader does not know, by its name in PDF.
    case unsupported(String)
    /// Its author has certified it and forbidden every change (ISO 32000-1 §12.8.2.2).
    case changesForbidden
    /// A text of the signature's appearance is empty or too long.
    case badText
    /// No font is installed in which the appearance could be drawn.
    case noFont
    /// It holds no place that waits for a signature.
    case notPrepared
    /// The signature is longer than the place that was kept for it.
    case noRoom
    /// The certificate cannot be read, or its key is neither RSA (2,048 bits and more) nor on the curve P-256, P-384.
    case badCertificate
    /// What came back is no signature of this paper by the certificate that it names.
    case signatureDoesNotFit
    /// What a time-stamp authority answered is no time-stamp of this signature; its reason.
    case badTimestamp(String)

    public var vietnamese: String {
        switch self {
        case .notPDF: "Tệp không phải là tệp PDF."
        case .damaged(let place): "Tệp PDF bị lỗi tại byte \(place); đề nghị lưu lại tệp rồi gửi lại."
        case .encrypted:
            "Tệp PDF được đặt mật khẩu nên không ký số hoặc kiểm tra được; đề nghị gửi bản không đặt mật khẩu."
        case .tooLarge: "Tệp PDF quá lớn; kích thước tối đa là \(SigningLimits.fileBytes >> 20) MB."
        case .unsupported(let what): "Tệp PDF có thành phần chưa được hỗ trợ: \(what)."
        case .changesForbidden: "Tệp PDF đã được xác nhận và khóa, không được ký thêm."
        case .badText: "Nội dung hiển thị của chữ ký số để trống hoặc quá dài."
        case .noFont: "Máy chủ chưa cài phông chữ; đề nghị quản trị viên cài gói fonts-croscore và fonts-noto-core."
        case .notPrepared: "Tệp PDF không có vị trí chờ ký số."
        case .noRoom: "Chữ ký số dài hơn phần dành sẵn trong tệp PDF."
        case .badCertificate: "Không đọc được chứng thư số, hoặc loại khóa của chứng thư số chưa được hỗ trợ."
        case .signatureDoesNotFit: "Chữ ký số không phải của văn bản này hoặc không khớp với chứng thư số kèm theo."
        case .badTimestamp(let reason): "Dấu thời gian không hợp lệ: \(reason)."
        }
    }

    public var english: String {
        switch self {
        case .notPDF: "The file is no PDF file."
        case .damaged(let place): "The PDF file is damaged at byte \(place); save it anew and send it again."
        case .encrypted: "The PDF file has a password, so that it can neither be signed nor checked; send one without."
        case .tooLarge: "The PDF file is too large; the limit is \(SigningLimits.fileBytes >> 20) MB."
        case .unsupported(let what): "The PDF file has something that is not supported: \(what)."
        case .changesForbidden: "The PDF file is certified and locked: no signature can be added."
        case .badText: "A text of the signature's appearance is empty or too long."
        case .noFont:
            "No font is installed on the server; ask its administrator to install fonts-croscore and fonts-noto-core."
        case .notPrepared: "The PDF file has no place that waits for a signature."
        case .noRoom: "The signature is longer than the place that was kept for it in the PDF file."
        case .badCertificate: "The certificate cannot be read, or has a kind of key that is not supported."
        case .signatureDoesNotFit: "The signature is not of this paper, or not by the certificate that comes with it."
        case .badTimestamp(let reason): "The time-stamp is not valid: \(reason)."
        }
    }
}

/// Bounds of what is read, so that no file takes a server's memory or time.
public enum SigningLimits {
    /// Bytes of a file.
    public static let fileBytes = 64 << 20
    /// Bytes to which all of a file's cross-reference and object streams may unpack.
    static let unpackedBytes = 128 << 20
    /// Entries of all cross-reference sections.
    static let entries = 2_000_000
    /// Cross-reference sections: one for each time that the file was added to.
    static let sections = 1_000
    /// Arrays and dictionaries in one another.
    static let depth = 64
    /// Pages that are looked at.
    static let pages = 20_000
    /// Signatures that are checked.
    static let signatures = 100
}
