import COpenSSL
import SecureTransport

/// What all clients of one run share: a certificate, and the one SRTP profile that they offer.
final class ClientContext {
    let context: OpaquePointer
    let method: OpaquePointer
    let profile: SRTPProfile
    let identity: TransportIdentity

    init(profile: SRTPProfile) throws {
        self.profile = profile
        identity = try TransportIdentity.generate(commonName: "load", validDays: 1)
        guard let context = SSL_CTX_new(DTLS_client_method()), let method = shim_datagram_method(),
            let certificate = readCertificate(identity.certificatePEM),
            let key = readPrivateKey(identity.privateKeyPEM)
        else { throw SecureTransportError.library("no DTLS context") }
        self.context = context
        self.method = method
        SSL_CTX_use_certificate(context, certificate)
        SSL_CTX_use_PrivateKey(context, key)
        X509_free(certificate)
        EVP_PKEY_free(key)
        // One profile only, so that every server under test seals with the same cipher.
        _ = SSL_CTX_set_tlsext_use_srtp(context, profile.name)
    }

    /// As a=fingerprint has it (RFC 8122 §5).
    var fingerprint: String {
        identity.fingerprint.map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return digits.count == 1 ? "0" + digits : digits
        }.joined(separator: ":")
    }
}

/// The client's side of one DTLS handshake.
final class Handshake {
    private let ssl: OpaquePointer
    private let state: UnsafeMutablePointer<shim_datagrams>
    private let profile: SRTPProfile
    private var sent: [[UInt8]] = []

    init?(_ shared: ClientContext) {
        guard let ssl = SSL_new(shared.context) else { return nil }
        self.ssl = ssl
        profile = shared.profile
        state = .allocate(capacity: 1)
        state.initialize(to: shim_datagrams())
        let bio = shim_datagram_bio(shared.method, state)
        SSL_set_bio(ssl, bio, bio)
        SSL_set_connect_state(ssl)
        SSL_set_options(ssl, shim_dtls_options())
        shim_set_mtu(ssl, 1200)
    }

    deinit {
        SSL_free(ssl)
        state.deallocate()
    }

    /// Takes a datagram of the server's (nil: begin, or send again what is due) and returns what to send.
    func step(_ datagram: UnsafeRawBufferPointer?) -> [[UInt8]] {
        sent = []
        state.pointee.input = datagram?.baseAddress?.assumingMemoryBound(to: UInt8.self)
        state.pointee.input_length = Int32(datagram?.count ?? 0)
        state.pointee.context = Unmanaged.passUnretained(self).toOpaque()
        state.pointee.write = { context, bytes, length in
            guard let context, let bytes else { return }
            Unmanaged<Handshake>.fromOpaque(context).takeUnretainedValue().sent.append(
                Array(UnsafeBufferPointer(start: bytes, count: Int(length))))
        }
        if datagram == nil { _ = shim_dtls_handle_timeout(ssl) }
        _ = SSL_do_handshake(ssl)
        ERR_clear_error()
        state.pointee.input = nil
        return sent
    }

    /// The keys of both directions once the handshake is done (RFC 5764 §4.2).
    func keys() -> SRTPKeys? {
        guard SSL_is_init_finished(ssl) == 1 else { return nil }
        let (key, salt) = (profile.keyLength, profile.saltLength)
        var material = [UInt8](repeating: 0, count: 2 * (key + salt))
        let label = "EXTRACTOR-dtls_srtp"
        guard SSL_export_keying_material(ssl, &material, material.count, label, label.utf8.count, nil, 0, 0) == 1
        else { return nil }
        return SRTPKeys(
            profile: profile, clientKey: Array(material[..<key]),
            clientSalt: Array(material[(2 * key)..<(2 * key + salt)]), serverKey: Array(material[key..<(2 * key)]),
            serverSalt: Array(material[(2 * key + salt)...]))
    }
}
