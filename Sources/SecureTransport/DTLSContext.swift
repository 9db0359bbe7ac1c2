import COpenSSL

/// What all handshakes of a server share: its identity, DTLS 1.2 only, the profiles in our order of preference.
///
/// Invariant: the SSL_CTX is set up once in `init` and only read afterwards, which OpenSSL allows from any thread.
public final class DTLSContext: @unchecked Sendable {
    let pointer: OpaquePointer
    let method: OpaquePointer

    /// - Throws: `library`, `badIdentity`.
    public init(identity: TransportIdentity) throws(SecureTransportError) {
        guard let context = SSL_CTX_new(DTLS_server_method()), let datagrams = shim_datagram_method() else {
            throw .library("no DTLS context")
        }
        pointer = context
        method = datagrams
        shim_set_min_dtls12(context)
        SSL_CTX_set_options(context, shim_dtls_options())
        shim_no_session_cache(context)
        shim_limit_certificates(context, 16 * 1024)
        shim_verify_peer(context)
        SSL_CTX_set_quiet_shutdown(context, 1)
        guard let certificate = readCertificate(identity.certificatePEM),
            let key = readPrivateKey(identity.privateKeyPEM)
        else { throw .badIdentity("cannot be read") }
        defer {
            X509_free(certificate)
            EVP_PKEY_free(key)
        }
        guard SSL_CTX_use_certificate(context, certificate) == 1, SSL_CTX_use_PrivateKey(context, key) == 1,
            shim_set_groups(context, "X25519:P-256") == 1,
            SSL_CTX_set_cipher_list(
                context,
                "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305"
                    + ":ECDHE-ECDSA-AES128-SHA") == 1
        else { throw .library("DTLS cannot be set up") }
        // The server's order decides (RFC 5764 §4.1.1): AES-GCM wherever the client has it. Returns 0 on success.
        let profiles = "\(SRTPProfile.aeadAES128GCM.name):\(SRTPProfile.aes128CMHMACSHA1_80.name)"
        guard SSL_CTX_set_tlsext_use_srtp(context, profiles) == 0 else { throw .library("no SRTP profiles") }
    }

    deinit {
        SSL_CTX_free(pointer)
        BIO_meth_free(method)
    }
}
