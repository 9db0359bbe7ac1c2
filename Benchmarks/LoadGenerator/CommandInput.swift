import Foundation
import Glibc

/// What the driver says: lines of JSON from standard input, as they come.
struct CommandInput {
    private var bytes: [UInt8] = []
    /// The driver has gone.
    private(set) var isAtEnd = false

    init() { _ = fcntl(0, F_SETFL, fcntl(0, F_GETFL) | O_NONBLOCK) }

    /// Takes what has come.
    mutating func receive() {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = read(0, &chunk, chunk.count)
        if count == 0 { isAtEnd = true }
        if count > 0 { bytes += chunk[..<count] }
    }

    /// The next command that has come as a whole. The driver is told of lines that are none.
    mutating func next() -> Command? {
        while let end = bytes.firstIndex(of: 10) {
            let line = Data(bytes[..<end])
            bytes.removeFirst(end + 1)
            if let command = try? JSONDecoder().decode(Command.self, from: line) { return command }
            tell(Mark(event: "not understood: \(String(decoding: line, as: UTF8.self))"))
        }
        return nil
    }
}

/// Answers the driver.
func tell(_ message: some Encodable) {
    guard let line = try? JSONEncoder().encode(message) else { return }
    FileHandle.standardOutput.write(line + Data([10]))
}
