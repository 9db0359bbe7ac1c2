import Foundation
import Glibc

/// Where papers' files are kept, each named by the SHA-256 of its content: a file is there whole or not at all.
public struct PaperFolders: Sendable {
    /// The files as they came.
    public let originals: URL
    /// A folder for each file that has been made into pages.
    public let pages: URL
    /// What is played in calls, a file for each.
    public let films: URL
    /// What is still coming in.
    public let uploads: URL
    /// Dossiers that were brought in, each named by the SHA-256 of its file.
    public let dossiers: URL
    /// Recordings of calls, a folder for each.
    public let recordings: URL
    /// Copies of recordings' films, a folder for each.
    public let copies: URL

    /// - Parameter data: the server's folder.
    public init(in data: URL) {
        originals = data.appendingPathComponent("papers")
        pages = data.appendingPathComponent("pages")
        films = data.appendingPathComponent("films")
        uploads = data.appendingPathComponent("uploads")
        dossiers = data.appendingPathComponent("dossiers")
        recordings = data.appendingPathComponent("recordings")
        copies = data.appendingPathComponent("copies")
    }

    /// - Parameter sha256: 64 hexadecimal digits, as the store has them.
    public func original(_ sha256: String) -> URL { originals.appendingPathComponent(sha256) }
    public func film(of sha256: String) -> URL { films.appendingPathComponent(sha256) }
    public func pages(of sha256: String) -> URL { pages.appendingPathComponent(sha256) }

    /// Brings the names in a folder to the disk: a new one is there when its folder is (fsync(2)).
    static func synchronize(_ folder: URL) throws(UploadFiles.Failure) {
        let number = Glibc.open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw UploadFiles.Failure(code: errno) }
        defer { _ = Glibc.close(number) }
        guard fsync(number) == 0 else { throw UploadFiles.Failure(code: errno) }
    }
}
