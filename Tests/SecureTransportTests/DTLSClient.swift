import COpenSSL

@testable import SecureTransport

/// A client's side of a handshake, by libssl.
final class DTLSClient {
    let ssl: OpaquePointer?
    private let context: OpaquePointer?
    private let method: OpaquePointer?
    private let state: UnsafeMutablePointer<shim_datagrams>
    private(set) var sent: [[UInt8]] = []
    let identity: TransportIdentity

    init(profiles: String, mtu: Int = 1200) throws {
        identity = try TransportIdentity.generate(commonName: "client", validDays: 1)
        context = SSL_CTX_new(DTLS_client_method())
        method = shim_datagram_method()
        state = .allocate(capacity: 1)
        state.initialize(to: shim_datagrams())
        let certificate = readCertificate(identity.certificatePEM)
        let key = readPrivateKey(identity.privateKeyPEM)
        SSL_CTX_use_certificate(context, certificate)
        SSL_CTX_use_PrivateKey(context, key)
        X509_free(certificate)
        EVP_PKEY_free(key)
        _ = SSL_CTX_set_tlsext_use_srtp(context, profiles)
        ssl = SSL_new(context)
        let bio = shim_datagram_bio(method, state)
        SSL_set_bio(ssl, bio, bio)
        SSL_set_connect_state(ssl)
        if let ssl {
            SSL_set_options(ssl, shim_dtls_options())
            shim_set_mtu(ssl, mtu)
        }
    }

    deinit {
        SSL_free(ssl)
        SSL_CTX_free(context)
        BIO_meth_free(method)
        state.deallocate()
    }

    /// Takes a datagram, or begins without one; returns what the client says. Repeats are asked for by `timeout`.
    func step(_ datagram: [UInt8]?, timeout: Bool = false) -> [[UInt8]] {
        sent = []
        let input = datagram ?? []
        input.withUnsafeBufferPointer { input in
            state.pointee.input = datagram == nil ? nil : input.baseAddress
            state.pointee.input_length = Int32(input.count)
            state.pointee.context = Unmanaged.passUnretained(self).toOpaque()
            state.pointee.write = { context, bytes, length in
                guard let context, let bytes else { return }
                Unmanaged<DTLSClient>.fromOpaque(context).takeUnretainedValue().sent.append(
                    Array(UnsafeBufferPointer(start: bytes, count: Int(length))))
            }
            if timeout, let ssl { _ = shim_dtls_handle_timeout(ssl) }
            _ = SSL_do_handshake(ssl)
            ERR_clear_error()
            state.pointee.input = nil
        }
        return sent
    }

    var isDone: Bool { SSL_is_init_finished(ssl) == 1 }

    func exported(_ length: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: length)
        let label = "EXTRACTOR-dtls_srtp"
        _ = SSL_export_keying_material(ssl, &bytes, length, label, label.utf8.count, nil, 0, 0)
        return bytes
    }

    func goodbye() -> [[UInt8]] {
        sent = []
        SSL_shutdown(ssl)
        return sent
    }
}

extension DTLSServer {
    mutating func take(_ datagram: [UInt8]) -> (DTLSProgress, [[UInt8]]) {
        var answers: [[UInt8]] = []
        let progress = datagram.withUnsafeBytes { receive($0, now: 0) { answers.append(Array($0)) } }
        return (progress, answers)
    }

    /// Carries datagrams both ways until nobody says anything; returns the server's last word of interest.
    mutating func converse(with client: DTLSClient) -> DTLSProgress {
        var last = DTLSProgress.handshaking
        var towards = client.step(nil)
        for _ in 0..<20 {
            var back: [[UInt8]] = []
            for datagram in towards {
                let (progress, answers) = take(datagram)
                back += answers
                switch progress {
                case .established, .failed: last = progress
                default: break
                }
            }
            towards = back.flatMap { client.step($0) }
            if towards.isEmpty { break }
        }
        return last
    }
}
