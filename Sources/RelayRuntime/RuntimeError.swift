import Glibc

/// Why the media plane could not start.
public enum RuntimeError: Error, CustomStringConvertible {
    /// A system call failed; the code is errno(3)'s.
    case system(String, code: Int32)
    /// A media port cannot be had: another program holds it, or it is out of range.
    case port(UInt16, code: Int32)
    /// No address to announce to clients was given, and the machine has none but loopback.
    case noAddress

    public var description: String {
        switch self {
        case .system(let call, let code): "\(call): \(String(cString: strerror(code)))"
        case .port(let port, let code):
            "media port \(port): \(String(cString: strerror(code))). Choose another with --media-port."
        case .noAddress: "this machine has no network address to announce. Name one with --announce."
        }
    }
}
