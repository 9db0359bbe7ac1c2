import Glibc

/// A file descriptor, closed at the end of its life.
final class Descriptor: Sendable {
    let number: Int32

    init(owning number: Int32) { self.number = number }

    deinit { close(number) }

    /// Writes all of it, through interrupted and short writes.
    func write(_ bytes: [UInt8]) -> Bool { transfer(bytes) { Glibc.write($0, $1, $2) } }

    /// The same to a socket, where a peer that has gone is an answer and no signal.
    func send(_ bytes: [UInt8]) -> Bool { transfer(bytes) { Glibc.send($0, $1, $2, Int32(MSG_NOSIGNAL)) } }

    private func transfer(_ bytes: [UInt8], by call: (Int32, UnsafeRawPointer?, Int) -> Int) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let count = call(number, buffer.baseAddress?.advanced(by: done), buffer.count - done)
                if count > 0 {
                    done += count
                } else if count < 0, errno == EINTR {
                    continue
                } else {
                    return false
                }
            }
            return true
        }
    }
}

/// Lines read from a pipe.
struct LineReader {
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    /// A line beyond this many bytes is not ours: the reader ends.
    private let limit = 64 << 20

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// The next whole line without its end, waiting for it; nil at the end. A line cut off by the end is dropped.
    mutating func next() -> [UInt8]? {
        var searched = 0
        while buffer.count < limit {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(buffer[..<end])
                buffer.removeSubrange(...end)
                return line
            }
            searched = buffer.count
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                buffer.append(contentsOf: chunk[..<count])
            } else if count == 0 || errno != EINTR {
                return nil
            }
        }
        return nil
    }
}

/// The system's words for the last error.
func systemWords(_ number: Int32 = errno) -> String {
    guard let words = strerror(number) else { return "error \(number)" }
    return String(cString: words)
}
