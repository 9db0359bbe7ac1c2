/// What a file is, by its content: its name is not believed.
public enum FileKind: String, Sendable, CaseIterable {
    case pdf, png, jpeg, webp, tiff, text
    case docx, docm, xlsx, xlsm, pptx, pptm
    case doc, xls, ppt
    case odt, ods, odp
    case mp4, m4a, webm, mp3, ogg, wav

    /// The media type under which it is kept and given out.
    public var type: String {
        let ooxml = "application/vnd.openxmlformats-officedocument."
        let odf = "application/vnd.oasis.opendocument."
        return switch self {
        case .pdf: "application/pdf"
        case .png: "image/png"
        case .jpeg: "image/jpeg"
        case .webp: "image/webp"
        case .tiff: "image/tiff"
        case .text: "text/plain; charset=utf-8"
        case .docx: ooxml + "wordprocessingml.document"
        case .docm: "application/vnd.ms-word.document.macroEnabled.12"
        case .xlsx: ooxml + "spreadsheetml.sheet"
        case .xlsm: "application/vnd.ms-excel.sheet.macroEnabled.12"
        case .pptx: ooxml + "presentationml.presentation"
        case .pptm: "application/vnd.ms-powerpoint.presentation.macroEnabled.12"
        case .doc: "application/msword"
        case .xls: "application/vnd.ms-excel"
        case .ppt: "application/vnd.ms-powerpoint"
        case .odt: odf + "text"
        case .ods: odf + "spreadsheet"
        case .odp: odf + "presentation"
        case .mp4: "video/mp4"
        case .m4a: "audio/mp4"
        case .webm: "video/webm"
        case .mp3: "audio/mpeg"
        case .ogg: "audio/ogg"
        case .wav: "audio/wav"
        }
    }

    /// The endings that a name may have, lower-case; the usual one first.
    public var endings: [String] {
        switch self {
        case .jpeg: ["jpg", "jpeg"]
        case .tiff: ["tif", "tiff"]
        case .text: ["txt"]
        case .mp4: ["mp4", "m4v", "m4a"]
        case .m4a: ["m4a", "mp4"]
        case .ogg: ["ogg", "oga", "ogv"]
        default: [rawValue]
        }
    }

    /// A recording: larger than a document may be, and played instead of shown in pages.
    public var isMedia: Bool { [.mp4, .m4a, .webm, .mp3, .ogg, .wav].contains(self) }

    /// Whether files with this ending are recordings.
    public static func isMedia(ending: String) -> Bool {
        allCases.contains { $0.isMedia && $0.endings.contains(ending.lowercased()) }
    }

    /// What it is called in a sentence.
    public var vietnamese: String {
        switch self {
        case .pdf: "tệp PDF"
        case .png, .jpeg, .webp, .tiff: "ảnh \(rawValue.uppercased())"
        case .text: "văn bản thuần"
        case .docx, .doc: "văn bản Word (\(rawValue.uppercased()))"
        case .docm: "văn bản Word có macro (DOCM)"
        case .xlsx, .xls: "bảng tính Excel (\(rawValue.uppercased()))"
        case .xlsm: "bảng tính Excel có macro (XLSM)"
        case .pptx, .ppt: "bản trình chiếu PowerPoint (\(rawValue.uppercased()))"
        case .pptm: "bản trình chiếu PowerPoint có macro (PPTM)"
        case .odt: "văn bản OpenDocument (ODT)"
        case .ods: "bảng tính OpenDocument (ODS)"
        case .odp: "bản trình chiếu OpenDocument (ODP)"
        case .mp4, .webm: "video \(rawValue.uppercased())"
        case .m4a, .mp3, .ogg, .wav: "tệp âm thanh \(rawValue.uppercased())"
        }
    }

    public var english: String {
        switch self {
        case .pdf: "a PDF file"
        case .png, .jpeg, .webp, .tiff: "a picture (\(rawValue.uppercased()))"
        case .text: "plain text"
        case .docx, .doc, .docm: "a Word document (\(rawValue.uppercased()))"
        case .xlsx, .xls, .xlsm: "an Excel workbook (\(rawValue.uppercased()))"
        case .pptx, .ppt, .pptm: "a PowerPoint presentation (\(rawValue.uppercased()))"
        case .odt, .ods, .odp: "an OpenDocument file (\(rawValue.uppercased()))"
        case .mp4, .webm: "a video (\(rawValue.uppercased()))"
        case .m4a, .mp3, .ogg, .wav: "a sound file (\(rawValue.uppercased()))"
        }
    }
}
