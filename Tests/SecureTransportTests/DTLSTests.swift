import COpenSSL
import Testing

@testable import SecureTransport

/// A client's side of a handshake, by libssl.
private final class DTLSClient {
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
    fileprivate mutating func take(_ datagram: [UInt8]) -> (DTLSProgress, [[UInt8]]) {
        var answers: [[UInt8]] = []
        let progress = datagram.withUnsafeBytes { receive($0, now: 0) { answers.append(Array($0)) } }
        return (progress, answers)
    }

    /// Carries datagrams both ways until nobody says anything; returns the server's last word of interest.
    fileprivate mutating func converse(with client: DTLSClient) -> DTLSProgress {
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

@Suite struct `The handshake` {
    private let context: DTLSContext
    private let identity: TransportIdentity

    init() throws {
        identity = try TransportIdentity.generate(commonName: "test", validDays: 1)
        context = try DTLSContext(identity: identity)
    }

    @Test(
        arguments: [
            ("SRTP_AES128_CM_SHA1_80", SRTPProfile.aes128CMHMACSHA1_80),
            ("SRTP_AEAD_AES_128_GCM", .aeadAES128GCM),
            ("SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_256_GCM:SRTP_AEAD_AES_128_GCM", .aeadAES128GCM),
        ])
    func `gives both ends the same keys, under the best profile that both know`(
        _ offered: String, _ expected: SRTPProfile
    ) throws {
        let client = try DTLSClient(profiles: offered)
        var server = DTLSServer(
            context: context, expectedFingerprints: [("sha-256", client.identity.fingerprint)])
        guard case .established(let keys) = server.converse(with: client) else {
            Issue.record("no keys")
            return
        }
        #expect(client.isDone)
        #expect(keys.profile == expected)
        let (key, salt) = (expected.keyLength, expected.saltLength)
        let material = client.exported(2 * (key + salt))
        #expect(keys.clientKey + keys.serverKey + keys.clientSalt + keys.serverSalt == material)
    }

    @Test func `works when the ClientHello comes in fragments`() throws {
        // The smallest that libssl works with: its hello of some 250 bytes and a record header do not fit.
        let client = try DTLSClient(profiles: "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80", mtu: 256)
        var server = DTLSServer(
            context: context, expectedFingerprints: [("sha-256", client.identity.fingerprint)])
        guard case .established = server.converse(with: client) else {
            Issue.record("no keys")
            return
        }
    }

    @Test func `fails when the certificate is not the one of the offer, or is named by a weak hash`() throws {
        for (algorithm, bytes) in [("sha-256", [UInt8](repeating: 1, count: 32)), ("sha-1", [2])] {
            let client = try DTLSClient(profiles: "SRTP_AEAD_AES_128_GCM")
            var server = DTLSServer(context: context, expectedFingerprints: [(algorithm, bytes)])
            guard case .failed(.wrongFingerprint) = server.converse(with: client) else {
                Issue.record("let in")
                return
            }
        }
    }

    @Test func `fails when the client knows none of our profiles`() throws {
        let client = try DTLSClient(profiles: "SRTP_AEAD_AES_256_GCM")
        var server = DTLSServer(context: context, expectedFingerprints: [("sha-256", client.identity.fingerprint)])
        guard case .failed = server.converse(with: client) else {
            Issue.record("let in")
            return
        }
    }

    @Test func `survives junk, and ends when there is more of it than of any handshake`() throws {
        var server = DTLSServer(context: context, expectedFingerprints: [])
        var generator = SystemRandomNumberGenerator()
        var refused = false
        for _ in 0..<300 {
            var junk = (0..<200).map { _ in UInt8.random(in: 0...255, using: &generator) }
            junk.replaceSubrange(0..<3, with: [22, 0xFE, 0xFD])
            if case .failed = server.take(junk).0 {
                refused = true
                break
            }
        }
        #expect(refused)
    }

    @Test func `ignores unencrypted alerts once it is done, and hears a true goodbye`() throws {
        let client = try DTLSClient(profiles: "SRTP_AEAD_AES_128_GCM")
        var server = DTLSServer(context: context, expectedFingerprints: [("sha-256", client.identity.fingerprint)])
        _ = server.converse(with: client)
        // A fatal alert of epoch 0: anybody can write one (CVE-2019-20786).
        let forged: [UInt8] = [21, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 99, 0, 2, 2, 40]
        guard case .ignored = server.take(forged).0 else {
            Issue.record("an injected alert was heard")
            return
        }
        _ = client.step(nil)
        var progress = DTLSProgress.ignored
        for datagram in client.goodbye() { progress = server.take(datagram).0 }
        guard case .closed = progress else {
            Issue.record("the goodbye was not heard: \(progress)")
            return
        }
    }

    @Test func `an identity that is saved is the same when it is read, and a mixed one is refused`() throws {
        let again = try TransportIdentity(
            certificatePEM: identity.certificatePEM, privateKeyPEM: identity.privateKeyPEM)
        #expect(again.fingerprint == identity.fingerprint)
        #expect(identity.fingerprint.count == 32)
        let other = try TransportIdentity.generate(
            commonName: "other", hosts: ["localhost", "127.0.0.1"], validDays: 1)
        #expect(throws: SecureTransportError.self) {
            try TransportIdentity(certificatePEM: identity.certificatePEM, privateKeyPEM: other.privateKeyPEM)
        }
    }
}
