import Archive
import Foundation
import Glibc
import Identity
import ObjectStore
import Store

/// A recording's files in an object store: sent, read back, given up here, brought back. All of it blocks, is called again
/// after a crash, and goes on where it was.
public struct StoredFiles: Sendable {
    /// A file that is not what its manifest says.
    public struct Differs: Error, Sendable {
        public var path: String
        /// Whether it is the store's that differs, and not this machine's.
        public var isInStore: Bool

        public var vietnamese: String {
            isInStore
                ? "Tệp \(path) đọc lại từ kho lưu trữ không khớp mã kiểm tra." : "Tệp \(path) không khớp mã kiểm tra."
        }
        public var english: String {
            isInStore ? "\(path), read back from the store, has another hash." : "\(path) has another hash."
        }
    }

    let objects: ObjectStore
    let store: Store
    let kept: KeptRecording
    /// Of the recording, on this machine.
    let folder: URL

    public init(_ objects: ObjectStore, store: Store, kept: KeptRecording, folder: URL) {
        self.objects = objects
        self.store = store
        self.kept = kept
        self.folder = folder
    }

    /// What a recording's keys begin with, after the store's prefix.
    static func key(_ path: String, of kept: KeptRecording) -> String { "\(kept.id)/\(path)" }

    /// The list of all files, beside them: what is in the store can be understood without this machine.
    private static let list = "manifest.txt"

    /// Texts and the images of pages stay on this machine: lists, search and the player read them, and they are small.
    static func stays(_ path: String) -> Bool {
        path.hasSuffix(".json") || path.hasSuffix(".vtt") || path.hasPrefix("pages/")
    }

    /// - Throws: ``ActError/notFound`` where the recording is not sealed.
    func manifest() throws -> RecordManifest {
        let text = try store.readNow { try $0.manifest(of: kept.id) }
        guard let manifest = text.flatMap({ RecordManifest(parsing: $0) }) else { throw ActError.notFound }
        return manifest
    }

    // MARK: There

    /// Sends what the store does not have, and reads each object back.
    ///
    /// - Parameter rate: asked again and again: bytes a second that leave at most; 0: as many as go.
    /// - Returns: the manifest that the store has now.
    func send(rate: @escaping () -> Int) throws -> RecordManifest {
        let manifest = try manifest()
        try store.writeNow { try $0.begin(storing: kept.id, manifest: manifest.sha256) }
        for file in manifest.files {
            let known = try store.readNow { try $0.storedObject(file.path, of: kept.id) }
            if known?.tag != nil, known?.sha256 == file.sha256 { continue }
            try send(file, known: known, rate: rate)
        }
        try objects.put(Array(manifest.text.utf8), at: Self.key(Self.list, of: kept))
        return manifest
    }

    private func send(_ file: RecordManifest.File, known: StoredObject?, rate: @escaping () -> Int) throws {
        let key = Self.key(file.path, of: kept)
        var object = StoredObject(path: file.path, sha256: file.sha256, bytes: file.bytes)
        if let upload = known?.upload {
            if known?.sha256 == file.sha256 {
                object.upload = upload
            } else {
                // Parts of another content take room there for nothing.
                try objects.abandon(upload, at: key)
            }
        }
        // What was sent before the answer was lost is there, and is only read back.
        if try objects.object(at: key)?.length != file.bytes || !isRight(file, in: nil) {
            let bytes = try FileBytes(folder.appendingPathComponent(file.path))
            guard bytes.length == UInt64(file.bytes) else { throw Differs(path: file.path, isInStore: false) }
            let begun = object
            try ObjectUpload(key: key, length: file.bytes).run(
                to: objects, known: object.upload,
                began: { upload in
                    var begun = begun
                    begun.upload = upload
                    let noted = begun
                    try store.writeNow { try $0.set(noted, of: kept.id) }
                }, rate: rate,
                read: { try bytes.bytes(at: UInt64($0.lowerBound), count: Int($0.count)) })
        }
        guard let there = try objects.object(at: key), try isRight(file, in: there.tag) else {
            // Which of the two it is: what is right here was sent wrongly, and is sent again.
            let own = try RecordManifest.digest(of: folder.appendingPathComponent(file.path))
            try store.writeNow { try $0.forgetObject(file.path, of: kept.id) }
            throw Differs(path: file.path, isInStore: own.sha256 == file.sha256)
        }
        object.upload = nil
        object.tag = there.tag
        let right = object
        try store.writeNow { try $0.set(right, of: kept.id) }
    }

    /// Whether what the store has of a file has its hash.
    private func isRight(_ file: RecordManifest.File, in tag: String?) throws -> Bool {
        let digest = StreamDigest()
        let isThere = try stream(file.path, tag: tag) { digest.update($0) }
        guard isThere else { return false }
        return digest.length == file.bytes && digest.finish() == file.sha256
    }

    // MARK: Given up here

