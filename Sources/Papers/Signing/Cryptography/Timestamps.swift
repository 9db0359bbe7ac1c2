import CCMS

/// What a time-stamp authority is asked (RFC 3161 §2.4.1): when a signature was there.
public struct TimestampRequest: Sendable {
    /// To be sent by HTTP as `application/timestamp-query` (§3.4).
    public let der: [UInt8]
    private let message: [UInt8]

    /// - Parameters:
    ///   - message: the signature as it came from the signer.
    ///   - nonce: 8 bytes that nobody can foretell.
    public init(for message: [UInt8], nonce: [UInt8]) throws(SigningError) {
        guard let signed = SignedMessage(message) else { throw .signatureDoesNotFit }
        self.message = message
        let imprint = DER.sequence(
            DER.sequence(DER.Name.sha256, DER.null), DER.octets(Digest.sha256(signed.value)))
        der = DER.sequence(DER.integer([1]), imprint, DER.integer(nonce), [0x01, 1, 0xFF])
    }

    /// The signature with the time-stamp of the authority's answer (`application/timestamp-reply`) beside it.
    ///
    /// Whom the authority's certificate comes from is judged when the paper is checked, not here.
    public func stamped(by answer: [UInt8]) throws(SigningError) -> [UInt8] {
        defer { ERR_clear_error() }
        let response = answer.withUnsafeBufferPointer { bytes in
            var place = bytes.baseAddress
            return d2i_TS_RESP(nil, &place, bytes.count)
        }
        guard let response else { throw .badTimestamp("unreadable") }
        defer { TS_RESP_free(response) }
        let request = der.withUnsafeBufferPointer { bytes in
            var place = bytes.baseAddress
            return d2i_TS_REQ(nil, &place, bytes.count)
        }
        guard let request else { throw .badTimestamp("request") }
        defer { TS_REQ_free(request) }
        // Compares status, digest and nonce.
        guard let check = TS_REQ_to_TS_VERIFY_CTX(request, nil) else { throw .badTimestamp("request") }
        defer { TS_VERIFY_CTX_free(check) }
        guard TS_RESP_verify_response(check, response) == 1 else {
            let code = ERR_peek_last_error()
            let reason = ERR_reason_error_string(code).map { String(cString: $0) }
            throw .badTimestamp(reason ?? "refused")
        }
        guard let token = TS_RESP_get_token(response), let bytes = Certificate.bytes({ i2d_PKCS7(token, $0) }),
            let stamped = SignedMessage(message)?.with(timestamp: bytes)
        else { throw .badTimestamp("no token") }
        return stamped
    }
}

/// A time-stamp token that stands beside a signature.
enum TimestampToken {
    /// The time that it proves, as Unix seconds; nil where it is not of this signature or its authority is not trusted.
    static func time(_ token: [UInt8], of signature: [UInt8], trusting anchors: TrustAnchors, at now: Int64) -> Int64? {
        defer { ERR_clear_error() }
        let read = token.withUnsafeBufferPointer { bytes in
            var place = bytes.baseAddress
            return d2i_PKCS7(nil, &place, bytes.count)
        }
        guard let read else { return nil }
        defer { PKCS7_free(read) }
        guard let info = PKCS7_to_TS_TST_INFO(read) else { return nil }
        defer { TS_TST_INFO_free(info) }
        var time: Int64 = 0
        guard let generalized = TS_TST_INFO_get_time(info), shim_unix_time(generalized, &time) == 1,
            time <= now + 300, let check = TS_VERIFY_CTX_new()
        else { return nil }
        // Frees the store and the source, too.
        defer { TS_VERIFY_CTX_free(check) }
        // At the time of the stamp: authorities' certificates end, what they have stamped does not.
        guard let store = anchors.store(at: time),
            let source = BIO_new_mem_buf(signature, Int32(clamping: signature.count))
        else { return nil }
        TS_VERIFY_CTX_add_flags(check, Int32(TS_VFY_SIGNATURE | TS_VFY_VERSION | TS_VFY_DATA))
        TS_VERIFY_CTX_set_store(check, store)
        TS_VERIFY_CTX_set_data(check, source)
        return TS_RESP_verify_token(check, read) == 1 ? time : nil
    }
}
