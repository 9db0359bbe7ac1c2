import Briefing
import Papers

/// Bounds of what comes in as papers.
public enum PaperLimits {
    /// Bytes of a document.
    public static let document = 50 << 20
    /// Bytes of a recording: video or sound.
    public static let media = 500 << 20
    /// Uploads of one person that are not whole.
    public static let openUploads = 20
    /// Seconds after which an upload with which nobody went on is taken away.
    public static let patience = 7 * 86_400
    /// Bytes of the disk that papers leave to the database, its log and letters.
    public static let diskReserve = 1 << 30

    /// Bytes that a file of this name may have.
    public static func bytes(named name: String) -> Int {
        FileKind.isMedia(ending: name.split(separator: ".").last.map(String.init) ?? "") ? media : document
    }

    static func tooLarge(_ limit: Int) -> ActError {
        .tooLarge(
            Sentence(
                vietnamese: "Tệp lớn hơn \(limit >> 20) MB. Hãy nén lại hoặc gửi đường dẫn.",
                english: "The file is over \(limit >> 20) MB. Make it smaller, or give a link."))
    }
}
