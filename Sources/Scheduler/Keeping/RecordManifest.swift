import Foundation
import Identity

/// The files of a recording that is done, each with its hash: journal, pages that were shown, film. What composing leaves
/// behind beside them is not among them.
///
/// As text a line for each file, in the order of paths: `SHA-256 BYTES PATH`.
public struct RecordManifest: Sendable, Equatable {
    public struct File: Sendable, Equatable {
        /// In the recording's folder: `film/film.mp4`.
        public var path: String
        public var bytes: Int64
        /// 64 hexadecimal digits.
        public var sha256: String
    }

    public let files: [File]

    public init(_ files: [File]) { self.files = files.sorted { $0.path < $1.path } }

    /// - Returns: nil where a line is none.
    public init?(parsing text: String) {
        var files: [File] = []
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 2)
            guard parts.count == 3, parts[0].utf8.count == 64, let bytes = Int64(parts[1]), bytes >= 0,
                Self.isPath(String(parts[2]))
            else { return nil }
            files.append(File(path: String(parts[2]), bytes: bytes, sha256: String(parts[0])))
        }
        self.init(files)
    }

    public var text: String { files.map { "\($0.sha256) \($0.bytes) \($0.path)\n" }.joined() }

    /// Over the text.
    public var sha256: String { hexadecimal(Identity.sha256(Array(text.utf8))) }

    public var bytes: Int64 { files.reduce(0) { $0 + $1.bytes } }

    public subscript(_ path: String) -> File? { files.first { $0.path == path } }

    /// Whether a path stays within the folder.
    static func isPath(_ text: String) -> Bool {
        !text.isEmpty && !text.hasPrefix("/") && !text.unicodeScalars.contains { $0.value < 0x20 || $0 == "\\" }
            && text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty && $0 != "." && $0 != ".."
            }
    }

    /// The paths of what is kept in a recording's folder.
    static func paths(in folder: URL) -> [String] {
        let prefix = folder.resolvingSymlinksInPath().path + "/"
        guard
            let found = FileManager.default.enumerator(
                at: folder.resolvingSymlinksInPath(), includingPropertiesForKeys: [.isRegularFileKey])
        else { return [] }
        var paths: [String] = []
        for case let file as URL in found {
            guard (try? file.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true,
                file.path.hasPrefix(prefix)
            else { continue }
            let path = String(file.path.dropFirst(prefix.count))
            if isKept(path), isPath(path) { paths.append(path) }
        }
        return paths.sorted()
    }

    /// What a composer needs while it works, and only then.
    private static let passing: Set<String> = ["film/lock", "film/composer.log", "film/growing.mp4"]

    private static func isKept(_ path: String) -> Bool {
        if path.hasSuffix(".giaoban-journal") { return !path.contains("/") }
        if path.hasPrefix("pages/") { return true }
        return path.hasPrefix("film/") && !path.hasPrefix("film/pieces/") && !path.hasSuffix(".new")
            && !passing.contains(path)
    }

    /// Reads and hashes what is in a folder.
    ///
    /// - Throws: `CocoaError` where a file cannot be read.
    public static func reading(_ folder: URL) throws -> RecordManifest {
        RecordManifest(
            try paths(in: folder).map { path in
                let (bytes, sha256) = try digest(of: folder.appendingPathComponent(path))
                return File(path: path, bytes: bytes, sha256: sha256)
            })
    }

    /// How long a file is, and its SHA-256.
    static func digest(of file: URL) throws -> (bytes: Int64, sha256: String) {
        let digest = SHA256()
        let length = try SchedulerService.read(file) { digest.update($0) }
        return (length, hexadecimal(digest.finish()))
    }
}
