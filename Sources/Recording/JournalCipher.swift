import COpenSSL

/// The operator's key, with which journals are encrypted at rest: 32 bytes.
public struct JournalKey: Sendable {
    let bytes: [UInt8]

    /// nil unless there are 32 of them.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }
}

extension JournalKey: CustomStringConvertible {
    /// Says nothing of the key: descriptions end in logs.
    public var description: String { "JournalKey" }
}

/// AES-256-GCM (NIST SP 800-38D) of a segment's blocks. Each segment has a key of its own, since its salt is new, and each
/// block a number of its own within it: no nonce comes twice, also where a killed server goes on with a journal.
struct JournalCipher {
    static let tagBytes = 16
    private let key: [UInt8]

    init(_ key: JournalKey, recording: RecordingID, salt: [UInt8]) {
        // HMAC-SHA256 as a pseudo-random function of recording and salt (NIST SP 800-108 §4.1, one block of 256 bits).
        let context = Array("giaoban journal".utf8) + [0] + recording.bytes + salt
        var derived = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        let made = HMAC(EVP_sha256(), key.bytes, Int32(key.bytes.count), context, context.count, &derived, &count)
        // A key of zeros would be one that everybody knows.
        precondition(made != nil && count == 32, "libcrypto has no HMAC-SHA256")
        self.key = derived
    }

    /// - Parameters:
    ///   - block: the block's number in its segment.
    ///   - header: what is sealed along with it and stays readable.
    func seal(_ plain: [UInt8], block: UInt32, header: [UInt8]) -> [UInt8]? {
        crypt(plain[...], block: block, header: header, tag: nil)
    }

    /// - Returns: nil where key, header or body are not those with which it was sealed.
    func open(_ stored: ArraySlice<UInt8>, block: UInt32, header: [UInt8]) -> [UInt8]? {
        guard stored.count >= Self.tagBytes else { return nil }
        return crypt(
            stored.dropLast(Self.tagBytes), block: block, header: header, tag: Array(stored.suffix(Self.tagBytes)))
    }

    private func crypt(_ input: ArraySlice<UInt8>, block: UInt32, header: [UInt8], tag: [UInt8]?) -> [UInt8]? {
        guard let context = EVP_CIPHER_CTX_new(), let length = Int32(exactly: input.count) else { return nil }
        defer { EVP_CIPHER_CTX_free(context) }
        defer { ERR_clear_error() }
        var nonce = [UInt8](repeating: 0, count: 8)
        RecordCoding.append(block, to: &nonce)
        let isSealing: Int32 = tag == nil ? 1 : 0
        var out = [UInt8](repeating: 0, count: input.count + Self.tagBytes)
        var count: Int32 = 0
        var rest: Int32 = 0
        let done = input.withUnsafeBufferPointer { input in
            EVP_CipherInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce, isSealing) == 1
                && EVP_CipherUpdate(context, nil, &rest, header, Int32(clamping: header.count)) == 1
                && EVP_CipherUpdate(context, &out, &count, input.baseAddress, length) == 1
        }
        guard done, Int(count) == input.count else { return nil }
        if var tag {
            guard EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, Int32(tag.count), &tag) == 1,
                EVP_CipherFinal_ex(context, nil, &rest) == 1
            else { return nil }
            return Array(out.prefix(input.count))
        }
        guard EVP_CipherFinal_ex(context, nil, &rest) == 1 else { return nil }
        let made = out.withUnsafeMutableBytes { out in
            EVP_CIPHER_CTX_ctrl(
                context, EVP_CTRL_GCM_GET_TAG, Int32(Self.tagBytes), out.baseAddress.map { $0 + input.count })
        }
        return made == 1 ? out : nil
    }
}
