/// A short text that only the holder of a secret could have written: base64url of the text, a dot, base64url of
/// HMAC-SHA256 (RFC 2104) over the purpose and the text. For links in letters: nothing has to be kept for them.
public enum SignedText {
    /// - Parameter purpose: what the text is for; a text for one purpose is not taken for another.
    public static func seal(_ text: String, purpose: String, secret: [UInt8]) -> String {
        Base64.url.text(Array(text.utf8)) + "." + Base64.url.text(code(text, purpose, secret))
    }

    /// - Returns: the text; nil where it is not sealed by the secret for this purpose.
    public static func open(_ sealed: String, purpose: String, secret: [UInt8]) -> String? {
        let parts = sealed.split(separator: ".", omittingEmptySubsequences: false)
        guard sealed.utf8.count <= 512, parts.count == 2, let bytes = Base64.url.bytes(parts[0]),
            let kept = Base64.url.bytes(parts[1])
        else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        return constantTimeEqual(kept, code(text, purpose, secret)) ? text : nil
    }

    private static func code(_ text: String, _ purpose: String, _ secret: [UInt8]) -> [UInt8] {
        hmacSHA256(Array("\(purpose.utf8.count):\(purpose)\(text)".utf8), key: secret)
    }
}
