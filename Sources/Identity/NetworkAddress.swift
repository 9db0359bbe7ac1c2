import Glibc

/// Which addresses are one client's.
public enum NetworkAddress {
    /// An IPv4 address is one; of IPv6 a subscriber has at least the /64 (RFC 6177), and all of it counts as one.
    /// What is no address stands for itself, its first 64 bytes.
    public static func group(of text: String) -> String {
        let bare = text.split(separator: "%", maxSplits: 1).first.map(String.init) ?? text
        guard bare.contains(":") else { return short(text) }
        var address = in6_addr()
        guard inet_pton(AF_INET6, bare, &address) == 1 else { return short(text) }
        let bytes = withUnsafeBytes(of: address) { Array($0) }
        // ::ffff:a.b.c.d is IPv4 (RFC 4291 §2.5.5.2).
        if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
            return bytes.suffix(4).map(String.init).joined(separator: ".")
        }
        return bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":") + "/64"
    }

    private static func short(_ text: String) -> String { String(decoding: text.utf8.prefix(64), as: UTF8.self) }
}
