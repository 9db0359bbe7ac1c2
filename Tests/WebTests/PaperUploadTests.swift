import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization
import Testing

@testable import Web

@Suite struct PaperUploadTests {
    /// The folders whose names were brought to the disk, each with what it then held.
    private final class Kept: Sendable {
        let folders: Mutex<[(name: String, files: [String])]> = Mutex([])

        func note(_ folder: URL) throws {
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            folders.withLock { $0.append((folder.lastPathComponent, files)) }
        }
    }

    private func take(_ text: String, _ upload: PaperUpload) async throws -> PaperUpload.File {
        let request = Request(
            head: HTTPRequest(method: .post, scheme: "https", authority: "x", path: "/"),
            body: RequestBody(buffer: ByteBuffer(string: text)))
        return try await upload.take(request, filename: "a.txt")
    }

    @Test func `A paper is acknowledged when its name is on the disk too, and so is that of a new folder`() async throws
    {
        let parent = FileManager.default.temporaryDirectory.appendingPathComponent("papers-\(UUID())")
        defer { try? FileManager.default.removeItem(at: parent) }
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        let kept = Kept()
        let upload = PaperUpload(
            folder: parent.appendingPathComponent("papers"), keepNames: { try kept.note($0) })
        let file = try await take("Báo cáo", upload)
        var folders = kept.folders.withLock { $0 }
        #expect(folders.map(\.name) == [parent.lastPathComponent, "papers"])
        #expect(folders.first?.files == ["papers"] && folders.last?.files.contains(file.sha256) == true)
        // What another upload has just put there may not be on the disk yet.
        _ = try await take("Báo cáo", upload)
        folders = kept.folders.withLock { $0 }
        #expect(folders.map(\.name) == [parent.lastPathComponent, "papers", "papers"])
    }

    @Test func `A paper is not acknowledged where its name does not reach the disk`() async throws {
        struct Broken: Error {}
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("papers-\(UUID())")
        defer { try? FileManager.default.removeItem(at: folder) }
        let upload = PaperUpload(folder: folder, keepNames: { _ in throw Broken() })
        await #expect(throws: Broken.self) { try await take("Báo cáo", upload) }
        #expect(try await take("Báo cáo", PaperUpload(folder: folder)).bytes == 9)
    }
}
