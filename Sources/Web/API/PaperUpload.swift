import Briefing
import Foundation
import Glibc
import HTTPTypes
import Hummingbird
import Identity
import NIOCore
import Scheduler

/// Files of papers: taken as they come, named by their hash, given back as downloads.
struct PaperUpload: Sendable {
    let folder: URL
    /// Brings the names in a folder to the disk.
    var keepNames: @Sendable (URL) throws -> Void = PaperUpload.synchronize

    struct File {
        var bytes: Int
        var sha256: String
        var type: String
    }

    /// What a file's first bytes say it is, and the endings that go with it: the name alone is not believed.
    private static let kinds: [(type: String, magic: [UInt8], endings: Set<String>)] = [
        ("application/pdf", Array("%PDF-".utf8), ["pdf"]),
        ("application/zip", [0x50, 0x4B, 0x03, 0x04], ["docx", "xlsx", "pptx", "odt", "ods", "odp", "zip"]),
        ("application/msword", [0xD0, 0xCF, 0x11, 0xE0], ["doc", "xls", "ppt"]),
        ("image/png", [0x89, 0x50, 0x4E, 0x47], ["png"]),
        ("image/jpeg", [0xFF, 0xD8, 0xFF], ["jpg", "jpeg"]),
    ]

    private static let officeTypes = [
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "odt": "application/vnd.oasis.opendocument.text", "ods": "application/vnd.oasis.opendocument.spreadsheet",
        "odp": "application/vnd.oasis.opendocument.presentation", "xls": "application/vnd.ms-excel",
        "ppt": "application/vnd.ms-powerpoint",
    ]

    /// Writes a body into the folder. It is there whole, on the disk, or not at all.
    func take(_ request: Request, filename: String) async throws -> File {
        if !FileManager.default.fileExists(atPath: folder.path) {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try keepNames(folder.deletingLastPathComponent())
        }
        let temporary = folder.appendingPathComponent("new-" + randomToken())
        guard
            FileManager.default.createFile(
                atPath: temporary.path, contents: nil, attributes: [.posixPermissions: 0o600])
        else { throw CocoaError(.fileWriteUnknown) }
        defer { try? FileManager.default.removeItem(at: temporary) }
        let handle = try FileHandle(forWritingTo: temporary)
        defer { try? handle.close() }
        let digest = SHA256()
        var head: [UInt8] = []
        var count = 0
        for try await buffer in request.body {
            count += buffer.readableBytes
            guard count <= SchedulerService.largestPaper else {
                throw ActError.tooLarge(
                    Sentence(
                        vietnamese:
                            "Tệp lớn hơn \(SchedulerService.largestPaper >> 20) MB. Hãy nén lại hoặc gửi đường dẫn.",
                        english:
                            "The file is over \(SchedulerService.largestPaper >> 20) MB. Make it smaller, or give a link."
                    ))
            }
            let bytes = Array(buffer.readableBytesView)
            if head.count < 16 { head += bytes.prefix(16 - head.count) }
            digest.update(bytes)
            try handle.write(contentsOf: bytes)
        }
        let type = try type(head, filename: filename, count: count)
        try handle.synchronize()
        let name = hexadecimal(digest.finish())
        let place = folder.appendingPathComponent(name)
        if !FileManager.default.fileExists(atPath: place.path) {
            try FileManager.default.moveItem(at: temporary, to: place)
        }
        // A new name is on the disk when its folder is (fsync(2)); another upload of the same file may just have made it.
        try keepNames(folder)
        return File(bytes: count, sha256: name, type: type)
    }

    private static func synchronize(_ folder: URL) throws {
        let number = Glibc.open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw CocoaError(.fileReadUnknown) }
        defer { _ = Glibc.close(number) }
        guard fsync(number) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    private func type(_ head: [UInt8], filename: String, count: Int) throws(ActError) -> String {
        guard count > 0 else {
            throw .invalid([
                "file": Sentence(vietnamese: "Tệp rỗng.", english: "The file is empty.")
            ])
        }
        let ending = filename.split(separator: ".").last.map { $0.lowercased() } ?? ""
        for kind in Self.kinds where head.starts(with: kind.magic) && kind.endings.contains(ending) {
            return Self.officeTypes[ending] ?? kind.type
        }
        if ending == "txt", !head.contains(0) { return "text/plain; charset=utf-8" }
        throw .invalid([
            "file": Sentence(
                vietnamese:
                    "Nội dung tệp không khớp với đuôi “.\(ending)”, hoặc loại tệp này không được nhận. Hãy dùng PDF, Word, Excel, PowerPoint, ODF, ảnh PNG/JPEG hoặc văn bản.",
                english:
                    "The file's content does not fit its ending “.\(ending)”, or such files are not taken. Use PDF, Word, Excel, PowerPoint, ODF, PNG, JPEG or text."
            )
        ])
    }

    /// The file, or where the link leads. Nothing but a PDF or a picture opens in the browser itself.
    func answer(_ paper: Paper, _ request: Request) throws -> Response {
        if let link = paper.link {
            return Response(status: .found, headers: [.location: link, .cacheControl: "no-store"])
        }
        guard let hash = paper.sha256, let data = try? Data(contentsOf: folder.appendingPathComponent(hash)) else {
            throw ActError.notFound
        }
        let opens = ["application/pdf", "image/png", "image/jpeg"].contains(paper.type)
        let name = paper.filename.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "tai-lieu"
        return Response(
            status: .ok,
            headers: [
                .contentType: paper.type, .cacheControl: "private, no-store",
                .contentDisposition: "\(opens ? "inline" : "attachment"); filename*=UTF-8''\(name)",
                .contentSecurityPolicy: "sandbox; default-src 'none'; style-src 'unsafe-inline'",
            ], body: .init(byteBuffer: ByteBuffer(bytes: data)))
    }
}
