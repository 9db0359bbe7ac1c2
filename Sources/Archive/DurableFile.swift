import Foundation
import Glibc

/// Files that are there whole, also after a power cut, or not at all.
enum DurableFile {
    static func write(_ bytes: [UInt8], to url: URL) throws(ArchiveError) {
        let beside = url.path + ".new"
        let descriptor = Glibc.open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .output(beside, code: errno) }
        do throws(ArchiveError) {
            try write(all: bytes, to: descriptor, beside)
        } catch {
            _ = Glibc.close(descriptor)
            throw error
        }
        let synced = fdatasync(descriptor)
        let code = errno
        _ = Glibc.close(descriptor)
        guard synced == 0 else { throw .output(beside, code: code) }
        try replace(url, with: URL(fileURLWithPath: beside))
    }

    /// - Parameter path: the file's, for what is thrown.
    static func write(all bytes: [UInt8], to descriptor: Int32, _ path: String) throws(ArchiveError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw .output(path, code: errno)
            }
            done += count
        }
    }

    /// - Parameter value: becomes JSON, its keys in order.
    static func write(json value: some Encodable, to url: URL) throws(ArchiveError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { throw .memory }
        try write(Array(data), to: url)
    }

    /// Puts a file that is on the disk into another's place.
    static func replace(_ url: URL, with new: URL) throws(ArchiveError) {
        guard rename(new.path, url.path) == 0 else { throw .output(url.path, code: errno) }
        try synchronize(url.deletingLastPathComponent().path)
    }

    /// Returns when a file, or a folder's names, are on the disk.
    static func synchronize(_ path: String) throws(ArchiveError) {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .output(path, code: errno) }
        defer { _ = Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .output(path, code: errno) }
    }
}
