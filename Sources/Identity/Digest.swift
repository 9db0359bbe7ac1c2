import COpenSSL

/// SHA-256 (FIPS 180-4), 32 bytes.
func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 32
    let done = EVP_Digest(bytes, bytes.count, &out, &length, EVP_sha256(), nil)
    // Without memory for a digest nobody can be told from anybody else: going on with zeros would let people in.
    precondition(done == 1, "libcrypto has no SHA-256")
    return out
}

/// HMAC with SHA-256 (RFC 2104), 32 bytes.
func hmacSHA256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 32
    let done = HMAC(EVP_sha256(), key, Int32(clamping: key.count), message, message.count, &out, &length)
    precondition(done != nil, "libcrypto has no HMAC")
    return out
}

/// Equality in a time that tells nothing about where the two differ.
func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}

func randomBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
}