    /// Removes the machine's own files, when the store has just said that it still has all of them as they were read back;
    /// the chain of acts says so.
    func drop(at now: Int) throws {
        let manifest = try manifest()
        let known = try store.readNow { try $0.storedObjects(of: kept.id) }
        for file in manifest.files {
            guard let tag = known.first(where: { $0.path == file.path && $0.sha256 == file.sha256 })?.tag,
                let there = try objects.object(at: Self.key(file.path, of: kept)), there.tag == tag,
                there.length == file.bytes
            else {
                // It is sent again before anything is given up.
                try store.writeNow { try $0.forgetObject(file.path, of: kept.id) }
                try store.writeNow { try $0.begin(storing: kept.id, manifest: "") }
                throw Differs(path: file.path, isInStore: true)
            }
        }
        // What the store has was said first: a crash leaves files that are not needed, never the other way round.
        try store.writeNow { writing in
            try writing.drop(kept.id, at: now, now: now)
            try writing.record(
                at: now, who: "server", what: "recording.moved", object: "occurrence \(kept.occurrence)",
                detail: "\(kept.id) \(objects.shown)")
        }
        try removeOwn(manifest)
    }

    func removeOwn(_ manifest: RecordManifest) throws {
        for file in manifest.files where !Self.stays(file.path) {
            let place = folder.appendingPathComponent(file.path)
            guard unlink(place.path) == 0 || errno == ENOENT else { throw CocoaError(.fileWriteUnknown) }
        }
    }

    // MARK: Back

    /// Brings a recording's files to a folder, each whole and with its hash, or not at all.
    ///
    /// - Parameter target: nil: to where they were.
    /// - Returns: how many files were brought.
    @discardableResult
    public func fetch(to target: URL? = nil) throws -> Int {
        let target = target ?? folder
        var count = 0
        for file in try manifest().files {
            let place = target.appendingPathComponent(file.path)
            guard !FileManager.default.fileExists(atPath: place.path) else { continue }
            try fetch(file, to: place)
            count += 1
        }
        return count
    }

    /// Brings one file to a place, whole and with its hash, or not at all.
    ///
    /// - Throws: ``ActError/notFound`` where the recording has no such file.
    func fetch(_ path: String, to place: URL) throws {
        guard let file = try manifest().files.first(where: { $0.path == path }) else { throw ActError.notFound }
        try fetch(file, to: place)
    }

    private func fetch(_ file: RecordManifest.File, to place: URL) throws {
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let half = place.path + ".fetched"
        let number = open(half, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard number >= 0 else { throw CocoaError(.fileWriteUnknown) }
        defer {
            close(number)
            // Nothing is there under this name any more where it was moved.
            unlink(half)
        }
        let digest = StreamDigest()
        var isWritten = true
        try objects.read(Self.key(file.path, of: kept)) { bytes in
            digest.update(bytes)
            isWritten = Self.write(bytes, to: number)
            return isWritten
        }
        guard isWritten else { throw CocoaError(.fileWriteOutOfSpace) }
        guard digest.length == file.bytes, digest.finish() == file.sha256 else {
            throw Differs(path: file.path, isInStore: true)
        }
        guard fsync(number) == 0, rename(half, place.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
        try PaperFolders.synchronize(place.deletingLastPathComponent())
    }

    private static func write(_ bytes: [UInt8], to number: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let done = Glibc.write(number, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if done < 0, errno == EINTR { continue }
                guard done > 0 else { return false }
                rest = rest.dropFirst(done)
            }
            return true
        }
    }

    /// A file from its beginning to its end, from this machine where it is here; nil where it is nowhere.
    ///
    /// - Throws: `CocoaError` where this machine's cannot be read, ``ObjectStoreError`` where the store does not answer.
    public func read(_ path: String, _ take: ([UInt8]) -> Void) throws -> Int64? {
        if let length = try SchedulerService.readKept(path, in: folder, take) { return length }
        guard try store.readNow({ try $0.storedObject(path, of: kept.id) })?.tag != nil else { return nil }
        var length: Int64 = 0
        let isThere = try stream(path) { bytes in
            length += Int64(bytes.count)
            take(bytes)
        }
        return isThere ? length : nil
    }

    /// What the store has of a file, from its beginning to its end.
    ///
    /// - Returns: whether it is there.
    private func stream(
        _ path: String, tag: String? = nil, _ take: ([UInt8]) -> Void
    ) throws(ObjectStoreError) -> Bool {
        do throws(ObjectStoreError) {
            try objects.read(Self.key(path, of: kept), tag: tag) { bytes in
                take(bytes)
                return true
            }
            return true
        } catch {
            guard error == .missing else { throw error }
            return false
        }
    }

    // MARK: Gone

    /// Takes all of a recording out of the store, what was begun among it.
    func remove() throws {
        for object in try store.readNow({ try $0.storedObjects(of: kept.id) }) {
            let key = Self.key(object.path, of: kept)
            if let upload = object.upload { try objects.abandon(upload, at: key) }
            try objects.remove(key)
        }
        try objects.remove(Self.key(Self.list, of: kept))
        try store.writeNow { try $0.forgetStored(kept.id) }
    }
}

/// A digest that closures can write into, and how long it has become.
private final class StreamDigest {
    private var digest: SHA256? = SHA256()
    private(set) var length: Int64 = 0

    func update(_ bytes: [UInt8]) {
        digest?.update(bytes)
        length += Int64(bytes.count)
    }

    /// 64 hexadecimal digits; once.
    func finish() -> String {
        guard let whole = digest.take() else { return "" }
        return hexadecimal(whole.finish())
    }
}
