import COpenSSL
import Testing

@testable import SecureTransport

/// A handshake record of epoch 0 with a piece of a ClientHello that says it has `total` bytes.
private func helloFragment(record: UInt8, total: Int, offset: Int, count: Int, message: UInt8 = 0) -> [UInt8] {
    func three(_ value: Int) -> [UInt8] { [UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)] }
    let body = [UInt8](repeating: 0x41, count: count)
    let fragment = [1] + three(total) + [0, message] + three(offset) + three(count) + body
    let header: [UInt8] = [22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, record]
    return header + [UInt8(fragment.count >> 8), UInt8(fragment.count & 255)] + fragment
}

@Suite struct `A handshake over a bad line` {
    private let context: DTLSContext

    init() throws {
        context = try DTLSContext(identity: TransportIdentity.generate(commonName: "test", validDays: 1))
    }

    private func makeServer(for client: DTLSClient) -> DTLSServer {
        DTLSServer(context: context, expectedFingerprints: [("sha-256", client.identity.fingerprint)])
    }

    @Test func `sends its flight again by the clock when the first was lost`() async throws {
        let client = try DTLSClient(profiles: "SRTP_AEAD_AES_128_GCM")
        var server = makeServer(for: client)
        var lost: [[UInt8]] = []
        for datagram in client.step(nil) { lost += server.take(datagram).1 }
        #expect(!lost.isEmpty)
        #expect(server.nextDeadline != nil)
        var early: [[UInt8]] = []
        server.timeout(now: 1) { early.append(Array($0)) }
        #expect(early.isEmpty, "not before its time")
        // OpenSSL's own clock: RFC 6347 §4.2.4.1 says one second at first.
        try await Task.sleep(for: .milliseconds(1100))
        var again: [[UInt8]] = []
        server.timeout(now: 2) { again.append(Array($0)) }
        #expect(again.map(\.count).reduce(0, +) == lost.map(\.count).reduce(0, +))
        var answers = again.flatMap { client.step($0) }
        var isEstablished = false
        for _ in 0..<10 where !answers.isEmpty {
            var back: [[UInt8]] = []
            for datagram in answers {
                let (progress, said) = server.take(datagram)
                if case .established = progress { isEstablished = true }
                back += said
            }
            answers = back.flatMap { client.step($0) }
        }
        #expect(isEstablished && client.isDone)
        #expect(server.nextDeadline == nil, "nothing more is due")
    }

    /// What a client whose flight was answered in vain says again, one second later.
    private func repeatedFlight(packed: Bool) async throws -> (first: DTLSProgress, again: [[UInt8]], done: Bool) {
        let client = try DTLSClient(profiles: "SRTP_AEAD_AES_128_GCM")
        var server = makeServer(for: client)
        let flight = client.step(nil).flatMap { server.take($0).1 }.flatMap { client.step($0) }
        var first = DTLSProgress.handshaking
        // The server's last flight is lost.
        for datagram in flight { first = server.take(datagram).0 }
        try await Task.sleep(for: .milliseconds(1100))
        var repeated = client.step(nil, timeout: true)
        if packed {
            // BoringSSL and NSS put several records into a datagram; one may begin with ChangeCipherSpec.
            let change = try #require(repeated.firstIndex { $0.first == 20 })
            repeated = [Array(repeated[change...].joined())]
        }
        let again = repeated.flatMap { server.take($0).1 }
        for datagram in again { _ = client.step(datagram) }
        return (first, again, client.isDone)
    }

    @Test(arguments: [false, true])
    func `repeats its last flight when the client asks again, in whatever datagrams`(_ packed: Bool) async throws {
        let (first, again, isDone) = try await repeatedFlight(packed: packed)
        guard case .established = first else {
            Issue.record("not established: \(first)")
            return
        }
        #expect(!again.isEmpty)
        #expect(isDone)
    }

    @Test func `goes on after junk as if nothing had come`() throws {
        let client = try DTLSClient(profiles: "SRTP_AEAD_AES_128_GCM")
        var server = makeServer(for: client)
        var state: UInt32 = 1
        for count in [0, 1, 12, 13, 14, 60, 1500] {
            var junk: [UInt8] = (0..<count).map { _ in
                state = state &* 1_664_525 &+ 1_013_904_223
                return UInt8(state >> 24)
            }
            // Of DTLS by its first byte, of no version that there is.
            if count > 2 { junk.replaceSubrange(0..<3, with: [22, 0x11, 0x22]) }
            let (progress, said) = server.take(junk)
            switch progress {
            case .ignored, .handshaking: break
            default: Issue.record("\(count) bytes of junk: \(progress)")
            }
            #expect(said.isEmpty)
        }
        guard case .established = server.converse(with: client) else {
            Issue.record("junk ended the handshake")
            return
        }
    }

    @Test func `ends when fragments never make a whole`() {
        var server = DTLSServer(context: context, expectedFingerprints: [])
        var said = 0
        for number in 0..<DTLSServer.datagramLimit {
            let fragment = helloFragment(
                record: UInt8(number & 255), total: 12_000, offset: number * 90, count: 20)
            let (progress, answers) = server.take(fragment)
            said += answers.count
            if case .failed = progress {
                Issue.record("refused after \(number)")
                return
            }
        }
        guard case .failed(.tooMuchData) = server.take(helloFragment(record: 255, total: 12_000, offset: 0, count: 1)).0
        else {
            Issue.record("goes on")
            return
        }
        #expect(said == 0)
        // Over is over: nothing more is read, and nothing is due.
        guard case .ignored = server.take(helloFragment(record: 254, total: 100, offset: 0, count: 20)).0 else {
            Issue.record("still listens")
            return
        }
        server.timeout(now: 1) { _ in said += 1 }
        #expect(said == 0)
        #expect(server.nextDeadline == nil)
    }

    @Test func `refuses a ClientHello that says it is megabytes long`() {
        var server = DTLSServer(context: context, expectedFingerprints: [])
        let (progress, _) = server.take(helloFragment(record: 0, total: 0xFF_FFFF, offset: 0, count: 100))
        guard case .failed(.handshake) = progress else {
            Issue.record("\(progress)")
            return
        }
    }

    @Test func `takes datagrams twice and in the wrong order`() throws {
        let client = try DTLSClient(profiles: "SRTP_AEAD_AES_128_GCM")
        var server = makeServer(for: client)
        let hello = client.step(nil)
        var answers: [[UInt8]] = []
        for datagram in hello + hello { answers += server.take(datagram).1 }
        // The server's flight comes backwards and doubled.
        let flight = (answers.reversed() + answers).flatMap { client.step($0) }
        var isEstablished = 0
        for datagram in flight.reversed() + flight {
            if case .established = server.take(datagram).0 { isEstablished += 1 }
        }
        #expect(isEstablished == 1)
    }
}
