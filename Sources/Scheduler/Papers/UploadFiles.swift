import Briefing
import Foundation
import Glibc
import Identity
import Papers
import Synchronization

/// The files of papers that are coming in: each named by its upload's number, until it stands among the papers under its
/// content's SHA-256.
struct UploadFiles: Sendable {
    let folders: PaperFolders
    /// Brings the names in a folder to the disk: a new name is there when its folder is (fsync(2)).
    var keepNames: @Sendable (URL) throws -> Void = PaperFolders.synchronize

    struct Failure: Error {
        var code: Int32
        var isFull: Bool { code == ENOSPC || code == EDQUOT }
    }

    func place(_ id: Int64) -> URL { folders.uploads.appendingPathComponent(String(id)) }

    /// Bytes that have come; 0 where there is no file.
    func count(_ id: Int64) -> Int {
        var status = stat()
        guard stat(place(id).path, &status) == 0 else { return 0 }
        return Int(status.st_size)
    }

    /// An open file of an upload, made where there is none.
    func open(_ id: Int64) throws -> OpenFile {
        try makeFolder(folders.uploads)
        let path = place(id).path
        let isNew = access(path, F_OK) != 0
        let number = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard number >= 0 else { throw Failure(code: errno) }
        let file = OpenFile(number: number)
        if isNew { try keepNames(folders.uploads) }
        return file
    }

    /// Lets an upload's file stand among the papers too; there it is whole, or not at all.
    func keep(_ id: Int64, as sha256: String) throws {
        try makeFolder(folders.originals)
        guard link(place(id).path, folders.original(sha256).path) == 0 || errno == EEXIST else {
            throw Failure(code: errno)
        }
        // Another upload of the same content may just have made the name: it is on the disk after this.
        try keepNames(folders.originals)
    }

    /// Takes an upload's file away; what stands among the papers stays.
    func remove(_ id: Int64) { unlink(place(id).path) }

    func removeOriginal(_ sha256: String) { unlink(folders.original(sha256).path) }

    /// Numbers of uploads of which there are files.
    func all() -> [Int64] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folders.uploads.path)) ?? []).compactMap { Int64($0) }
    }

    /// Bytes of the disk that anybody may still use.
    func freeBytes() -> Int {
        var status = statvfs()
        let path = folders.uploads.deletingLastPathComponent().path
        guard statvfs(path, &status) == 0 else { return .max }
        let (bytes, isBeyond) = Int(clamping: status.f_bavail).multipliedReportingOverflow(
            by: Int(clamping: status.f_frsize))
        return isBeyond ? .max : bytes
    }

    private func makeFolder(_ folder: URL) throws {
        guard access(folder.path, F_OK) != 0 else { return }
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try keepNames(folder.deletingLastPathComponent())
    }
}

/// A file of an upload.
final class OpenFile: Sendable {
    private let number: Int32

    init(number: Int32) { self.number = number }

    deinit { _ = Glibc.close(number) }

    var count: Int {
        var status = stat()
        return fstat(number, &status) == 0 ? Int(status.st_size) : 0
    }

    func write(_ bytes: [UInt8], at offset: Int) throws {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes {
                pwrite(number, $0.baseAddress, $0.count, off_t(offset + done))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw UploadFiles.Failure(code: errno) }
            done += count
        }
    }

    /// What has been written is on the disk, and so is how much it is (fdatasync(2)).
    func flush() throws {
        guard fdatasync(number) == 0 else { throw UploadFiles.Failure(code: errno) }
    }

    /// What the file is and its SHA-256.
    ///
    /// Reads all of it: not for threads that serve others.
    func content(named name: String) -> Result<(kind: FileKind, sha256: String), FileProblem> {
        let content = FileContent(count: count) { [number] offset, wanted in Self.read(number, offset, wanted) }
        do throws(FileProblem) {
            let kind = try FileKind(of: content, named: name)
            let digest = SHA256()
            var place = 0
            while place < content.count {
                let piece = Self.read(number, place, min(1 << 20, content.count - place))
                guard !piece.isEmpty else { throw .damaged }
                digest.update(piece)
                place += piece.count
            }
            return .success((kind, hexadecimal(digest.finish())))
        } catch {
            return .failure(error)
        }
    }

    private static func read(_ number: Int32, _ offset: Int, _ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = 0
            while filled < count {
                let got = pread(number, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { return }
                filled += got
            }
        }
    }
}

/// Who writes into which upload: the newest request for it, since an older one may be what is left of a line that was
/// cut.
final class UploadTurns: Sendable {
    private let turns = Mutex<[Int64: Int]>([:])
    private let next = Atomic(1)

    /// Begins a turn; that of any other request for the same upload is over.
    func begin(_ id: Int64) -> Int {
        let turn = next.add(1, ordering: .relaxed).newValue
        turns.withLock { $0[id] = turn }
        return turn
    }

    /// Does something while the turn lasts.
    ///
    /// - Returns: nil where another's has begun.
    func during<Value>(_ turn: Int, of id: Int64, _ body: () throws -> Value) rethrows -> Value? {
        try turns.withLock { $0[id] == turn ? try body() : nil }
    }

    func end(_ turn: Int, of id: Int64) {
        turns.withLock { if $0[id] == turn { $0[id] = nil } }
    }
}
