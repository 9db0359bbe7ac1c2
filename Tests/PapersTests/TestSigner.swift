import CCMS

@testable import Papers

/// Somebody with a key and a certificate that they have signed themselves.
final class TestSigner {
    enum Kind { case rsa, p256 }

    let key: OpaquePointer
    let certificate: Certificate
    private let name: String

    init(_ name: String, _ kind: Kind = .p256, from: Int64 = 1_700_000_000, until: Int64 = 2_000_000_000) throws {
        let context = EVP_PKEY_CTX_new_id(kind == .rsa ? EVP_PKEY_RSA : EVP_PKEY_EC, nil)
        defer { EVP_PKEY_CTX_free(context) }
        EVP_PKEY_keygen_init(context)
        if kind == .rsa {
            EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048)
        } else {
            EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1)
        }
        var made: OpaquePointer?
        EVP_PKEY_keygen(context, &made)
        guard let made else { throw SigningError.badCertificate }
        key = made
        self.name = name
        certificate = try Self.certificate(name, made, from: from, until: until)
    }

    /// Another certificate of the same key, name and number.
    func certificate(until: Int64) throws -> Certificate {
        try Self.certificate(name, key, from: 1_700_000_000, until: until)
    }

    private static func certificate(_ name: String, _ key: OpaquePointer, from: Int64, until: Int64) throws
        -> Certificate
    {
        guard let certificate = X509_new() else { throw SigningError.badCertificate }
        defer { X509_free(certificate) }
        X509_set_version(certificate, 2)
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), 4711)
        ASN1_TIME_set(X509_getm_notBefore(certificate), Int(from))
        ASN1_TIME_set(X509_getm_notAfter(certificate), Int(until))
        let subject = X509_get_subject_name(certificate)
        X509_NAME_add_entry_by_txt(subject, "CN", 0x1000, name, -1, -1, 0)
        X509_set_issuer_name(certificate, subject)
        X509_set_pubkey(certificate, key)
        X509_sign(certificate, key, EVP_sha256())
        return try Certificate(certificate)
    }

    deinit { EVP_PKEY_free(key) }

    /// The signed message over a digest.
    func message(over digest: [UInt8]) throws -> [UInt8] {
        let attributes = try SignedAttributes(digest: digest, certificate: certificate)
        return attributes.message(signature: sign(attributes.bytesToSign))
    }

    func sign(_ bytes: [UInt8]) -> [UInt8] {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var length = 1024
        var signature = [UInt8](repeating: 0, count: length)
        EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key)
        EVP_DigestSign(context, &signature, &length, bytes, bytes.count)
        return Array(signature.prefix(length))
    }

    /// A paper that they have signed.
    func signed(_ paper: [UInt8], agency: String = "Văn phòng", isShown: Bool = true) throws -> [UInt8] {
        let form = SignatureForm(agency: agency, time: SigningTime(seconds: 1_795_400_000), isShown: isShown)
        let prepared = try PreparedPaper(paper, form: form)
        return try prepared.embedding(message(over: prepared.digest))
    }
}
