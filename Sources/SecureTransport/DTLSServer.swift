import COpenSSL

/// What a step of a handshake brought.
public enum DTLSProgress: Sendable {
    case handshaking
    /// Done: comes once.
    case established(SRTPKeys)
    case failed(DTLSError)
    /// The peer said goodbye (close_notify).
    case closed
    /// Nothing that matters: junk, or a repetition after the handshake.
    case ignored
}

/// Why a handshake failed. The participant cannot go on; the client has to join anew.
public enum DTLSError: Error, Sendable, Equatable {
    /// A protocol error; OpenSSL's reason.
    case handshake(String)
    /// The peer's certificate is not the one of its offer (RFC 5763 §5).
    case wrongFingerprint
    /// The peer knows none of our SRTP profiles.
    case noProfile
    /// More handshake data than any honest client sends.
    case tooMuchData
}

/// The server's side of one DTLS 1.2 handshake (RFC 6347), datagrams in and out.
///
/// OpenSSL measures its retransmission times by the system's clock itself; ``nextDeadline`` only says when to let it
/// look. All its work is bounded: at most ``datagramLimit`` datagrams are read before the handshake is done.
public struct DTLSServer: ~Copyable {
    /// Honest handshakes take about ten, with every one sent again a few times.
    public static let datagramLimit = 128
    private static let retryInterval: Int64 = 50_000

    private let ssl: OpaquePointer?
    private let state: UnsafeMutablePointer<shim_datagrams>
    private let fingerprints: [(algorithm: String, bytes: [UInt8])]
    private var received = 0
    private var isEstablished = false
    private var isOver = false
    /// When to call ``timeout(now:emit:)``, µs; nil when nothing is waiting.
    public private(set) var nextDeadline: Int64?

    /// - Parameter expectedFingerprints: from the offer; the peer's certificate must match one of them.
    public init(context: DTLSContext, expectedFingerprints: [(algorithm: String, bytes: [UInt8])]) {
        fingerprints = expectedFingerprints
        state = .allocate(capacity: 1)
        state.initialize(to: shim_datagrams())
        let made = SSL_new(context.pointer)
        ssl = made
        guard let made, let bio = shim_datagram_bio(context.method, state) else { return }
        SSL_set_bio(made, bio, bio)
        SSL_set_accept_state(made)
        shim_set_mtu(made, 1200)
    }

    deinit {
        if let ssl { SSL_free(ssl) }
        state.deallocate()
    }

    /// Takes one datagram of the peer's; what it makes us say goes to `emit`, datagram by datagram.
    public mutating func receive(
        _ datagram: UnsafeRawBufferPointer, now: Int64, emit: (UnsafeRawBufferPointer) -> Void
    ) -> DTLSProgress {
        guard let ssl, !isOver, let base = datagram.baseAddress, datagram.count >= 13 else { return .ignored }
        if isEstablished {
            return receiveAfterwards(datagram, ssl: ssl, base: base, emit: emit)
        }
        received += 1
        guard received <= Self.datagramLimit else {
            isOver = true
            return .failed(.tooMuchData)
        }
        let progress = step(ssl: ssl, base: base, count: datagram.count, emit: emit) { SSL_do_handshake($0) }
        nextDeadline = isEstablished || isOver ? nil : now &+ Self.retryInterval
        return progress
    }

    /// After the handshake: the peer may ask for our last flight again, or say goodbye. Its repeated flight may begin
    /// with handshake or ChangeCipherSpec of epoch 0; alerts and data of that epoch are injections (CVE-2019-20786) and
    /// are not even read. OpenSSL drops them, too, where they stand behind another record.
    private mutating func receiveAfterwards(
        _ datagram: UnsafeRawBufferPointer, ssl: OpaquePointer, base: UnsafeRawPointer,
        emit: (UnsafeRawBufferPointer) -> Void
    ) -> DTLSProgress {
        let epoch = UInt16(datagram[3]) << 8 | UInt16(datagram[4])
        guard epoch > 0 || datagram[0] == 22 || datagram[0] == 20 else { return .ignored }
        withInput(base: base, count: datagram.count, emit: emit) {
            var waste = [UInt8](repeating: 0, count: 2048)
            _ = SSL_read(ssl, &waste, Int32(waste.count))
            ERR_clear_error()
        }
        if SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN != 0 {
            isOver = true
            return .closed
        }
        return .ignored
    }

