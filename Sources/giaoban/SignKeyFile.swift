import CCMS
import Papers

/// A key and its certificate in a PKCS #12 file (RFC 7292), on the signer's machine.
final class KeyFile {
    private let key: OpaquePointer
    let certificate: Certificate
    /// Further certificates of the file.
    let chain: [Certificate]

    init(_ bytes: [UInt8], password: String) throws {
        defer { ERR_clear_error() }
        let file = bytes.withUnsafeBufferPointer { bytes in
            var place = bytes.baseAddress
            return d2i_PKCS12(nil, &place, bytes.count)
        }
        guard let file else { throw SignKeyError.wrongPassword }
        defer { PKCS12_free(file) }
        var key: OpaquePointer?
        var signer: OpaquePointer?
        var others: OpaquePointer?
        guard PKCS12_parse(file, password, &key, &signer, &others) == 1 else { throw SignKeyError.wrongPassword }
        defer {
            X509_free(signer)
            shim_certificates_free(others)
        }
        guard let key else { throw SignKeyError.noKey }
        do {
            guard let signer, let der = KeyFile.bytes(of: signer) else { throw SignKeyError.noCertificate }
            certificate = try Certificate(der: der)
            chain = try (0..<shim_certificates_count(others)).compactMap { index in
                guard let other = shim_certificates_at(others, index), let der = KeyFile.bytes(of: other) else {
                    return nil
                }
                return try Certificate(der: der)
            }
        } catch {
            EVP_PKEY_free(key)
            throw error
        }
        self.key = key
    }

    deinit { EVP_PKEY_free(key) }

    /// With SHA-256: PKCS #1 v1.5, or ECDSA-Sig-Value.
    func sign(_ bytes: [UInt8]) throws -> [UInt8] {
        defer { ERR_clear_error() }
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var length = 0
        guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
            EVP_DigestSign(context, nil, &length, bytes, bytes.count) == 1, (1...4096).contains(length)
        else { throw SignKeyError.library }
        var signature = [UInt8](repeating: 0, count: length)
        guard EVP_DigestSign(context, &signature, &length, bytes, bytes.count) == 1 else { throw SignKeyError.library }
        return Array(signature.prefix(length))
    }

    private static func bytes(of certificate: OpaquePointer) -> [UInt8]? {
        var place: UnsafeMutablePointer<UInt8>?
        let count = i2d_X509(certificate, &place)
        guard count > 0, let place else { return nil }
        defer { CRYPTO_free(place, #file, #line) }
        return Array(UnsafeBufferPointer(start: place, count: Int(count)))
    }
}
