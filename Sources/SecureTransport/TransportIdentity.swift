import COpenSSL

/// A private key with its self-signed certificate (ECDSA over P-256): who this server is in DTLS, where the
/// fingerprint in the answer vouches for it (RFC 5763 §5), and, with names, for its HTTPS listener.
public final class TransportIdentity: Sendable {
    public let certificatePEM: String
    public let privateKeyPEM: String
    /// SHA-256 of the certificate in DER, 32 bytes.
    public let fingerprint: [UInt8]

    /// Reads an identity that was saved.
    ///
    /// - Throws: `badIdentity`.
    public init(certificatePEM: String, privateKeyPEM: String) throws(SecureTransportError) {
        guard let certificate = readCertificate(certificatePEM) else {
            throw .badIdentity("the certificate is no PEM that can be read")
        }
        defer { X509_free(certificate) }
        guard let key = readPrivateKey(privateKeyPEM) else {
            throw .badIdentity("the private key is no PEM that can be read")
        }
        defer { EVP_PKEY_free(key) }
        guard X509_check_private_key(certificate, key) == 1 else {
            throw .badIdentity("the private key does not belong to the certificate")
        }
        self.certificatePEM = certificatePEM
        self.privateKeyPEM = privateKeyPEM
        fingerprint = digest(of: certificate, algorithm: EVP_sha256())
    }

    /// Makes a new one.
    ///
    /// - Parameters:
    ///   - hosts: DNS names and IP addresses for subjectAltName (RFC 5280 §4.2.1.6).
    /// - Throws: `library`.
    public static func generate(
        commonName: String, hosts: [String] = [], validDays: Int
    ) throws(SecureTransportError) -> TransportIdentity {
        guard let key = shim_generate_p256(), let certificate = X509_new() else { throw .library("no memory") }
        defer {
            EVP_PKEY_free(key)
            X509_free(certificate)
        }
        X509_set_version(certificate, 2)
        var serial = [UInt8](repeating: 0, count: 16)
        guard RAND_bytes(&serial, 16) == 1 else { throw .library("no random numbers") }
        serial[0] &= 0x7F
        guard let number = BN_bin2bn(serial, 16, nil) else { throw .library("no memory") }
        BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate))
        BN_free(number)
        X509_gmtime_adj(X509_getm_notBefore(certificate), -86_400)
        X509_gmtime_adj(X509_getm_notAfter(certificate), validDays * 86_400)
        X509_set_pubkey(certificate, key)
        let name = X509_get_subject_name(certificate)
        let bytes = Array(commonName.utf8.prefix(64))
        X509_NAME_add_entry_by_NID(name, NID_commonName, Int32(0x1000), bytes, Int32(bytes.count), -1, 0)
        X509_set_issuer_name(certificate, name)
        if !hosts.isEmpty { addAlternativeNames(hosts, to: certificate) }
        guard X509_sign(certificate, key, EVP_sha256()) > 0 else { throw .library("the certificate cannot be signed") }
        return try TransportIdentity(
            certificatePEM: pem { PEM_write_bio_X509($0, certificate) },
            privateKeyPEM: pem { PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) })
    }
}

private func addAlternativeNames(_ hosts: [String], to certificate: OpaquePointer) {
    let names = hosts.map { host in
        let isAddress = host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." }
        return (isAddress ? "IP:" : "DNS:") + host
    }
    guard let value = X509V3_EXT_conf_nid(nil, nil, NID_subject_alt_name, names.joined(separator: ",")) else { return }
    X509_add_ext(certificate, value, -1)
    X509_EXTENSION_free(value)
}

private func pem(_ write: (OpaquePointer?) -> Int32) throws(SecureTransportError) -> String {
    guard let bio = BIO_new(BIO_s_mem()) else { throw .library("no memory") }
    defer { BIO_free(bio) }
    var bytes: UnsafeMutablePointer<CChar>?
    guard write(bio) == 1 else { throw .library("PEM cannot be written") }
    let count = shim_write_pem(bio, &bytes)
    guard let bytes, count > 0 else { throw .library("PEM cannot be written") }
    return String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
}

package func readCertificate(_ pem: String) -> OpaquePointer? {
    withReader(pem) { PEM_read_bio_X509($0, nil, nil, nil) }
}

package func readPrivateKey(_ pem: String) -> OpaquePointer? {
    // Without a callback OpenSSL asks at the terminal for the passphrase of an encrypted key.
    withReader(pem) { PEM_read_bio_PrivateKey($0, nil, { _, _, _, _ in -1 }, nil) }
}

/// A memory BIO reads the bytes where they lie: they must stay for as long as it does.
private func withReader(_ pem: String, _ read: (OpaquePointer) -> OpaquePointer?) -> OpaquePointer? {
    Array(pem.utf8).withUnsafeBytes { bytes in
        guard let bio = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else { return nil }
        defer { BIO_free(bio) }
        return read(bio)
    }
}

/// A digest of a certificate's DER form, as a=fingerprint gives it (RFC 8122 §5).
func digest(of certificate: OpaquePointer, algorithm: OpaquePointer?) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 64)
    var length: UInt32 = 0
    guard X509_digest(certificate, algorithm, &bytes, &length) == 1 else { return [] }
    return Array(bytes.prefix(Int(length)))
}
