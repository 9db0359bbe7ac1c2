/// The little of DER (ITU-T X.690) that keys and signatures need to be told to libcrypto.
enum DER {
    static func sequence(_ parts: [UInt8]...) -> [UInt8] { value(tag: 0x30, parts.flatMap { $0 }) }

    /// A number that is not negative, from its big-endian bytes.
    static func integer(_ magnitude: some Collection<UInt8>) -> [UInt8] {
        var bytes = Array(magnitude.drop { $0 == 0 })
        // The first bit is the sign.
        if (bytes.first ?? 0x80) & 0x80 != 0 { bytes.insert(0, at: 0) }
        return value(tag: 0x02, bytes)
    }

    static func bitString(_ bytes: [UInt8]) -> [UInt8] { value(tag: 0x03, [0] + bytes) }

    private static func value(tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        if content.count < 0x80 { return [tag, UInt8(content.count)] + content }
        var length: [UInt8] = []
        var rest = content.count
        while rest > 0 {
            length.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        }
        return [tag, 0x80 | UInt8(length.count)] + length + content
    }
}
