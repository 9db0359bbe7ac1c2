import Foundation
import Glibc

/// An HTTP server on this machine that sends the same bytes to everybody who asks, and keeps what was asked.
final class LoopbackServer: @unchecked Sendable {
    // `requests` is read and written under the lock; the descriptor is never changed.
    private let lock = NSLock()
    private var requests: [String] = []
    private let listener: Int32
    let port: UInt16

    /// - Parameter answer: nil to say nothing and keep the connection.
    init(answer: String?) throws {
        struct NoSocket: Error {}
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard descriptor >= 0, bound else { throw NoSocket() }
        listener = descriptor
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else {
                    // Here and not in `stop`: the number may be another server's as soon as it is free.
                    close(descriptor)
                    return
                }
                var buffer = [UInt8](repeating: 0, count: 65_536)
                let count = recv(connection, &buffer, buffer.count, 0)
                lock.withLock { requests.append(String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)) }
                guard let answer else { continue }
                let bytes = Array(answer.utf8)
                var sent = 0
                while sent < bytes.count {
                    let more = bytes.withUnsafeBytes {
                        send(
                            connection, $0.baseAddress.map { $0 + sent }, bytes.count - sent,
                            Int32(MSG_NOSIGNAL))
                    }
                    guard more > 0 else { break }
                    sent += more
                }
                close(connection)
            }
        }
    }

    var asked: [String] { lock.withLock { requests } }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }
}
