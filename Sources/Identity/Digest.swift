import COpenSSL

/// SHA-256 (FIPS 180-4) of bytes that come in parts.
public struct SHA256: ~Copyable {
    private let context: OpaquePointer?

    public init() {
        context = EVP_MD_CTX_new()
        // Without memory for a digest nobody can be told from anybody else: going on with zeros would let people in.
        precondition(EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1, "libcrypto has no SHA-256")
    }

    deinit { EVP_MD_CTX_free(context) }

    public func update(_ bytes: [UInt8]) {
        precondition(EVP_DigestUpdate(context, bytes, bytes.count) == 1, "libcrypto has no SHA-256")
    }

    /// 32 bytes.
    public consuming func finish() -> [UInt8] {
        var out = [UInt8](repeating: 0, count: 32)
        precondition(EVP_DigestFinal_ex(context, &out, nil) == 1, "libcrypto has no SHA-256")
        return out
    }
}

/// SHA-256 (FIPS 180-4), 32 bytes.
public func sha256(_ bytes: [UInt8]) -> [UInt8] {
    let digest = SHA256()
    digest.update(bytes)
    return digest.finish()
}

/// HMAC with SHA-256 (RFC 2104), 32 bytes.
public func hmacSHA256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 32
    let done = HMAC(EVP_sha256(), key, Int32(clamping: key.count), message, message.count, &out, &length)
    precondition(done != nil, "libcrypto has no HMAC")
    return out
}

/// Bytes as lower-case hexadecimal digits, two for each.
public func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// Equality in a time that tells nothing about where the two differ.
public func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}

/// Equality of texts, byte by byte, in a time that tells nothing about where the two differ.
public func constantTimeEqual(_ left: some StringProtocol, _ right: some StringProtocol) -> Bool {
    constantTimeEqual(Array(left.utf8), Array(right.utf8))
}

/// Bytes that nobody can foretell.
public func randomBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
}
