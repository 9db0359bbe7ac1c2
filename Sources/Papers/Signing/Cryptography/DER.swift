/// The little of DER (ITU-T X.690) in which a signature is written.
enum DER {
    static func sequence(_ parts: [UInt8]...) -> [UInt8] { value(0x30, parts.flatMap { $0 }) }

    /// SET OF: in the order of their bytes (§11.6).
    static func set(_ parts: [[UInt8]], tag: UInt8 = 0x31) -> [UInt8] {
        value(tag, parts.sorted { $0.lexicographicallyPrecedes($1) }.flatMap { $0 })
    }

    static func octets(_ bytes: [UInt8]) -> [UInt8] { value(0x04, bytes) }

    /// A number that is not negative, from its big-endian bytes.
    static func integer(_ magnitude: some Collection<UInt8>) -> [UInt8] {
        var bytes = Array(magnitude.drop { $0 == 0 })
        // The first bit is the sign.
        if (bytes.first ?? 0x80) & 0x80 != 0 { bytes.insert(0, at: 0) }
        return value(0x02, bytes)
    }

    static func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        if content.count < 0x80 { return [tag, UInt8(content.count)] + content }
        var length: [UInt8] = []
        var rest = content.count
        while rest > 0 {
            length.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        }
        return [tag, 0x80 | UInt8(length.count)] + length + content
    }

    static let null: [UInt8] = [0x05, 0x00]

    /// Object identifiers, with their tag.
    enum Name {
        /// 1.2.840.113549.1.7.1, id-data (RFC 5652 §4).
        static let data: [UInt8] = [0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 1]
        /// 1.2.840.113549.1.7.2, id-signedData (RFC 5652 §5.1).
        static let signedData: [UInt8] = [0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 2]
        /// 1.2.840.113549.1.9.3, id-contentType (RFC 5652 §11.1).
        static let contentType: [UInt8] = [0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 3]
        /// 1.2.840.113549.1.9.4, id-messageDigest (RFC 5652 §11.2).
        static let messageDigest: [UInt8] = [0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 4]
        /// 1.2.840.113549.1.9.16.2.47, id-aa-signingCertificateV2 (RFC 5035 §3).
        static let signingCertificateV2: [UInt8] = [
            0x06, 11, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 16, 2, 47,
        ]
        /// 1.2.840.113549.1.9.16.2.14, id-aa-timeStampToken (RFC 3161 appendix A).
        static let timeStampToken: [UInt8] = [0x06, 11, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 16, 2, 14]
        /// 2.16.840.1.101.3.4.2.1 (RFC 5754 §2.2).
        static let sha256: [UInt8] = [0x06, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1]
        /// 1.2.840.113549.1.1.11 (RFC 5754 §3.2).
        static let sha256WithRSA: [UInt8] = [0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 11]
        /// 1.2.840.10045.4.3.2 (RFC 5754 §3.3).
        static let ecdsaWithSHA256: [UInt8] = [0x06, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2]
    }
}
