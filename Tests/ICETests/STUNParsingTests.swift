import Testing

@testable import ICE

private let key = "serverpasswordserverpw"

/// A binding message with attributes as raw bytes, a right length, and integrity or fingerprint where asked for.
private func message(
    type: [UInt8] = [0, 1], _ attributes: [UInt8], signed: Bool = false, after: [UInt8] = [], fingerprint: Bool = false
) -> [UInt8] {
    var bytes = type + [0, 0, 0x21, 0x12, 0xA4, 0x42] + [UInt8](1...12) + attributes
    func setLength(_ extra: Int) {
        let length = bytes.count - 20 + extra
        (bytes[2], bytes[3]) = (UInt8(length >> 8), UInt8(length & 255))
    }
    if signed {
        setLength(24)
        let code = HMACSHA1(key: Array(key.utf8)).authenticate(count: bytes.count) { bytes[$0] }
        bytes += [0, 8, 0, 20]
        for index in 0..<20 { bytes.append(code[index]) }
    }
    bytes += after
    if fingerprint {
        setLength(8)
        let code = CRC32.of(bytes.span.bytes, count: bytes.count) ^ 0x5354_554E
        bytes += [0x80, 0x28, 0, 4] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: code >> UInt32($0)) }
    }
    setLength(0)
    return bytes
}

private let username: [UInt8] = [0, 6, 0, 16] + Array("serverufrag:peer".utf8)
private let useCandidate: [UInt8] = [0, 0x25, 0, 0]
private let here = PeerAddress.ipv4(0x0A00_0001, port: 5000)

extension ICEAgent {
    fileprivate mutating func take(_ packet: [UInt8], room: Int = 300) -> (ICEResult.Outcome, [UInt8]) {
        var answer = [UInt8](repeating: 0, count: 300)
        let result = answer.withUnsafeMutableBytes {
            receive(
                packet.span.bytes, from: here, now: 0,
                response: UnsafeMutableRawBufferPointer(rebasing: $0[..<room]))
        }
        return (result.outcome, Array(answer[..<result.responseLength]))
    }
}

@Suite struct `A STUN message` {
    @Test(
        arguments: [
            ([], .truncated), ([0], .truncated), ([UInt8](repeating: 0, count: 19), .truncated),
            // Top bits, length not of words, another cookie, a length beyond and one short of the end.
            (message(type: [0x40, 1], []), .notSTUN), (message(type: [0x80, 1], []), .notSTUN),
            ([0, 1, 0, 2, 0x21, 0x12, 0xA4, 0x42] + [UInt8](repeating: 0, count: 14), .notSTUN),
            ([0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x43] + [UInt8](repeating: 0, count: 12), .notSTUN),
            ([0, 1, 0, 4, 0x21, 0x12, 0xA4, 0x42] + [UInt8](repeating: 0, count: 12), .truncated),
            (message([]) + [0, 0, 0, 0], .truncated),
            // An attribute that reaches beyond the end, and an integrity of the wrong size.
            (message([0, 6, 0, 1]), .badAttribute), (message([0, 6, 0xFF, 0xFF, 1, 2, 3, 4]), .badAttribute),
            (message([0, 8, 0, 4, 1, 2, 3, 4]), .badAttribute),
            // A fingerprint that is wrong, or not last.
            (message([0x80, 0x28, 0, 4, 1, 2, 3, 4]), .badFingerprint),
            (message([], after: [], fingerprint: true) + [], nil),
        ] as [([UInt8], STUNError?)])
    func `that is damaged is refused`(_ bytes: [UInt8], _ expected: STUNError?) {
        var actual: STUNError?
        do { _ = try STUNMessage(parsing: bytes.span.bytes) } catch { actual = error }
        #expect(actual == expected)
        #expect(stunUsername(in: bytes.span.bytes) == nil)
    }

    @Test(
        arguments: [
            ([0x00, 0x01], STUNMessage.Class.request, 1), ([0x00, 0x11], .indication, 1), ([0x01, 0x01], .success, 1),
            ([0x01, 0x11], .failure, 1), ([0x3E, 0xEF], .request, 0xFFF), ([0x00, 0x03], .request, 3),
        ] as [([UInt8], STUNMessage.Class, UInt16)])
    func `tells its class and method apart`(
        _ type: [UInt8], _ kind: STUNMessage.Class, _ method: UInt16
    ) throws {
        let parsed = try STUNMessage(parsing: message(type: type, []).span.bytes)
        #expect(parsed.messageClass == kind)
        #expect(parsed.method == method)
        // And the writer writes what the reader reads.
        var memory = [UInt8](repeating: 0, count: 20)
        let transaction = [UInt8](1...12)
        memory.withUnsafeMutableBytes {
            _ = STUNWriter($0, messageClass: kind, method: method, transaction: transaction.span.bytes)
        }
        #expect(Array(memory[..<2]) == type)
    }

    @Test func `of which the writer has no room is not written at all`() {
        let transaction = [UInt8](1...12)
        for room in 0..<112 {
            var memory = [UInt8](repeating: 0xEE, count: 120)
            let length = memory.withUnsafeMutableBytes { memory in
                var writer = STUNWriter(
                    UnsafeMutableRawBufferPointer(rebasing: memory[..<room]), messageClass: .request,
                    transaction: transaction.span.bytes)
                writer.username("serverufrag:peer")
                writer.priority(1)
                writer.controlling(2)
                writer.mappedAddress(PeerAddress(high: 1, low: 2, port: 3))
                writer.integrity(password: key)
                writer.fingerprint()
                return writer.length
            }
            #expect(length == 0, "in \(room) bytes")
            #expect(memory[room...].allSatisfy { $0 == 0xEE })
        }
    }

