import Foundation

/// How a paper of some type becomes pages.
public enum PaperKind: Sendable, Equatable {
    case pdf
    /// By LibreOffice; the ending that it knows the format by.
    case text(ending: String)
    case sheet(ending: String)
    case slides(ending: String)
    /// Words without a format.
    case plain
    /// One page, or as many as a TIFF file has.
    case picture

    /// - Parameter type: an Internet media type, with or without parameters (RFC 6838).
    /// - Returns: nil where there are no pages: of sound, of video, of links.
    public init?(type: String) {
        let name = type.prefix { $0 != ";" }.lowercased().trimmingCharacters(in: .whitespaces)
        guard let kind = Self.kinds[name] else { return nil }
        self = kind
    }

    var isTable: Bool { if case .sheet = self { true } else { false } }

    /// All types that become pages.
    public static var types: [String] { kinds.keys.sorted() }

    private static let kinds: [String: PaperKind] = {
        let office = "application/vnd.openxmlformats-officedocument."
        let open = "application/vnd.oasis.opendocument."
        return [
            "application/pdf": .pdf, "text/plain": .plain, "text/csv": .sheet(ending: "csv"),
            "application/rtf": .text(ending: "rtf"), "text/rtf": .text(ending: "rtf"),
            "application/msword": .text(ending: "doc"), "application/vnd.ms-excel": .sheet(ending: "xls"),
            "application/vnd.ms-powerpoint": .slides(ending: "ppt"),
            office + "wordprocessingml.document": .text(ending: "docx"),
            office + "wordprocessingml.template": .text(ending: "dotx"),
            office + "spreadsheetml.sheet": .sheet(ending: "xlsx"),
            office + "presentationml.presentation": .slides(ending: "pptx"),
            office + "presentationml.slideshow": .slides(ending: "ppsx"),
            "application/vnd.ms-word.document.macroenabled.12": .text(ending: "docm"),
            "application/vnd.ms-excel.sheet.macroenabled.12": .sheet(ending: "xlsm"),
            "application/vnd.ms-powerpoint.presentation.macroenabled.12": .slides(ending: "pptm"),
            open + "text": .text(ending: "odt"), open + "spreadsheet": .sheet(ending: "ods"),
            open + "presentation": .slides(ending: "odp"), open + "graphics": .slides(ending: "odg"),
            "image/png": .picture, "image/jpeg": .picture, "image/tiff": .picture, "image/webp": .picture,
        ]
    }()
}
