import Glibc

/// A file of a journal, by its descriptor.
struct JournalFile: ~Copyable {
    private let descriptor: Int32

    /// A new file, whose name is on the disk when its folder is (fsync(2)).
    init(creating path: String) throws(JournalError) {
        descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw JournalError(errno, path) }
    }

    init(reading path: String) throws(JournalError) {
        descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw JournalError(errno, path) }
    }

    deinit { _ = Glibc.close(descriptor) }

    /// All of it, at the file's present end.
    borrowing func write(_ bytes: [UInt8]) throws(JournalError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
            }
            if count < 0 {
                guard errno == EINTR else { throw JournalError(errno, "write") }
            } else {
                done += count
            }
        }
    }

    /// Cuts it off behind what is whole; what is written next stands there.
    borrowing func cut(to length: Int) throws(JournalError) {
        guard ftruncate(descriptor, length) == 0, lseek(descriptor, length, SEEK_SET) == length else {
            throw JournalError(errno, "truncate")
        }
    }

    /// Returns when what was written is on the disk.
    borrowing func synchronize() throws(JournalError) {
        guard fdatasync(descriptor) == 0 else { throw JournalError(errno, "fdatasync") }
    }

    /// Up to `count` bytes from `offset` on: fewer at the file's end.
    borrowing func read(from offset: Int, count: Int) throws(JournalError) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, offset + filled)
                if got == 0 { break }
                if got < 0 {
                    if errno == EINTR { continue }
                    failure = errno
                    break
                }
                filled += got
            }
        }
        guard failure == 0 else { throw JournalError(failure, "read") }
        return bytes
    }

    borrowing func length() throws(JournalError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw JournalError(errno, "fstat") }
        return Int(status.st_size)
    }

    static func synchronize(folder: String) throws(JournalError) {
        let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw JournalError(errno, folder) }
        defer { _ = Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw JournalError(errno, folder) }
    }
}

/// Why a journal could not be written or opened.
public enum JournalError: Error, Hashable, Sendable {
    /// The disk is full, or the quota is.
    case noSpace
    /// By errno(3), and at what.
    case system(Int32, String)
    /// A record longer than a journal keeps, or a body that cannot be encrypted.
    case badRecord
    /// It is encrypted, and the key is not at hand or another one.
    case needsKey
    /// The folder holds no segment that can be read.
    case notJournal

    init(_ code: Int32, _ what: String) {
        self = code == ENOSPC || code == EDQUOT ? .noSpace : .system(code, what)
    }
}
