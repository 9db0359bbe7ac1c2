import CSRTPCipher

/// Session keys from a master key and salt with a key derivation rate of zero: RFC 3711 §4.3, and RFC 7714 §11 with
/// the 96-bit salt padded on the right.
enum SRTPKeyDerivation {
    enum Label: UInt8 {
        case rtpEncryption = 0, rtpAuthentication = 1, rtpSalt = 2
        case rtcpEncryption = 3, rtcpAuthentication = 4, rtcpSalt = 5
    }

    /// AES-CM (RFC 3711 §4.1.1) over zeros, with the label put into the salt at its eighth byte.
    static func derive(_ label: Label, key: [UInt8], salt: [UInt8], length: Int) -> [UInt8] {
        var counter = [UInt8](repeating: 0, count: 16)
        for (index, byte) in salt.prefix(14).enumerated() { counter[index] = byte }
        counter[7] ^= label.rawValue
        var output = [UInt8](repeating: 0, count: length)
        guard key.count == 16, csrtp_keystream(key, counter, &output, length) == 1 else { return [] }
        return output
    }
}

/// The keys of one direction, ready for use.
struct SRTPSessionKeys {
    let rtpKey: [UInt8]
    let rtpSalt: [UInt8]
    let rtpAuthentication: [UInt8]
    let rtcpKey: [UInt8]
    let rtcpSalt: [UInt8]
    let rtcpAuthentication: [UInt8]

    init(profile: SRTPProfile, key: [UInt8], salt: [UInt8]) throws(SecureTransportError) {
        guard key.count == profile.keyLength, salt.count == profile.saltLength else { throw .badKey }
        func derive(_ label: SRTPKeyDerivation.Label, _ length: Int) -> [UInt8] {
            SRTPKeyDerivation.derive(label, key: key, salt: salt, length: length)
        }
        rtpKey = derive(.rtpEncryption, 16)
        rtpSalt = derive(.rtpSalt, profile.saltLength)
        rtpAuthentication = derive(.rtpAuthentication, 20)
        rtcpKey = derive(.rtcpEncryption, 16)
        rtcpSalt = derive(.rtcpSalt, profile.saltLength)
        rtcpAuthentication = derive(.rtcpAuthentication, 20)
    }
}