    /// Sends again what is due.
    public mutating func timeout(now: Int64, emit: (UnsafeRawBufferPointer) -> Void) {
        guard let ssl, !isEstablished, !isOver else {
            nextDeadline = nil
            return
        }
        withInput(base: nil, count: 0, emit: emit) { _ = shim_dtls_handle_timeout(ssl) }
        ERR_clear_error()
        nextDeadline = now &+ Self.retryInterval
    }

    private mutating func step(
        ssl: OpaquePointer, base: UnsafeRawPointer, count: Int, emit: (UnsafeRawBufferPointer) -> Void,
        _ work: (OpaquePointer) -> Int32
    ) -> DTLSProgress {
        ERR_clear_error()
        var result: Int32 = 0
        withInput(base: base, count: count, emit: emit) { result = work(ssl) }
        if result == 1 { return finish(ssl) }
        let reason = SSL_get_error(ssl, result)
        if reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE { return .handshaking }
        isOver = true
        let text = ERR_reason_error_string(ERR_peek_error()).map { String(cString: $0) } ?? "error \(reason)"
        ERR_clear_error()
        return .failed(.handshake(text))
    }

    private mutating func finish(_ ssl: OpaquePointer) -> DTLSProgress {
        guard hasExpectedCertificate(ssl) else {
            isOver = true
            return .failed(.wrongFingerprint)
        }
        guard let selected = SSL_get_selected_srtp_profile(ssl),
            let profile = SRTPProfile(rawValue: UInt16(truncatingIfNeeded: selected.pointee.id)),
            let keys = exportKeys(ssl, profile: profile)
        else {
            isOver = true
            return .failed(.noProfile)
        }
        isEstablished = true
        return .established(keys)
    }

    private func hasExpectedCertificate(_ ssl: OpaquePointer) -> Bool {
        guard let certificate = SSL_get1_peer_certificate(ssl) else { return false }
        defer { X509_free(certificate) }
        for (algorithm, bytes) in fingerprints {
            // SHA-1 is too weak to name a certificate.
            let kind: OpaquePointer? =
                switch algorithm.lowercased() {
                case "sha-256": EVP_sha256()
                case "sha-384": EVP_sha384()
                case "sha-512": EVP_sha512()
                default: nil
                }
            guard let kind else { continue }
            let actual = digest(of: certificate, algorithm: kind)
            if !actual.isEmpty, actual == bytes { return true }
        }
        return false
    }

    /// Client key, server key, client salt, server salt (RFC 5764 §4.2).
    private func exportKeys(_ ssl: OpaquePointer, profile: SRTPProfile) -> SRTPKeys? {
        let (key, salt) = (profile.keyLength, profile.saltLength)
        var material = [UInt8](repeating: 0, count: 2 * (key + salt))
        let label = "EXTRACTOR-dtls_srtp"
        guard
            SSL_export_keying_material(ssl, &material, material.count, label, label.utf8.count, nil, 0, 0) == 1
        else { return nil }
        return SRTPKeys(
            profile: profile, clientKey: Array(material[..<key]),
            clientSalt: Array(material[(2 * key)..<(2 * key + salt)]), serverKey: Array(material[key..<(2 * key)]),
            serverSalt: Array(material[(2 * key + salt)...]))
    }

    /// Runs a call of OpenSSL with a datagram to read and somewhere for its datagrams to go.
    private func withInput(
        base: UnsafeRawPointer?, count: Int, emit: (UnsafeRawBufferPointer) -> Void, _ body: () -> Void
    ) {
        withoutActuallyEscaping(emit) { emit in
            var sink = DatagramSink(emit: emit)
            withUnsafeMutablePointer(to: &sink) { sink in
                state.pointee.input = base?.assumingMemoryBound(to: UInt8.self)
                state.pointee.input_length = Int32(clamping: count)
                state.pointee.context = UnsafeMutableRawPointer(sink)
                state.pointee.write = { context, bytes, length in
                    guard let context, let bytes, length > 0 else { return }
                    context.assumingMemoryBound(to: DatagramSink.self).pointee
                        .emit(UnsafeRawBufferPointer(start: bytes, count: Int(length)))
                }
                body()
                state.pointee.write = nil
                state.pointee.context = nil
                state.pointee.input = nil
            }
        }
    }
}

private struct DatagramSink {
    let emit: (UnsafeRawBufferPointer) -> Void
}
