import CBench
import Glibc
import ICE
import RTP
import SecureTransport

/// One client: its socket, its ICE and DTLS-SRTP session, what it sends and what it receives.
final class Session {
    /// A stream that comes in. A server renumbers it by a constant, so one decrypted packet ties all others to the
    /// publisher's numbers.
    struct Incoming {
        var ssrc: UInt32
        var publisher = -1
        /// Received number minus published number.
        var offset: UInt16 = 0
        /// Of the counted part of the run, extended.
        var first: Int64 = -1
        var highest: Int64 = -1
        var received = 0
        var sinceCheck = 0
    }

    let number: Int
    let descriptor: Int32
    let ufrag: String
    let password: String
    /// The server's address as its own checks' answers carry it.
    private var remoteAddress = PeerAddress.ipv4(0, port: 0)
    /// µs to wait with the ClientHello: Janus throws it away before its own check is answered.
    private var patience: Int64 = 0
    private var remoteUfrag = ""
    private var remotePassword = ""
    private(set) var isConnected = false
    private(set) var handshake: Handshake?
    private var opener: SRTPOpener?
    var sealer: SRTPSealer?
    var isSecure: Bool { sealer != nil }
    var incoming: [Incoming] = []
    var asked: Int64 = 0
    var firstMedia: Int64 = 0
    var nextCheck: Int64 = 0
    private var nextFlight: Int64 = 0
    var nextReport: Int64 = 0
    private var transaction: UInt64 = 1
    /// Of the last packet that carried one (draft-holmer-rmcat-transport-wide-cc-extensions-01 §2).
    var transportSequence: UInt16 = 0

    init?(number: Int) {
        var port: UInt16 = 0
        descriptor = cbench_open(&port)
        guard descriptor >= 0 else { return nil }
        self.number = number
        ufrag = "load\(number)x"
        password = "loadgeneratorpassword\(number)x"
    }

    func close() {
        Glibc.close(descriptor)
        nextCheck = 0
        handshake = nil
        sealer = nil
        opener = nil
        incoming = []
    }

    /// Begins to connect to where the driver says that the server is; false when it does not say all of it.
    func connect(_ command: Command, now: Int64) -> Bool {
        guard let port = command.port, let ufrag = command.ufrag, let password = command.password else { return false }
        let address = command.address ?? "127.0.0.1"
        let four = address.split(separator: ".").reduce(UInt32(0)) { $0 << 8 | (UInt32($1) ?? 0) & 255 }
        remoteAddress = .ipv4(four, port: port)
        patience = (command.patience ?? 0) * 1000
        _ = cbench_connect(descriptor, address, port)
        remoteUfrag = ufrag
        remotePassword = password
        asked = command.asked ?? now
        nextCheck = 1
        return true
    }

    /// Checks, flights that are due, receiver reports.
    func tick(now: Int64, shared: ClientContext, memory: UnsafeMutableRawBufferPointer) {
        if nextCheck > 0, now >= nextCheck {
            nextCheck = now + (isConnected ? 4_000_000 : 20_000)
            sendCheck(memory)
        }
        if let handshake, !isSecure, now >= nextFlight {
            nextFlight = now + 100_000
            for datagram in handshake.step(nil) { send(datagram) }
        }
        if isSecure, now >= nextReport, !incoming.isEmpty {
            nextReport = now + 1_000_000
            sendReport(memory)
        }
    }

