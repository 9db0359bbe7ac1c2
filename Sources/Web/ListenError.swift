import Foundation
import NIOCore

/// A port on which pages are served cannot be had: said with the flag that names it and with what can be done.
struct ListenError: Error, CustomStringConvertible {
    let host: String
    let port: Int
    /// The setting that names the address: `--listen` or `--http`.
    let flag: String
    /// errno(3)'s.
    let code: Int32

    var description: String {
        let place = "\(flag) \(host):\(port)"
        return switch code {
        case EADDRINUSE:
            "\(place): another program has this port (Address already in use). `ss -ltnp sport = :\(port)` shows which; "
                + "end it, or choose another port with \(flag)."
        case EACCES:
            "\(place): no right to this port (Permission denied). Ports below 1024 are for root; choose another with "
                + "\(flag)."
        case EADDRNOTAVAIL:
            "\(place): this machine does not have this address (Cannot assign requested address). `ip address` shows "
                + "those that it has; choose one, or 0.0.0.0 for all, with \(flag)."
        default: "\(place): \(String(cString: strerror(code)))."
        }
    }

    /// What `serve` does, its system errors at this address said as what they mean. Throws ``ListenError``, or what
    /// `serve` throws otherwise.
    static func explaining(host: String, port: Int, flag: String, _ serve: () async throws -> Void) async throws {
        do {
            try await serve()
        } catch let error as IOError {
            throw ListenError(host: host, port: port, flag: flag, code: error.errnoCode)
        }
    }
}
