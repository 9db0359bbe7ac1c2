import CCMS

/// A certificate (RFC 5280) of somebody who signs.
public struct Certificate: Hashable, Sendable {
    public enum KeyKind: Hashable, Sendable { case rsa, ecdsa }

    /// As it is signed.
    public let der: [UInt8]
    /// The subject's common name.
    public let name: String
    public let organisation: String?
    /// The issuer's common name, or its organisation.
    public let issuer: String
    /// Hexadecimal.
    public let serial: String
    /// Unix seconds between which it is valid.
    public let notBefore: Int64
    public let notAfter: Int64
    public let keyKind: KeyKind
    public let keyBits: Int
    /// Where its issuer says that revocation lists are (RFC 5280 §4.2.1.13): http:// and https:// only, 4 at most. Whoever
    /// sent the certificate may have written them: a server asks only those that it knows.
    public let revocationAddresses: [String]
    /// `Name` and `CertificateSerialNumber` in DER, by which a signature names it (RFC 5652 §10.2.4).
    let issuerAndSerial: [UInt8]

    /// Takes DER.
    public init(der: [UInt8]) throws(SigningError) {
        guard let certificate = Self.read(der) else { throw .badCertificate }
        defer { X509_free(certificate) }
        try self.init(certificate)
    }

    /// All certificates of a PEM text, in its order; none where there is none.
    public static func all(pem: [UInt8]) throws(SigningError) -> [Certificate] {
        var result: [Certificate] = []
        defer { ERR_clear_error() }
        guard let source = BIO_new_mem_buf(pem, Int32(clamping: pem.count)) else { return [] }
        defer { BIO_free(source) }
        while result.count < 1_000, let next = PEM_read_bio_X509(source, nil, nil, nil) {
            defer { X509_free(next) }
            result.append(try Certificate(next))
        }
        return result
    }

    init(_ certificate: OpaquePointer) throws(SigningError) {
        defer { ERR_clear_error() }
        guard let der = Self.bytes({ i2d_X509(certificate, $0) }),
            let issuerName = X509_get_issuer_name(certificate), let subject = X509_get_subject_name(certificate),
            let issuer = Self.bytes({ i2d_X509_NAME(issuerName, $0) }),
            let number = X509_get_serialNumber(certificate), let serial = Self.bytes({ i2d_ASN1_INTEGER(number, $0) }),
            let key = X509_get0_pubkey(certificate)
        else { throw .badCertificate }
        let bits = Int(EVP_PKEY_get_bits(key))
        switch EVP_PKEY_get_base_id(key) {
        case EVP_PKEY_RSA: keyKind = .rsa
        case EVP_PKEY_EC: keyKind = .ecdsa
        default: throw .badCertificate
        }
        var before: Int64 = 0
        var after: Int64 = 0
        guard shim_unix_time(X509_get0_notBefore(certificate), &before) == 1,
            shim_unix_time(X509_get0_notAfter(certificate), &after) == 1
        else { throw .badCertificate }
        revocationAddresses = (0..<4).compactMap { Self.revocationAddress(of: certificate, $0) }
        self.der = der
        notBefore = before
        notAfter = after
        keyBits = bits
        issuerAndSerial = DER.sequence(issuer, serial)
        organisation = Self.text(subject, NID_organizationName)
        name = Self.text(subject, NID_commonName) ?? organisation ?? ""
        self.issuer = Self.text(issuerName, NID_commonName) ?? Self.text(issuerName, NID_organizationName) ?? ""
        var reader = DERReader(serial[...])
        let magnitude = (reader.take(0x02) ?? []).drop { $0 == 0 }
        self.serial = magnitude.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    }

    /// Whether its key may sign papers here: RSA of 2,048 bits and more, P-256, P-384.
    public var canSign: Bool {
        switch keyKind {
        case .rsa: keyBits >= 2048 && keyBits <= 8192
        case .ecdsa: keyBits == 256 || keyBits == 384
        }
    }

    /// To be freed by `X509_free`.
    static func read(_ der: [UInt8]) -> OpaquePointer? {
        defer { ERR_clear_error() }
        return der.withUnsafeBufferPointer { bytes in
            var place = bytes.baseAddress
            return d2i_X509(nil, &place, bytes.count)
        }
    }

    /// What one of libcrypto's `i2d` functions writes.
    static func bytes(_ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>) -> Int32) -> [UInt8]? {
        var place: UnsafeMutablePointer<UInt8>?
        let count = write(&place)
        guard count > 0, let place else { return nil }
        defer { CRYPTO_free(place, #file, #line) }
        return Array(UnsafeBufferPointer(start: place, count: Int(count)))
    }

    private static func revocationAddress(of certificate: OpaquePointer, _ index: Int32) -> String? {
        var letters = [CChar](repeating: 0, count: 1024)
        let count = shim_revocation_address(certificate, index, &letters, Int32(letters.count))
        let address = String(decoding: letters.prefix(Int(max(count, 0))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return address.hasPrefix("http://") || address.hasPrefix("https://") ? address : nil
    }

    private static func text(_ name: OpaquePointer, _ kind: Int32) -> String? {
        let index = X509_NAME_get_index_by_NID(name, kind, -1)
        guard index >= 0, let entry = X509_NAME_get_entry(name, index), let value = X509_NAME_ENTRY_get_data(entry)
        else { return nil }
        var utf8: UnsafeMutablePointer<UInt8>?
        let count = ASN1_STRING_to_UTF8(&utf8, value)
        guard count >= 0, let utf8 else { return nil }
        defer { CRYPTO_free(utf8, #file, #line) }
        return String(decoding: UnsafeBufferPointer(start: utf8, count: Int(count)), as: UTF8.self)
    }
}
