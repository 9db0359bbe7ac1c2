import Testing

@testable import SecureTransport

private let key = [UInt8](1...16)
private func salt(_ profile: SRTPProfile) -> [UInt8] { [UInt8](repeating: 9, count: profile.saltLength) }

/// Seals a payload of five bytes that lies elsewhere, or already behind the header.
private func seal(
    _ sealer: inout SRTPSealer, index: UInt64, ssrc: UInt32 = 9, inPlace: Bool = false, capacity: Int = 60
) -> [UInt8] {
    var packet = [UInt8](repeating: 0, count: 60)
    packet[0] = 0x80
    packet[2] = UInt8(truncatingIfNeeded: index >> 8)
    packet[3] = UInt8(truncatingIfNeeded: index)
    for byte in 0..<4 { packet[8 + byte] = UInt8(truncatingIfNeeded: ssrc >> UInt32(24 - 8 * byte)) }
    let payload: [UInt8] = [1, 2, 3, 4, 5]
    if inPlace { packet.replaceSubrange(12..<17, with: payload) }
    let length = packet.withUnsafeMutableBytes { packet in
        payload.withUnsafeBytes { payload in
            guard let base = packet.baseAddress, let elsewhere = payload.baseAddress else { return 0 }
            return sealer.sealRTP(
                output: base, capacity: capacity, headerLength: 12, ssrc: ssrc, index: index,
                payload: inPlace ? UnsafeRawPointer(base + 12) : elsewhere, payloadLength: payload.count)
        }
    }
    return Array(packet[..<length])
}

private func open(_ opener: inout SRTPOpener, _ packet: [UInt8], ssrc: UInt32 = 9) -> SRTPOpened {
    var packet = packet
    let count = packet.count
    let sequence = UInt16(packet[2]) << 8 | UInt16(packet[3])
    return packet.withUnsafeMutableBytes {
        opener.openRTP($0, length: count, headerLength: 12, ssrc: ssrc, sequence: sequence)
    }
}

/// A receiver report of 28 bytes, protected.
private func report(_ sealer: inout SRTPSealer, ssrc: UInt8 = 9, capacity: Int = 60) -> [UInt8] {
    var buffer = [UInt8](repeating: 7, count: 60)
    buffer.replaceSubrange(0..<8, with: [0x80, 201, 0, 6, 0, 0, 0, ssrc])
    let length = buffer.withUnsafeMutableBytes {
        sealer.sealRTCP(UnsafeMutableRawBufferPointer(rebasing: $0[..<capacity]), length: 28)
    }
    return Array(buffer[..<length])
}

private func openReport(_ opener: inout SRTPOpener, _ packet: [UInt8]) -> SRTPOpened {
    var packet = packet
    let count = packet.count
    return packet.withUnsafeMutableBytes { opener.openRTCP($0, length: count) }
}

@Suite struct `The bounds of protection` {
    @Test(arguments: SRTPProfile.allCases)
    func `a payload may lie elsewhere or in its place: the packet is the same`(_ profile: SRTPProfile) throws {
        var sealer = try SRTPSealer(profile: profile, key: key, salt: salt(profile))
        let elsewhere = seal(&sealer, index: 70_000)
        #expect(elsewhere.count == 17 + profile.rtpOverhead)
        #expect(seal(&sealer, index: 70_000, inPlace: true) == elsewhere)
    }

    @Test(arguments: SRTPProfile.allCases)
    func `what does not fit is not written`(_ profile: SRTPProfile) throws {
        var sealer = try SRTPSealer(profile: profile, key: key, salt: salt(profile))
        let exact = 17 + profile.rtpOverhead
        #expect(seal(&sealer, index: 1, capacity: exact).count == exact)
        #expect(seal(&sealer, index: 2, capacity: exact - 1).isEmpty)
        #expect(report(&sealer, capacity: 28 + profile.rtcpOverhead).count == 28 + profile.rtcpOverhead)
        #expect(report(&sealer, capacity: 27 + profile.rtcpOverhead).isEmpty)
    }

