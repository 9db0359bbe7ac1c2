import ArgumentParser
import Foundation
import Recording

extension ServeSettings {
    /// The key of a file: 32 bytes as they are, or as 64 hexadecimal digits.
    /// - Throws: `ValidationError` where it cannot be read, or is of another length.
    static func journalKey(_ path: String) throws -> JournalKey {
        let file: Data
        do {
            file = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw ValidationError("--recording-key-file: \(path) cannot be read.")
        }
        if let key = JournalKey(Array(file)) { return key }
        let digits = String(decoding: file, as: UTF8.self).filter { !$0.isWhitespace }
        var bytes: [UInt8] = []
        var rest = digits[...]
        while !rest.isEmpty {
            guard let byte = UInt8(rest.prefix(2), radix: 16) else { break }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        guard digits.count == 64, rest.isEmpty, let key = JournalKey(bytes) else {
            throw ValidationError(
                "--recording-key-file: \(path) must hold 32 bytes, or 64 hexadecimal digits. Make one: openssl rand 32")
        }
        return key
    }
}
