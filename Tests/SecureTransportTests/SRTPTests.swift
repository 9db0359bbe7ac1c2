import Testing

@testable import SecureTransport

/// Two ends with the same keys.
private struct Pair: ~Copyable {
    var sealer: SRTPSealer
    var opener: SRTPOpener

    init(_ profile: SRTPProfile) throws {
        let key = (0..<16).map { UInt8($0 &* 7) }
        let salt = (0..<profile.saltLength).map { UInt8($0 &* 11) }
        let outward = try SRTPSealer(profile: profile, key: key, salt: salt)
        let inward = try SRTPOpener(profile: profile, key: key, salt: salt)
        sealer = outward
        opener = inward
    }

    mutating func seal(_ index: UInt64, ssrc: UInt32 = 9, payload: [UInt8] = [1, 2, 3, 4, 5]) -> [UInt8] {
        var packet = [UInt8](repeating: 0, count: 100)
        packet[0] = 0x80
        packet[2] = UInt8(truncatingIfNeeded: index >> 8)
        packet[3] = UInt8(truncatingIfNeeded: index)
        for byte in 0..<4 { packet[8 + byte] = UInt8(truncatingIfNeeded: ssrc >> UInt32(24 - 8 * byte)) }
        let length = packet.withUnsafeMutableBytes { packet in
            payload.withUnsafeBytes { payload in
                guard let base = packet.baseAddress, let from = payload.baseAddress else { return 0 }
                return sealer.sealRTP(
                    output: base, capacity: packet.count, headerLength: 12, ssrc: ssrc, index: index, payload: from,
                    payloadLength: payload.count)
            }
        }
        return Array(packet[..<length])
    }

    /// What comes out, and the payload after it.
    mutating func open(_ packet: [UInt8], ssrc: UInt32 = 9) -> (SRTPOpened, [UInt8]) {
        var packet = packet
        let count = packet.count
        let sequence = UInt16(packet[2]) << 8 | UInt16(packet[3])
        let result = packet.withUnsafeMutableBytes {
            opener.openRTP($0, length: count, headerLength: 12, ssrc: ssrc, sequence: sequence)
        }
        guard case .ok(let length) = result else { return (result, []) }
        return (result, Array(packet[12..<length]))
    }
}

@Suite struct `Protected media` {
    @Test(arguments: SRTPProfile.allCases)
    func `comes out as it went in`(_ profile: SRTPProfile) throws {
        var pair = try Pair(profile)
        let sealed = pair.seal(1000)
        #expect(sealed.count == 12 + 5 + profile.rtpOverhead)
        let (_, payload) = pair.open(sealed)
        #expect(payload == [1, 2, 3, 4, 5])
    }

    @Test(arguments: SRTPProfile.allCases)
    func `is refused when one bit of it has changed, and leaves no trace`(_ profile: SRTPProfile) throws {
        var pair = try Pair(profile)
        let sealed = pair.seal(1000)
        for position in [0, 5, 12, 16, sealed.count - 1] {
            var forged = sealed
            forged[position] ^= 4
            let (result, _) = pair.open(forged)
            #expect(result == .failed)
        }
        let (result, _) = pair.open(sealed)
        #expect(result == .ok(17), "the true packet still counts as new")
    }

    @Test(arguments: SRTPProfile.allCases)
    func `goes on over the rollover of the sequence number, in any order`(_ profile: SRTPProfile) throws {
        var pair = try Pair(profile)
        var packets: [[UInt8]] = []
        for index in UInt64(65_530)...65_545 { packets.append(pair.seal(index)) }
        packets.swapAt(3, 8)
        for packet in packets {
            let (result, _) = pair.open(packet)
            #expect(result == .ok(17))
        }
    }

    @Test(arguments: SRTPProfile.allCases)
    func `is taken once only`(_ profile: SRTPProfile) throws {
        var pair = try Pair(profile)
        var packets: [[UInt8]] = []
        for index in UInt64(100)..<400 { packets.append(pair.seal(index)) }
        for packet in packets { _ = pair.open(packet) }
        for packet in packets {
            let (result, _) = pair.open(packet)
            #expect(result == .replayed)
        }
    }

    @Test func `is taken late by up to 127 packets, and not later`() throws {
        var pair = try Pair(.aeadAES128GCM)
        let late = pair.seal(1000 - 127)
        let tooLate = pair.seal(1000 - 128)
        let newest = pair.seal(1000)
        _ = pair.open(newest)
        let (first, _) = pair.open(late)
        #expect(first == .ok(17))
        let (second, _) = pair.open(tooLate)
        #expect(second == .replayed)
    }

    @Test func `of more streams than are remembered still comes through`() throws {
        var pair = try Pair(.aeadAES128GCM)
        for ssrc in UInt32(1)...200 {
            let packet = pair.seal(5, ssrc: ssrc)
            let (result, _) = pair.open(packet, ssrc: ssrc)
            #expect(result == .ok(17))
        }
    }

    @Test(arguments: SRTPProfile.allCases)
    func `reports come through once, and not when forged`(_ profile: SRTPProfile) throws {
        var pair = try Pair(profile)
        var buffer = [UInt8](repeating: 7, count: 100)
        buffer.replaceSubrange(0..<8, with: [0x80, 201, 0, 1, 0, 0, 0, 9])
        let plain = Array(buffer[..<28])
        let length = buffer.withUnsafeMutableBytes { pair.sealer.sealRTCP($0, length: 28) }
        #expect(length == 28 + profile.rtcpOverhead)
        let sealed = Array(buffer[..<length])
        for (position, expected) in [(10, SRTPOpened.failed), (length - 1, .failed), (-1, .ok(28)), (-1, .replayed)] {
            var packet = sealed
            if position >= 0 { packet[position] ^= 1 }
            let result = packet.withUnsafeMutableBytes { pair.opener.openRTCP($0, length: length) }
            #expect(result == expected)
            if expected == .ok(28) { #expect(Array(packet[..<28]) == plain) }
        }
    }

    @Test func `too short to be a packet is no packet`() throws {
        var pair = try Pair(.aeadAES128GCM)
        for count in 0..<27 {
            var packet = [UInt8](repeating: 0x80, count: max(count, 12))
            let length = count
            let result = packet.withUnsafeMutableBytes {
                pair.opener.openRTP($0, length: length, headerLength: 12, ssrc: 1, sequence: 1)
            }
            #expect(result == .tooShort)
            let report = packet.withUnsafeMutableBytes { pair.opener.openRTCP($0, length: length) }
            #expect(report == .tooShort)
        }
    }
}
