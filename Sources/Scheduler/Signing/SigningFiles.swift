import Foundation
import Glibc
import Identity

/// Files of signing. Each is there whole, on the disk, or not at all.
enum SigningFiles {
    /// Puts bytes at a place in a folder that is made where it is missing. What is there already is left: files are named by
    /// what they hold, or by a number that nothing else has.
    ///
    /// - Parameter workplace: a folder of the same disk that ``sweep(_:keeping:now:)`` clears of what a killed server leaves;
    ///   nil for the place's own.
    static func keep(_ bytes: [UInt8], at place: URL, by workplace: URL? = nil) throws {
        let folder = place.deletingLastPathComponent()
        if !FileManager.default.fileExists(atPath: folder.path) {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try PaperFolders.synchronize(folder.deletingLastPathComponent())
        }
        if !FileManager.default.fileExists(atPath: place.path) {
            let temporary = (workplace ?? folder).appendingPathComponent("new-" + SecretToken().text)
            guard
                FileManager.default.createFile(
                    atPath: temporary.path, contents: nil, attributes: [.posixPermissions: 0o600])
            else { throw CocoaError(.fileWriteUnknown) }
            defer { try? FileManager.default.removeItem(at: temporary) }
            let handle = try FileHandle(forWritingTo: temporary)
            defer { try? handle.close() }
            try handle.write(contentsOf: Data(bytes))
            try handle.synchronize()
            guard rename(temporary.path, place.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
        }
        try PaperFolders.synchronize(folder)
    }

    /// Removes prepared files that nobody waits for, and what a killed server has left; young ones may be on their way.
    static func sweep(_ folder: URL, keeping waiting: Set<String>, now: Int) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        for name in names where !waiting.contains(name.replacing(".pdf", with: "")) {
            let place = folder.appendingPathComponent(name)
            let changed = try? FileManager.default.attributesOfItem(atPath: place.path)[.modificationDate] as? Date
            guard let changed, Double(now) - changed.timeIntervalSince1970 > 600 else { continue }
            try? FileManager.default.removeItem(at: place)
        }
    }
}

extension PaperFolders {
    /// Files that wait for a signature.
    var signing: URL { originals.deletingLastPathComponent().appendingPathComponent("signing") }

    /// - Parameter id: of a prepared signature: 43 characters of base64url.
    func prepared(_ id: String) -> URL { signing.appendingPathComponent("\(id).pdf") }

    /// What a Word or other office file became, to be signed in its place.
    func converted(_ sha256: String) -> URL { pages(of: sha256).appendingPathComponent("paper.pdf") }
}
