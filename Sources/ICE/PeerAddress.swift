/// An IP address and port, compared as words: IPv6, or IPv4 mapped into it (RFC 4291 §2.5.5.2).
public struct PeerAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address's first and last eight bytes as big-endian numbers.
    public var high: UInt64
    public var low: UInt64
    public var port: UInt16
    /// 0 for UDP, else the number of a TCP connection.
    public var connection: UInt32

    public init(high: UInt64, low: UInt64, port: UInt16, connection: UInt32 = 0) {
        self.high = high
        self.low = low
        self.port = port
        self.connection = connection
    }

    /// - Parameter address: host order, 0x7F000001 for 127.0.0.1.
    public static func ipv4(_ address: UInt32, port: UInt16, connection: UInt32 = 0) -> PeerAddress {
        PeerAddress(high: 0, low: 0xFFFF_0000_0000 | UInt64(address), port: port, connection: connection)
    }

    /// The IPv4 address, host order, of a mapped one.
    public var ipv4Address: UInt32? {
        high == 0 && low >> 32 == 0xFFFF ? UInt32(truncatingIfNeeded: low) : nil
    }

    public var description: String {
        let suffix = connection == 0 ? "" : "/tcp"
        if let four = ipv4Address {
            return "\(four >> 24).\(four >> 16 & 255).\(four >> 8 & 255).\(four & 255):\(port)\(suffix)"
        }
        let groups = [high, low].flatMap { word in
            stride(from: 48, through: 0, by: -16).map { String(word >> UInt64($0) & 0xFFFF, radix: 16) }
        }
        return "[\(groups.joined(separator: ":"))]:\(port)\(suffix)"
    }
}
