import CCMS

/// A signed message (RFC 5652 §5) with one signer and without content, read by libcrypto.
final class SignedMessage {
    private let message: OpaquePointer
    private let certificates: OpaquePointer?
    private let info: OpaquePointer
    /// The one who signed, where the message holds their certificate.
    let signer: OpaquePointer?

    /// Takes DER, behind which zeros may stand, as in a PDF file's `Contents`.
    init?(_ der: [UInt8]) {
        defer { ERR_clear_error() }
        var length = 0
        let read = der.withUnsafeBufferPointer { bytes in
            var place = bytes.baseAddress
            let message = d2i_CMS_ContentInfo(nil, &place, bytes.count)
            if let start = bytes.baseAddress, let place { length = place - start }
            return message
        }
        guard let read else { return nil }
        guard der.dropFirst(length).allSatisfy({ $0 == 0 }), OBJ_obj2nid(CMS_get0_type(read)) == NID_pkcs7_signed,
            let infos = CMS_get0_SignerInfos(read), shim_signers_count(infos) == 1,
            let info = shim_signers_at(infos, 0)
        else {
            CMS_ContentInfo_free(read)
            return nil
        }
        message = read
        self.info = info
        certificates = CMS_get1_certs(read)
        var signer: OpaquePointer?
        for index in 0..<shim_certificates_count(certificates) {
            guard let candidate = shim_certificates_at(certificates, index) else { continue }
            if CMS_SignerInfo_cert_cmp(info, candidate) == 0 { signer = candidate }
        }
        self.signer = signer
    }

    deinit {
        shim_certificates_free(certificates)
        CMS_ContentInfo_free(message)
    }

    /// Certificates that came with it; belongs to it.
    var chain: OpaquePointer? { certificates }

    /// Where the issuers of these certificates have their revocation lists.
    var revocationAddresses: [String] {
        var addresses: [String] = []
        for index in 0..<min(shim_certificates_count(certificates), 16) {
            guard let one = shim_certificates_at(certificates, index), let certificate = try? Certificate(one) else {
                continue
            }
            for address in certificate.revocationAddresses where !addresses.contains(address) {
                addresses.append(address)
            }
        }
        return addresses
    }

    /// Whether the signer's key has signed this content (RFC 5652 §5.6). The chain is judged elsewhere, where what is wrong
    /// with it can be told.
    ///
    /// Step by step, since `CMS_verify` of OpenSSL 3.0 loses memory over a message whose digest it does not know.
    func isIntact(over content: [UInt8]) -> Bool {
        defer { ERR_clear_error() }
        guard signer != nil, CMS_set1_signers_certs(message, nil, 0) == 1,
            let source = BIO_new_mem_buf(content, Int32(clamping: content.count))
        else { return false }
        guard let digesting = CMS_dataInit(message, source) else {
            BIO_free(source)
            return false
        }
        // Frees the source, too, which is its end.
        defer { BIO_free_all(digesting) }
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while BIO_read(digesting, &chunk, Int32(chunk.count)) > 0 {}
        // Without signed attributes the signature is over the content itself.
        let hasAttributes = CMS_signed_get_attr_count(info) >= 0
        guard !hasAttributes || CMS_SignerInfo_verify(info) == 1 else { return false }
        return CMS_SignerInfo_verify_content(info, digesting) == 1
    }

    /// Whether its digest can still be relied upon: SHA-2.
    var isStrong: Bool {
        var algorithm: UnsafeMutablePointer<X509_ALGOR>?
        CMS_SignerInfo_get0_algs(info, nil, nil, &algorithm, nil)
        guard let algorithm else { return false }
        switch OBJ_obj2nid(algorithm.pointee.algorithm) {
        case NID_sha256, NID_sha384, NID_sha512: return true
        default: return false
        }
    }

    /// Whether it names the signer's certificate in what is signed (RFC 5035 §3), and that one is the signer's; nil where it
    /// names none.
    var namesItsSigner: Bool? {
        guard let signer, let object = OBJ_nid2obj(NID_id_smime_aa_signingCertificateV2),
            let value = CMS_signed_get0_data_by_OBJ(info, object, -3, V_ASN1_SEQUENCE),
            let certificate = try? Certificate(signer)
        else { return nil }
        let string = value.assumingMemoryBound(to: ASN1_STRING.self)
        let count = Int(ASN1_STRING_length(string))
        guard count > 0, let start = ASN1_STRING_get0_data(string) else { return false }
        var reader = DERReader(Array(UnsafeBufferPointer(start: start, count: count))[...])
        guard var signing = reader.enter(), var list = signing.enter(), var first = list.enter() else { return false }
        // Another digest than SHA-256 would be named before the digest itself.
        guard first.tag == 0x04, let digest = first.take(0x04) else { return nil }
        return digest.elementsEqual(Digest.sha256(certificate.der))
    }

    /// The signature itself, over which a time-stamp is made (ETSI EN 319 122-1 §5.3).
    var value: [UInt8] {
        guard let string = CMS_SignerInfo_get0_signature(info) else { return [] }
        return Self.bytes(string)
    }

    /// The time-stamp token (RFC 3161) that was put beside it; nil where there is none.
    var timestamp: [UInt8]? {
        let index = CMS_unsigned_get_attr_by_NID(info, NID_id_smime_aa_timeStampToken, -1)
        guard index >= 0, let attribute = CMS_unsigned_get_attr(info, index),
            let value = X509_ATTRIBUTE_get0_data(attribute, 0, V_ASN1_SEQUENCE, nil)
        else { return nil }
        return Self.bytes(value.assumingMemoryBound(to: ASN1_STRING.self))
    }

    /// The message with a time-stamp token beside its signature.
    func with(timestamp token: [UInt8]) -> [UInt8]? {
        defer { ERR_clear_error() }
        guard
            CMS_unsigned_add1_attr_by_NID(
                info, NID_id_smime_aa_timeStampToken, V_ASN1_SEQUENCE, token, Int32(clamping: token.count)) == 1
        else { return nil }
        return Certificate.bytes { i2d_CMS_ContentInfo(message, $0) }
    }

    private static func bytes(_ string: UnsafePointer<ASN1_STRING>) -> [UInt8] {
        let count = Int(ASN1_STRING_length(string))
        guard count > 0, let start = ASN1_STRING_get0_data(string) else { return [] }
        return Array(UnsafeBufferPointer(start: start, count: count))
    }
}
