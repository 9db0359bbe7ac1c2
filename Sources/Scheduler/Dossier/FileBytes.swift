import Foundation
import Glibc
import ZIP

/// A file's bytes, from anywhere in it.
final class FileBytes: ZIPSource, @unchecked Sendable {
    // `pread` has no place of its own: threads share the number, which is closed with the last of them.
    private let number: CInt
    let length: UInt64
    /// Another file, or another writing of it, has another.
    let identity: UInt64

    /// - Throws: `CocoaError` where there is no such file, or it is none.
    init(_ file: URL) throws {
        number = Glibc.open(file.path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw CocoaError(.fileReadNoSuchFile) }
        var status = stat()
        guard fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            _ = Glibc.close(number)
            throw CocoaError(.fileReadUnknown)
        }
        length = UInt64(max(0, status.st_size))
        let changed = status.st_mtim
        identity =
            UInt64(status.st_ino) &* 0x9e37_79b9_7f4a_7c15
            ^ (UInt64(bitPattern: Int64(changed.tv_sec)) &* 1_000_000_000 &+ UInt64(bitPattern: Int64(changed.tv_nsec)))
    }

    deinit { _ = Glibc.close(number) }

    func bytes(at offset: UInt64, count: Int) throws -> [UInt8]? {
        guard count >= 0, offset <= length, UInt64(count) <= length - offset else { return nil }
        var done = 0
        let bytes = try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while done < count {
                let got = pread(number, buffer.baseAddress?.advanced(by: done), count - done, off_t(offset) + done)
                if got < 0, errno == EINTR { continue }
                guard got >= 0 else { throw CocoaError(.fileReadUnknown) }
                // Somebody has made it shorter meanwhile.
                guard got > 0 else { break }
                done += got
            }
            initialized = done
        }
        return done == count ? bytes : nil
    }
}
