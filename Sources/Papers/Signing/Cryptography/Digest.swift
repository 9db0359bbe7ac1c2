import CCMS

/// SHA-256 (FIPS 180-4), 32 bytes.
enum Digest {
    static func sha256(_ parts: ArraySlice<UInt8>...) -> [UInt8] {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var out = [UInt8](repeating: 0, count: 32)
        // A digest of zeros would be one that fits every paper: better none at all.
        precondition(EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1, "libcrypto has no SHA-256")
        for part in parts {
            let done = part.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
            precondition(done == 1, "libcrypto has no SHA-256")
        }
        precondition(EVP_DigestFinal_ex(context, &out, nil) == 1, "libcrypto has no SHA-256")
        return out
    }

    static func sha256(_ bytes: [UInt8]) -> [UInt8] { sha256(bytes[...]) }
}