    /// A connectivity check that also nominates (RFC 8445 §7.2.2).
    private func sendCheck(_ memory: UnsafeMutableRawBufferPointer) {
        transaction += 1
        var bytes = [UInt8](repeating: 7, count: 12)
        for index in 0..<8 { bytes[index] = UInt8(truncatingIfNeeded: transaction >> UInt64(8 * index)) }
        var writer = STUNWriter(memory, messageClass: .request, transaction: bytes.span.bytes)
        writer.username("\(remoteUfrag):\(ufrag)")
        writer.priority(2_130_706_431)
        writer.controlling(UInt64(number) + 1)
        writer.useCandidate()
        writer.integrity(password: remotePassword)
        writer.fingerprint()
        send(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(memory)[..<writer.length]))
    }

    private func sendReport(_ memory: UnsafeMutableRawBufferPointer) {
        var writer = RTCPWriter(memory)
        guard writer.receiverReport(ssrc: UInt32(number) + 77) else { return }
        for stream in incoming.prefix(24) {
            _ = writer.reportBlock(
                ReportBlock(
                    ssrc: stream.ssrc, fractionLost: 0, cumulativeLost: 0,
                    highestSequence: UInt32(truncatingIfNeeded: max(stream.highest, 0)), jitter: 0, lastSenderReport: 0,
                    delaySinceLastSenderReport: 0))
        }
        let length = sealer?.sealRTCP(memory, length: writer.count) ?? 0
        if length > 0 { send(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(memory)[..<length])) }
    }

    /// STUN and DTLS. Media goes to ``Receiver``.
    func receiveControl(
        _ datagram: UnsafeRawBufferPointer, kind: PacketClass, now: Int64, shared: ClientContext,
        memory: UnsafeMutableRawBufferPointer
    ) {
        switch kind {
        case .stun:
            guard let message = try? STUNMessage(parsing: datagram.bytes) else { return }
            if message.messageClass == .success, !isConnected {
                isConnected = true
                nextCheck = now + 4_000_000
                handshake = Handshake(shared)
                nextFlight = now + patience
            } else if message.messageClass == .request {
                answer(datagram, memory: memory)
            }
        case .dtls:
            guard let handshake else { return }
            for answer in handshake.step(datagram) { send(answer) }
            guard !isSecure, let keys = handshake.keys() else { return }
            opener = try? SRTPOpener(profile: keys.profile, key: keys.serverKey, salt: keys.serverSalt)
            sealer = try? SRTPSealer(profile: keys.profile, key: keys.clientKey, salt: keys.clientSalt)
            nextReport = now + 1_000_000
        case .rtp, .rtcp, .unknown: break
        }
    }

    /// A full ICE agent checks us, too (RFC 8445 §7.3).
    private func answer(_ request: UnsafeRawBufferPointer, memory: UnsafeMutableRawBufferPointer) {
        let transaction = Array(request[8..<20])
        var writer = STUNWriter(memory, messageClass: .success, transaction: transaction.span.bytes)
        writer.mappedAddress(remoteAddress)
        writer.integrity(password: password)
        writer.fingerprint()
        send(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(memory)[..<writer.length]))
    }

    /// Decrypts in place; the payload, or nil when it cannot be.
    func open(_ datagram: UnsafeMutableRawBufferPointer) -> UnsafeRawBufferPointer? {
        let bytes = UnsafeRawBufferPointer(datagram)
        guard let header = try? RTPHeader(parsing: bytes.bytes, paddingIsEncrypted: true),
            case .ok(let length) = opener?.openRTP(
                datagram, length: datagram.count, headerLength: header.headerLength, ssrc: header.ssrc,
                sequence: header.sequenceNumber)
        else { return nil }
        return UnsafeRawBufferPointer(rebasing: bytes[header.headerLength..<length])
    }

    /// Decrypts a control packet in place.
    func openControl(_ datagram: UnsafeMutableRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard case .ok(let length) = opener?.openRTCP(datagram, length: datagram.count) else { return nil }
        return UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(datagram)[..<length])
    }

    private func send(_ datagram: [UInt8]) { datagram.withUnsafeBytes { send($0) } }

    private func send(_ datagram: UnsafeRawBufferPointer) {
        _ = cbench_write(descriptor, datagram.baseAddress, datagram.count)
    }
}

extension [Session] {
    /// Makes so many more, and lets the arrival of their datagrams end a wait.
    mutating func open(_ wanted: Int, epoll: Int32, fingerprint: String) -> Opened {
        let known = count
        for _ in 0..<wanted {
            guard let session = Session(number: count) else { break }
            _ = cbench_epoll_add(epoll, session.descriptor, UInt32(session.number))
            append(session)
        }
        let made = self[known...].map {
            Opened.Session(session: $0.number, ufrag: $0.ufrag, password: $0.password)
        }
        return Opened(fingerprint: fingerprint, sessions: made)
    }
}
