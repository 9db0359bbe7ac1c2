extension FileKind {
    /// Looks what a file is.
    ///
    /// Reads its head; of a ZIP or OLE2 file also its directory, of a text all of it.
    public init(of file: FileContent) throws(FileProblem) {
        guard file.count > 0 else { throw .empty }
        let head = file.bytes(at: 0, 4096)
        if head.has("%PDF-".utf8) {
            self = .pdf
        } else if head.has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if head.has([0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if head.has([0x49, 0x49, 42, 0]) || head.has([0x4D, 0x4D, 0, 42]) {
            self = .tiff
        } else if head.has("PK".utf8), head.count > 3, head[2] < 10, head[3] < 10 {
            self = try Self.package(file)
        } else if head.has(OLEDirectory.signature) {
            self = try Self.compound(file)
        } else if let media = Self.recording(head) {
            self = media
        } else {
            try Self.checkText(file, head)
            self = .text
        }
    }

    /// What of the recordings' containers begins so.
    private static func recording(_ head: [UInt8]) -> FileKind? {
        if head.has("RIFF".utf8) {
            return head.has("WEBP".utf8, at: 8) ? .webp : head.has("WAVE".utf8, at: 8) ? .wav : nil
        }
        // ISO/IEC 14496-12 §4.3: a file's brand. Sound alone has one of Apple's.
        if head.has("ftyp".utf8, at: 4) {
            if head.has("M4A ".utf8, at: 8) || head.has("M4B ".utf8, at: 8) { return .m4a }
            let isOther = ["qt  ", "heic", "heix", "mif1", "avif", "crx "].contains { head.has($0.utf8, at: 8) }
            return isOther ? nil : .mp4
        }
        if head.has("OggS".utf8) { return .ogg }
        // Matroska's header says which of its files are WebM (RFC 9559 §11.1).
        if head.has([0x1A, 0x45, 0xDF, 0xA3]) {
            let type: [UInt8] = [0x42, 0x82, 0x84] + Array("webm".utf8)
            return head.prefix(128).indices.contains { head.has(type, at: $0) } ? .webm : nil
        }
        // An ID3 tag, or a frame of layer III (ISO/IEC 11172-3 §2.4.1.3) whose rate and bit rate are there.
        if head.has("ID3".utf8) { return .mp3 }
        if head.count > 2, head[0] == 0xFF, head[1] & 0xE6 == 0xE2, head[1] & 0x18 != 0x08, head[2] & 0xF0 != 0xF0,
            head[2] & 0xF0 != 0, head[2] & 0x0C != 0x0C
        {
            return .mp3
        }
        return nil
    }

    /// An office document in a ZIP file.
    private static func package(_ file: FileContent) throws(FileProblem) -> FileKind {
        guard let directory = ZIPDirectory(of: file) else { throw .damaged }
        guard !directory.entries.contains(where: \.isEncrypted) else { throw .locked }
        // OpenDocument 1.3 part 2 §3.3: the first entry is the type, as it is.
        if let type = directory.stored("mimetype", of: file) {
            let kinds: [FileKind] = [.odt, .ods, .odp]
            let text = String(decoding: type, as: UTF8.self).trimmingSpaces
            if let kind = kinds.first(where: { $0.type == text }) { return kind }
            throw .unknown
        }
        // Office Open XML (ISO/IEC 29500-2): programs name the main part as they like, but in its usual folder.
        let names = Set(directory.entries.lazy.map { $0.name.lowercased() })
        guard names.contains("[content_types].xml") else { throw .unknown }
        let hasMacros = names.contains { $0.hasSuffix("vbaproject.bin") }
        func has(_ start: String) -> Bool { names.contains { $0.hasPrefix(start) && $0.hasSuffix(".xml") } }
        if has("word/document") { return hasMacros ? .docm : .docx }
        if has("xl/workbook") { return hasMacros ? .xlsm : .xlsx }
        if has("ppt/presentation") { return hasMacros ? .pptm : .pptx }
        throw .unknown
    }

    /// An office document as it was before 2007; one of today's that has a password (MS-OFFCRYPTO §2.3.4) looks so too.
    private static func compound(_ file: FileContent) throws(FileProblem) -> FileKind {
        guard let directory = OLEDirectory(of: file) else { throw .damaged }
        let names = directory.names
        if names.contains("EncryptedPackage") || names.contains("EncryptionInfo") { throw .locked }
        if names.contains("WordDocument") { return .doc }
        if names.contains("Workbook") || names.contains("Book") { return .xls }
        if names.contains("PowerPoint Document") { return .ppt }
        throw .unknown
    }

    /// Characters of Unicode in UTF-8, none of them a control character but line ends, tabs and page ends.
    private static func checkText(_ file: FileContent, _ head: [UInt8]) throws(FileProblem) {
        guard !head.has([0xFF, 0xFE]), !head.has([0xFE, 0xFF]) else { throw .notUTF8 }
        var place = 0
        var rest: [UInt8] = []
        while place < file.count {
            let piece = file.bytes(at: place, 256 << 10)
            guard !piece.isEmpty else { throw .damaged }
            place += piece.count
            guard !piece.contains(where: { $0 < 0x20 && ![9, 10, 12, 13].contains($0) || $0 == 0x7F }) else {
                throw .unknown
            }
            rest += piece
            // The last character may go on in the next piece: at most three of its bytes are here.
            var cut = rest.count
            if place < file.count {
                let lead = rest.indices.suffix(3).last { rest[$0] & 0xC0 != 0x80 }
                if let lead, rest[lead] >= 0xC0 { cut = lead }
            }
            guard String(validating: rest[..<cut], as: UTF8.self) != nil else { throw .notUTF8 }
            rest.removeFirst(cut)
        }
    }
}

/// Why a file is not taken.
public enum FileProblem: Error, Hashable, Sendable {
    case empty
    /// It has a password.
    case locked
    /// It begins as something that is taken, and does not go on so.
    case damaged
    /// Text in another encoding than UTF-8: TCVN3, VNI, UTF-16.
    case notUTF8
    /// Nothing that is taken.
    case unknown
    /// It is what `kind` says, under a name that says something else.
    case misnamed(FileKind, ending: String)

    public var vietnamese: String {
        switch self {
        case .empty: "Tệp rỗng."
        case .locked:
            "Tệp có mật khẩu nên không thể hiển thị trong cuộc họp. Đề nghị bỏ mật khẩu (Tệp › Thông tin › Bảo vệ) rồi gửi lại."
        case .damaged: "Tệp bị hỏng hoặc chưa đầy đủ. Đề nghị mở tệp trên máy, lưu lại rồi gửi bản mới."
        case .notUTF8:
            "Văn bản không dùng mã Unicode UTF-8 (có thể là TCVN3, VNI hoặc UTF-16). Đề nghị lưu lại với mã UTF-8 rồi gửi lại."
        case .unknown:
            "Loại tệp này không được nhận. Đề nghị dùng PDF, Word, Excel, PowerPoint, OpenDocument, ảnh PNG/JPEG/WebP/TIFF, văn bản TXT, video MP4/WebM hoặc âm thanh MP3/M4A/OGG/WAV."
        case .misnamed(let kind, let ending):
            "Tên tệp \(ending.isEmpty ? "không có đuôi" : "có đuôi “.\(ending)”") nhưng nội dung là \(kind.vietnamese). Đề nghị kiểm tra lại tệp, hoặc đổi đuôi thành “.\(kind.endings.first ?? "")” rồi gửi lại."
        }
    }

    public var english: String {
        switch self {
        case .empty: "The file is empty."
        case .locked:
            "The file has a password and cannot be shown in a meeting. Remove the password (File › Info › Protect) and send it again."
        case .damaged: "The file is damaged or not whole. Open it on your computer, save it anew and send that."
        case .notUTF8:
            "The text is not in UTF-8 (perhaps TCVN3, VNI or UTF-16). Save it as UTF-8 and send it again."
        case .unknown:
            "Such files are not taken. Use PDF, Word, Excel, PowerPoint, OpenDocument, PNG, JPEG, WebP, TIFF, plain text (TXT), MP4, WebM, MP3, M4A, OGG or WAV."
        case .misnamed(let kind, let ending):
            "The file's name \(ending.isEmpty ? "has no ending" : "ends in “.\(ending)”"), but its content is \(kind.english). Check the file, or change its ending to “.\(kind.endings.first ?? "")” and send it again."
        }
    }
}

extension FileKind {
    /// What a file is, if its name says so too.
    public init(of file: FileContent, named name: String) throws(FileProblem) {
        self = try FileKind(of: file)
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        let ending = parts.count > 1 ? parts.last?.lowercased() ?? "" : ""
        guard endings.contains(ending) else {
            // Of a name that says nothing known there is no more to say than what may come in.
            let isKnown = FileKind.allCases.contains { $0.endings.contains(ending) }
            throw isKnown || self != .text ? .misnamed(self, ending: ending) : .unknown
        }
        // The name tells sound from pictures where the brand does not.
        if self == .mp4, ending == "m4a" { self = .m4a }
        if self == .m4a, ending == "mp4" { self = .mp4 }
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
