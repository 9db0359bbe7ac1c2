import COpenSSL
import Foundation

/// The signature algorithms that are taken (RFC 7518 §3.1). `none` and the symmetric ones never are: a client secret is
/// no proof of the provider.
public enum SignatureAlgorithm: String, Sendable {
    case rs256 = "RS256"
    case es256 = "ES256"
}

/// A provider's public keys (RFC 7517 §5): those of them that can have signed an ID token.
public struct JSONWebKeySet: Sendable, Equatable {
    /// What an RSA or P-256 public key is, as SubjectPublicKeyInfo (RFC 5280 §4.1).
    struct Key: Sendable, Equatable {
        var identifier: String?
        var algorithm: SignatureAlgorithm
        var subjectPublicKeyInfo: [UInt8]
    }

    let keys: [Key]

    /// Reads a document of at most 256 kB. Keys of other types, for encryption, or malformed are left out (§5), and so
    /// is all beyond the first 100.
    ///
    /// - Returns: nil where it is no set of keys.
    public init?(json: some Collection<UInt8>) {
        guard json.count <= 256 << 10, let set = try? JSONDecoder().decode(KeySetDocument.self, from: Data(json))
        else { return nil }
        keys = set.keys.prefix(100).compactMap(\.value).compactMap(Key.init)
    }

    /// The keys that may have made a signature: those with its key's name; where it names none, the only one there is
    /// (OpenID Connect Core 1.0 §10.1).
    func candidates(identifier: String?, algorithm: SignatureAlgorithm) -> [Key] {
        let fitting = keys.filter { $0.algorithm == algorithm }
        guard let identifier else { return fitting.count == 1 ? fitting : [] }
        return Array(fitting.filter { $0.identifier == identifier }.prefix(4))
    }
}

private struct KeySetDocument: Decodable {
    /// A key that cannot be read does not spoil the others.
    struct Entry: Decodable {
        var value: KeyDocument?
        init(from decoder: any Decoder) throws { value = try? KeyDocument(from: decoder) }
    }
    var keys: [Entry]
}

private struct KeyDocument: Decodable {
    var kty: String
    var kid: String?
    var use: String?
    var key_ops: [String]?
    var alg: String?
    var n: String?
    var e: String?
    var crv: String?
    var x: String?
    var y: String?
}

extension JSONWebKeySet.Key {
    fileprivate init?(_ key: KeyDocument) {
        guard key.use == nil || key.use == "sig", key.key_ops?.contains("verify") != false else { return nil }
        switch key.kty {
        case "RSA":
            guard let modulus = key.n.flatMap({ Base64.url.bytes($0) })?.drop(while: { $0 == 0 }),
                let exponent = key.e.flatMap({ Base64.url.bytes($0) })?.drop(while: { $0 == 0 }),
                // 2,048 bits at least (RFC 7518 §3.3); 8,192 bits bound the work of one verification.
                (256...1024).contains(modulus.count), (1...4).contains(exponent.count),
                let last = exponent.last, last & 1 == 1, exponent.count > 1 || last >= 3
            else { return nil }
            algorithm = .rs256
            subjectPublicKeyInfo = DER.sequence(
                DER.sequence(Self.rsaEncryption, [0x05, 0x00]),
                DER.bitString(DER.sequence(DER.integer(modulus), DER.integer(exponent))))
        case "EC":
            guard key.crv == "P-256", let x = key.x.flatMap({ Base64.url.bytes($0) }), x.count == 32,
                let y = key.y.flatMap({ Base64.url.bytes($0) }), y.count == 32
            else { return nil }
            algorithm = .es256
            subjectPublicKeyInfo = DER.sequence(
                DER.sequence(Self.ecPublicKey, Self.prime256v1), DER.bitString([0x04] + x + y))
        default:
            return nil
        }
        guard key.alg == nil || key.alg == algorithm.rawValue else { return nil }
        identifier = key.kid
    }

    /// 1.2.840.113549.1.1.1 (RFC 3279 §2.3.1).
    private static let rsaEncryption: [UInt8] = [0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1]
    /// 1.2.840.10045.2.1 (RFC 5480 §2.1.1).
    private static let ecPublicKey: [UInt8] = [0x06, 7, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1]
    /// 1.2.840.10045.3.1.7 (RFC 5480 §2.1.1.1).
    private static let prime256v1: [UInt8] = [0x06, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7]

    /// Whether a JWS signature (RFC 7518 §3.3, §3.4) over a message was made with this key.
    func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        // libcrypto keeps what went wrong in a list of the thread, where others would find it.
        defer { ERR_clear_error() }
        var encoded = signature
        if algorithm == .es256 {
            // JWS joins the two numbers, 32 bytes each; libcrypto reads ECDSA-Sig-Value (RFC 3279 §2.2.3).
            guard signature.count == 64 else { return false }
            encoded = DER.sequence(DER.integer(signature.prefix(32)), DER.integer(signature.suffix(32)))
        }
        return subjectPublicKeyInfo.withUnsafeBufferPointer { info in
            var place = info.baseAddress
            // A point that is not on the curve is refused here.
            guard let key = d2i_PUBKEY(nil, &place, info.count) else { return false }
            defer { EVP_PKEY_free(key) }
            guard let context = EVP_MD_CTX_new() else { return false }
            defer { EVP_MD_CTX_free(context) }
            return EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1
                && EVP_DigestVerify(context, encoded, encoded.count, message, message.count) == 1
        }
    }
}
