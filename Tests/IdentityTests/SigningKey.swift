import COpenSSL
import Foundation

@testable import Identity

/// A provider's private key, made for a test, which signs what the test likes.
final class SigningKey: @unchecked Sendable {
    // libcrypto's keys may be used by several threads; this one is never changed.
    private let key: OpaquePointer
    let algorithm: SignatureAlgorithm
    let identifier: String

    init(_ algorithm: SignatureAlgorithm, identifier: String, bits: Int32 = 2048) throws {
        struct NoKey: Error {}
        var made: OpaquePointer?
        switch algorithm {
        case .es256: made = shim_generate_p256()
        case .rs256:
            let context = EVP_PKEY_CTX_new_id(NID_rsaEncryption, nil)
            defer { EVP_PKEY_CTX_free(context) }
            guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits) == 1,
                EVP_PKEY_keygen(context, &made) == 1
            else { throw NoKey() }
        }
        guard let made else { throw NoKey() }
        key = made
        self.algorithm = algorithm
        self.identifier = identifier
    }

    deinit { EVP_PKEY_free(key) }

    /// The public key as a JSON Web Key.
    var jwk: [String: String] {
        var fields = ["kid": identifier, "use": "sig", "alg": algorithm.rawValue]
        switch algorithm {
        case .rs256:
            fields["kty"] = "RSA"
            fields["n"] = number("n")
            fields["e"] = number("e")
        case .es256:
            fields["kty"] = "EC"
            fields["crv"] = "P-256"
            fields["x"] = number("qx", width: 32)
            fields["y"] = number("qy", width: 32)
        }
        return fields
    }

    /// A token in compact form; what is given overrides the header of an honest provider.
    func token(_ claims: [String: Any], header: [String: Any] = [:]) throws -> String {
        let honest: [String: Any] = ["alg": algorithm.rawValue, "kid": identifier, "typ": "JWT"]
        let fields = honest.merging(header) { $1 }.filter { !($0.value is NSNull) }
        let message =
            Base64.url.text(try JSONSerialization.data(withJSONObject: fields)) + "."
            + Base64.url.text(try JSONSerialization.data(withJSONObject: claims))
        return message + "." + Base64.url.text(sign(Array(message.utf8)))
    }

    func sign(_ message: [UInt8]) -> [UInt8] {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var length = 1024
        var signature = [UInt8](repeating: 0, count: length)
        guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
            EVP_DigestSign(context, &signature, &length, message, message.count) == 1
        else { return [] }
        signature = Array(signature.prefix(length))
        guard algorithm == .es256 else { return signature }
        return signature.withUnsafeBufferPointer { bytes in
            var place = bytes.baseAddress
            let pair = d2i_ECDSA_SIG(nil, &place, bytes.count)
            defer { ECDSA_SIG_free(pair) }
            var raw = [UInt8](repeating: 0, count: 64)
            raw.withUnsafeMutableBufferPointer { raw in
                _ = BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw.baseAddress, 32)
                _ = BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw.baseAddress.map { $0 + 32 }, 32)
            }
            return raw
        }
    }

    private func number(_ name: String, width: Int = 0) -> String {
        var number: OpaquePointer?
        guard EVP_PKEY_get_bn_param(key, name, &number) == 1 else { return "" }
        defer { BN_free(number) }
        let width = max(width, (Int(BN_num_bits(number)) + 7) / 8)
        var bytes = [UInt8](repeating: 0, count: width)
        BN_bn2binpad(number, &bytes, Int32(width))
        return Base64.url.text(bytes)
    }
}

/// A set of public keys as a provider serves it.
func keySetJSON(_ keys: [[String: String]]) -> [UInt8] {
    (try? JSONSerialization.data(withJSONObject: ["keys": keys])).map(Array.init) ?? []
}
