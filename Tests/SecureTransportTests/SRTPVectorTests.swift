import Testing

@testable import SecureTransport

@Suite struct `The RFCs' test vectors` {
    @Test func `RFC 3711 B.3: session keys from a master key`() {
        let key = hex("E1F97A0D3E018BE0D64FA32C06DE4139")
        let salt = hex("0EC675AD498AFEEBB6960B3AABE6")
        func derive(_ label: SRTPKeyDerivation.Label, _ length: Int) -> [UInt8] {
            SRTPKeyDerivation.derive(label, key: key, salt: salt, length: length)
        }
        #expect(derive(.rtpEncryption, 16) == hex("C61E7A93744F39EE10734AFE3FF7A087"))
        #expect(derive(.rtpSalt, 14) == hex("30CBBC08863D8C85D49DB34A9AE1"))
        #expect(
            derive(.rtpAuthentication, 94)
                == hex(
                    """
                    CEBE321F6FF7716B6FD4AB49AF256A15 6D38BAA48F0A0ACF3C34E2359E6CDBCE
                    E049646C43D9327AD175578EF7227098 6371C10C9A369AC2F94A8C5FBCDDDC25
                    6D6E919A48B610EF17C2041E47403576 6B68642C59BBFC2F34DB60DBDFB2
                    """))
    }

    @Test func `RFC 3711 B.2: the keystream of AES in counter mode`() throws {
        // The salt is the IV's first 14 bytes; with SSRC and index zero the IV is the RFC's.
        let cipher = try PacketCipher(
            profile: .aes128CMHMACSHA1_80, key: hex("2B7E151628AED2A6ABF7158809CF4F3C"),
            salt: hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD"), authentication: [UInt8](repeating: 0, count: 20))
        let zeros = [UInt8](repeating: 0, count: 32)
        var output = zeros
        output.withUnsafeMutableBytes { output in
            zeros.withUnsafeBytes { zeros in
                guard let from = zeros.baseAddress, let to = output.baseAddress else { return }
                cipher.crypt(ssrc: 0, index: 0, source: from, length: 32, output: to)
            }
        }
        #expect(output == hex("E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB"))
    }

    private let gcmKey = hex("000102030405060708090a0b0c0d0e0f")
    private let gcmSalt = hex("517569642070726f2071756f")

    @Test func `RFC 7714 16.1: an RTP packet under AEAD_AES_128_GCM`() throws {
        let cipher = try PacketCipher(
            profile: .aeadAES128GCM, key: gcmKey, salt: gcmSalt, authentication: [UInt8](repeating: 0, count: 20))
        var packet = hex("8040f17b 8041f8d3 5501a0b2")
        let payload = Array("Gallia est omnis divisa in partes tres".utf8)
        packet += [UInt8](repeating: 0, count: payload.count + 16)
        let sealed = packet.withUnsafeMutableBytes { packet in
            payload.withUnsafeBytes { payload in
                guard let base = packet.baseAddress, let from = payload.baseAddress else { return false }
                return cipher.seal(
                    ssrc: 0x5501_A0B2, index: 0xF17B, additional: UnsafeRawPointer(base), additionalLength: 12,
                    source: from, length: payload.count, output: base + 12)
            }
        }
        #expect(sealed)
        #expect(
            packet
                == hex(
                    """
                    8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a 51c7d19b
                    36de3adf 8833899d 7f27beb1 6a9152cf 765ee439 0cce
                    """))
    }

    @Test func `RFC 7714 17.1: an RTCP packet under AEAD_AES_128_GCM`() throws {
        let cipher = try PacketCipher(
            profile: .aeadAES128GCM, key: gcmKey, salt: gcmSalt, authentication: [UInt8](repeating: 0, count: 20))
        var packet = hex(
            """
            81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef deadbeef
            deadbeef deadbeef
            """)
        let additional = Array(packet[..<8]) + hex("800005d4")
        let length = packet.count - 8
        packet += [UInt8](repeating: 0, count: 16)
        let sealed = packet.withUnsafeMutableBytes { packet in
            additional.withUnsafeBytes { additional in
                guard let base = packet.baseAddress, let text = additional.baseAddress else { return false }
                return cipher.seal(
                    ssrc: 0x4D61_7273, index: 0x5D4, additional: text, additionalLength: 12,
                    source: UnsafeRawPointer(base + 8), length: length, output: base + 8)
            }
        }
        #expect(sealed)
        #expect(
            packet
                == hex(
                    """
                    81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda 4ce09b46
                    86303ded 0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade
                    """))
    }
}
