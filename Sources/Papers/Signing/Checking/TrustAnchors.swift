import CCMS

/// Whom to believe: the root certificates of authorities, and what they have revoked.
public struct TrustAnchors: Sendable {
    let roots: [Certificate]
    let revocations: [[UInt8]]

    /// - Parameters:
    ///   - roots: of signers and of time-stamp authorities.
    ///   - revocations: certificate revocation lists (RFC 5280 §5) in DER. Those whose issuer's certificate is not there
    ///     are of no use, and do no harm.
    public init(roots: [Certificate], revocations: [[UInt8]] = []) {
        self.roots = roots
        self.revocations = revocations
    }

    /// To be freed by `X509_STORE_free`.
    func store(at time: Int64) -> OpaquePointer? {
        defer { ERR_clear_error() }
        guard let store = X509_STORE_new(), let parameters = X509_VERIFY_PARAM_new() else { return nil }
        defer { X509_VERIFY_PARAM_free(parameters) }
        X509_VERIFY_PARAM_set_time(parameters, Int(time))
        // 112 bits: RSA of 2,048 bits and more, SHA-2.
        X509_VERIFY_PARAM_set_auth_level(parameters, 2)
        X509_VERIFY_PARAM_set_depth(parameters, 8)
        X509_STORE_set1_param(store, parameters)
        for root in roots {
            guard let certificate = Certificate.read(root.der) else { continue }
            X509_STORE_add_cert(store, certificate)
            X509_free(certificate)
        }
        return store
    }

    /// How a certificate is judged at a time.
    ///
    /// - Parameter now: when revocation lists have to be fresh.
    func judge(
        _ signer: OpaquePointer, with chain: OpaquePointer?, at time: Int64, now: Int64
    ) -> (SignatureReport.Trust, SignatureReport.Revocation) {
        defer { ERR_clear_error() }
        guard let store = store(at: time) else { return (.unknownIssuer, .unknown) }
        defer { X509_STORE_free(store) }
        guard let context = X509_STORE_CTX_new() else { return (.unknownIssuer, .unknown) }
        defer { X509_STORE_CTX_free(context) }
        guard X509_STORE_CTX_init(context, store, signer, chain) == 1 else { return (.unknownIssuer, .unknown) }
        let verified = X509_verify_cert(context) == 1
        guard verified else {
            switch X509_STORE_CTX_get_error(context) {
            case X509_V_ERR_CERT_HAS_EXPIRED: return (.expired, .unknown)
            case X509_V_ERR_CERT_NOT_YET_VALID: return (.notYetValid, .unknown)
            case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL, X509_V_ERR_CA_MD_TOO_WEAK:
                return (.unsuited, .unknown)
            default: return (.unknownIssuer, .unknown)
            }
        }
        // RFC 5280 §4.2.1.3: a certificate that says what its key is for has to say signatures.
        let usage = X509_get_key_usage(signer)
        guard usage & UInt32(KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION) != 0 else { return (.unsuited, .unknown) }
        return (.trusted, revocation(of: X509_STORE_CTX_get0_chain(context), at: time, now: now))
    }

    private func revocation(of chain: OpaquePointer?, at time: Int64, now: Int64) -> SignatureReport.Revocation {
        let lists = revocations.compactMap { Self.list($0) }
        defer { for list in lists { X509_CRL_free(list) } }
        var verdict = SignatureReport.Revocation.good
        let count = shim_certificates_count(chain)
        guard count > 1 else { return .unknown }
        for index in 0..<count - 1 {
            guard let certificate = shim_certificates_at(chain, index),
                let issuer = shim_certificates_at(chain, index + 1)
            else { return .unknown }
            var known = false
            for list in lists {
                guard X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_issuer_name(certificate)) == 0,
                    let key = X509_get0_pubkey(issuer), X509_CRL_verify(list, key) == 1
                else { continue }
                var revoked: OpaquePointer?
                if X509_CRL_get0_by_cert(list, &revoked, certificate) == 1 {
                    var since: Int64 = 0
                    guard shim_unix_time(X509_REVOKED_get0_revocationDate(revoked), &since) == 1, since > time else {
                        return .revoked
                    }
                }
                var next: Int64 = 0
                if shim_unix_time(X509_CRL_get0_nextUpdate(list), &next) == 1, next >= now { known = true }
            }
            if !known { verdict = .unknown }
        }
        return verdict
    }

    private static func list(_ der: [UInt8]) -> OpaquePointer? {
        der.withUnsafeBufferPointer { bytes in
            var place = bytes.baseAddress
            return d2i_X509_CRL(nil, &place, bytes.count)
        }
    }
}