    @Test(arguments: SRTPProfile.allCases)
    func `keys and salts of wrong lengths are refused`(_ profile: SRTPProfile) {
        let right = salt(profile)
        for (key, salt) in [(Array(key.dropLast()), right), (key + [0], right), (key, right + [0]), (key, [])] {
            #expect(throws: SecureTransportError.badKey) {
                _ = try SRTPSealer(profile: profile, key: key, salt: salt)
            }
            #expect(throws: SecureTransportError.badKey) {
                _ = try SRTPOpener(profile: profile, key: key, salt: salt)
            }
        }
    }

    @Test(arguments: SRTPProfile.allCases)
    func `a packet from before the rollover is still opened after it, once`(_ profile: SRTPProfile) throws {
        var sealer = try SRTPSealer(profile: profile, key: key, salt: salt(profile))
        var opener = try SRTPOpener(profile: profile, key: key, salt: salt(profile))
        // Two turns: the rollover counter is not only 0 or 1.
        for turn in UInt64(0)..<2 {
            let start = turn << 16
            for index in [start + 20_000, start + 50_000, start + 65_530, start + 65_538] {
                #expect(open(&opener, seal(&sealer, index: index)) == .ok(17))
            }
            let late = seal(&sealer, index: start + 65_535)
            #expect(open(&opener, late) == .ok(17))
            #expect(open(&opener, late) == .replayed)
        }
    }

    @Test(arguments: SRTPProfile.allCases)
    func `the rollover counter counts in the tag`(_ profile: SRTPProfile) throws {
        var sealer = try SRTPSealer(profile: profile, key: key, salt: salt(profile))
        var opener = try SRTPOpener(profile: profile, key: key, salt: salt(profile))
        #expect(open(&opener, seal(&sealer, index: 65_536 + 100)) == .failed, "a new stream begins at rollover 0")
        #expect(open(&opener, seal(&sealer, index: 100)) == .ok(17))
    }

    @Test(arguments: SRTPProfile.allCases)
    func `a forged packet neither makes a stream nor takes another's place`(_ profile: SRTPProfile) throws {
        var sealer = try SRTPSealer(profile: profile, key: key, salt: salt(profile))
        var opener = try SRTPOpener(profile: profile, key: key, salt: salt(profile))
        let first = seal(&sealer, index: 5, ssrc: 1)
        #expect(open(&opener, first, ssrc: 1) == .ok(17))
        for ssrc in UInt32(2)...300 {
            var forged = seal(&sealer, index: 5, ssrc: ssrc)
            forged[20] ^= 1
            #expect(open(&opener, forged, ssrc: ssrc) == .failed)
        }
        #expect(open(&opener, first, ssrc: 1) == .replayed, "its window is still there")
        // Nor does it move the window on.
        var ahead = seal(&sealer, index: 30_000, ssrc: 1)
        ahead[20] ^= 1
        #expect(open(&opener, ahead, ssrc: 1) == .failed)
        #expect(open(&opener, seal(&sealer, index: 6, ssrc: 1), ssrc: 1) == .ok(17))
    }

    @Test func `beyond 64 streams the one that was silent longest goes, and the others keep their windows`() throws {
        var sealer = try SRTPSealer(profile: .aeadAES128GCM, key: key, salt: salt(.aeadAES128GCM))
        var opener = try SRTPOpener(profile: .aeadAES128GCM, key: key, salt: salt(.aeadAES128GCM))
        var packets: [[UInt8]] = []
        for ssrc in UInt32(0)..<64 { packets.append(seal(&sealer, index: 5, ssrc: ssrc)) }
        for ssrc in 0..<64 { #expect(open(&opener, packets[ssrc], ssrc: UInt32(ssrc)) == .ok(17)) }
        // Stream 0 speaks again, so that stream 1 is the oldest.
        #expect(open(&opener, seal(&sealer, index: 6, ssrc: 0), ssrc: 0) == .ok(17))
        #expect(open(&opener, seal(&sealer, index: 5, ssrc: 64), ssrc: 64) == .ok(17))
        for ssrc in 0..<64 where ssrc != 1 {
            #expect(open(&opener, packets[ssrc], ssrc: UInt32(ssrc)) == .replayed)
        }
        #expect(open(&opener, packets[1], ssrc: 1) == .ok(17), "forgotten, and so new")
    }

    @Test(arguments: SRTPProfile.allCases)
    func `reports are numbered by an index of their own, with the bit that says encrypted`(
        _ profile: SRTPProfile
    ) throws {
        var sealer = try SRTPSealer(profile: profile, key: key, salt: salt(profile))
        var opener = try SRTPOpener(profile: profile, key: key, salt: salt(profile))
        var indices: [UInt32] = []
        for ssrc in [UInt8(9), 9, 8] {
            let packet = report(&sealer, ssrc: ssrc)
            // RFC 7714 §9.2 puts the word last, RFC 3711 §3.4 before the tag.
            let offset = profile == .aeadAES128GCM ? packet.count - 4 : packet.count - 14
            indices.append(packet[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) })
            #expect(openReport(&opener, packet) == .ok(28))
            #expect(openReport(&opener, packet) == .replayed)
        }
        #expect(indices.allSatisfy { $0 >> 31 == 1 })
        #expect(indices[1] == indices[0] + 1 && indices[2] == indices[1] + 1)
    }

    @Test(arguments: SRTPProfile.allCases)
    func `a report whose index was changed is refused and leaves no trace`(_ profile: SRTPProfile) throws {
        var sealer = try SRTPSealer(profile: profile, key: key, salt: salt(profile))
        var opener = try SRTPOpener(profile: profile, key: key, salt: salt(profile))
        let packet = report(&sealer)
        let offset = profile == .aeadAES128GCM ? packet.count - 4 : packet.count - 14
        for (byte, mask) in [(0, 0x80), (0, 0x40), (3, 0x02)] as [(Int, UInt8)] {
            var forged = packet
            forged[offset + byte] ^= mask
            #expect(openReport(&opener, forged) == .failed)
        }
        #expect(openReport(&opener, packet) == .ok(28))
    }

    @Test(arguments: SRTPProfile.allCases)
    func `reports of many senders come through, late ones too`(_ profile: SRTPProfile) throws {
        var sealer = try SRTPSealer(profile: profile, key: key, salt: salt(profile))
        var opener = try SRTPOpener(profile: profile, key: key, salt: salt(profile))
        var packets: [[UInt8]] = []
        for ssrc in UInt8(0)..<40 { packets.append(report(&sealer, ssrc: ssrc % 20)) }
        for packet in packets.reversed() { #expect(openReport(&opener, packet) == .ok(28)) }
    }
}
