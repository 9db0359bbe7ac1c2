import Testing

@testable import ICE

private let local = ICECredentials(ufrag: "serverufrag", password: "serverpasswordserverpw")
private let here = PeerAddress.ipv4(0x0A00_0001, port: 5000)

/// A check as a full agent sends it.
private func check(
    username: String = "serverufrag:peer", password: String = "serverpasswordserverpw", nominate: Bool = true,
    controlled: Bool = false
) -> [UInt8] {
    var memory = [UInt8](repeating: 0, count: 300)
    let transaction = [UInt8](1...12)
    let length = memory.withUnsafeMutableBytes { memory in
        var writer = STUNWriter(memory, messageClass: .request, transaction: transaction.span.bytes)
        writer.username(username)
        writer.priority(77)
        if controlled { writer.controlled(1) } else { writer.controlling(1) }
        if nominate { writer.useCandidate() }
        writer.integrity(password: password)
        writer.fingerprint()
        return writer.length
    }
    return Array(memory[..<length])
}

extension ICEAgent {
    fileprivate mutating func take(
        _ packet: [UInt8], from address: PeerAddress = here, now: Int64 = 0
    ) -> (outcome: ICEResult.Outcome, answer: [UInt8]) {
        var answer = [UInt8](repeating: 0, count: 300)
        let result = answer.withUnsafeMutableBytes {
            receive(packet.span.bytes, from: address, now: now, response: $0)
        }
        return (result.outcome, Array(answer[..<result.responseLength]))
    }
}

@Suite struct `The ICE-lite agent` {
    private var agent = ICEAgent(local: local, remoteUfrag: "peer", remotePassword: "peerpasswordpeerpasswd")

    @Test mutating func `answers a check, validates its address and takes the nominated pair`() throws {
        let (outcome, answer) = agent.take(check())
        #expect(outcome == .selectedChanged)
        #expect(agent.selected == here)
        #expect(agent.isValidated(here))
        let message = try STUNMessage(parsing: answer.span.bytes)
        #expect(message.messageClass == .success)
        let isSigned = message.hasIntegrity(HMACSHA1(key: Array(local.password.utf8)), in: answer.span.bytes)
        #expect(isSigned)
    }

    @Test mutating func `follows the peer to another pair when that is nominated, not before`() {
        _ = agent.take(check())
        let there = PeerAddress.ipv4(0x0A00_0002, port: 6000)
        let (first, _) = agent.take(check(nominate: false), from: there)
        #expect(first == .validated)
        #expect(agent.selected == here)
        let (second, _) = agent.take(check(), from: there)
        #expect(second == .selectedChanged)
        #expect(agent.selected == there)
    }

    @Test(
        arguments: [
            check(password: "wrongpasswordwrongpassw"), check(username: "serverufrag:other"),
            check(username: "another:peer"), check(username: "serverufrag"), check(username: ""),
        ])
    mutating func `says nothing to a check that authenticates nobody, and remembers nothing`(_ packet: [UInt8]) {
        let (outcome, answer) = agent.take(packet)
        #expect(outcome == .rejected)
        #expect(answer.isEmpty)
        #expect(!agent.isValidated(here))
        #expect(agent.selected == nil)
    }

    @Test mutating func `tells a peer that also wants to be controlled to change its role`() throws {
        let (outcome, answer) = agent.take(check(controlled: true))
        #expect(outcome == .rejected)
        #expect(try STUNMessage(parsing: answer.span.bytes).messageClass == .failure)
        #expect(Array(answer[20..<28]) == [0, 9, 0, 4, 0, 0, 4, 87])
        #expect(!agent.isValidated(here))
    }

    @Test mutating func `loses consent thirty seconds after the last valid check`() {
        #expect(!agent.consentExpired(now: 100_000_000), "nothing has begun")
        _ = agent.take(check(), now: 1_000_000)
        #expect(!agent.consentExpired(now: 31_000_000))
        #expect(agent.consentExpired(now: 31_000_001))
        _ = agent.take(check(password: "wrongpasswordwrongpassw"), now: 31_000_000)
        #expect(agent.consentExpired(now: 31_000_001), "a forged check is no consent")
        _ = agent.take(check(), now: 31_000_000)
        #expect(!agent.consentExpired(now: 60_000_000))
    }

    @Test mutating func `keeps the old pair over a restart until a check comes with the new credentials`() {
        _ = agent.take(check())
        let new = ICECredentials(ufrag: "newufrag", password: "newpasswordnewpassword")
        agent.restart(local: new, remoteUfrag: "peer2", remotePassword: "x")
        #expect(agent.selected == here)
        let (old, _) = agent.take(check())
        #expect(old == .validated)
        let there = PeerAddress.ipv4(0x0A00_0009, port: 1)
        let (fresh, _) = agent.take(check(username: "newufrag:peer2", password: new.password), from: there)
        #expect(fresh == .selectedChanged)
        let (stale, _) = agent.take(check())
        #expect(stale == .rejected)
    }

    @Test mutating func `remembers sixteen addresses, among them always the selected one`() {
        _ = agent.take(check())
        for port in UInt16(1)...100 {
            _ = agent.take(check(nominate: false), from: PeerAddress.ipv4(0x0A00_0003, port: port))
        }
        #expect(agent.isValidated(here))
        let remembered = (UInt16(1)...100).count { agent.isValidated(PeerAddress.ipv4(0x0A00_0003, port: $0)) }
        #expect(remembered == ICEAgent.addressLimit - 1)
    }

    @Test func `datagrams are told apart by their first bytes`() {
        let expected: [(UInt8, UInt8, PacketClass)] = [
            (0, 1, .stun), (3, 0, .stun), (4, 0, .unknown), (19, 0, .unknown), (20, 0, .dtls), (63, 0, .dtls),
            (64, 0, .unknown), (127, 0, .unknown), (128, 96, .rtp), (0x90, 0xE0, .rtp), (0x81, 200, .rtcp),
            (0x81, 207, .rtcp), (191, 111, .rtp), (192, 0, .unknown), (255, 0, .unknown),
        ]
        for (first, second, kind) in expected {
            var bytes = [UInt8](repeating: 0, count: 24)
            (bytes[0], bytes[1]) = (first, second)
            let actual = PacketClass(of: bytes.span.bytes)
            #expect(actual == kind, "\(first) \(second)")
        }
    }

    @Test func `new credentials are long enough and never the same`() {
        var generator = SystemRandomNumberGenerator()
        let some = (0..<1000).map { _ in ICECredentials(using: &generator) }
        #expect(Set(some.map(\.ufrag)).count == 1000)
        #expect(some.allSatisfy { $0.ufrag.utf8.count >= 4 && $0.password.utf8.count >= 22 })
    }
}
