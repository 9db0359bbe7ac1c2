import COpenSSL
import Testing

@testable import SecureTransport

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
        for isWeak in [false, true] {
            let client = try DTLSClient(profiles: "SRTP_AEAD_AES_128_GCM")
            let certificate = try #require(readCertificate(client.identity.certificatePEM))
            // The true SHA-1 of the certificate: right, and still not good enough.
            let weak = digest(of: certificate, algorithm: EVP_sha1())
            X509_free(certificate)
            #expect(weak.count == 20)
            var server = DTLSServer(
                context: context,
                expectedFingerprints: isWeak ? [("sha-1", weak)] : [("sha-256", [UInt8](repeating: 1, count: 32))])
            guard case .failed(.wrongFingerprint) = server.converse(with: client) else {
                Issue.record("let in")
                return
            }
        }
    }

    @Test(arguments: ["sha-256", "SHA-384", "sha-512"])
    func `takes the certificate by any strong hash of the offer`(_ algorithm: String) throws {
        let client = try DTLSClient(profiles: "SRTP_AEAD_AES_128_GCM")
        let certificate = try #require(readCertificate(client.identity.certificatePEM))
        let kinds = ["sha-256": EVP_sha256(), "SHA-384": EVP_sha384(), "sha-512": EVP_sha512()]
        let right = digest(of: certificate, algorithm: kinds[algorithm] ?? nil)
        X509_free(certificate)
        var server = DTLSServer(
            context: context, expectedFingerprints: [("sha-1", [1]), ("sha-256", [2]), (algorithm, right)])
        guard case .established = server.converse(with: client) else {
            Issue.record("refused")
            return
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
        // A fatal alert and a close_notify of epoch 0: anybody can write them (CVE-2019-20786), by themselves or behind
        // records that may come.
        let alerts: [[UInt8]] = [[2, 40], [1, 0]].map { [21, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 99, 0, 2] + $0 }
        let change: [UInt8] = [20, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 98, 0, 1, 1]
        let handshake: [UInt8] = [22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 97, 0, 12] + [UInt8](repeating: 0, count: 12)
        for forged in alerts + alerts.map({ change + $0 }) + alerts.map({ handshake + $0 }) + [change, handshake] {
            let (progress, said) = server.take(forged)
            guard case .ignored = progress else {
                Issue.record("an injection was heard")
                return
            }
            #expect(said.isEmpty)
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

    @Test func `a private key under a passphrase is refused, without asking anybody for it`() throws {
        let key = try #require(readPrivateKey(identity.privateKeyPEM))
        defer { EVP_PKEY_free(key) }
        let bio = try #require(BIO_new(BIO_s_mem()))
        defer { BIO_free(bio) }
        let phrase = Array("secret".utf8)
        #expect(PEM_write_bio_PrivateKey(bio, key, EVP_aes_128_cbc(), phrase, 6, nil, nil) == 1)
        var bytes: UnsafeMutablePointer<CChar>?
        let count = shim_write_pem(bio, &bytes)
        let text = String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
        #expect(text.contains("ENCRYPTED"))
        #expect(throws: SecureTransportError.self) {
            try TransportIdentity(certificatePEM: identity.certificatePEM, privateKeyPEM: text)
        }
        for (certificate, key) in [("", identity.privateKeyPEM), (identity.certificatePEM, "x")] {
            #expect(throws: SecureTransportError.self) {
                try TransportIdentity(certificatePEM: certificate, privateKeyPEM: key)
            }
        }
    }
}