    @Test(
        arguments: [
            ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"), ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
            ),
        ])
    func `rests on SHA-1 as RFC 3174 has it`(_ text: String, _ expected: String) {
        var hash = SHA1()
        for byte in text.utf8 { hash.update(byte) }
        let digest = hash.finish()
        #expect((0..<20).map { (digest[$0] < 16 ? "0" : "") + String(digest[$0], radix: 16) }.joined() == expected)
    }

    @Test(
        arguments: [
            ([UInt8](repeating: 0x0B, count: 20), "Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"),
            (
                [UInt8](repeating: 0xAA, count: 80), "Test Using Larger Than Block-Size Key - Hash Key First",
                "aa4ae5e15272d00e95705637ce8a3b55ed402112"
            ),
        ])
    func `rests on HMAC as RFC 2202 has it`(_ key: [UInt8], _ text: String, _ expected: String) {
        let bytes = Array(text.utf8)
        let digest = HMACSHA1(key: key).authenticate(count: bytes.count) { bytes[$0] }
        #expect((0..<20).map { (digest[$0] < 16 ? "0" : "") + String(digest[$0], radix: 16) }.joined() == expected)
    }
}

@Suite struct `A check that is not quite right` {
    private var agent = ICEAgent(
        local: ICECredentials(ufrag: "serverufrag", password: key), remoteUfrag: "peer", remotePassword: "x")

    @Test mutating func `with an attribute that it must be understood for is refused with 420, and names it`() throws {
        let unknown: [UInt8] = [0x7A, 0xBC, 0, 2, 1, 2, 0, 0]
        let (outcome, answer) = agent.take(message(username + unknown + useCandidate, signed: true, fingerprint: true))
        #expect(outcome == .rejected)
        #expect(try STUNMessage(parsing: answer.span.bytes).messageClass == .failure)
        // ERROR-CODE 4·100 + 20, UNKNOWN-ATTRIBUTES with the kind.
        #expect(Array(answer[20..<28]) == [0, 9, 0, 4, 0, 0, 4, 20])
        #expect(Array(answer[28..<34]) == [0, 10, 0, 2, 0x7A, 0xBC])
        let isSigned = try STUNMessage(parsing: answer.span.bytes).hasIntegrity(
            HMACSHA1(key: Array(key.utf8)), in: answer.span.bytes)
        #expect(isSigned)
        #expect(!agent.isValidated(here) && agent.selected == nil)
        #expect(!agent.consentExpired(now: .max), "no consent was given, so none expires")
    }

    @Test mutating func `with an attribute that may be passed over is answered`() {
        let optional: [UInt8] = [0xC0, 0x57, 0, 2, 1, 2, 0, 0]
        let (outcome, _) = agent.take(message(username + optional + useCandidate, signed: true, fingerprint: true))
        #expect(outcome == .selectedChanged)
    }

    @Test mutating func `does not nominate by what stands behind its integrity`() {
        let (outcome, _) = agent.take(message(username, signed: true, after: useCandidate, fingerprint: true))
        #expect(outcome == .validated)
        #expect(agent.selected == nil)
    }

    @Test mutating func `without integrity gets no answer, though its names are right`() {
        let (outcome, answer) = agent.take(message(username + useCandidate, fingerprint: true))
        #expect(outcome == .rejected && answer.isEmpty)
        // Nor does an unknown attribute, or a wrong role, bring a stranger one.
        for extra: [UInt8] in [[0x7A, 0xBC, 0, 0], [0x80, 0x29, 0, 8, 0, 0, 0, 0, 0, 0, 0, 1]] {
            let (outcome, answer) = agent.take(message(username + extra, fingerprint: true))
            #expect(outcome == .rejected && answer.isEmpty)
        }
        #expect(!agent.isValidated(here))
    }

    @Test(arguments: [[0, 0x11], [1, 1], [1, 0x11], [0, 3]] as [[UInt8]])
    mutating func `that is no binding request is ignored`(_ type: [UInt8]) {
        let (outcome, answer) = agent.take(message(type: type, username + useCandidate, signed: true))
        #expect(outcome == .ignored && answer.isEmpty)
        #expect(!agent.isValidated(here))
    }

    @Test mutating func `is answered with the peer's IPv6 address where it came from one`() throws {
        let six = PeerAddress(high: 0x2001_0DB8_0000_0000, low: 1, port: 4321)
        let packet = message(username + useCandidate, signed: true, fingerprint: true)
        var answer = [UInt8](repeating: 0, count: 200)
        let length = answer.withUnsafeMutableBytes {
            agent.receive(packet.span.bytes, from: six, now: 0, response: $0).responseLength
        }
        #expect(length == 20 + 24 + 24 + 8)
        #expect(Array(answer[8..<20]) == [UInt8](1...12), "the transaction is the request's")
        let mask = [0x21, 0x12, 0xA4, 0x42] + [UInt8](1...12)
        #expect(Array(answer[20..<26]) == [0, 0x20, 0, 20, 0, 2])
        #expect(UInt16(answer[26] ^ 0x21) << 8 | UInt16(answer[27] ^ 0x12) == 4321)
        #expect(
            zip(answer[28..<44], mask).map { $0 ^ $1 } == [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11)
                + [1])
    }

    @Test mutating func `with restarts in haste keeps the credentials that are in use`() {
        let used = message(username + useCandidate, signed: true)
        _ = agent.take(used)
        for number in 1...3 {
            agent.restart(
                local: ICECredentials(ufrag: "newufrag\(number)", password: "newpasswordnewpassword"),
                remoteUfrag: "peer", remotePassword: "x")
        }
        let (outcome, _) = agent.take(used)
        #expect(outcome == .validated, "the peer has used none of the new ones yet")
    }
}
