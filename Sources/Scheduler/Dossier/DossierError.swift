import Briefing

/// What is wrong with an archive of a dossier.
public enum DossierError: Error, Equatable, Sendable, CustomStringConvertible {
    /// It is no archive, or not one as this program writes them.
    case notADossier
    /// A file was changed, or is not all there.
    case damaged(file: String)
    /// The manifest names a file that is not there.
    case missing(file: String)
    /// A file that the manifest does not name.
    case unknown(file: String)
    /// Written by a newer version of this program.
    case newer(version: Int)

    public var sentence: Sentence {
        switch self {
        case .notADossier:
            Sentence(
                vietnamese: "Tệp không phải là hồ sơ cuộc họp, hoặc phần mục lục của tệp đã hỏng. Hãy lấy lại bản gốc.",
                english: "This is no dossier, or its directory is damaged. Fetch the original again.")
        case .damaged(let file):
            Sentence(
                vietnamese: "Tệp “\(file)” trong hồ sơ đã bị thay đổi hoặc hỏng. Hãy lấy lại bản gốc.",
                english: "The file “\(file)” of the dossier was changed or is damaged. Fetch the original again.")
        case .missing(let file):
            Sentence(
                vietnamese: "Hồ sơ thiếu tệp “\(file)”. Hãy lấy lại bản gốc.",
                english: "The dossier lacks the file “\(file)”. Fetch the original again.")
        case .unknown(let file):
            Sentence(
                vietnamese: "Hồ sơ có tệp lạ “\(file)”. Hãy lấy lại bản gốc.",
                english: "The dossier has a file that is not its own, “\(file)”. Fetch the original again.")
        case .newer(let version):
            Sentence(
                vietnamese: "Hồ sơ do phiên bản mới hơn lập (dạng \(version)). Hãy cập nhật phần mềm.",
                english: "The dossier was written by a newer version (form \(version)). Update this program.")
        }
    }

    public var description: String { "\(sentence.vietnamese)\n\(sentence.english)" }
}
