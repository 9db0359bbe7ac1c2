/// Base64 without padding (RFC 4648), in the alphabet asked for.
public enum Base64 {
    case standard
    case url

    private static let common = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)

    private var alphabet: [UInt8] {
        switch self {
        case .standard: Self.common + [UInt8(ascii: "+"), UInt8(ascii: "/")]
        case .url: Self.common + [UInt8(ascii: "-"), UInt8(ascii: "_")]
        }
    }

    public func text(_ bytes: some Sequence<UInt8>) -> String {
        let letters = alphabet
        var out: [UInt8] = []
        var held: UInt32 = 0
        var bits = 0
        for byte in bytes {
            held = held << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                out.append(letters[Int(held >> UInt32(bits) & 63)])
            }
        }
        if bits > 0 { out.append(letters[Int(held << UInt32(6 - bits) & 63)]) }
        return String(decoding: out, as: UTF8.self)
    }

    /// Strict, so that each sequence of bytes has one text: no padding, no line ends, nothing in the bits left over
    /// (RFC 4648 §3.2, §3.3, §3.5).
    public func bytes(_ text: some StringProtocol) -> [UInt8]? {
        var out: [UInt8] = []
        var held: UInt32 = 0
        var bits = 0
        for letter in text.utf8 {
            guard let value = value(of: letter) else { return nil }
            held = held << 6 | value
            bits += 6
            if bits >= 8 {
                bits -= 8
                out.append(UInt8(truncatingIfNeeded: held >> UInt32(bits)))
            }
        }
        guard bits < 6, held & (1 << UInt32(bits) - 1) == 0 else { return nil }
        return out
    }

    private func value(of letter: UInt8) -> UInt32? {
        switch letter {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): return UInt32(letter - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): return UInt32(letter - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return UInt32(letter - UInt8(ascii: "0")) + 52
        default: break
        }
        switch (self, letter) {
        case (.standard, UInt8(ascii: "+")), (.url, UInt8(ascii: "-")): return 62
        case (.standard, UInt8(ascii: "/")), (.url, UInt8(ascii: "_")): return 63
        default: return nil
        }
    }
}
