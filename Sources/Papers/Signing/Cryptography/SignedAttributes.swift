/// What a signer signs: the digest of a paper and their own certificate (RFC 5652 §5.3; ETSI EN 319 122-1 §5.1, §5.2; ETSI
/// EN 319 142-1 §6.3: no signing time, which the paper's own dictionary says).
public struct SignedAttributes: Sendable {
    private let certificate: Certificate
    private let attributes: [[UInt8]]

    /// - Parameter digest: SHA-256 of the paper, ``PreparedPaper/digest``.
    public init(digest: [UInt8], certificate: Certificate) throws(SigningError) {
        guard certificate.canSign else { throw .badCertificate }
        guard digest.count == 32 else { throw .signatureDoesNotFit }
        self.certificate = certificate
        // ESSCertIDv2 (RFC 5035 §3), whose digest is SHA-256 where it says none.
        let named = DER.sequence(DER.sequence(DER.sequence(DER.octets(Digest.sha256(certificate.der)))))
        attributes = [
            Self.attribute(DER.Name.contentType, DER.Name.data),
            Self.attribute(DER.Name.messageDigest, DER.octets(digest)),
            Self.attribute(DER.Name.signingCertificateV2, named),
        ]
    }

    static func attribute(_ name: [UInt8], _ value: [UInt8]) -> [UInt8] { DER.sequence(name, DER.set([value])) }

    /// The bytes that the private key signs, with SHA-256 (RFC 5652 §5.4).
    public var bytesToSign: [UInt8] { DER.set(attributes) }

    /// The signed message (RFC 5652 §5.1), without the paper in it.
    ///
    /// - Parameters:
    ///   - signature: over ``bytesToSign``: PKCS #1 v1.5 (RFC 8017 §8.2) or ECDSA-Sig-Value (RFC 3279 §2.2.3).
    ///   - chain: certificates between the signer's and a root, in DER.
    public func message(signature: [UInt8], chain: [Certificate] = []) -> [UInt8] {
        let digest = DER.sequence(DER.Name.sha256)
        let algorithm =
            switch certificate.keyKind {
            case .rsa: DER.sequence(DER.Name.sha256WithRSA, DER.null)
            case .ecdsa: DER.sequence(DER.Name.ecdsaWithSHA256)
            }
        let signer = DER.sequence(
            DER.integer([1]), certificate.issuerAndSerial, digest, DER.set(attributes, tag: 0xA0), algorithm,
            DER.octets(signature))
        var certificates = [certificate.der]
        for other in chain where !certificates.contains(other.der) { certificates.append(other.der) }
        let signed = DER.sequence(
            DER.integer([1]), DER.set([digest]), DER.sequence(DER.Name.data), DER.set(certificates, tag: 0xA0),
            DER.set([signer]))
        return DER.sequence(DER.Name.signedData, DER.value(0xA0, signed))
    }

    /// SHA-256, for a token that signs digests only.
    public static func digest(of bytes: [UInt8]) -> [UInt8] { Digest.sha256(bytes) }

    /// ECDSA-Sig-Value of the two numbers that a token joins (PKCS #11 §2.3.1), half of the bytes each.
    public static func ecdsaValue(joined numbers: [UInt8]) -> [UInt8] {
        let half = numbers.count / 2
        return DER.sequence(DER.integer(numbers.prefix(half)), DER.integer(numbers.dropFirst(half)))
    }
}
