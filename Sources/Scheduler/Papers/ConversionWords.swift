import Briefing
import Conversion

extension ConversionFailure {
    /// What is said to who reads the paper, and what to do.
    var sentence: BothLanguages {
        switch self {
        case .password:
            BothLanguages(
                vi: "Tài liệu có mật khẩu nên không lập được trang xem. Hãy bỏ mật khẩu rồi tải lên lại.",
                en: "The paper has a password, so that no pages could be made. Remove the password and upload it again."
            )
        case .damaged:
            BothLanguages(
                vi:
                    "Không đọc được nội dung tài liệu; tệp có thể đã hỏng. Hãy mở tệp trên máy của mình, lưu lại (hoặc xuất ra PDF) rồi tải lên lại.",
                en:
                    "The paper's content cannot be read; the file may be damaged. Open it on your own machine, save it again (or export it as PDF), and upload it again."
            )
        case .tooManyPages:
            BothLanguages(
                vi:
                    "Tài liệu có hơn \(PaperConversion.mostPages) trang nên không lập được trang xem. Hãy tách thành nhiều tệp rồi tải lên lại.",
                en:
                    "The paper has more than \(PaperConversion.mostPages) pages, so that no pages could be made. Split it into several files and upload them."
            )
        case .tooLong:
            BothLanguages(
                vi:
                    "Lập trang xem mất quá nhiều thời gian nên đã dừng. Hãy tách nhỏ tài liệu hoặc xuất ra PDF rồi tải lên lại.",
                en:
                    "Making the pages took too long and was stopped. Split the paper, or export it as PDF, and upload it again."
            )
        case .tooLarge:
            BothLanguages(
                vi:
                    "Nội dung tài liệu quá lớn để lập trang xem. Hãy giảm kích thước ảnh hoặc tách nhỏ tài liệu rồi tải lên lại.",
                en:
                    "The paper's content is too large for pages to be made of it. Make its pictures smaller, or split it, and upload it again."
            )
        case .empty:
            BothLanguages(
                vi: "Tài liệu không có nội dung nào. Hãy kiểm tra lại tệp rồi tải lên lại.",
                en: "There is nothing in the paper. Check the file and upload it again.")
        case .unsupported:
            BothLanguages(
                vi: "Không lập được trang xem từ loại tệp này. Hãy xuất ra PDF rồi tải lên lại.",
                en: "No pages can be made of such a file. Export it as PDF and upload it again.")
        case .programsMissing:
            BothLanguages(
                vi:
                    "Máy chủ chưa cài chương trình lập trang xem. Vẫn tải tệp gốc về được; hãy báo quản trị viên cài đặt theo nhật ký máy chủ.",
                en:
                    "The programs that make pages are not installed on the server. The file itself can be downloaded; tell the administrator, for whom the server's log names them."
            )
        case .noSandbox:
            BothLanguages(
                vi:
                    "Máy chủ không tạo được vùng cách ly để lập trang xem. Vẫn tải tệp gốc về được; hãy báo quản trị viên kiểm tra nhật ký máy chủ.",
                en:
                    "The server could not make the sandbox in which pages are made. The file itself can be downloaded; tell the administrator to look into the server's log."
            )
        case .server:
            BothLanguages(
                vi:
                    "Máy chủ gặp lỗi khi lập trang xem. Vẫn tải tệp gốc về được; hãy báo quản trị viên kiểm tra nhật ký và dung lượng đĩa.",
                en:
                    "The server failed while it made the pages. The file itself can be downloaded; tell the administrator to look into the server's log and the disk's space."
            )
        }
    }
}
